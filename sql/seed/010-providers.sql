-- The providers that are known from the start. Each has an address that
-- speaks OpenAI's chat completions, and is asked for nothing until it has a
-- credential. What an operator changed stays: a row that is there is left
-- alone, in this file and in the next.
INSERT INTO provider (slug, name, kind, base_url, environment, created_at)
VALUES
	('anthropic', 'Anthropic', 'openai', 'https://api.anthropic.com/v1', 'ANTHROPIC_API_KEY', 1782864000000),
	('google', 'Google AI Studio', 'openai', 'https://generativelanguage.googleapis.com/v1beta/openai', 'GEMINI_API_KEY', 1782864000000),
	('deepseek', 'DeepSeek', 'openai', 'https://api.deepseek.com/v1', 'DEEPSEEK_API_KEY', 1782864000000),
	('mistral', 'Mistral', 'openai', 'https://api.mistral.ai/v1', 'MISTRAL_API_KEY', 1782864000000),
	('xai', 'xAI', 'openai', 'https://api.x.ai/v1', 'XAI_API_KEY', 1782864000000),
	('groq', 'Groq', 'openai', 'https://api.groq.com/openai/v1', 'GROQ_API_KEY', 1782864000000),
	('meta', 'Meta Llama API', 'openai', 'https://api.llama.com/compat/v1', 'LLAMA_API_KEY', 1782864000000),
	('openrouter', 'OpenRouter', 'openai', 'https://openrouter.ai/api/v1', 'OPENROUTER_API_KEY', 1782864000000),
	('together', 'Together', 'openai', 'https://api.together.xyz/v1', 'TOGETHER_API_KEY', 1782864000000),
	('fireworks', 'Fireworks', 'openai', 'https://api.fireworks.ai/inference/v1', 'FIREWORKS_API_KEY', 1782864000000),
	('cerebras', 'Cerebras', 'openai', 'https://api.cerebras.ai/v1', 'CEREBRAS_API_KEY', 1782864000000),
	('deepinfra', 'DeepInfra', 'openai', 'https://api.deepinfra.com/v1/openai', 'DEEPINFRA_API_KEY', 1782864000000),
	('moonshot', 'Moonshot AI', 'openai', 'https://api.moonshot.ai/v1', 'MOONSHOT_API_KEY', 1782864000000),
	('zai', 'Z.AI', 'openai', 'https://api.z.ai/api/paas/v4', 'ZHIPU_API_KEY', 1782864000000),
	('alibaba', 'Alibaba Cloud', 'openai', 'https://dashscope-intl.aliyuncs.com/compatible-mode/v1', 'DASHSCOPE_API_KEY', 1782864000000),
	('cohere', 'Cohere', 'openai', 'https://api.cohere.ai/compatibility/v1', 'COHERE_API_KEY', 1782864000000),
	('perplexity', 'Perplexity', 'openai', 'https://api.perplexity.ai', 'PERPLEXITY_API_KEY', 1782864000000),
	('nvidia', 'NVIDIA', 'openai', 'https://integrate.api.nvidia.com/v1', 'NVIDIA_API_KEY', 1782864000000)
ON CONFLICT (slug) DO NOTHING;

-- Its reasoning models refuse max_tokens; all take the newer name.
INSERT INTO provider (slug, name, kind, base_url, environment, quirks, created_at)
VALUES
	('openai', 'OpenAI', 'openai', 'https://api.openai.com/v1', 'OPENAI_API_KEY', 'max_completion_tokens', 1782864000000)
ON CONFLICT (slug) DO NOTHING;

-- What other systems and the public price lists call them.
INSERT INTO provider_alias (alias, provider) VALUES
	('google-ai-studio', 'google'),
	('gemini', 'google'),
	('mistralai', 'mistral'),
	('x-ai', 'xai'),
	('llama', 'meta'),
	('meta-llama', 'meta'),
	('meta_llama', 'meta'),
	('togetherai', 'together'),
	('together_ai', 'together'),
	('fireworks-ai', 'fireworks'),
	('fireworks_ai', 'fireworks'),
	('moonshotai', 'moonshot'),
	('z-ai', 'zai'),
	('dashscope', 'alibaba'),
	('cohere_chat', 'cohere'),
	('nvidia_nim', 'nvidia')
ON CONFLICT (alias) DO NOTHING;
