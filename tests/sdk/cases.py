"""What OpenAI's SDK for Python does with a suite. Run by check.py."""

import asyncio
import json
import os
import sys
import traceback

import openai
import pydantic

BASE = os.environ["TURNPIKE_URL"]
KEY = os.environ["TURNPIKE_KEY"]
POOR_KEY = os.environ["TURNPIKE_POOR_KEY"]

client = openai.OpenAI(base_url=f"{BASE}/v1", api_key=KEY, max_retries=0)
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
