"""What a stranger tries: wrong parameters, ids that are not his, and SQL and
path tricks in every place that takes a text. The public faults of others that
are tried here (pitfalls 4.7):

P57  CVE-2026-42208, GHSA-r75f-5x8p-qvmc: SQL built from the bearer token
P58  CVE-2026-49468: a Host header or a raw path reaches another route
P59  CVE-2025-66405, CVE-2024-6587, GHSA-9f46-w24h-69w4: the client names a host
P62  GHSA-h9ww-f95j-h54c: a cache that serves one tenant's answer to another
P63  unknown and revoked keys can be told apart
"""

import json
import re
import socket
import threading
from urllib.parse import quote

import pytest

from suite import chat

HASH = 64 * "0"
NO_GENERATION = "gen-1700000000-" + 24 * "0"

# Every route that reads, and what it takes; {} is a place for an id.
ROUTES = [
    ("GET", "/v1/models"), ("GET", "/v1/models/user"), ("GET", "/v1/models/count"),
    ("GET", "/v1/models/{}"), ("GET", "/v1/model/{}"), ("GET", "/v1/models/{}/endpoints"),
    ("GET", "/v1/providers"), ("GET", "/v1/endpoints/zdr"), ("GET", "/v1/embeddings/models"),
    ("GET", "/v1/key"), ("GET", "/v1/auth/key"), ("GET", "/v1/balance"), ("GET", "/v1/credits"),
    ("GET", "/v1/transactions"), ("GET", "/v1/billing/transactions"),
    ("GET", "/v1/generation?id={}"), ("GET", "/v1/activity"), ("GET", "/v1/usage/summary"),
    ("GET", "/v1/usage/timeseries"), ("GET", "/api/usage/summary"),
    ("GET", "/v1/keys"), ("GET", "/v1/keys/{}"), ("PATCH", "/v1/keys/{}"),
    ("DELETE", "/v1/keys/{}"), ("POST", "/v1/keys"), ("POST", "/v1/embeddings"),
    ("POST", "/v1/chat/completions"),
]

NUMBERS = ["-1", "x", "1.5", "1e3", "+1", "%201", "0x10", "99999999999999999999", "nan", ""]
TIMES = ["yesterday", "2026-02-30", "1775211630", "2026-04-03T25:00:00Z", ""]

# A route, its parameter, and values that it must refuse by the parameter's name.
PARAMETERS = [
    ("/v1/models", "offset", NUMBERS),
    ("/v1/models", "limit", NUMBERS + ["0", "1001"]),
    ("/v1/models", "sort", ["oldest", "Newest", "newest,oldest"]),
    ("/v1/models", "category", ["none", "Programming2"]),
    ("/v1/models", "input_modalities", ["smell", "text,smell"]),
    ("/v1/models", "output_modalities", ["smell"]),
    ("/v1/models", "context", ["0", "-1", "x", "1.5"]),
    ("/v1/models", "min_price", ["x", "-1"]),
    ("/v1/models", "max_price", ["x", "-1"]),
    ("/v1/models", "min_output_price", ["x", "-1"]),
    ("/v1/models", "max_output_price", ["x", "-1"]),
    ("/v1/models", "zdr", ["yes", "2"]),
    ("/v1/models", "distillable", ["yes", "2"]),
    ("/v1/models", "region", ["moon", "eu,us"]),
    ("/v1/models", "min_age_days", ["x", "-1"]),
    ("/v1/models", "max_age_days", ["x", "-1"]),
    ("/v1/models", "min_coding_index", ["x", "-1"]),
    ("/v1/models/count", "output_modalities", ["smell"]),
    ("/v1/models/user", "sort", ["oldest"]),
    ("/v1/embeddings/models", "limit", ["0", "x"]),
    ("/v1/keys", "offset", NUMBERS),
    ("/v1/keys", "page_size", NUMBERS + ["0", "1001"]),
    ("/v1/keys", "include_disabled", ["yes", "TRUE", "2", ""]),
    ("/v1/keys", "page_token", ["x", "5", "5-", "5-" + 63 * "0", "-5-" + HASH, "5-" + 64 * "G",
                                "99999999999999999999-" + HASH]),
    ("/v1/generation", "id", [""]),
    ("/v1/transactions", "type", ["gift", "USAGE", ""]),
    ("/v1/transactions", "limit", NUMBERS + ["0", "1001"]),
    ("/v1/transactions", "offset", NUMBERS + ["10001"]),
    ("/v1/transactions", "start_time", TIMES),
    ("/v1/transactions", "end_time", TIMES),
    ("/v1/activity", "view", ["weekly", ""]),
    ("/v1/activity", "format", ["xml", ""]),
    ("/v1/activity", "group_by", ["model", ""]),
    ("/v1/activity", "limit", NUMBERS + ["0", "1001"]),
    ("/v1/activity", "offset", NUMBERS + ["100001"]),
    ("/v1/activity", "date", TIMES + ["2026-04-03T00:00:00Z"]),
    ("/v1/activity", "start_time", TIMES),
    ("/v1/activity", "end_time", TIMES),
    ("/v1/usage/summary", "start_time", TIMES),
    ("/v1/usage/summary", "granularity", ["weekly", ""]),
    ("/v1/usage/timeseries", "granularity", ["weekly", "HOURLY", ""]),
    ("/v1/usage/timeseries", "end_time", TIMES),
]

