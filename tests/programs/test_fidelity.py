"""What the provider receives is what the client sent, but for what must be
another: the model's name, and in streams the wish for usage."""

import json

import pytest

from provider import MODEL, reply, whole

NATIVE = "deepseek-chat"

# Each is a legal request whose bytes a careless gateway would change.
ASKS = {
    "plain": b'{"model":"%s","messages":[{"role":"user","content":"Hi"}],"max_tokens":5}',
    "white space": b'\r\n {\t"model" : "%s" ,\n "messages":[ { "role":"user","content":"Hi"} ] }\n ',
    "model last": b'{"messages":[{"role":"user","content":"Hi"}],"max_tokens":5,"model":"%s"}',
    "numbers as they were spelled": (
        b'{"temperature":0.10,"top_p":1.0E+0,"seed":12345678901234567890,"x":-0,"y":1e400,'
        b'"z":0.1000000000000000055511151231257827,"model":"%s",'
        b'"messages":[{"role":"user","content":"Hi"}]}'),
    "unknown members": (
        b'{"model":"%s","messages":[{"role":"user","content":"Hi","cache_control":{"a":[1,{}]}}],'
        b'"quite_new":{"deep":[[[]]],"null":null},"reasoning":{"effort":"high"}}'),
    "escapes": (
        b'{"model":"%s","messages":[{"role":"user","content":"\\u00e9 \\/ \\" \\ud83d\\ude00 \xc3\xa9"}]}'),
    "a model's name that is not the model": (
        b'{"messages":[{"role":"user","content":"\\"model\\":\\"%s\\""}],"nested":{"model":"%s"},'
        b'"model":"%s"}'),
    "the order of members": b'{"z":1,"a":2,"model":"%s","m":3,"messages":[{"content":"Hi","role":"user"}]}',
    "tools": (
        b'{"model":"%s","messages":[{"role":"user","content":"Hi"}],"tools":[{"type":"function",'
        b'"function":{"name":"f","parameters":{"type":"object","properties":{"a":{"minimum":1.50}}}}}],'
        b'"tool_choice":"auto","parallel_tool_calls":false}'),
    "images": (
        b'{"model":"%s","messages":[{"role":"user","content":[{"type":"text","text":"What?"},'
        b'{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0KGgo=","detail":"low"}}]}]}'),
}


def filled(ask, model):
    return ask.replace(b"%s", model.encode())


def expected(ask):
    """Only the member at the top level is the model."""
    before, after = ask.rsplit(b'"model":"%s"', 1) if b'"model":"%s"' in ask else \
        ask.rsplit(b'"model" : "%s"', 1)
    middle = ask[len(before):len(ask) - len(after)]
    return filled(before, MODEL) + filled(middle, NATIVE) + filled(after, MODEL)


@pytest.mark.parametrize("case", ASKS)
def test_a_request_arrives_byte_by_byte(suite, provider, case):
    """P50, P51."""
    answer = suite.ask("POST", "/v1/chat/completions", filled(ASKS[case], MODEL))
    assert answer.status == 200, answer
    got = provider.requests[0].body
    if b"max_tokens" not in ASKS[case]:
        got = without_limit(got)
    assert got == expected(ASKS[case])


def without_limit(body):
    """A request without a limit may get one, at its end, when the credit does
    not reach for the longest answer."""
    start = body.find(b',"max_')
    return body if start < 0 else body[:start] + body[body.index(b"}", start):]


@pytest.mark.parametrize("options,wanted", [
    (b"", b',"stream_options":{"include_usage":true}'),
    (b',"stream_options":{"include_usage":false}', b',"stream_options":{"include_usage":true}'),
    (b',"stream_options":{"include_usage":true}', b',"stream_options":{"include_usage":true}'),
    (b',"stream_options":null', b',"stream_options":{"include_usage":true}'),
])
def test_only_the_wish_for_usage_is_added_to_a_stream(suite, provider, options, wanted):
    sent = (b'{"model":"' + MODEL.encode() + b'","messages":[{"role":"user","content":"Hi"}],'
            b'"temperature":0.10,"max_tokens":5,"stream":true' + options + b'}')
    suite.ask("POST", "/v1/chat/completions", sent)
    end = len(options) + 1
    assert provider.requests[0].body == sent[:-end].replace(
        MODEL.encode(), NATIVE.encode()) + wanted + b"}"


def test_other_stream_options_stay(suite, provider):
    sent = (b'{"model":"' + MODEL.encode() + b'","messages":[{"role":"user","content":"Hi"}],'
            b'"stream":true,"stream_options":{"chunk_size":1.50},"max_tokens":5}')
    suite.ask("POST", "/v1/chat/completions", sent)
    options = provider.requests[0].json["stream_options"]
    assert options == {"chunk_size": 1.5, "include_usage": True}
    assert b"1.50" in provider.requests[0].body


