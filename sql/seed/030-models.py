#!/usr/bin/python3
"""Makes 030-models.sql from the public list of models.dev.

    030-models.py api.json YYYY-MM-DD >030-models.sql.new

The models below are taken, with the facts that the list gives for each of
their providers. A price keeps its number from the present 030-models.sql as
long as it stays the same, and a changed one gets a new number: what a number
stands for never changes, so that older installations can take a newer seed.
"""
import datetime
import decimal
import hashlib
import json
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
PRESENT = os.path.join(HERE, "030-models.sql")
FIRST_PRICE = 101  # those below are the sandbox's

# Our provider -> the list's.
PROVIDERS = {
    "meta": "llama",
    "together": "togetherai",
    "fireworks": "fireworks-ai",
    "moonshot": "moonshotai",
}

AUTHORS = {
    "openai": ("OpenAI", "GPT"),
    "anthropic": ("Anthropic", "Claude"),
    "google": ("Google", "Gemini"),
    "deepseek": ("DeepSeek", "DeepSeek"),
    "mistralai": ("Mistral", "Mistral"),
    "x-ai": ("xAI", "Grok"),
    "meta-llama": ("Meta", "Llama3"),
    "moonshotai": ("MoonshotAI", "Other"),
    "z-ai": ("Z.ai", "Other"),
    "qwen": ("Qwen", "Qwen3"),
}