# What a body of /keys must not have.
MEMBERS = [
    ("name", [None, 5, "", "x" * 257, ["a"], {}]),
    ("label", [None, 5, "", "x" * 257]),
    ("limit", ["1", -1, -0.5, 1e-10, 1e30, True, [], {}]),
    ("limit_usd", ["1", -1]),
    ("spending_limit", ["1", -1]),
    ("limit_reset", ["hourly", 1, "", "Daily", []]),
    ("expires_at", ["tomorrow", 5, "", "2026-02-30T00:00:00Z", True]),
    ("disabled", [None, 1, "true"]),
    ("include_byok_in_limit", [None, 1, "true"]),
    ("allowed_models", ["a", 5, [1], [""], [None], ["x" * 257], ["a"] * 201, {}]),
    ("allowed_providers", ["a", 5, [1], [""]]),
    ("creator_user_id", [5, "", []]),
    ("external", ["e", 5, [], {"user": 5}, {"user": ""}]),
    ("workspace_id", [5, [], {}]),
    ("rate_limit", [5, "x", []]),
    ("requests_per_minute", [-1, 1.5, "5", True, 10**10]),
    ("requests_per_day", [-1, "5"]),
    ("tokens_per_minute", [-1, "5"]),
]

TRICKS = {
    "SQL": "' OR '1'='1",
    "SQL that ends a statement": "'; DROP TABLE api_key; --",
    "SQL that joins": "x' UNION SELECT hash FROM api_key --",
    "SQL in double quotes": '" OR ""="',
    "a pattern": "%",
    "a pattern for one": "________",
    "GLOB": "*",
    "a path": "../../../../etc/passwd",
    "a path of another system": "..\\..\\windows\\win.ini",
    "a coded path": "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    "an overlong dot": "\xc0\xae\xc0\xae/",
    "a header": "x\r\nX-Injected: yes",
    "a header of half a line": "x\nX-Injected: yes",
    "a template": "{{7*7}}${7*7}#{7*7}",
    "a format": "%s%s%s%n%999999d",
    "a shell": "$(id)`id`;id|id",
    "markup": "<script>alert(1)</script>",
    "a NUL": "a\0b",
    "no UTF-8": "\xff\xfe",
    "a deep list": "[" * 500,
    "a long text": "A" * 3000,
}


@pytest.fixture(scope="module")
def tenants(suite):
    """Two accounts, each with a past; neither may learn of the other."""
    class Tenant:
        pass

    made = []
    for which in "own", "other":
        t = Tenant()
        t.name, t.key = suite.account(1)
        t.manager = suite.new_key("--account", t.name, "--management")
        t.account = suite.rows("SELECT id FROM account WHERE name = ?", t.name)[0]["id"]
        t.hash = suite.rows("SELECT hash FROM api_key WHERE account = ? AND kind = 'regular'",
                            t.account)[0]["hash"]
        t.generation = suite.chat(key=t.key, user="secret-user").headers["x-generation-id"]
        made.append(t)
    assert suite.no_holds()
    return made