def test_what_the_sandbox_was_asked(suite):
    """The same without a provider of our own."""
    sent = (b'{"model":"sandbox/echo+echo-request","max_tokens":500,'
            b'"messages":[{"role":"user","content":"Hi"}],"top_p":1.0}')
    answer = suite.ask("POST", "/v1/chat/completions", sent)
    got = json.loads(answer.json()["choices"][0]["message"]["content"])
    assert got["body"].encode() == sent.replace(b"sandbox/echo+", b"echo+")
    assert set(got["headers"]) == {"Accept", "Accept-Encoding", "Content-Length",
                                   "Content-Type", "Host", "User-Agent"}


@pytest.mark.parametrize("members", [
    {"content": "é \u2028 \" \\ 😀"},
    {"content": "x", "service_tier": "flex", "system_fingerprint": None, "quite_new": [1, {"a": None}]},
])
def test_an_answer_comes_back_with_all_its_members(suite, provider, members):
    provider.answers = [whole(**members)]
    got = suite.ask("POST", "/v1/chat/completions",
                    {"model": MODEL, "messages": [{"role": "user", "content": "Hi"}]}).json()
    content = members.pop("content")
    assert got["choices"][0]["message"]["content"] == content
    assert {name: got[name] for name in members} == members
    assert got["model"] == MODEL and got["id"].startswith("gen-")


def test_an_answers_numbers_keep_their_spelling(suite, provider):
    provider.answers = [whole().replace(b'"index": 0', b'"score":1.50,"at":1e2,"index":0')
                        .replace(b"Content-Length", b"X-Old-Length")
                        .replace(b"HTTP/1.1 200 OK", b"HTTP/1.1 200 OK\r\nConnection: close")]
    provider.answers = [lambda c, request, raw=provider.answers[0]: c.sendall(raw)]
    got = suite.ask("POST", "/v1/chat/completions",
                    {"model": MODEL, "messages": [{"role": "user", "content": "Hi"}]})
    assert b'"score":1.50,"at":1e2' in got.body, got


def test_headers_travel_by_list_in_both_directions(suite, provider):
    """P61: neither the client's secrets nor the provider's habits."""
    provider.answers = [whole().replace(
        b"\r\n\r\n", b"\r\nSet-Cookie: a=b\r\nServer: provider\r\nLocation: /elsewhere\r\n"
        b"X-Accel-Redirect: /etc/passwd\r\nX-Sendfile: /etc/passwd\r\nX-Secret: s\r\n\r\n", 1)]
    answer = suite.ask(
        "POST", "/v1/chat/completions",
        {"model": MODEL, "messages": [{"role": "user", "content": "Hi"}]},
        headers={"Cookie": "session=canary", "Proxy-Authorization": "Basic canary",
                 "X-Api-Key": "canary", "X-Forwarded-For": "canary", "Proxy": "http://canary/",
                 "OpenAI-Organization": "canary", "Referer": "http://canary/",
                 "X-Anything": "canary"})
    assert answer.status == 200
    request = provider.requests[0]
    assert b"canary" not in request.head and suite.key.encode() not in request.head
    assert request.headers["authorization"] == "Bearer sk-of-the-operator-0123456789"
    assert set(request.headers) <= {"host", "authorization", "content-type", "content-length",
                                    "accept", "user-agent", "accept-encoding"}, request.headers
    for name in ("set-cookie", "location", "x-accel-redirect", "x-sendfile", "x-secret"):
        assert name not in answer.headers


def test_a_redirect_is_not_followed(suite, provider):
    """P59."""
    provider.answers = [reply("{}", "302 Found", [f"Location: {provider.url}/secret"])]
    answer = suite.ask("POST", "/v1/chat/completions",
                       {"model": MODEL, "messages": [{"role": "user", "content": "Hi"}]})
    assert answer.status >= 500 and "location" not in answer.headers
    assert [r.line.split()[1] for r in provider.requests] == ["/v1/chat/completions"]


def test_a_proxy_in_the_environment_is_not_used(fresh):
    """P61: whoever can set a header sets HTTP_PROXY (httpoxy)."""
    nowhere = "http://127.0.0.1:9"
    s = fresh(environment={"HTTP_PROXY": nowhere, "http_proxy": nowhere, "ALL_PROXY": nowhere,
                           "all_proxy": nowhere, "no_proxy": "", "NO_PROXY": "localhost.invalid"})
    assert s.chat(headers={"Proxy": nowhere}).status == 200
