"""Providers' own APIs, through the gateway and back."""

import concurrent.futures
import gzip
import json
import os
import signal
import threading
import time
import urllib.parse

import pytest

from provider import MODEL, SEAT, Provider, reply
from suite import Suite, wait_for

NATIVE = "deepseek-chat"
SECRET = "sk-of-the-operator-0123456789"
JSON = {"Content-Type": "application/json"}
BODY = b' { "model" : "%s", "max_tokens": 5 , "new":1e400, "messages":[{"role":"user","content":"\\u00e9"}]}\n'
SAID = (b'{"choices": [ {"message":{"content":"Hi"},"new":1.0} ],\n'
        b' "usage":{"prompt_tokens":7,"completion_tokens":3,"total_tokens":10}}')


def own(suite, path="/v1/chat/completions", body=BODY % NATIVE.encode(), method="POST",
        prefix="/v1", key="", **headers):
    return suite.ask(method, f"{prefix}/{SEAT}{path}", body, key, headers={**JSON, **headers})


@pytest.mark.parametrize("prefix", ["", "/v1", "/api/v1"])
def test_bytes_go_and_come_as_they_are(suite, provider, prefix):
    provider.answers = [reply(SAID)]
    answer = own(suite, prefix=prefix)
    assert answer.status == 200 and answer.body == SAID
    got = provider.requests[-1]
    assert got.line == "POST /v1/chat/completions HTTP/1.1"
    assert got.body == BODY % NATIVE.encode()
    assert got.headers["authorization"] == f"Bearer {SECRET}"
    row = suite.generation(answer.headers["x-generation-id"])
    assert row["operation"] == "proxy" and row["outcome"] == "answered"
    assert (row["fresh"], row["output"], row["estimated"]) == (7, 3, 0)
    assert row["model"] == MODEL and row["charge"] == row["cost"] > 0


def test_a_provider_has_more_than_one_name(suite):
    """The sandbox is one too: its own API begins before its version."""
    body = {"model": "echo", "messages": [{"role": "user", "content": "Hi"}], "max_tokens": 9}
    answer = suite.ask("POST", "/v1/Sandbox/v1/chat/completions", body)
    assert answer.status == 200, answer.text
    assert answer.json()["choices"][0]["message"]["content"] == "Hi"


@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "DELETE"])
def test_what_the_sandbox_has_not_got_is_not_found(suite, method):
    """It is asked at this very server, which would ask it for a key."""
    answer = suite.ask(method, "/v1/sandbox/v1/nonesuch")
    assert answer.status == 404 and answer.error["code"] == 404
    assert suite.ask(method, "/sandbox/v1/nonesuch", key=None).status == 401


def test_streams_come_as_they_are(suite, provider):
    said = (b": hello\r\n\r\ndata:  {\"choices\":[{\"delta\":{\"content\":\"Hi you\"}}]}\r\n\r\n"
            b"event: odd\ndata: {oops\n\n"
            b"data: {\"choices\":[{\"finish_reason\":\"stop\"}]}\n\n"
            b"data: {\"choices\":[],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":3}}\n\n"
            b"data: [DONE]\n\n")

    def stream(connection, _):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")
        for byte in said:
            connection.sendall(bytes([byte]))

    provider.answers = [stream]
    answer = own(suite, body=b'{"stream":true,"model":"%s","messages":[]}' % NATIVE.encode())
    assert answer.status == 200 and answer.body == said
    assert answer.headers["content-type"] == "text/event-stream"
    row = suite.generation(answer.headers["x-generation-id"])
    assert (row["fresh"], row["output"], row["streamed"]) == (7, 3, 1)


@pytest.mark.parametrize("length", [b"Content-Length: 9999\r\n", b"Content-Length: 54\r\n", b""])
def test_P35_a_broken_stream_says_so(suite, provider, length):
    """Never an end that looks like a success."""
    def stream(connection, _):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                           + length + b"\r\n"
                           b'data: {"choices":[{"delta":{"content":"12345678"}}]}\n\n')

    provider.answers = [stream]
    with suite.connect() as c:
        c.ask("POST", f"/v1/{SEAT}/v1/chat/completions",
              b'{"stream":true,"model":"%s","messages":[]}' % NATIVE.encode(), suite.key, JSON)
        while b"event: error" not in c.seen and c.more():
            pass
        assert b"12345678" in c.seen and b"event: error" in c.seen, c.seen
    row = suite.newest()
    row = suite.generation(row["id"])
    assert row["outcome"] == "cut" and row["estimated"] == 1 and row["output"] == 2