def key_for(tenant, path):
    return tenant.manager if "/keys" in path else tenant.key


def refused(answer, name):
    assert answer.status == 400, answer
    assert answer.error["code"] == 400 and answer.error["type"] == "invalid_request_error"
    assert name in answer.error["message"], answer


# ---- parameters

@pytest.mark.parametrize("path,name,value", [
    (path, name, value) for path, name, values in PARAMETERS for value in values])
def test_a_wrong_parameter_is_named(suite, tenants, path, name, value):
    answer = suite.ask("GET", f"{path}?{name}={quote(value, safe='%')}",
                       key=key_for(tenants[0], path))
    refused(answer, name)


@pytest.mark.parametrize("path,query,names", [
    ("/v1/activity", "start_time=2026-04-02&end_time=2026-04-01", "start_time"),
    ("/v1/activity", "date=2026-04-02&end_time=2026-04-03", "date"),
    ("/v1/usage/summary", "user=u", "user"),
    ("/v1/usage/timeseries", "app=a", "app"),
    ("/v1/usage/timeseries", "granularity=hourly&start_time=2020-01-01", "granularity"),
    ("/v1/keys", "offset=1&page_token=5-" + HASH, "page_token"),
])
def test_parameters_that_do_not_go_together(suite, tenants, path, query, names):
    refused(suite.ask("GET", f"{path}?{query}", key=key_for(tenants[0], path)), names)


@pytest.mark.parametrize("name,value", [
    (name, value) for name, values in MEMBERS for value in values])
def test_a_wrong_member_is_named(suite, tenants, name, value):
    """In a new key, which is not made, and in a change, which changes nothing."""
    own = tenants[0]
    before = suite.rows("SELECT * FROM api_key ORDER BY hash")
    body = {"name": "wrong", "disabled": True, name: value}
    refused(suite.ask("POST", "/v1/keys", body, own.manager), name)
    refused(suite.ask("PATCH", f"/v1/keys/{own.hash}", body, own.manager), name)
    after = suite.rows("SELECT * FROM api_key ORDER BY hash")
    for row in before + after:
        row.pop("last_used_at")
    assert after == before


# ---- ids

UNKNOWN = [
    ("GET", "/v1/keys/" + HASH, None), ("PATCH", "/v1/keys/" + HASH, {"name": "x"}),
    ("DELETE", "/v1/keys/" + HASH, None), ("GET", "/v1/keys/x", None),
    ("GET", "/v1/generation?id=" + NO_GENERATION, None), ("GET", "/v1/generation?id=x", None),
    ("GET", "/v1/models/no/such", None), ("GET", "/v1/model/no/such", None),
    ("GET", "/v1/models/no/such/endpoints", None), ("GET", "/v1/models/nosuch", None),
    ("GET", "/v1/activity?key_id=" + HASH, None), ("GET", "/v1/activity?user_id=nobody", None),
    ("GET", "/v1/usage/summary?workspace_id=nowhere", None),
    ("GET", "/v1/keys?workspace_id=nowhere", None),
    ("POST", "/v1/keys", {"name": "x", "workspace_id": "nowhere"}),
]


@pytest.mark.parametrize("method,path,body", UNKNOWN)
def test_what_is_not_there(suite, tenants, method, path, body):
    answer = suite.ask(method, path, body, key_for(tenants[0], path))
    assert answer.status == 404 and answer.error["code"] == 404, answer


def plain(answer, *ids):
    """An answer without what is its own each time."""
    text = re.sub("|".join(map(re.escape, ids)), "ID", answer.text)
    headers = {name: value for name, value in answer.headers.items()
               if name not in ("date", "x-request-id", "x-generation-id", "content-length")}
    return answer.status, text, headers


