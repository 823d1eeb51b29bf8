"""What OpenAI's SDK for Python does with a suite. Run by check.py."""

import asyncio
import base64
import json
import os
import struct
import sys
import traceback

import openai
import pydantic

BASE = os.environ["TURNPIKE_URL"]
KEY = os.environ["TURNPIKE_KEY"]
POOR_KEY = os.environ["TURNPIKE_POOR_KEY"]

client = openai.OpenAI(base_url=f"{BASE}/v1", api_key=KEY, max_retries=0)
# A provider's own API: models are called by the provider's names.
own = openai.OpenAI(base_url=f"{BASE}/v1/sandbox/v1", api_key=KEY, max_retries=0)
HELLO = [{"role": "user", "content": "Hello, ☕ Wörld"}]
WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "The weather of a place",
        "parameters": {
            "type": "object",
            "properties": {"place": {"type": "string"}},
            "required": ["place"],
        },
    },
}
cases = []


def case(f):
    cases.append(f)
    return f


def chat(model="sandbox/echo", messages=None, **more):
    return client.chat.completions.create(model=model, messages=messages or HELLO, **more)


def raises(kind, status, f):
    try:
        f()
    except kind as e:
        assert not status or e.status_code == status, e.status_code
        return e
    raise AssertionError(f"no {kind.__name__}")


@case
def whole_chat():
    answer = chat()
    assert answer.choices[0].message.content == HELLO[0]["content"]
    assert answer.choices[0].message.role == "assistant"
    assert answer.choices[0].finish_reason == "stop"
    assert answer.object == "chat.completion"
    assert answer.id.startswith("gen-"), answer.id
    assert answer.usage.prompt_tokens > 0 and answer.usage.completion_tokens > 0
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens
    assert answer.usage.model_extra["cost"] > 0


@case
def chat_under_the_other_base_url():
    other = openai.OpenAI(base_url=f"{BASE}/api/v1", api_key=KEY, max_retries=0)
    answer = other.chat.completions.create(model="sandbox/echo", messages=HELLO)
    assert answer.choices[0].message.content == HELLO[0]["content"]


@case
def headers_name_the_generation():
    raw = client.chat.completions.with_raw_response.create(model="sandbox/echo", messages=HELLO)
    assert raw.headers["x-generation-id"] == raw.parse().id


@case
def asynchronous_chats_at_once():
    async def all_of_them():
        async with openai.AsyncOpenAI(base_url=f"{BASE}/v1", api_key=KEY) as c:
            return await asyncio.gather(*[
                c.chat.completions.create(
                    model="sandbox/echo", messages=[{"role": "user", "content": f"number {i}"}])
                for i in range(20)])
    answers = asyncio.run(all_of_them())
    assert [a.choices[0].message.content for a in answers] == [f"number {i}" for i in range(20)]


@case
def streamed_chat():
    chunks = list(chat(stream=True))
    assert "".join(c.choices[0].delta.content or "" for c in chunks) == HELLO[0]["content"]
    assert chunks[-1].choices[0].finish_reason == "stop"
    assert len({c.id for c in chunks}) == 1
    assert all(c.usage is None for c in chunks)


@case
def streamed_chat_with_usage():
    *chunks, last = chat(stream=True, stream_options={"include_usage": True})
    assert last.choices == [] and last.usage.completion_tokens > 0
    assert last.usage.model_extra["cost"] > 0
    assert all(c.usage is None for c in chunks)


@case
def stream_helper():
    with client.chat.completions.stream(model="sandbox/lorem+tokens=30", messages=HELLO) as stream:
        deltas = [e.delta for e in stream if e.type == "content.delta"]
        final = stream.get_final_completion()
    assert "".join(deltas) == final.choices[0].message.content


@case
def stream_closed_early():
    stream = chat("sandbox/lorem+tokens=2000+pace=5", stream=True)
    for _ in range(3):
        next(stream)
    stream.close()
    assert chat().choices


