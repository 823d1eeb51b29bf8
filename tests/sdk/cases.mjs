// What OpenAI's SDK for Node.js does with a suite. Run by check.py.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const require = createRequire(`${process.cwd()}/`);
const { default: OpenAI } = await import(pathToFileURL(require.resolve("openai")));

const url = process.env.TURNPIKE_URL;
const options = { baseURL: `${url}/v1`, apiKey: process.env.TURNPIKE_KEY, maxRetries: 0 };
const client = new OpenAI(options);
// A provider's own API: models are called by the provider's names.
const own = new OpenAI({ ...options, baseURL: `${url}/v1/sandbox/v1` });
const hello = [{ role: "user", content: "Hello, ☕ Wörld" }];
const weather = {
	type: "function",
	function: {
		name: "get_weather",
		parameters: {
			type: "object",
			properties: { place: { type: "string" } },
			required: ["place"],
		},
	},
};

const chat = (model = "sandbox/echo", more = {}) =>
	client.chat.completions.create({ model, messages: hello, ...more });

const embed = (input, more = {}) =>
	client.embeddings.create({ model: "sandbox/embed", input, ...more });

const fails = async (kind, status, promise) => {
	const error = await promise.then(() => null, (e) => e);
	assert(error instanceof kind, `no ${kind.name}, but ${error}`);
	if (status)
		assert.equal(error.status, status);
	return error;
};

const collect = async (stream) => {
	const chunks = [];
	for await (const chunk of stream)
		chunks.push(chunk);
	return chunks;
};

const textOf = (chunks) =>
	chunks.map((c) => c.choices[0]?.delta.content ?? "").join("");

