-- The make-believe provider, twice: what it answers is described in
-- www/docs/sandbox.md, and the second is what the first falls over to. Its
-- prices are as round as prices can be: one dollar for a million tokens in,
-- two for a million out, a tenth for what came from a cache.
INSERT INTO provider (slug, name, kind, base_url, quirks, needs_credential, created_at)
VALUES
	('sandbox', 'Sandbox', 'openai', 'http://127.0.0.1:8080/sandbox/v1', 'parametrised', 0, 1782864000000),
	('sandbox2', 'Second sandbox', 'openai', 'http://127.0.0.1:8080/sandbox2/v1', 'parametrised', 0, 1782864000000)
ON CONFLICT (slug) DO NOTHING;

-- They count what they are asked, and keep nothing of it.
UPDATE provider SET zdr = 1, trains = 0
 WHERE slug IN ('sandbox', 'sandbox2') AND zdr IS NULL AND trains IS NULL;

INSERT INTO import (id, source, shape, hash, at) VALUES
	('imp-0000000000000000', 'seed', 'sandbox', '', 1782864000000)
ON CONFLICT (id) DO NOTHING;

INSERT INTO model (id, name, description, released_at, context, output_limit, output_modalities, parameters, tokenizer)
VALUES
	('sandbox/echo', 'Sandbox: Echo', 'Says what it was told.', 1782864000000, 131072, 32768, 'text', 'max_completion_tokens,max_tokens,seed,stop,temperature,top_p', 'Other'),
	('sandbox/lorem', 'Sandbox: Lorem', 'Says as many words of Latin as it is asked for.', 1782864000000, 131072, 32768, 'text', 'logprobs,max_completion_tokens,max_tokens,seed,stop,temperature,top_logprobs,top_p', 'Other'),
	('sandbox/tools', 'Sandbox: Tools', 'Calls the tools that it is given.', 1782864000000, 131072, 32768, 'text', 'max_completion_tokens,max_tokens,parallel_tool_calls,seed,stop,temperature,tool_choice,tools,top_p', 'Other'),
	('sandbox/json', 'Sandbox: JSON', 'Answers in JSON that fits the schema.', 1782864000000, 131072, 32768, 'text', 'max_completion_tokens,max_tokens,response_format,seed,stop,structured_outputs,temperature,top_p', 'Other'),
	('sandbox/think', 'Sandbox: Think', 'Reasons before it answers.', 1782864000000, 131072, 32768, 'text', 'include_reasoning,max_completion_tokens,max_tokens,reasoning,reasoning_effort,seed,stop,temperature,top_p', 'Other'),
	('sandbox/fault', 'Sandbox: Fault', 'Goes wrong in the way that it is asked to.', 1782864000000, 131072, 32768, 'text', 'max_completion_tokens,max_tokens,seed,stop,temperature,top_p', 'Other'),
	('sandbox/spare', 'Sandbox: Spare', 'Its first provider always fails, its second answers.', 1782864000000, 131072, 32768, 'text', 'max_completion_tokens,max_tokens,seed,stop,temperature,top_p', 'Other'),
	('sandbox/free', 'Sandbox: Free', 'Costs nothing, and says so.', 1782864000000, 131072, 32768, 'text', 'max_completion_tokens,max_tokens,seed,stop,temperature,top_p', 'Other'),
	('sandbox/unpriced', 'Sandbox: Unpriced', 'Nobody knows what it costs.', 1782864000000, 131072, 32768, 'text', 'max_completion_tokens,max_tokens,seed,stop,temperature,top_p', 'Other'),
	('sandbox/embed', 'Sandbox: Embed', 'Turns text into numbers.', 1782864000000, 8192, NULL, 'embeddings', 'dimensions,encoding_format', 'Other')
ON CONFLICT (id) DO NOTHING;

INSERT INTO endpoint (id, model, provider, native, context, output_limit, rank, price)
VALUES
	('sandbox:echo', 'sandbox/echo', 'sandbox', 'echo', 131072, 32768, 10, 1),
	('sandbox:lorem', 'sandbox/lorem', 'sandbox', 'lorem', 131072, 32768, 10, 2),
	('sandbox:tools', 'sandbox/tools', 'sandbox', 'tools', 131072, 32768, 10, 3),
	('sandbox:json', 'sandbox/json', 'sandbox', 'json', 131072, 32768, 10, 4),
	('sandbox:think', 'sandbox/think', 'sandbox', 'think', 131072, 32768, 10, 5),
	('sandbox:fault', 'sandbox/fault', 'sandbox', 'fault', 131072, 32768, 10, 6),
	('sandbox:fault+status=503', 'sandbox/spare', 'sandbox', 'fault+status=503', 131072, 32768, 10, 7),
	('sandbox2:lorem', 'sandbox/spare', 'sandbox2', 'lorem', 131072, 32768, 20, 8),
	('sandbox:free', 'sandbox/free', 'sandbox', 'free', 131072, 32768, 10, 9),
	('sandbox:unpriced', 'sandbox/unpriced', 'sandbox', 'unpriced', 131072, 32768, 10, NULL),
	('sandbox:embed', 'sandbox/embed', 'sandbox', 'embed', 8192, NULL, 10, 10)
ON CONFLICT (id) DO NOTHING;

INSERT INTO price (id, endpoint, import, since, input, output, cache_read)
VALUES
	(1, 'sandbox:echo', 'imp-0000000000000000', 1782864000000, 1000000, 2000000, 100000),
	(2, 'sandbox:lorem', 'imp-0000000000000000', 1782864000000, 1000000, 2000000, 100000),
	(3, 'sandbox:tools', 'imp-0000000000000000', 1782864000000, 1000000, 2000000, 100000),
	(4, 'sandbox:json', 'imp-0000000000000000', 1782864000000, 1000000, 2000000, 100000),
	(5, 'sandbox:think', 'imp-0000000000000000', 1782864000000, 1000000, 2000000, 100000),
	(6, 'sandbox:fault', 'imp-0000000000000000', 1782864000000, 1000000, 2000000, 100000),
	(7, 'sandbox:fault+status=503', 'imp-0000000000000000', 1782864000000, 1000000, 2000000, 100000),
	(8, 'sandbox2:lorem', 'imp-0000000000000000', 1782864000000, 1000000, 2000000, 100000),
	(9, 'sandbox:free', 'imp-0000000000000000', 1782864000000, 0, 0, NULL),
	(10, 'sandbox:embed', 'imp-0000000000000000', 1782864000000, 100000, 0, NULL)
ON CONFLICT (id) DO NOTHING;