@pytest.mark.parametrize("status", ["400 Bad Request", "401 Unauthorized", "404 Not Found",
                                    "418 I'm a teapot", "429 Too Many Requests",
                                    "500 Internal Server Error", "529 Overloaded"])
def test_errors_are_the_providers_own(suite, provider, status):
    said = b'{"type":"error", "odd":1.0}'
    provider.answers = [reply(said, status, ["Retry-After: 7", "Request-Id: req_1"])]
    answer = own(suite)
    assert answer.status == int(status[:3]) and answer.body == said
    assert answer.headers["retry-after"] == "7" and answer.headers["request-id"] == "req_1"
    row = suite.generation(answer.headers["x-generation-id"])
    assert row["charge"] == 0 and row["outcome"] == "failed" and row["status"] == int(status[:3])
    assert len(provider.requests) == 1


@pytest.mark.parametrize("status", [b"200 Fine", b"401 No"])
def test_P60_a_credential_that_is_repeated_stays_here(suite, provider, status):
    for cut in range(1, len(SECRET), 5):
        def fail(connection, _, cut=cut):
            said = f'{{"said":"bad key {SECRET}"}}'.encode()
            at = said.index(b"sk-of") + cut
            connection.sendall(b"HTTP/1.1 %s\r\nX-Echo: %s\r\nRequest-Id: %s\r\n"
                               b"Content-Length: %d\r\n\r\n"
                               % (status, SECRET.encode(), SECRET.encode(), len(said)) + said[:at])
            time.sleep(0.02)
            connection.sendall(said[at:])

        provider.answers = [fail]
        answer = own(suite)
        assert answer.status == int(status[:3]) and SECRET not in repr(answer) + answer.text
        assert answer.body == b'{"said":"bad key %s"}' % (b"*" * len(SECRET))


def test_P61_nothing_else_travels(suite, provider):
    provider.answers = [reply(SAID, headers=[
        "Location: http://elsewhere/", "Set-Cookie: a=b", "Server: s", "X-RateLimit-Limit: 1",
        "OpenAI-Version: 1", "X-Powered-By: p", "Content-Disposition: inline"])]
    answer = own(suite, Cookie="c=d", **{
        "X-Api-Key": suite.key, "X-Forwarded-For": "1.2.3.4", "Proxy-Authorization": "Basic x",
        "OpenAI-Organization": "org", "Anthropic-Version": "2023-06-01", "Accept": "text/x",
        "X-Title": "app", "Transfer-Encoding-X": "chunked"})
    assert answer.status == 200
    assert {"location", "set-cookie", "x-ratelimit-limit", "x-powered-by"}.isdisjoint(answer.headers)
    assert answer.headers["openai-version"] == "1"
    assert answer.headers["content-disposition"] == "inline"
    got = provider.requests[-1]
    assert set(got.headers) == {
        "host", "accept", "accept-encoding", "anthropic-version", "content-type",
        "content-length", "authorization", "user-agent"}
    assert suite.key not in repr(got.head) + repr(got.body)


def test_the_heaviest_usable_credential_is_taken(suite, provider):
    """As by every other program."""
    provider.answers = [reply(SAID)]
    for weight, secret in ((5, "sk-heavy-0123456789"), (9, "sk-heaviest-0123456789")):
        suite.turnpike("credential", "add", SEAT, "--weight", weight, "--environment", "S",
                       environment={"S": secret})
    for want in ("sk-heaviest-0123456789", "sk-heavy-0123456789", SECRET):
        assert own(suite).status == 200
        assert provider.requests[-1].headers["authorization"] == f"Bearer {want}"
        assert suite.ask("POST", "/v1/chat/completions", BODY % MODEL.encode()).status == 200
        assert provider.requests[-1].headers["authorization"] == f"Bearer {want}"
        heaviest = max((c for c in suite.turnpike("credential", "list", SEAT)["data"]
                        if not c["disabled"]), key=lambda c: c["weight"])
        suite.turnpike("credential", "change", heaviest["id"], "--disable")
    assert own(suite).status == 503