# The model, then PROVIDER:NATIVE of each endpoint; the first gives the facts.
# An endpoint at OpenRouter is added where the list has one by the same id.
# What only OpenAI's Responses interface takes (pro, codex, deep research) and
# what makes images is left out.
MODELS = """
openai/gpt-5.5 openai:gpt-5.5
openai/gpt-5.4 openai:gpt-5.4
openai/gpt-5.4-mini openai:gpt-5.4-mini
openai/gpt-5.4-nano openai:gpt-5.4-nano
openai/gpt-5.3-chat openai:gpt-5.3-chat-latest
openai/gpt-5.2 openai:gpt-5.2
openai/gpt-5.1 openai:gpt-5.1
openai/gpt-5 openai:gpt-5
openai/gpt-5-mini openai:gpt-5-mini
openai/gpt-5-nano openai:gpt-5-nano
openai/o4-mini openai:o4-mini
openai/o3 openai:o3
openai/o3-mini openai:o3-mini
openai/o1 openai:o1
openai/gpt-4.1 openai:gpt-4.1
openai/gpt-4.1-mini openai:gpt-4.1-mini
openai/gpt-4.1-nano openai:gpt-4.1-nano
openai/gpt-4o openai:gpt-4o
openai/gpt-4o-2024-11-20 openai:gpt-4o-2024-11-20
openai/gpt-4o-2024-08-06 openai:gpt-4o-2024-08-06
openai/gpt-4o-mini openai:gpt-4o-mini
openai/gpt-4-turbo openai:gpt-4-turbo
openai/gpt-4 openai:gpt-4
openai/gpt-3.5-turbo openai:gpt-3.5-turbo
openai/gpt-oss-120b groq:openai/gpt-oss-120b cerebras:gpt-oss-120b together:openai/gpt-oss-120b fireworks:accounts/fireworks/models/gpt-oss-120b deepinfra:openai/gpt-oss-120b
openai/gpt-oss-20b groq:openai/gpt-oss-20b together:openai/gpt-oss-20b fireworks:accounts/fireworks/models/gpt-oss-20b deepinfra:openai/gpt-oss-20b
openai/text-embedding-3-large openai:text-embedding-3-large
openai/text-embedding-3-small openai:text-embedding-3-small
openai/text-embedding-ada-002 openai:text-embedding-ada-002
anthropic/claude-fable-5 anthropic:claude-fable-5
anthropic/claude-sonnet-5 anthropic:claude-sonnet-5
anthropic/claude-opus-4.8 anthropic:claude-opus-4-8
anthropic/claude-opus-4.7 anthropic:claude-opus-4-7
anthropic/claude-opus-4.6 anthropic:claude-opus-4-6
anthropic/claude-sonnet-4.6 anthropic:claude-sonnet-4-6
anthropic/claude-opus-4.5 anthropic:claude-opus-4-5
anthropic/claude-haiku-4.5 anthropic:claude-haiku-4-5
anthropic/claude-sonnet-4.5 anthropic:claude-sonnet-4-5
anthropic/claude-opus-4.1 anthropic:claude-opus-4-1
anthropic/claude-opus-4 anthropic:claude-opus-4-0
anthropic/claude-sonnet-4 anthropic:claude-sonnet-4-0
google/gemini-3.5-flash google:gemini-3.5-flash
google/gemini-3.1-pro-preview google:gemini-3.1-pro-preview
google/gemini-3.1-flash-lite google:gemini-3.1-flash-lite
google/gemini-3-flash-preview google:gemini-3-flash-preview
google/gemini-2.5-pro google:gemini-2.5-pro
google/gemini-2.5-flash google:gemini-2.5-flash
google/gemini-2.5-flash-lite google:gemini-2.5-flash-lite
google/gemini-embedding-001 google:gemini-embedding-001
google/gemma-4-31b-it together:google/gemma-4-31B-it deepinfra:google/gemma-4-31B-it
deepseek/deepseek-v4-pro deepseek:deepseek-v4-pro together:deepseek-ai/DeepSeek-V4-Pro fireworks:accounts/fireworks/models/deepseek-v4-pro deepinfra:deepseek-ai/DeepSeek-V4-Pro
deepseek/deepseek-v4-flash deepseek:deepseek-v4-flash fireworks:accounts/fireworks/models/deepseek-v4-flash
deepseek/deepseek-chat deepseek:deepseek-chat
deepseek/deepseek-reasoner deepseek:deepseek-reasoner
mistralai/mistral-large-2512 mistral:mistral-large-2512
mistralai/mistral-medium-3-5 mistral:mistral-medium-2604
mistralai/mistral-medium-3.1 mistral:mistral-medium-2508
mistralai/mistral-small-2603 mistral:mistral-small-2603
mistralai/mistral-small-3.2-24b-instruct mistral:mistral-small-2506
mistralai/magistral-medium mistral:magistral-medium-latest
mistralai/codestral mistral:codestral-latest
mistralai/ministral-8b mistral:ministral-8b-latest
mistralai/ministral-3b mistral:ministral-3b-latest
mistralai/mistral-embed mistral:mistral-embed
x-ai/grok-4.3 xai:grok-4.3
x-ai/grok-4.20 xai:grok-4.20-0309-reasoning
x-ai/grok-4.20-non-reasoning xai:grok-4.20-0309-non-reasoning
x-ai/grok-build-0.1 xai:grok-build-0.1
meta-llama/llama-4-maverick meta:llama-4-maverick-17b-128e-instruct-fp8
meta-llama/llama-4-scout meta:llama-4-scout-17b-16e-instruct-fp8 groq:meta-llama/llama-4-scout-17b-16e-instruct
meta-llama/llama-3.3-70b-instruct meta:llama-3.3-70b-instruct groq:llama-3.3-70b-versatile together:meta-llama/Llama-3.3-70B-Instruct-Turbo
meta-llama/llama-3.3-8b-instruct meta:llama-3.3-8b-instruct
meta-llama/llama-3.1-8b-instruct groq:llama-3.1-8b-instant
qwen/qwen3-32b groq:qwen/qwen3-32b alibaba:qwen3-32b
moonshotai/kimi-k2.7-code moonshot:kimi-k2.7-code together:moonshotai/Kimi-K2.7-Code fireworks:accounts/fireworks/models/kimi-k2p7-code
moonshotai/kimi-k2.6 moonshot:kimi-k2.6 together:moonshotai/Kimi-K2.6 fireworks:accounts/fireworks/models/kimi-k2p6 deepinfra:moonshotai/Kimi-K2.6
z-ai/glm-5.2 zai:glm-5.2 together:zai-org/GLM-5.2 fireworks:accounts/fireworks/models/glm-5p2 deepinfra:zai-org/GLM-5.2
"""

# Names that clients of the provider's own interface send, and the names that
# a provider points to its newest model.
ALIASES = {
    "mistral-large-latest": "mistralai/mistral-large-2512",
    "mistralai/mistral-large": "mistralai/mistral-large-2512",
    "mistral-medium-latest": "mistralai/mistral-medium-3.1",
    "mistral-small-latest": "mistralai/mistral-small-2603",
    "claude-opus-4-5-20251101": "anthropic/claude-opus-4.5",
    "claude-haiku-4-5-20251001": "anthropic/claude-haiku-4.5",
    "claude-sonnet-4-5-20250929": "anthropic/claude-sonnet-4.5",
    "claude-opus-4-1-20250805": "anthropic/claude-opus-4.1",
    "claude-opus-4-20250514": "anthropic/claude-opus-4",
    "claude-sonnet-4-20250514": "anthropic/claude-sonnet-4",
}
FIRST_PARTY = {
    "openai": "openai", "anthropic": "anthropic", "google": "google",
    "deepseek": "deepseek", "mistral": "mistralai", "xai": "x-ai",
    "meta": "meta-llama", "moonshot": "moonshotai", "zai": "z-ai",
}

# Where the list is known to be wrong or silent.
RELEASED = {"mistralai/mistral-large-2512": "2025-12-02"}
NO_CACHE_PRICE = {"openai:gpt-3.5-turbo"}  # it says 0; there is no such cache