const cases = {
	async "whole chat"() {
		const answer = await chat();
		assert.equal(answer.choices[0].message.content, hello[0].content);
		assert.equal(answer.choices[0].finish_reason, "stop");
		assert.match(answer.id, /^gen-/);
		assert(answer.usage.cost > 0);
	},
	async "chat under the other base URL"() {
		const other = new OpenAI({ ...options, baseURL: `${url}/api/v1` });
		const answer = await other.chat.completions.create({
			model: "sandbox/echo",
			messages: hello,
		});
		assert.equal(answer.choices[0].message.content, hello[0].content);
	},
	async "headers name the generation"() {
		const { data, response } = await chat().withResponse();
		assert.equal(response.headers.get("x-generation-id"), data.id);
	},
	async "chats at once"() {
		const answers = await Promise.all(
			[...Array(20).keys()].map((i) =>
				chat("sandbox/echo", {
					messages: [{ role: "user", content: `number ${i}` }],
				}),
			),
		);
		answers.forEach((a, i) =>
			assert.equal(a.choices[0].message.content, `number ${i}`));
	},
	async "streamed chat"() {
		const chunks = await collect(await chat("sandbox/echo", { stream: true }));
		assert.equal(textOf(chunks), hello[0].content);
		assert.equal(chunks.at(-1).choices[0].finish_reason, "stop");
		assert(chunks.every((c) => !c.usage));
	},
	async "streamed chat with usage"() {
		const chunks = await collect(
			await chat("sandbox/echo", {
				stream: true,
				stream_options: { include_usage: true },
			}),
		);
		assert.deepEqual(chunks.at(-1).choices, []);
		assert(chunks.at(-1).usage.cost > 0);
	},
	async "stream helper"() {
		const runner = client.chat.completions.stream({
			model: "sandbox/lorem+tokens=30",
			messages: hello,
		});
		let text = "";
		runner.on("content", (delta) => (text += delta));
		const final = await runner.finalChatCompletion();
		assert.equal(text, final.choices[0].message.content);
	},
	async "stream aborted early"() {
		const stream = await chat("sandbox/lorem+tokens=2000+pace=5", { stream: true });
		let seen = 0;
		for await (const chunk of stream)
			if (chunk && ++seen === 3)
				break;
		assert((await chat()).choices);
	},
	async "tools there and back"() {
		const first = await chat("sandbox/tools", { tools: [weather] });
		const { message } = first.choices[0];
		assert.equal(first.choices[0].finish_reason, "tool_calls");
		const [call] = message.tool_calls;
		assert.equal(typeof JSON.parse(call.function.arguments).place, "string");
		const second = await chat("sandbox/tools", {
			tools: [weather],
			messages: [
				...hello,
				message,
				{ role: "tool", tool_call_id: call.id, content: "17 degrees" },
			],
		});
		assert.match(second.choices[0].message.content, /17 degrees/);
	},
	async "a tool runs by itself"() {
		let asked = 0;
		const runner = client.chat.completions.runTools({
			model: "sandbox/tools",
			messages: hello,
			tools: [{
				type: "function",
				function: {
					...weather.function,
					parse: JSON.parse,
					function: () => (++asked, "17 degrees"),
				},
			}],
		});
		assert.match(await runner.finalContent(), /17 degrees/);
		assert.equal(asked, 1);
	},
	async "streamed tools"() {
		const chunks = await collect(
			await chat("sandbox/tools", { tools: [weather], stream: true }));
		const calls = chunks.flatMap((c) => c.choices[0]?.delta.tool_calls ?? []);
		const text = calls.map((c) => c.function?.arguments ?? "").join("");
		assert.equal(calls[0].function.name, "get_weather");
		assert("place" in JSON.parse(text));
	},
	async "JSON mode"() {
		const answer = await chat("sandbox/json", {
			response_format: { type: "json_object" },
		});
		assert.equal(typeof JSON.parse(answer.choices[0].message.content), "object");
	},
	async "JSON schema"() {
		const schema = {
			type: "object",
			properties: { name: { type: "string" }, people: { type: "integer" } },
			required: ["name", "people"],
			additionalProperties: false,
		};
		const answer = await chat("sandbox/json", {
			response_format: {
				type: "json_schema",
				json_schema: { name: "city", strict: true, schema },
			},
		});
		const city = JSON.parse(answer.choices[0].message.content);
		assert.equal(typeof city.name, "string");
		assert(Number.isInteger(city.people));
	},
	async "falls over to a second provider"() {
		assert((await chat("sandbox/spare")).choices[0].message.content);
	},
	async "models are listed"() {
		const ids = (await collect(client.models.list())).map((m) => m.id);
		assert(ids.includes("sandbox/echo"));
	},
	async "a model is shown"() {
		const model = await client.models.retrieve("sandbox/echo");
		assert.equal(model.id, "sandbox/echo");
		assert.equal(model.object, "model");
	},
	async "no such model to show"() {
		await fails(OpenAI.NotFoundError, 404, client.models.retrieve("sandbox/nonesuch"));
	},
	async "an embedding"() {
		const answer = await embed("Hello");
		assert.equal(answer.data.length, 1);
		assert.equal(answer.data[0].embedding.length, 256);
		assert(answer.usage.cost > 0);
	},
	async "an embedding is the same in any form"() {
		const [{ embedding }] = (await embed("Hello")).data;
		const [numbers] = (await embed("Hello", { encoding_format: "float" })).data;
		numbers.embedding.forEach((x, i) =>
			assert(Math.abs(x - embedding[i]) < 1e-6));
	},
	async "several embeddings"() {
		const { data } = await embed(["Hello", "World"], { dimensions: 8 });
		assert.deepEqual(data.map((e) => e.index), [0, 1]);
		assert(data.every((e) => e.embedding.length === 8));
		assert.equal((await embed([[1, 2], [3]])).data.length, 2);
	},
	async "embeddings want input"() {
		await fails(OpenAI.BadRequestError, 400, embed([]));
	},
	async "own endpoints by raw calls"() {
		const spent = await chat();
		const query = { id: spent.id };
		const record = await client.get("/generation", { query });
		assert.equal(record.data.id, spent.id);
		assert.equal(record.id, spent.id);
		assert(record.data.total_cost > 0);
		assert((await client.get("/credits")).data.total_credits > 0);
		assert((await client.get("/key")).data.usage > 0);
		assert.equal((await client.get("/balance").asResponse()).status, 200);
		const answer = await client.post("/chat/completions", {
			body: { model: "sandbox/echo", messages: hello },
		});
		assert.equal(answer.choices[0].message.content, hello[0].content);
	},
	async "keys by raw calls"() {
		const management = client.withOptions({
			apiKey: process.env.TURNPIKE_MANAGEMENT_KEY,
		});
		const body = { name: "from the SDK", limit: 1 };
		const made = await management.post("/keys", { body });
		const place = `/keys/${made.data.hash}`;
		const other = client.withOptions({ apiKey: made.key });
		assert.equal((await other.get("/key")).data.limit, 1);
		await management.patch(place, { body: { disabled: true } });
		await fails(OpenAI.AuthenticationError, 401, other.get("/key"));
		assert((await management.delete(place)).deleted);
		await fails(OpenAI.NotFoundError, 404, management.get(place));
	},
	async "what does not exist by raw calls"() {
		await fails(OpenAI.NotFoundError, 404, client.get("/nonesuch"));
		await fails(OpenAI.APIError, 405, client.delete("/credits"));
	},
	async "own API: chat"() {
		const { data, response } = await own.chat.completions
			.create({ model: "echo", messages: hello })
			.withResponse();
		assert.equal(data.choices[0].message.content, hello[0].content);
		assert.equal(data.model, "echo");
		const query = { id: response.headers.get("x-generation-id") };
		const record = (await client.get("/generation", { query })).data;
		assert.equal(record.model, "sandbox/echo");
		assert.equal(record.tokens_prompt, data.usage.prompt_tokens);
		assert(record.total_cost > 0);
	},
	async "own API: a stream"() {
		const chunks = await collect(
			await own.chat.completions.create({
				model: "lorem+tokens=30",
				messages: hello,
				stream: true,
				stream_options: { include_usage: true },
			}),
		);
		assert.equal(chunks.at(-1).usage.completion_tokens, 30);
	},
	async "own API: without a version"() {
		const other = new OpenAI({ ...options, baseURL: `${url}/api/v1/sandbox` });
		const answer = await other.chat.completions.create({
			model: "echo",
			messages: hello,
		});
		assert.equal(answer.choices[0].message.content, hello[0].content);
	},
	async "own API: embeddings and models"() {
		const input = ["a", "b"];
		const { data } = await own.embeddings.create({ model: "embed", input });
		assert.equal(data.length, 2);
		const ids = (await collect(own.models.list())).map((m) => m.id);
		assert(ids.includes("echo"));
		assert((await own.get("/counts")).requests > 0);
	},
	async "own API: errors are the provider's"() {
		const ask = (from, model) =>
			from.chat.completions.create({ model, messages: hello });
		await fails(
			OpenAI.RateLimitError, 429, ask(own, "fault+status=429+retry-after=60"));
		await fails(OpenAI.NotFoundError, 404, ask(own, "nonesuch"));
		await fails(OpenAI.NotFoundError, 404, own.get("/nonesuch"));
		const poor = own.withOptions({ apiKey: process.env.TURNPIKE_POOR_KEY });
		await fails(OpenAI.APIError, 402, ask(poor, "echo"));
		const nobody = new OpenAI({ ...options, baseURL: `${url}/v1/nonesuch/v1` });
		await fails(OpenAI.NotFoundError, 404, ask(nobody, "echo"));
	},
	async "own API: breaks off"() {
		const stream = await own.chat.completions.create({
			model: "lorem+tokens=100+cut=10",
			messages: hello,
			stream: true,
		});
		await fails(OpenAI.APIError, null, collect(stream));
	},
	async "legacy completion"() {
		const answer = await client.completions.create({
			model: "sandbox/echo",
			prompt: "Once upon a time",
		});
		assert.equal(answer.choices[0].text, "Once upon a time");
	},
	async "legacy completion streamed"() {
		const chunks = await collect(
			await client.completions.create({
				model: "sandbox/echo",
				prompt: "Once upon",
				stream: true,
			}),
		);
		assert.equal(chunks.map((c) => c.choices[0]?.text ?? "").join(""), "Once upon");
	},
	async "wrong key"() {
		const other = client.withOptions({ apiKey: `lr_live_${"0".repeat(48)}` });
		await fails(
			OpenAI.AuthenticationError, 401,
			other.chat.completions.create({ model: "sandbox/echo", messages: hello }));
	},
	async "unknown model"() {
		const error = await fails(OpenAI.APIError, null, chat("sandbox/nonesuch"));
		assert([400, 404].includes(error.status));
	},
	async "no credit"() {
		const other = client.withOptions({ apiKey: process.env.TURNPIKE_POOR_KEY });
		await fails(
			OpenAI.APIError, 402,
			other.chat.completions.create({ model: "sandbox/echo", messages: hello }));
	},
	async "too large"() {
		const messages = [{ role: "user", content: "x".repeat(11 << 20) }];
		await fails(OpenAI.APIError, 413, chat("sandbox/echo", { messages }));
	},
	async "no messages"() {
		await fails(OpenAI.BadRequestError, 400, chat("sandbox/echo", { messages: [] }));
	},
	async "provider asks for patience"() {
		await fails(
			OpenAI.RateLimitError, 429,
			chat("sandbox/fault+status=429+retry-after=60"));
	},
	async "provider fails"() {
		await fails(OpenAI.InternalServerError, null, chat("sandbox/fault+status=500"));
	},
	async "a stream that breaks is an error"() {
		const stream = await chat("sandbox/lorem+tokens=100+cut=10", { stream: true });
		await fails(OpenAI.APIError, null, collect(stream));
	},
	async "the client runs out of time"() {
		const hasty = client.withOptions({ timeout: 300 });
		await fails(
			OpenAI.APIConnectionTimeoutError, null,
			hasty.chat.completions.create({
				model: "sandbox/echo+delay=5000",
				messages: hello,
			}));
	},
};

let failed = 0;
for (const [name, run] of Object.entries(cases)) {
	try {
		await run();
	} catch (error) {
		failed++;
		console.log(`FAILED ${name}\n${error.stack}`);
	}
}
console.log(`${Object.keys(cases).length - failed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