@pytest.mark.parametrize("query,want", [
    ("?alt=sse&key={key}", "?alt=sse"), ("?key={key}", ""), ("?k%65y={key}&a=%2F+&b", "?a=%2F+&b"),
    ("?a=1&key=x&key={key}&b=2", "?a=1&b=2"), ("?keys=1", "?keys=1")])
def test_P60_a_query_is_kept_but_for_our_key(suite, provider, query, want):
    provider.answers = [reply(SAID)]
    answer = own(suite, path="/v1/chat/completions" + query.format(key=suite.key))
    assert answer.status == 200
    assert provider.requests[-1].line == f"POST /v1/chat/completions{want} HTTP/1.1"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_P59_redirects_are_not_followed(suite, provider, status):
    """GHSA-9f46-w24h-69w4: a 302 to a private address."""
    provider.answers = [b"HTTP/1.1 %d Away\r\nLocation: %s/v1/keys\r\nContent-Length: 0\r\n\r\n"
                        % (status, suite.url.encode())]
    answer = own(suite)
    assert answer.status == 502 and "location" not in answer.headers
    assert len(provider.requests) == 1


@pytest.mark.parametrize("query", ["?a=1&a=2&b", "?&&a==%2f%2F+&", "?a=/../..//&b=http://e/@x;y"])
def test_a_query_is_kept_byte_for_byte(suite, provider, query):
    provider.answers = [reply(SAID)]
    assert own(suite, path="/v1/chat/completions" + query).status == 200
    assert provider.requests[-1].line == f"POST /v1/chat/completions{query} HTTP/1.1"


@pytest.mark.parametrize("path,want", [
    ("/v1/chat/completions", "/v1/chat/completions"), ("/chat/completions", "/v1/chat/completions"),
    ("/v1//chat///completions", "/v1/chat/completions"),
    ("/v1/chat/completions/", "/v1/chat/completions/"),
    ("/v1/ch%61t/completions", "/v1/chat/completions"),
    ("/v2/chat/completions", "/v2/chat/completions")])
def test_where_a_path_leads(suite, provider, path, want):
    provider.answers = [reply(SAID)]
    answer = own(suite, path=path)
    assert answer.status == 200, answer.text
    assert provider.requests[-1].line == f"POST {want} HTTP/1.1"
    assert suite.generation(answer.headers["x-generation-id"])["charge"] > 0


@pytest.mark.parametrize("path", [
    "/../keys", "/v1/../../keys", "/%2e%2e/v1/keys", "/v1/%2e%2e%2fkeys", "/v1/..%2F..%2Fkeys",
    "/v1/.%2e/keys", "/v1/./chat/completions", "/v1/%00", "/v1/chat%0d%0aHost:%20x",
    "/v1/%252e%252e/keys", "/v1/..%5Ckeys", "/v1/..%255Ckeys", "/v1/..;/keys", "/v1/..%3Bx/keys",
    "/v1/%25252e%25252e/keys", "/v1/chat/completions?a%20b\x7f", "/v1/chat/completions?a#b"])
def test_P58_a_path_cannot_climb(suite, provider, path):
    """CVE-2026-49468 and its kin: what is authorised is what is asked for."""
    assert own(suite, path=path).status in (400, 403, 404, 405)
    assert not provider.requests


@pytest.mark.parametrize("target", [
    "/v1/http://127.0.0.1:1/v1/chat/completions", "/v1/127.0.0.1:1/v1/chat/completions",
    "/v1/x@127.0.0.1/v1/chat/completions", f"/v1/{SEAT}@127.0.0.1:1/v1/chat/completions",
    f"/v1/{SEAT}.evil.example/v1/chat/completions", f"/v1/{SEAT}%23@x/v1/chat/completions"])