@case
def tools_there_and_back():
    first = chat("sandbox/tools", tools=[WEATHER])
    message = first.choices[0].message
    assert first.choices[0].finish_reason == "tool_calls"
    call = message.tool_calls[0]
    assert call.function.name == "get_weather" and call.id
    assert isinstance(json.loads(call.function.arguments)["place"], str)
    second = chat("sandbox/tools", HELLO + [
        message.model_dump(exclude_none=True),
        {"role": "tool", "tool_call_id": call.id, "content": "17 degrees"},
    ], tools=[WEATHER])
    assert "17 degrees" in second.choices[0].message.content
    assert second.choices[0].finish_reason == "stop"


@case
def streamed_tools():
    names, arguments, finish = [], "", None
    for chunk in chat("sandbox/tools", tools=[WEATHER], stream=True):
        finish = chunk.choices[0].finish_reason or finish
        for call in chunk.choices[0].delta.tool_calls or []:
            if call.function.name:
                names.append(call.function.name)
            arguments += call.function.arguments or ""
    assert names == ["get_weather"] and finish == "tool_calls"
    assert "place" in json.loads(arguments)


@case
def a_tool_is_demanded():
    answer = chat("sandbox/tools", tools=[WEATHER],
                  tool_choice={"type": "function", "function": {"name": "get_weather"}})
    assert answer.choices[0].message.tool_calls[0].function.name == "get_weather"


@case
def json_mode():
    answer = chat("sandbox/json", response_format={"type": "json_object"})
    assert isinstance(json.loads(answer.choices[0].message.content), dict)


@case
def json_schema():
    class City(pydantic.BaseModel):
        name: str
        people: int
        capital: bool
        rivers: list[str]

    answer = client.chat.completions.parse(
        model="sandbox/json", messages=HELLO, response_format=City)
    assert isinstance(answer.choices[0].message.parsed, City)


@case
def several_choices():
    answer = chat(n=3)
    assert [c.index for c in answer.choices] == [0, 1, 2]


@case
def limits_are_passed_on():
    answer = chat("sandbox/lorem", max_completion_tokens=5)
    assert answer.choices[0].finish_reason == "length"
    assert answer.usage.completion_tokens == 5


@case
def unknown_members_do_no_harm():
    answer = chat(extra_body={"provider": {"allow_fallbacks": True}, "transforms": []},
                  extra_headers={"X-Title": "SDK check", "HTTP-Referer": "https://example.org"},
                  user="somebody", seed=3, temperature=0.5)
    assert answer.choices[0].message.content


@case
def falls_over_to_a_second_provider():
    assert chat("sandbox/spare").choices[0].message.content


@case
def models_are_listed():
    ids = [m.id for m in client.models.list()]
    assert "sandbox/echo" in ids and len(ids) == len(set(ids))


@case
def a_model_is_shown():
    model = client.models.retrieve("sandbox/echo")
    assert model.id == "sandbox/echo" and model.object == "model" and model.created > 0


@case
def a_model_is_shown_with_its_slash_encoded():
    raw = client.get("/models/sandbox%2Fecho", cast_to=openai.types.Model)
    assert raw.id == "sandbox/echo"


@case
def no_such_model_to_show():
    raises(openai.NotFoundError, 404, lambda: client.models.retrieve("sandbox/nonesuch"))


@case
def models_are_listed_page_by_page():
    page = client.models.list()
    assert page.object == "list" and page.data[0].owned_by and not page.has_next_page()
    raw = client.get("/models", cast_to=object, options={"params": {"limit": 2, "q": "sandbox"}})
    assert len(raw["data"]) == 2


def embed(what, **more):
    return client.embeddings.create(model="sandbox/embed", input=what, **more)


@case
def an_embedding():
    """The SDK asks for base64 by itself, and makes numbers of it."""
    answer = embed("Hello")
    assert answer.object == "list" and len(answer.data) == 1
    assert answer.data[0].index == 0 and len(answer.data[0].embedding) == 256
    assert abs(sum(x * x for x in answer.data[0].embedding) - 1) < 1e-3
    assert answer.usage.prompt_tokens == answer.usage.total_tokens > 0
    assert answer.usage.model_extra["cost"] > 0