# supported_parameters: what every model of a provider takes, and what comes
# with an ability.
SAMPLING = "temperature top_p"
PENALTIES = "frequency_penalty presence_penalty"
COMMON = {
    "openai": "max_tokens max_completion_tokens seed",
    "anthropic": "max_tokens max_completion_tokens stop",
    "google": "max_tokens max_completion_tokens stop seed",
}
PLAIN = {  # where the model does not reason
    "openai": "stop logit_bias logprobs top_logprobs " + PENALTIES,
}
USUAL = "max_tokens stop seed " + PENALTIES


def parameters(provider, m):
    if not m["tool_call"] and not m.get("temperature"):
        return "dimensions,encoding_format" if embeds(m) else "max_tokens,stop"
    names = COMMON.get(provider, USUAL).split()
    if m.get("temperature"):
        names += SAMPLING.split()
    if not m["reasoning"]:
        names += PLAIN.get(provider, "").split()
    else:
        names += ["reasoning", "include_reasoning"]
        if any(o.get("type") == "effort"
               for o in m.get("reasoning_options") or []):
            names.append("reasoning_effort")
    if m["tool_call"]:
        names += ["tools", "tool_choice", "parallel_tool_calls"]
    if m.get("structured_output"):
        names += ["response_format", "structured_outputs"]
    return ",".join(sorted(set(names)))


def embeds(m):
    return "embed" in m["id"]


def quoted(text):
    return "NULL" if text is None else "'%s'" % text.replace("'", "''")


def number(n):
    return "NULL" if not n else str(n)


def pico(dollars_per_million):
    if dollars_per_million is None:
        return None
    n = decimal.Decimal(dollars_per_million) * 10**6
    assert n == int(n) >= 0, dollars_per_million
    return int(n)


PRICES = ("input", "output", "cache_read", "cache_write_5m", "cache_write_1h",
          "reasoning", "audio_in", "audio_out")


def price(endpoint, m):
    cost = m.get("cost")
    if not cost:
        return None
    row = dict(input=cost["input"], output=cost["output"],
               cache_read=cost.get("cache_read"),
               cache_write_5m=cost.get("cache_write"),
               reasoning=cost.get("reasoning"),
               audio_in=cost.get("input_audio"),
               audio_out=cost.get("output_audio"))
    row = {k: pico(v) for k, v in row.items()}
    if endpoint in NO_CACHE_PRICE:
        row["cache_read"] = None
    # Anthropic's price list: five minutes cost 1.25 times the input price,
    # an hour twice as much as the input.
    if "anthropic" in endpoint and row["cache_write_5m"]:
        assert row["cache_write_5m"] * 4 == row["input"] * 5, endpoint
        row["cache_write_1h"] = 2 * row["input"]
    return tuple(row.get(k) for k in PRICES)


def modalities(names):
    return ",".join("file" if n == "pdf" else n for n in names)


def milliseconds(date):
    day = datetime.datetime.strptime((date + "-01")[:10], "%Y-%m-%d")
    return int(day.replace(tzinfo=datetime.timezone.utc).timestamp() * 1000)


def described(author, m):
    what = ("embedding model" if embeds(m) else
            "reasoning model" if m["reasoning"] else "language model")
    also = [{"pdf": "files", "image": "images"}.get(n, n)
            for n in m["modalities"]["input"] if n != "text"]
    reads = "text" + ("" if not also else
                      " and " + also[0] if len(also) == 1 else
                      ", " + ", ".join(also[:-1]) + " and " + also[-1])
    owner = author + ("'" if author.endswith("s") else "'s")
    return "%s %s %s, which reads %s." % (owner, m["name"], what, reads)


def present():
    """The price numbers given out so far, and the next one."""
    try:
        text = open(PRESENT).read()
    except FileNotFoundError:
        return {}, FIRST_PRICE
    rows = re.findall(r"^\t\((\d+), '([^']+)', .*?, \d{13}, (.*)\),?$", text,
                      re.M)
    return ({(e, p): int(n) for n, e, p in rows},
            int(re.search(r"next price: (\d+)", text).group(1)))


def insert(table, columns, key, rows):
    print("INSERT INTO %s (%s)\nVALUES" % (table, ", ".join(columns)))
    print(",\n".join("\t(%s)" % ", ".join(row) for row in rows))
    print("ON CONFLICT (%s) DO NOTHING;\n" % key)


def tell_cutoffs(cutoffs):
    """Months as the list has them. What an operator wrote stays."""
    print("WITH fact (model, cutoff) AS (VALUES")
    print(",\n".join("\t(%s, %s)" % (quoted(m), quoted(c)) for m, c in cutoffs))
    print(")\nUPDATE model\n"
          "   SET knowledge_cutoff = (SELECT f.cutoff FROM fact f WHERE f.model = model.id)\n"
          " WHERE knowledge_cutoff IS NULL AND id IN (SELECT f.model FROM fact f);")