def test_P59_a_client_names_no_host(suite, provider, target):
    """CVE-2025-66405, CVE-2024-6587: hosts in headers, bodies and paths."""
    answer = suite.ask("POST", target, BODY % NATIVE.encode(), headers={
        **JSON, "X-Portkey-Custom-Host": "http://127.0.0.1:1", "Host": "127.0.0.1:1"})
    assert answer.status in (400, 404)
    assert not provider.requests


def test_P59_a_path_is_only_a_path(suite, provider):
    """A '#', '?' or '@' in a resource's name goes no further than its segment
    (Portkey's gateway, pull request 1597)."""
    provider.answers = [reply(SAID)]
    own(suite, path="/@127.0.0.1:1/%23x%3Fy/v1/chat/completions")
    assert provider.requests[-1].line == "POST /v1/@127.0.0.1:1/%23x%3Fy/v1/chat/completions HTTP/1.1"
    assert provider.requests[-1].headers["host"] == f"127.0.0.1:{provider.port}"


@pytest.fixture(scope="module")
def strict():
    """As an operator has it who has not said that what has no price may be had."""
    with Suite(settings={"proxy_unpriced": "off"}) as s, Provider() as p:
        p.join(s)
        yield s, p


@pytest.mark.parametrize("method,path", [
    ("GET", "/v1/files"), ("DELETE", "/v1/files/x"), ("POST", "/v1/audio/speech"),
    ("POST", "/v1/chat/completions/x"), ("PUT", "/v1/chat/completions")])
def test_P11_what_has_no_price_is_refused(strict, method, path):
    s, p = strict
    answer = s.ask(method, f"/v1/{SEAT}{path}", b"{}" if method == "POST" else None, headers=JSON)
    assert answer.status == 403 and "proxy_unpriced" in answer.error["message"], answer
    assert not p.requests


@pytest.mark.parametrize("path,body,status", [
    ("/v1/chat/completions", b"no JSON", 400), ("/v1/chat/completions/", b"no JSON", 400),
    ("/v1/Chat/Completions", b"no JSON", 400), ("/v1/chat%2Fcompletions", b"no JSON", 400),
    ("/v1/chat/completions", b'{"model":"no-such-model"}', 404),
    ("/v1/chat/completions", b'{"messages":[]}', 400)])
def test_P11_what_costs_tokens_has_a_price_or_is_refused(suite, provider, path, body, status):
    """Even where the operator has allowed what has none."""
    for kind in ("application/json", "text/plain"):
        answer = suite.ask("POST", f"/v1/{SEAT}{path}", body, headers={"Content-Type": kind})
        assert answer.status == status, answer
    assert not provider.requests


def test_P11_a_body_that_cannot_be_read_is_not_metered(suite, provider):
    answer = own(suite, **{"Content-Encoding": "gzip"})
    assert answer.status == 400 and "Content-Encoding" in answer.error["message"]
    assert not provider.requests


def test_the_list_of_models_is_free(suite, provider):
    provider.answers = [reply(b'{"data":[]}')]
    answer = suite.ask("GET", f"/v1/{SEAT}/v1/models")
    assert answer.status == 200 and answer.body == b'{"data":[]}'
    row = suite.generation(answer.headers["x-generation-id"])
    assert row["charge"] == 0 and row["price"] is None and row["endpoint"] is None


@pytest.mark.parametrize("body,status", [
    (b"{", 400), (b"[]", 400), (b'{"model":"a","model":"b"}', 400),
    (b'{"model":"%s","n":1000}' % NATIVE.encode(), 400)])
def test_what_cannot_be_read_is_refused(suite, provider, body, status):
    assert own(suite, body=body).status == status
    assert not provider.requests


def test_keys_hold_here_too(suite, provider):
    provider.answers = [reply(SAID)]
    assert own(suite, key=None).status == 401
    assert own(suite, key=suite.management_key).status == 403
    assert own(suite, key=suite.new_key("--allow-model", "sandbox/*")).status == 403
    assert own(suite, key=suite.new_key("--allow-provider", "sandbox")).status == 403
    assert own(suite, key=suite.new_key("--allow-model", MODEL)).status == 200
    assert own(suite, key=suite.new_key("--limit", "0")).status == 402
    _, poor = suite.account(0.000001)
    assert own(suite, key=poor).status == 402
    assert len(provider.requests) == 1