@pytest.mark.parametrize("method,path,body", [
    ("GET", "/v1/keys/{hash}", None), ("PATCH", "/v1/keys/{hash}", {"name": "mine"}),
    ("DELETE", "/v1/keys/{hash}", None), ("PATCH", "/v1/keys/{hash}", {"disabled": True}),
    ("GET", "/v1/generation?id={generation}", None), ("GET", "/v1/activity?key_id={hash}", None),
    ("GET", "/v1/activity?api_key_hash={hash}&format=csv", None),
    ("GET", "/v1/usage/summary?key_id={hash}", None),
    ("GET", "/v1/usage/timeseries?key_id={hash}", None),
    ("GET", "/v1/activity?workspace_id={account}", None),
    ("GET", "/v1/usage/summary?workspace_id={account}", None),
    ("GET", "/v1/keys?workspace_id={account}", None),
    ("POST", "/v1/keys", {"name": "x", "workspace_id": "{account}"}),
])
def test_what_is_anothers_is_not_there(suite, tenants, method, path, body):
    """To the byte: neither text nor headers tell the two apart."""
    own, other = tenants
    theirs = {"hash": other.hash, "generation": other.generation, "account": other.account}
    none = {"hash": HASH, "generation": NO_GENERATION, "account": "acct-0000000000000000"}
    before = suite.rows("SELECT * FROM api_key WHERE account = ?", other.account)
    told = []
    for ids in theirs, none:
        sent = json.loads(json.dumps(body).replace("{account}", ids["account"]))
        answer = suite.ask(method, path.format(**ids), sent, key_for(own, path))
        told.append(plain(answer, *ids.values()))
    assert told[0] == told[1] and told[0][0] == 404
    assert suite.rows("SELECT * FROM api_key WHERE account = ?", other.account) == before


# ---- tricks

def told_nothing(suite, tenants, answer):
    """Whatever the answer is, it is whole, no fault of ours, and only the
    caller's."""
    assert answer.status < 500, answer
    assert "x-injected" not in answer.headers
    text = answer.body.decode("utf-8")
    assert "root:" not in text
    other = tenants[1]
    for secret in other.hash, other.generation, other.account, other.key:
        assert secret not in text
    if "json" in answer.headers.get("content-type", ""):
        json.loads(text)


@pytest.fixture(scope="module", autouse=True)
def unharmed(suite, tenants):
    """After all of it, nothing is missing and the other's key still works."""
    count = "SELECT (SELECT count(*) FROM account) AS a, (SELECT count(*) FROM price) AS p"
    before = suite.rows(count)
    yield
    assert suite.rows(count) == before
    assert suite.chat(key=tenants[1].key).status == 200
    assert suite.rows("PRAGMA integrity_check")[0]["integrity_check"] == "ok"


def coded(text):
    return quote(text.encode("latin-1"), safe="")


@pytest.mark.parametrize("trick", TRICKS)
def test_in_a_path(suite, tenants, trick):
    for method, path in ROUTES:
        if "{}" in path:
            body = {"name": "x"} if method == "PATCH" else None
            answer = suite.ask(method, path.format(coded(TRICKS[trick])), body,
                               key_for(tenants[0], path))
            told_nothing(suite, tenants, answer)
            assert answer.status in (400, 404), (method, path, answer)


QUERIES = """q category supported_parameters input_modalities output_modalities sort context
    min_price max_price arch model_authors providers zdr region min_age_days offset limit id date
    start_time end_time key_id api_key_hash model provider provider_id user app user_id
    workspace_id granularity view format group_by type include_disabled page_size page_token
    """.split()


@pytest.mark.parametrize("trick", TRICKS)
def test_in_a_query(suite, tenants, trick):
    for path in ("/v1/models", "/v1/models/count", "/v1/endpoints/zdr", "/v1/key", "/v1/keys",
                 "/v1/transactions", "/v1/generation", "/v1/activity", "/v1/usage/summary",
                 "/v1/usage/timeseries"):
        for name in QUERIES:
            answer = suite.ask("GET", f"{path}?{name}={coded(TRICKS[trick])}",
                               key=key_for(tenants[0], path))
            told_nothing(suite, tenants, answer)
            assert answer.status in (200, 400, 404), (path, name, answer)