@case
def an_embedding_is_the_same_in_any_form():
    numbers = embed("Hello", encoding_format="float").data[0].embedding
    assert isinstance(numbers, list)
    packed = embed("Hello", encoding_format="base64").data[0].embedding
    if isinstance(packed, str):
        packed = struct.unpack(f"<{len(numbers)}f", base64.b64decode(packed))
    assert all(abs(a - b) < 1e-6 for a, b in zip(numbers, packed, strict=True))


@case
def several_embeddings():
    answer = embed(["Hello", "World", "Hello"], dimensions=8)
    assert [e.index for e in answer.data] == [0, 1, 2]
    assert all(len(e.embedding) == 8 for e in answer.data)
    assert answer.data[0].embedding == answer.data[2].embedding != answer.data[1].embedding


@case
def embeddings_of_tokens():
    assert len(embed([1, 2, 3]).data) == 1
    assert len(embed([[1, 2, 3], [4]]).data) == 2


@case
def embeddings_want_input():
    raises(openai.BadRequestError, 400, lambda: embed([]))
    raises(openai.APIStatusError, None,
           lambda: client.embeddings.create(model="sandbox/echo", input="Hello"))


@case
def own_endpoints_by_raw_calls():
    spent = chat()
    record = client.get("/generation", cast_to=object, options={"params": {"id": spent.id}})
    assert record["data"]["id"] == record["id"] == spent.id
    assert record["data"]["total_cost"] > 0
    assert client.get("/credits", cast_to=object)["data"]["total_credits"] > 0
    assert client.get("/key", cast_to=object)["data"]["usage"] > 0
    assert client.get("/balance", cast_to=object)
    assert client.get("/models/sandbox/echo/endpoints", cast_to=object)["data"]["endpoints"]
    answer = client.post("/chat/completions", cast_to=object,
                         body={"model": "sandbox/echo", "messages": HELLO})
    assert answer["choices"][0]["message"]["content"] == HELLO[0]["content"]


@case
def keys_by_raw_calls():
    management = client.with_options(api_key=os.environ["TURNPIKE_MANAGEMENT_KEY"])
    made = management.post("/keys", cast_to=object, body={"name": "from the SDK", "limit": 1})
    place = f"/keys/{made['data']['hash']}"
    other = client.with_options(api_key=made["key"])
    assert other.get("/key", cast_to=object)["data"]["limit"] == 1
    assert management.patch(place, cast_to=object, body={"disabled": True})["data"]["disabled"]
    raises(openai.AuthenticationError, 401, lambda: other.get("/key", cast_to=object))
    assert management.delete(place, cast_to=object)["deleted"]
    raises(openai.NotFoundError, 404, lambda: management.get(place, cast_to=object))


@case
def what_does_not_exist_by_raw_calls():
    raises(openai.NotFoundError, 404, lambda: client.get("/nonesuch", cast_to=object))
    raises(openai.NotFoundError, 404, lambda: client.get("/generation?id=gen-0", cast_to=object))
    raises(openai.APIStatusError, 405, lambda: client.delete("/credits", cast_to=object))


@case
def own_api_chat():
    raw = own.chat.completions.with_raw_response.create(model="echo", messages=HELLO)
    answer = raw.parse()
    assert answer.choices[0].message.content == HELLO[0]["content"]
    assert answer.model == "echo" and answer.id.startswith("chatcmpl-"), answer
    record = client.get("/generation", cast_to=object,
                        options={"params": {"id": raw.headers["x-generation-id"]}})["data"]
    assert record["model"] == "sandbox/echo" and record["total_cost"] > 0
    assert record["tokens_prompt"] == answer.usage.prompt_tokens


@case
def own_api_stream():
    *chunks, last = own.chat.completions.create(
        model="lorem+tokens=30", messages=HELLO, stream=True,
        stream_options={"include_usage": True})
    assert last.choices == [] and last.usage.completion_tokens == 30
    assert chunks[-1].choices[0].finish_reason == "length" or chunks[-1].choices


@case
def own_api_without_a_version():
    other = client.with_options(base_url=f"{BASE}/api/v1/sandbox")
    assert other.chat.completions.create(model="echo", messages=HELLO).choices