def test_browsers_may_ask(suite, provider):
    answer = own(suite, method="OPTIONS", body=None, key=None)
    assert answer.status == 204 and "POST" in answer.headers["access-control-allow-methods"]
    assert not provider.requests


def test_a_head_alone_has_its_length(suite, provider):
    provider.answers = [b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 999\r\n\r\n"]
    with suite.connect() as c:
        c.ask("HEAD", f"/v1/{SEAT}/v1/files/x", None, suite.key)
        answer = c.head()
    assert answer.status == 200 and answer.headers["content-length"] == "999"
    assert answer.headers["content-type"] == "image/png"
    assert provider.requests[-1].line == "HEAD /v1/files/x HTTP/1.1"


@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "PATCH", "DELETE"])
def test_any_method_goes_and_is_recorded_without_a_price(suite, provider, method):
    said = b"\0\xff it is"
    provider.answers = [reply(said, "201 Made")]
    answer = suite.ask(method, f"/v1/{SEAT}/v1/files/a%2Fb?x=%2F", b"x\0y" if method[0] == "P" else None)
    assert answer.status == 201 and answer.body == said
    got = provider.requests[-1]
    assert got.line == f"{method} /v1/files/a%2Fb?x=%2F HTTP/1.1"
    assert got.body == (b"x\0y" if method[0] == "P" else b"")
    row = suite.generation(answer.headers["x-generation-id"])
    assert (row["charge"], row["price"], row["endpoint"]) == (0, None, None)
    assert (row["provider"], row["status"], row["outcome"]) == (SEAT, 201, "answered")


@pytest.mark.parametrize("head,body,headers", [
    ("204 No Content", b"", {"content-type": None, "etag": '"a"'}),
    ("206 Partial Content", b"bc", {"content-type": "text/x", "content-range": "bytes 1-2/3"}),
    ("304 Not Modified", b"", {"content-type": None, "etag": '"a"'})])
def test_other_statuses_come_as_they_are(suite, provider, head, body, headers):
    lines = [f"{name}: {value}" for name, value in headers.items() if value]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    provider.answers = ["\r\n".join([f"HTTP/1.1 {head}", *lines, "", ""]).encode() + body]
    answer = suite.ask("GET", f"/v1/{SEAT}/v1/files/x", headers={"Range": "bytes=1-2"})
    assert answer.status == int(head[:3]) and answer.body == body
    assert {name: answer.headers.get(name) for name in headers} == headers
    assert provider.requests[-1].headers["range"] == "bytes=1-2"


@pytest.mark.parametrize("name", ["' OR '1'='1", '"; DROP TABLE generation; --', "x' UNION SELECT 1"])
def test_P57_no_name_is_sql(suite, provider, name):
    """CVE-2026-42208: the bearer token was; here it is, and every other name."""
    path = urllib.parse.quote(name, safe="")
    assert own(suite, key=name).status == 401
    assert suite.ask("GET", f"/v1/{path}/v1/models").status == 404
    body = json.dumps({"model": name, "messages": [], "user": name}).encode()
    assert own(suite, body=body).status == 404
    provider.answers = [reply(b"{}")]
    answer = suite.ask("GET", f"/v1/{SEAT}/v1/files/{path}?a={path}")
    assert answer.status == 200
    assert suite.generation(answer.headers["x-generation-id"])["provider"] == SEAT
    assert suite.ask("GET", f"/v1/{SEAT}/v1/models/{path}").status == 200


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND", "FOO"])
def test_methods_that_are_none_stay_here(suite, provider, method):
    answer = own(suite, method=method, body=None)
    assert answer.status in (400, 404, 405, 501)
    assert answer.status != 405 or "POST" in answer.headers["allow"]
    assert not provider.requests