def main():
    raw = open(sys.argv[1], "rb").read()
    seen = milliseconds(sys.argv[2])
    listed = json.loads(raw, parse_float=str, parse_int=str)
    for p in listed.values():
        for m in p["models"].values():
            m["limit"] = {k: int(v) for k, v in m["limit"].items()}
    numbers, following = present()
    models, endpoints, prices, aliases = [], [], [], dict(ALIASES)
    cutoffs = []

    for line in MODELS.split("\n"):
        if not line:
            continue
        model, *places = line.split()
        if model in listed["openrouter"]["models"]:
            places.append("openrouter:" + model)
        facts = [listed[PROVIDERS.get(p.split(":")[0], p.split(":")[0])]
                 ["models"][p.split(":", 1)[1]] for p in places]
        m, author = facts[0], AUTHORS[model.split("/")[0]]
        m["name"] = m["name"].replace(" (latest)", "")
        tokenizer = "Llama4" if "llama-4" in model else author[1]
        own = parameters(places[0].split(":")[0], m)
        context = [f["limit"].get("context") for f in facts]
        models.append([quoted(model), quoted("%s: %s" % (author[0], m["name"])),
                       quoted(described(author[0], m)),
                       str(milliseconds(RELEASED.get(model, m["release_date"]))),
                       number(context[0] or max(c or 0 for c in context)),
                       number(None if embeds(m) else m["limit"].get("output")),
                       quoted(modalities(m["modalities"]["input"])),
                       quoted("embeddings" if embeds(m) else "text"),
                       quoted(own), quoted(tokenizer)])

        if "knowledge" in m:
            cutoffs.append((model, m["knowledge"]))

        # First who made it, then by price, then the reseller.
        def place_order(i):
            provider = places[i].split(":")[0]
            row = price(places[i], facts[i])
            return (FIRST_PARTY.get(provider) != model.split("/")[0],
                    provider == "openrouter", row[0] + row[1])

        for rank, i in enumerate(sorted(range(len(places)), key=place_order)):
            provider, native = places[i].split(":", 1)
            row = price(places[i], facts[i])
            text = ", ".join("NULL" if n is None else str(n) for n in row)
            if (places[i], text) not in numbers:
                numbers[places[i], text] = following
                following += 1
            n = str(numbers[places[i], text])
            mine = (own if provider == "openrouter" else
                    parameters(provider, facts[i]))
            quantization = "fp8" if native.endswith("-fp8") else None
            endpoints.append([quoted(places[i]), quoted(model),
                              quoted(provider), quoted(native),
                              number(facts[i]["limit"].get("context")),
                              number(None if embeds(m) else
                                     facts[i]["limit"].get("output")),
                              quoted(None if mine == own else mine),
                              quoted(quantization), str(10 * (rank + 1)), n])
            prices.append([n, quoted(places[i]), "'imp-%s'", str(seen), text])
            if FIRST_PARTY.get(provider) == model.split("/")[0]:
                aliases.setdefault(native, model)
                if provider != "openai":
                    aliases.setdefault(model.split("/")[0] + "/" + native,
                                       model)

    ids = {m[0] for m in models}
    aliases = {a: m for a, m in aliases.items()
               if quoted(a) not in ids and "openai/" + a != m}
    digest = hashlib.sha256(raw).hexdigest()
    for row in prices:
        row[2] %= digest[:16]
    print("""\
-- The main models of the main providers. Facts from the public list of
-- models.dev (MIT licence) of %s; one-hour cache writes from
-- Anthropic's price list. Prices are base prices: those for very long prompts
-- or special service are not in here. Made by 030-models.py; next price: %d
INSERT INTO import (id, source, shape, hash, at) VALUES
	('imp-%s', 'seed', 'models.dev', '%s', %d)
ON CONFLICT (id) DO NOTHING;
""" % (sys.argv[2], following, digest[:16], digest, seen))
    insert("model", ["id", "name", "description", "released_at", "context",
                     "output_limit", "input_modalities", "output_modalities",
                     "parameters", "tokenizer"], "id", models)
    insert("model_alias", ["alias", "model"], "alias",
           [[quoted(a), quoted(m)] for a, m in sorted(aliases.items())])
    insert("endpoint", ["id", "model", "provider", "native", "context",
                        "output_limit", "parameters", "quantization", "rank",
                        "price"], "id", endpoints)
    insert("price", ["id", "endpoint", "import", "since"] + list(PRICES), "id",
           prices)
    tell_cutoffs(cutoffs)


main()