@pytest.mark.parametrize("trick", TRICKS)
def test_in_a_body(suite, tenants, trick):
    text = TRICKS[trick]
    own = tenants[0]
    for name in [name for name, _ in MEMBERS] + [text]:
        for value in (text, [text], {text: text}, {"user": text}):
            answer = suite.ask("POST", "/v1/keys", {"name": "tricked", name: value}, own.manager)
            told_nothing(suite, tenants, answer)
            assert answer.status in (201, 400, 404), answer
    for name in "model", "user", "session_id", "input", "provider", "encoding_format":
        for path, body in (("/v1/embeddings", {"model": "sandbox/embed", "input": "a"}),
                           ("/v1/chat/completions", chat("free"))):
            answer = suite.ask("POST", path, {**body, name: text}, own.key)
            told_nothing(suite, tenants, answer)
            assert answer.status in (200, 400, 403, 404), answer


HEADERS = """HTTP-Referer X-Title X-OpenRouter-Title X-OpenRouter-Categories User-Agent Accept
    Origin If-None-Match X-Session-Id X-Request-Id X-Forwarded-For X-Forwarded-Host
    X-Original-URL X-Rewrite-URL Referer Cookie Range Accept-Encoding""".split()


@pytest.mark.parametrize("trick", [t for t in TRICKS if not re.search("[\r\n\0]", TRICKS[t])])
def test_in_a_header(suite, tenants, trick):
    own = tenants[0]
    for name in HEADERS:
        headers = {name: TRICKS[trick]}
        for path in "/v1/models?limit=1", "/v1/activity", "/v1/key":
            answer = suite.ask("GET", path, None, own.key, headers=headers)
            told_nothing(suite, tenants, answer)
            assert answer.status in (200, 206, 304, 400, 406, 416), (name, answer)
        answer = suite.ask("POST", "/v1/chat/completions", chat("free"), own.key, headers=headers)
        told_nothing(suite, tenants, answer)
    assert suite.ask("GET", "/v1/activity?format=csv", None, own.key).status == 200


@pytest.mark.parametrize("trick", TRICKS)
def test_P57_P63_in_a_key_CVE_2026_42208(suite, trick):
    """On any route, by each header that takes a key, and the answer is the one
    that a key which was never made gets."""
    text = TRICKS[trick]
    for method, path in ROUTES:
        path = path.format("x")
        body = {"name": "x"} if method in ("POST", "PATCH") else None
        unknown = plain(suite.ask(method, path, body, "lr_live_" + 48 * "0"))
        assert unknown[0] == 401
        ways = [{"Authorization": "Bearer " + text}, {"X-Api-Key": text},
                {"X-Goog-Api-Key": text}]
        if re.search("[\r\n\0]", text):
            ways = []
        mark = "&" if "?" in path else "?"
        for headers, query in [(way, "") for way in ways] + [({}, f"{mark}key={coded(text)}")]:
            answer = suite.ask(method, path + query, body, None, headers=headers)
            assert answer.status in (400, 401), (path, answer)
            assert "x-injected" not in answer.headers
            if answer.status == 401 and not query:
                assert plain(answer) == unknown


# ---- routes

@pytest.mark.parametrize("host", ["localhost:4000/#@x", "x/v1/healthz", "/v1/healthz#", "a@b",
                                  "x?", "127.0.0.1/healthz"])