def test_P11_a_budget_lets_nothing_without_a_price_pass(suite, provider):
    """A key's limit, and an account that has not even the fixed hold (P7)."""
    assert suite.ask("GET", f"/v1/{SEAT}/v1/files", key=suite.new_key("--limit", 5)).status == 403
    _, poor = suite.account(0.000001)
    assert suite.ask("GET", f"/v1/{SEAT}/v1/files", key=poor).status == 402
    assert not provider.requests


@pytest.mark.parametrize("method,path,body,status", [
    ("POST", "/v1/images", b'{"model":"%s"}' % NATIVE.encode(), 200),
    ("POST", "/v1/images", b'{"model":"other"}', 403),
    ("POST", "/v1/images", b'{"model":"%s","model":"other"}' % NATIVE.encode(), 403),
    ("POST", "/v1/images", b"--x\r\nno JSON", 403),
    ("GET", "/v1/files", None, 403),
    ("GET", "/v1/models", None, 200),
    ("GET", f"/v1/models/{NATIVE}", None, 200),
    ("GET", "/v1/models/other", None, 403),
    ("DELETE", "/v1/models/other", None, 403),
    ("POST", "/v1/models/other:predict", b'{"model":"%s"}' % NATIVE.encode(), 403),
    ("POST", f"/v1/models/{NATIVE}:countTokens", b"{}", 200),
    ("POST", "/v1/models/other:countTokens", b"{}", 403),
    ("POST", "/v1/messages/count_tokens", b'{"model":"other"}', 403)])
def test_a_key_for_some_models_gets_no_others(suite, provider, method, path, body, status):
    provider.answers = [reply(b"{}")]
    key = suite.new_key("--allow-model", MODEL)
    assert suite.ask(method, f"/v1/{SEAT}{path}", body, key, headers=JSON).status == status
    assert len(provider.requests) == (status == 200)


def test_limits_of_requests_hold_here_too(suite, provider):
    provider.answers = [reply(SAID)]
    _, key = suite.account(1)
    hashed = suite.rows("SELECT hash FROM api_key ORDER BY created_at DESC, rowid DESC LIMIT 1")
    suite.turnpike("key", "change", hashed[0]["hash"], "--requests-per-day", 2)
    first, second = own(suite, key=key), suite.ask("GET", f"/v1/{SEAT}/v1/models", key=key)
    assert (first.status, second.status) == (200, 200)
    assert (first.headers["x-ratelimit-limit"], first.headers["x-ratelimit-remaining"]) == ("2", "1")
    third = own(suite, key=key)
    assert third.status == 429 and int(third.headers["retry-after"]) > 0
    assert len(provider.requests) == 2


def test_limits_of_tokens_hold_here_too(suite, provider):
    """What is passed on as it is cannot be told to be shorter."""
    provider.answers = [reply(SAID)]
    key = suite.new_key("--tokens-per-minute", 1000)
    open_end = b'{"model":"%s","messages":[]}' % NATIVE.encode()
    for body in (open_end, open_end.replace(b"{", b'{"stream":true,', 1)):
        answer = own(suite, body=body, key=key)
        assert answer.status == 429 and "token" in answer.error["message"], answer.text
    assert own(suite, key=key).status == 200
    assert len(provider.requests) == 1


class Watch(threading.Thread):
    """The most memory that a program has had meanwhile."""

    def __init__(self, suite, program):
        super().__init__()
        self.suite, self.program, self.ended, self.most = suite, program, threading.Event(), 0

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.join()

    def run(self):
        while not self.ended.wait(0.005):
            self.most = max(self.most, self.suite.memory(self.program))


def test_P43_what_is_packed_comes_unpacked(suite, provider):
    packed = gzip.compress(SAID)
    provider.answers = [reply(packed, headers=["Content-Encoding: gzip"])]
    answer = own(suite)
    assert answer.status == 200 and answer.body == SAID
    assert "content-encoding" not in answer.headers
    assert suite.generation(answer.headers["x-generation-id"])["output"] == 3