@case
def own_api_embeddings_and_models():
    assert len(own.embeddings.create(model="embed", input=["a", "b"]).data) == 2
    assert "echo" in [m.id for m in own.models.list()]
    assert own.get("/counts", cast_to=object)["requests"] > 0


@case
def own_api_errors_are_the_providers():
    e = raises(openai.RateLimitError, 429, lambda: own.chat.completions.create(
        model="fault+status=429+retry-after=60", messages=HELLO))
    assert e.response.headers["retry-after"] == "60"
    raises(openai.NotFoundError, 404, lambda: own.chat.completions.create(
        model="nonesuch", messages=HELLO))
    raises(openai.NotFoundError, 404, lambda: own.get("/nonesuch", cast_to=object))
    raises(openai.AuthenticationError, 401, lambda: own.with_options(
        api_key="lr_live_" + "0" * 48).models.list())
    raises(openai.APIStatusError, 402, lambda: own.with_options(
        api_key=POOR_KEY).chat.completions.create(model="echo", messages=HELLO))
    nobody = client.with_options(base_url=f"{BASE}/v1/nonesuch/v1")
    raises(openai.NotFoundError, 404, lambda: nobody.models.list())


@case
def own_api_breaks_off():
    def read():
        for _ in own.chat.completions.create(
                model="lorem+tokens=100+cut=10", messages=HELLO, stream=True):
            pass
    raises(openai.APIError, None, read)


@case
def legacy_completion():
    answer = client.completions.create(model="sandbox/echo", prompt="Once upon a time")
    assert answer.choices[0].text == "Once upon a time"
    assert answer.object == "text_completion" and answer.usage.prompt_tokens > 0


@case
def legacy_completion_streamed():
    stream = client.completions.create(model="sandbox/echo", prompt="Once upon", stream=True)
    assert "".join(c.choices[0].text for c in stream if c.choices) == "Once upon"


@case
def wrong_key():
    other = client.with_options(api_key="lr_live_" + "0" * 48)
    e = raises(openai.AuthenticationError, 401,
               lambda: other.chat.completions.create(model="sandbox/echo", messages=HELLO))
    assert e.body["message"] and e.body["code"] == 401


@case
def unknown_model():
    e = raises(openai.APIStatusError, None, lambda: chat("sandbox/nonesuch"))
    assert e.status_code in (400, 404) and "nonesuch" in e.message


@case
def no_credit():
    other = client.with_options(api_key=POOR_KEY)
    raises(openai.APIStatusError, 402,
           lambda: other.chat.completions.create(model="sandbox/echo", messages=HELLO))


@case
def too_large():
    raises(openai.APIStatusError, 413,
           lambda: chat(messages=[{"role": "user", "content": "x" * (11 << 20)}]))


@case
def messages_are_missing():
    raises(openai.BadRequestError, 400, lambda: client.chat.completions.create(
        model="sandbox/echo", messages=[]))


@case
def provider_asks_for_patience():
    e = raises(openai.RateLimitError, 429,
               lambda: chat("sandbox/fault+status=429+retry-after=60"))
    assert e.response.headers.get("retry-after")


@case
def provider_fails():
    e = raises(openai.InternalServerError, None, lambda: chat("sandbox/fault+status=500"))
    assert e.status_code in (500, 502, 503), e.status_code


@case
def provider_finds_fault_with_the_request():
    raises(openai.BadRequestError, 400, lambda: chat("sandbox/fault+status=400"))


@case
def a_stream_that_breaks_is_an_error():
    def read():
        for _ in chat("sandbox/lorem+tokens=100+cut=10", stream=True):
            pass
    e = raises(openai.APIError, None, read)
    assert e.message


@case
def the_client_runs_out_of_time():
    hasty = client.with_options(timeout=0.3)
    raises(openai.APITimeoutError, None, lambda: hasty.chat.completions.create(
        model="sandbox/echo+delay=5000", messages=HELLO))


def main():
    failed = 0
    for f in cases:
        try:
            f()
        except Exception:
            failed += 1
            print(f"FAILED {f.__name__}")
            traceback.print_exc()
    print(f"{len(cases) - failed} passed, {failed} failed")
    sys.exit(failed > 0)


main()
