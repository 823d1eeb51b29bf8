"""What both systems' clients insist on: every body has every member that it
must have, of the type that it must have, in a suite that is new as in one that
has a past. The members are in shapes.json; "?" may be null, "=x" is x."""

import datetime
import json
import pathlib
import re

import pytest

from suite import Suite

SHAPES = json.loads(pathlib.Path(__file__).with_name("shapes.json").read_text())
BODIES = [name for name in SHAPES if " /" in name]


def is_time(value):
    """With Z, as RFC 3339 has it."""
    return isinstance(value, str) and value.endswith("Z") and \
        datetime.datetime.fromisoformat(value[:-1])


KINDS = {
    "text": lambda v: isinstance(v, str),
    "int": lambda v: isinstance(v, int) and not isinstance(v, bool),
    "number": lambda v: isinstance(v, (int, float)) and not isinstance(v, bool),
    "flag": lambda v: isinstance(v, bool),
    "true": lambda v: v is True,
    "list": lambda v: isinstance(v, list),
    "object": lambda v: isinstance(v, dict),
    "hash": lambda v: isinstance(v, str) and re.fullmatch("[0-9a-f]{64}", v),
    "decimal": lambda v: isinstance(v, str) and re.fullmatch(r"\d+(\.\d+)?", v),
    "date": lambda v: isinstance(v, str) and datetime.date.fromisoformat(v),
    "time": is_time,
}


def faults(shape, value, place=""):
    """Each place that is not as the shape has it."""
    if isinstance(shape, dict):
        if not isinstance(value, dict):
            return [f"{place} is no object"]
        found = [f"{place}.{name} is missing" for name in shape if name not in value]
        for name in shape.keys() & value.keys():
            found += faults(shape[name], value[name], f"{place}.{name}")
        return found
    if isinstance(shape, list):
        if not isinstance(value, list) or not value and place == ".data":
            return [f"{place} is no list, or empty"]
        return [f for i, one in enumerate(value) for f in faults(shape[0], one, f"{place}[{i}]")]
    if shape in SHAPES:
        return faults(SHAPES[shape], value, place)
    if shape.startswith("="):
        return [] if value == shape[1:] else [f"{place} is {value!r}"]
    if shape.endswith("?") and value is None or KINDS[shape.rstrip("?")](value):
        return []
    return [f"{place} is {value!r} and no {shape}"]


@pytest.mark.parametrize("shape,value,found", [
    ({"a": "int"}, {"a": 1, "b": 2}, 0), ({"a": "int"}, {}, 1), ({"a": "int"}, {"a": True}, 1),
    ({"a": "int"}, {"a": 1.5}, 1), ({"a": "int?"}, {"a": None}, 0), ({"a": "int"}, {"a": None}, 1),
    ({"a": ["text"]}, {"a": ["x", 1]}, 1), ({"a": "=x"}, {"a": "y"}, 1), ({"a": {}}, {"a": 1}, 1),
    ({"a": "time"}, {"a": "2026-01-01T00:00:00Z"}, 0), ({"data": ["int"]}, {"data": []}, 1),
])
def test_a_fault_is_found(shape, value, found):
    assert len(faults(shape, value)) == found


@pytest.fixture(scope="module")
def alone():
    with Suite() as s:
        yield s


@pytest.fixture(scope="module", params=["new", "with a past"])
def asker(request, alone):
    """Asks what a shape is called, in a suite that has seen nothing but what
    it must have for an answer, or much more."""
    s = alone
    model = "sandbox/echo"
    made = s.ask("POST", "/v1/keys", {"name": "made"}, s.management_key).json()["data"]
    id = s.chat().headers["x-generation-id"]
    if request.param == "with a past":
        model = "sandbox/tools"
        made = s.ask("POST", "/v1/keys", {
            "name": "made", "limit": 1, "limit_reset": "daily", "requests_per_day": 5,
            "expires_at": "2099-01-01T00:00:00Z", "allowed_models": ["*"],
            "allowed_providers": ["sandbox"], "creator_user_id": "c",
            "external": {"user": "e"}}, s.management_key).json()["data"]
        s.ask("PATCH", f"/v1/keys/{made['hash']}", {"limit": 2}, s.management_key)
        assert s.chat("fault+status=500").status >= 500
        s.stream("think", user="u").rest()
        id = s.chat("tools", headers={"HTTP-Referer": "https://a.example"}, user="u",
                    tools=[{"type": "function", "function": {"name": "f"}}]
                    ).headers["x-generation-id"]
    assert s.no_holds()
    bodies = {"POST /keys": {"name": "another"}, "PATCH /keys/{hash}": {"name": "changed"},
              "POST /embeddings": {"model": "sandbox/embed", "input": ["a", "b"]},
              "POST /chat/completions": {"model": "sandbox/echo",
                                         "messages": [{"role": "user", "content": "Hi"}]}}

    def ask(name, prefix):
        method, path = name.split()
        hash_ = made["hash"]
        if method == "DELETE":
            hash_ = s.ask("POST", "/v1/keys", {"name": "x"},
                          s.management_key).json()["data"]["hash"]
        path = path.format(hash=hash_, model=model, generation=id)
        key = s.management_key if "/keys" in path else s.key
        return s.ask(method, prefix + path, bodies.get(name), key)

    return ask


@pytest.mark.parametrize("prefix", ["/v1", "/api/v1"])
@pytest.mark.parametrize("name", BODIES)
def test_a_body_has_all_that_it_must_have(asker, name, prefix):
    answer = asker(name, prefix)
    assert answer.status == (201 if name == "POST /keys" else 200), answer
    assert answer.headers["content-type"] == "application/json"
    assert faults(SHAPES[name], answer.json()) == [], answer


@pytest.mark.parametrize("path,status", [
    ("/v1/models/a/b", 404), ("/v1/keys", 403), ("/v1/generation?id=gen-1", 404),
    ("/v1/generation", 400), ("/v1/transactions?limit=0", 400)])
def test_an_error_has_all_that_it_must_have(suite, path, status):
    answer = suite.ask("GET", path)
    assert answer.status == status == answer.error["code"]
    assert faults(SHAPES["an error"], answer.json()) == []


def test_a_stream_has_all_that_it_must_have(suite):
    """Each chunk; and the last one's usage, with no choices beside it."""
    events = [e for e in suite.stream(stream_options={"include_usage": True}).rest()
              if e.data and not e.done]
    for event in events:
        chunk = event.json()
        assert faults({"id": "text", "object": "=chat.completion.chunk", "created": "int",
                       "model": "text", "provider": "text", "choices": "list"}, chunk) == []
        assert "error" not in chunk
        for choice in chunk["choices"]:
            assert faults({"index": "int", "delta": "object", "finish_reason": "text?",
                           "logprobs": "object?"}, choice) == []
            assert not choice["finish_reason"] or choice["native_finish_reason"]
    assert events[-1].json()["choices"] == []
    assert faults("CHAT_USAGE", events[-1].json()["usage"]) == []