def test_P58_a_host_opens_no_route_CVE_2026_49468(suite, host):
    for path in "/v1/keys", "/v1/key", "/v1/activity":
        with suite.connect() as c:
            c.send(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
            assert c.answer().status in (400, 401)


@pytest.mark.parametrize("path", [
    "/healthz/../v1/keys", "/v1/healthz/../keys", "//v1//keys", "/v1/%6beys", "/v1/keys/",
    "/v1/./keys", "/v1/keys/%2e", "/v1/keys/%2e%2e/keys", "/v1/models/..%2fkeys", "/v1/keys;x",
    "/v1/keys%00/healthz", "/v1/keys#/healthz", "/v1/keys?/healthz", "/V1/KEYS",
    "/v1/keys%20", "/v1/\\keys", "http://x/v1/keys", "http://healthz/v1/keys",
    "/api/v1/../../healthz/../v1/keys", "/v1/healthz%2f..%2fkeys"])
def test_P58_a_path_opens_no_route(suite, path):
    """Without a key nothing of it is told; with one that may not manage neither."""
    for key in None, suite.key:
        with suite.connect() as c:
            head = f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
            if key:
                head += f"Authorization: Bearer {key}\r\n"
            c.send(head.encode() + b"\r\n")
            answer = c.answer()
            assert answer.status >= 400, answer
            assert b'"hash"' not in answer.body


@pytest.fixture
def trap():
    """A port of ours that nobody has any business with; what came to it."""
    came = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        done = threading.Event()

        def listen():
            while not done.is_set():
                try:
                    connection, _ = server.accept()
                except TimeoutError:
                    continue
                came.append(connection.recv(1000))
                connection.close()

        thread = threading.Thread(target=listen)
        thread.start()
        yield server.getsockname()[1], came
        done.set()
        thread.join()


def test_P59_a_client_names_no_host(suite, trap):
    """CVE-2025-66405, CVE-2024-6587, GHSA-9f46-w24h-69w4: neither by a header,
    nor by a member, nor by a model, nor by an image, nor by the environment."""
    port, came = trap
    url = f"http://127.0.0.1:{port}"
    headers = {name: url for name in (
        "X-Portkey-Custom-Host", "X-Custom-Host", "X-Base-URL", "X-Api-Base", "X-Forwarded-Host",
        "Proxy", "X-Original-URL", "X-Rewrite-URL", "X-Provider-API-Keys", "Referer")}
    members = {name: url for name in (
        "api_base", "base_url", "custom_host", "api_url", "endpoint", "azure_endpoint", "proxy")}
    for path, body in (("/v1/chat/completions", chat("free")),
                       ("/v1/embeddings", {"model": "sandbox/embed", "input": url})):
        assert suite.ask("POST", path, {**body, **members}, headers=headers).status < 500
        for model in url, url + "/v1", "sandbox/" + url, "sandbox/echo@" + url, "sandbox/echo#" + url:
            assert suite.ask("POST", path, {**body, "model": model}).status in (400, 403, 404)
    image = chat("echo")
    image["messages"] = [{"role": "user", "content": [
        {"type": "image_url", "image_url": {"url": url + "/image.png"}}]}]
    assert suite.ask("POST", "/v1/chat/completions", image).status < 500
    assert came == []


@pytest.mark.parametrize("path", [
    "/v1/models", "/v1/models?sort=newest", "/v1/models/count", "/v1/providers", "/v1/key",
    "/v1/activity", "/v1/transactions", "/v1/usage/summary"])
def test_P62_no_tenant_gets_anothers_answer(suite, tenants, path):
    """GHSA-h9ww-f95j-h54c. By turns, with the tag of the other's answer."""
    own, other = tenants
    narrow = suite.new_key("--account", own.name, "--allow-model", "sandbox/echo")
    keys = [own.key, narrow, other.key]
    alone = [suite.ask("GET", path, key=key) for key in keys]
    for i, key in enumerate(keys):
        for j, theirs in enumerate(alone):
            tag = theirs.headers.get("etag")
            answer = suite.ask("GET", path, key=key, headers={"If-None-Match": tag} if tag else {})
            if answer.status == 304:
                assert theirs.text == alone[i].text
            else:
                assert own.hash not in answer.text or key != other.key
                told = alone[i].headers.get("etag"), answer.headers.get("etag")
                assert told[0] == told[1]
    assert "no-store" in alone[0].headers["cache-control"] or \
        alone[0].headers["cache-control"].startswith("private")