@pytest.mark.parametrize("streamed", [False, True])
def test_P1_a_budget_is_not_passed_by_many_at_once(many, streamed):
    """P1, P6, P7: credit for ten, three processes, sixty requests."""
    body = {"model": "lorem+tokens=100+delay=500", "max_tokens": 100, "stream": streamed,
            "messages": [{"role": "user", "content": "Hello"}]}
    first = many.ask("POST", "/v1/sandbox/v1/chat/completions", body)
    one = many.generation(first.headers["x-generation-id"])["held"]
    _, key = many.account(f"{(10 * one + one // 2) / 1e9:.9f}")
    with concurrent.futures.ThreadPoolExecutor(60) as pool:
        answers = list(pool.map(lambda _: many.ask(
            "POST", "/v1/sandbox/v1/chat/completions", body, key, timeout=60), range(60)))
    statuses = [answer.status for answer in answers]
    assert statuses.count(200) == 10 and statuses.count(402) == 50, statuses
    assert many.no_holds() and many.fsck() == []


def test_P42_large_bodies_take_no_memory(suite, provider):
    """60 MB there and back, of anything and of what is metered."""
    big = os.urandom(1 << 20) * 60
    provider.answers = [reply(big)]
    chat = BODY.replace(b'"\\u00e9"', b'"' + b"a" * len(big) + b'"') % NATIVE.encode()
    for path, body in (("/v1/files", big), ("/v1/chat/completions", chat)):
        assert own(suite, path=path, body=b'{"model":"x"}').status in (200, 404)
        before = suite.memory("proxy")
        with Watch(suite, "proxy") as watch:
            answer = own(suite, path=path, body=body, timeout=120)
        assert answer.status == 200 and answer.body == big, answer.text[:200]
        assert provider.requests[-1].body == body
        assert watch.most < before + (4 << 20), (before, watch.most)
    row = suite.generation(answer.headers["x-generation-id"])
    assert row["model"] == MODEL and row["price"] and row["charge"] > 0
    assert not list(suite.home.glob(".body*"))


def test_bodies_have_a_limit(fresh):
    s = fresh(settings={"proxy_body_limit": 70000})
    with Provider() as p:
        p.join(s)
        p.answers = [reply(b"{}")]
        assert s.ask("POST", f"/v1/{SEAT}/v1/files", bytes(70000)).status == 200
        assert s.ask("POST", f"/v1/{SEAT}/v1/files", bytes(70001)).status == 413
        assert len(p.requests) == 1


def test_P4_a_process_that_is_killed_leaves_nothing_held(fresh):
    s = fresh()
    with Provider() as p:
        p.join(s)
        begun = threading.Event()

        def stream(connection, _):
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")
            begun.set()
            time.sleep(30)

        p.answers = [stream]
        with s.connect() as c:
            c.ask("POST", f"/v1/{SEAT}/v1/chat/completions",
                  b'{"stream":true,"model":"%s","messages":[]}' % NATIVE.encode(), s.key, JSON)
            assert begun.wait(10)
            for pid in s.processes("proxy"):
                os.kill(pid, signal.SIGKILL)
            assert wait_for(lambda: s.processes("proxy"))
        p.answers = [reply(SAID)]
        # lighttpd itself answers 500 until the new process takes over.
        assert wait_for(lambda: own(s).status == 200)
        assert s.no_holds() and s.fsck() == []
        ended = {row["outcome"] for row in s.rows("SELECT outcome FROM generation")}
        assert ended == {"swept", "answered"}


def test_a_client_that_leaves_ends_the_call(suite, provider):
    ended = []

    def stream(connection, _):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")
        try:
            while True:
                connection.sendall(b'data: {"choices":[{"delta":{"content":"12345678"}}]}\n\n')
                time.sleep(0.01)
        except OSError:
            ended.append(True)

    provider.answers = [stream]
    c = suite.connect()
    c.ask("POST", f"/v1/{SEAT}/v1/chat/completions",
          b'{"stream":true,"model":"%s","messages":[]}' % NATIVE.encode(), suite.key, JSON)
    id_ = c.head().headers["x-generation-id"]
    c.reset()
    row = suite.generation(id_)
    assert row["outcome"] == "cancelled" and row["charge"] > 0 and row["estimated"] == 1
    assert wait_for(lambda: ended)
