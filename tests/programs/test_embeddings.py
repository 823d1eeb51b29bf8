"""Embeddings through the whole path."""

import base64
import struct

import pytest

from provider import SEAT, reply

EMBED = "sandbox/embed"


def embed(suite, key="", **body):
    return suite.ask("POST", "/v1/embeddings", {"model": EMBED, **body}, key)


@pytest.mark.parametrize("given,count", [
    ("Hello", 1), (["Hello", "you"], 2), ([1, 2, 3], 1), ([[1, 2], [3]], 2)])
def test_every_form_of_input_is_answered(suite, given, count):
    answer = embed(suite, input=given)
    assert answer.status == 200, answer.text
    body = answer.json()
    assert body["object"] == "list" and body["model"] == EMBED
    assert body["id"] == answer.headers["x-generation-id"]
    assert [item["index"] for item in body["data"]] == list(range(count))
    assert all(item["object"] == "embedding" for item in body["data"])
    usage = body["usage"]
    assert usage["prompt_tokens"] == usage["total_tokens"] > 0
    row = suite.generation(body["id"])
    assert row["operation"] == "embedding" and row["outcome"] == "answered"
    assert row["charge"] / 1e9 == pytest.approx(usage["cost"])
    assert row["charge"] == usage["prompt_tokens"] * 100
    assert usage["is_byok"] is False and usage["cost_details"]


def test_base64_holds_the_same_numbers(suite):
    plain = embed(suite, input="Hello", dimensions=8).json()["data"][0]["embedding"]
    packed = embed(suite, input="Hello", dimensions=8, encoding_format="base64")
    raw = base64.b64decode(packed.json()["data"][0]["embedding"])
    assert len(plain) == 8
    assert struct.unpack("<8f", raw) == pytest.approx(plain)


@pytest.mark.parametrize("body,word", [
    ({}, "input"), ({"input": []}, "input"), ({"input": {}}, "input"),
    ({"input": "x", "dimensions": -1}, "dimensions"),
    ({"input": "x", "encoding_format": 5}, "encoding_format"),
    ({"input": "x", "stream": True}, "stream"),
    ({"input": "x", "model": "sandbox/nonesuch"}, "nonesuch")])
def test_what_is_wrong_is_named(suite, body, word):
    answer = embed(suite, **body)
    assert answer.status == 400 and word in answer.error["message"]


@pytest.mark.parametrize("path,body,right", [
    ("/v1/chat/completions", {"messages": [{"role": "user", "content": "x"}]}, "/embeddings"),
    ("/v1/completions", {"prompt": "x"}, "/embeddings"),
    ("/v1/embeddings", {"input": "x", "model": "sandbox/echo"}, "/chat/completions")])
def test_the_wrong_endpoint_names_the_right_one(suite, path, body, right):
    answer = suite.ask("POST", path, {"model": EMBED, **body})
    assert answer.status == 400, answer.text
    told = answer.error["availability"]
    assert told["code"] == "wrong_endpoint" and told["retryable"] is False
    assert right in told["constraint"]["detail"]
    assert answer.error["metadata"]["error_type"] == "invalid_request"


def test_a_provider_gets_and_gives_every_byte(suite, provider):
    """P51. The seat's own model is for chats, so one of another kind is made."""
    suite.turnpike("model", "add", "deepseek/embed", "--provider", SEAT,
                   "--native", "native-embed", "--makes", "embeddings",
                   "--input", "1", "--output", "0")
    said = ('{ "object":"list","data" : [ {"embedding":[0.10,-1E-5, 0], "index":0, '
            '"object":"embedding"} ],\n"usage":{"prompt_tokens":7,"total_tokens":7,"x":1.0}}')
    provider.answers = [reply(said)]
    asked = ('{"model":"deepseek/embed", "input" : [ "\\u00e9" ],\n"new":1e400, '
             '"dimensions":3, "provider":{}}')
    answer = suite.ask("POST", "/v1/embeddings", asked.encode())
    assert answer.status == 200, answer.text
    got = provider.requests[-1]
    assert got.line == "POST /v1/embeddings HTTP/1.1"
    assert got.body.decode() == (
        asked.replace('"deepseek/embed"', '"native-embed"').replace(', "provider":{}', ""))
    assert '"data" : [ {"embedding":[0.10,-1E-5, 0], "index":0, "object":"embedding"} ],\n' \
        in answer.text
    assert answer.json()["usage"]["x"] == 1.0


def test_its_models_are_listed(suite):
    listed = suite.ask("GET", "/api/v1/embeddings/models").json()
    ids = [model["id"] for model in listed["data"]]
    assert EMBED in ids and "sandbox/echo" not in ids
    assert listed["total_count"] == len(ids)
    page = suite.ask("GET", "/v1/embeddings/models?offset=1&limit=1").json()
    assert [m["id"] for m in page["data"]] == ids[1:2]
    assert page["total_count"] == len(ids)
    key = suite.new_key("--allow-model", "sandbox/*")
    mine = suite.ask("GET", "/v1/embeddings/models", key=key).json()["data"]
    assert [m["id"] for m in mine] == [EMBED]


def test_a_key_that_may_not_is_refused(suite):
    key = suite.new_key("--allow-model", "sandbox/echo")
    assert embed(suite, key, input="x").status == 403
    assert embed(suite, suite.management_key, input="x").status == 403
    assert embed(suite, None, input="x").status == 401
    assert suite.ask("GET", "/v1/embeddings").status == 405
