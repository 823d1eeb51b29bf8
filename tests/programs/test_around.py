"""What is around every route of every program: CORS, HEAD, 405, names of
requests, and a line in the log."""

import re
import subprocess

import pytest

from provider import MODEL, Provider, failure
from suite import BUILD, Suite, wait_for

SAMPLES = {"/v1/*/*": "/v1/nonesuch/x", "/api/v1/*/*": "/api/v1/nonesuch/x",
           "/*/v1*": "/nonesuch/v1/x", "/sandbox/*": "/sandbox/v1/models",
           "/sandbox2/*": "/sandbox2/v1/chat/completions"}
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
OPEN = ("/healthz", "/sandbox")


def sample(pattern):
    """A path that PATTERN fits and no other route does."""
    if pattern in SAMPLES:
        return SAMPLES[pattern]
    if pattern.endswith("/keys/*"):
        return pattern[:-1] + "0" * 64
    return re.sub(r"\*$", "sandbox/echo", pattern)


def routes():
    """{path: methods} of all programs, as they tell web servers."""
    found = {}
    for program in sorted((BUILD / "cgi-bin").glob("*.fcgi")):
        told = subprocess.run([program, "--routes"], capture_output=True, text=True, check=True)
        for line in told.stdout.splitlines():
            method, pattern = line.split(" ")
            found.setdefault(sample(pattern), set()).add(method)
    return found


ROUTES = routes()
EXACT = {path: methods for path, methods in ROUTES.items() if "*" not in methods}
GETS = [path for path, methods in EXACT.items() if "GET" in methods]


@pytest.fixture(scope="module")
def suite():
    """One that logs to a file of its own."""
    with Suite(settings={"log_file": "requests.log"}) as s:
        s.turnpike("credit", "add", "default", 100)
        yield s


def lines(suite, request):
    return [line for line in suite.log("requests.log").splitlines()
            if f"request={request}" in line]


def logged(suite, answer):
    """The line of ANSWER, as {name: value}. It is the only one."""
    request = answer.headers["x-request-id"]
    assert wait_for(lambda: lines(suite, request)), f"no line for {answer}"
    line, = lines(suite, request)
    pairs = re.findall(r'(\w+)=("(?:[^"\\]|\\.)*"|\S+)', line.split("] ", 1)[1])
    assert " ".join(f"{name}={value}" for name, value in pairs) == line.split("] ", 1)[1]
    return dict(pairs)


def check_around(answer):
    """What no answer is without."""
    assert re.fullmatch(r"gen-\d{10}-[0-9a-f]{24}", answer.headers["x-request-id"])
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["access-control-expose-headers"] == "*"
    assert "cache-control" in answer.headers
    assert "access-control-allow-credentials" not in answer.headers


def test_there_are_routes():
    assert len(ROUTES) > 40 and len(GETS) > 20


@pytest.mark.parametrize("path", ROUTES)
def test_a_browser_may_ask_first(suite, path):
    answer = suite.ask("OPTIONS", path, key=None, headers={
        "Origin": "https://example.org", "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization, content-type, x-title"})
    assert answer.status == 204 and answer.body == b"", answer
    check_around(answer)
    allowed = set(answer.headers["access-control-allow-methods"].split(", "))
    assert allowed == set(answer.headers["allow"].split(", "))
    wanted = ROUTES[path]
    if "*" in wanted:  # the program alone knows them
        assert allowed <= {*METHODS, "OPTIONS"} and len(allowed) > 1
    else:
        assert allowed == wanted | ({"HEAD"} if "GET" in wanted else set()) | {"OPTIONS"}
    assert answer.headers["access-control-allow-headers"] == "authorization, content-type, x-title"
    assert "access-control-request-headers" in answer.headers["vary"].lower()
    assert int(answer.headers["access-control-max-age"]) > 0
    assert logged(suite, answer)["status"] == "204"


@pytest.mark.parametrize("path", EXACT)
def test_other_methods_are_told_the_right_ones(suite, path):
    known = EXACT[path] | ({"HEAD"} if "GET" in EXACT[path] else set())
    for method in METHODS:
        if method in known:
            continue
        with suite.connect() as c:
            c.ask(method, path, key=suite.key, headers={"Connection": "close"})
            answer = c.head() if method == "HEAD" else c.answer()
        assert answer.status == 405, (method, answer)
        assert set(answer.headers["allow"].split(", ")) == known | {"OPTIONS"}
        check_around(answer)
        if method != "HEAD":
            assert answer.error["code"] == 405
            assert answer.headers["content-type"] == "application/json"
        assert logged(suite, answer)["method"] == method


def key_for(suite, path):
    return suite.management_key if "/keys" in path or path == "/metrics" else suite.key


@pytest.mark.parametrize("path", GETS)
def test_head_is_get_without_a_body(suite, path):
    got = suite.ask("GET", path, key=key_for(suite, path))
    with suite.connect() as c:
        c.ask("HEAD", path, key=key_for(suite, path), headers={"Connection": "close"})
        head = c.head()
        assert not c.seen and not c.more()
    assert head.status == got.status, (head, got)
    assert head.headers.get("content-type") == got.headers.get("content-type")
    assert head.headers.keys() == got.headers.keys()
    check_around(head)
    line = logged(suite, head)
    assert (line["method"], line["status"], line["bytes"]) == ("HEAD", str(got.status), "0")


@pytest.mark.parametrize("path", ROUTES)
def test_without_a_key_nothing_is_told(suite, path):
    for method in ROUTES[path]:
        answer = suite.ask("POST" if method == "*" else method, path, key=None)
        check_around(answer)
        if path.startswith(OPEN):
            assert answer.status in (200, 400, 404, 405), answer
            continue
        assert answer.status == 401, answer
        assert answer.headers["www-authenticate"] == "Bearer"
        assert answer.error["code"] == 401
        line = logged(suite, answer)
        assert line["status"] == "401" and "error" in line and "key" not in line


@pytest.mark.parametrize("path", [
    "/v1/nonesuch", "/api/v1/nonesuch", "/v1/key/more", "/v1/../keys", "/v1/%00", "/v1/%zz"])
def test_what_is_no_route(suite, path):
    answer = suite.ask("GET", path)
    assert answer.status in (400, 404), answer
    if "x-request-id" in answer.headers:
        check_around(answer)


# ---- The line

def test_a_line_tells_what_it_was_and_cost(suite):
    answer = suite.chat("lorem+tokens=50")
    line = logged(suite, answer)
    id_ = answer.headers["x-generation-id"]
    row = suite.generation(id_)
    assert line["request"] == line["generation"] == id_ == answer.headers["x-request-id"]
    assert line["method"] == "POST" and line["path"] == "/chat/completions"
    assert line["status"] == "200" and int(line["bytes"]) == len(answer.body)
    assert 0 <= int(line["ms"]) < 10000
    label = suite.ask("GET", "/v1/key").json()["data"]["label"]
    assert line["key"] == label and line["account"] == row["account"]
    assert line["model"] == "sandbox/lorem" and line["provider"] == row["provider"]
    assert line["outcome"] == "answered"
    assert round(float(line["cost"]) * 1e9) == row["charge"] > 0


def test_a_streams_line_comes_at_its_end(suite):
    with suite.stream("lorem+tokens=20+pace=20") as stream:
        events = iter(stream)
        next(events)
        assert not lines(suite, stream.id)
        rest = list(events)
    assert rest[-1].done
    line = logged(suite, stream.answer)
    assert line["outcome"] == "answered" and int(line["bytes"]) > 1000


def test_embeddings_have_a_line(suite):
    answer = suite.ask("POST", "/v1/embeddings", {"model": "sandbox/embed", "input": "Hello"})
    line = logged(suite, answer)
    assert line["model"] == "sandbox/embed" and line["generation"] == line["request"]


def test_what_is_passed_on_has_a_line(suite):
    answer = suite.ask("POST", "/v1/sandbox/chat/completions", {
        "model": "echo", "messages": [{"role": "user", "content": "Hi"}]})
    assert answer.status == 200, answer
    line = logged(suite, answer)
    assert line["path"] == "/sandbox/chat/completions" and line["provider"] == "sandbox"
    assert line["generation"] == line["request"] and line["outcome"] == "answered"


def test_a_client_that_left_has_a_line(suite):
    stream = suite.stream("lorem+tokens=5000+pace=5")
    events = iter(stream)
    next(events)
    stream.connection.reset()
    line = wait_for(lambda: lines(suite, stream.id), 20)
    assert line and "gone=yes" in line[0] and "outcome=cancelled" in line[0], line
    assert "model=sandbox/lorem" in line[0] and "status=200" in line[0]


@pytest.mark.parametrize("status,how", [
    (400, {"model": "nonesuch"}), (400, {"temperature": "hot"}), (401, {"key": "lr_live_" + "0" * 48}),
    (402, {"key": "poor"}), (429, {"key": "limited"})])
def test_what_is_refused_has_a_line(suite, status, how):
    how = dict(how)
    if how.get("key") == "poor":
        _, how["key"] = suite.account("0.0000001")
    elif how.get("key") == "limited":
        how["key"] = suite.new_key("--requests-per-day", 0)
    answer = suite.chat(**how)
    line = logged(suite, answer)
    assert answer.status == status, answer
    assert line["status"] == str(status) and "generation" not in line
    assert answer.error["message"].split("\n")[0][:20] in line["error"].replace('\\"', '"')


def test_a_failure_is_told_once(suite):
    with Provider() as p:
        p.join(suite)
        p.answers = [failure("500 Oops", "it broke")]
        answer = suite.ask("POST", "/v1/chat/completions", {
            "model": MODEL, "messages": [{"role": "user", "content": "Hi"}]})
    assert answer.status == 502, answer
    line = logged(suite, answer)
    assert line["outcome"] == "failed" and line["cost"] == "0" and "error" in line
    assert suite.log("requests.log").count(answer.headers["x-request-id"]) == 2, \
        "as the request and as the generation, in one line"


EVIL = ["a\nb", "a\r\nstatus=200", 'a" status="200', "a\\", "\x1b[2J", "a\u2028b", "\u0085", "\x7f"]


@pytest.mark.parametrize("evil", EVIL)
def test_nobody_writes_lines_of_his_own(suite, evil):
    before = suite.log("requests.log").count("\n")
    answer = suite.ask("POST", "/v1/chat/completions", {
        "model": f"sandbox/{evil}", "messages": [{"role": "user", "content": "Hi"}],
        "user": evil, "session_id": evil}, headers={"X-Title": "a\tb", "User-Agent": "x\ty"})
    assert answer.status == 400, answer
    line = logged(suite, answer)
    assert line["status"] == "400"
    text = suite.log("requests.log")
    assert text.count("\n") == before + 1
    assert all(" " <= c <= "~" for c in text.replace("\n", ""))


def test_no_secret_is_in_the_log(suite):
    """P60."""
    asked = suite.ask("GET", f"/v1/models?key={suite.key}&secret=swordfish", key=None)
    assert asked.status == 200 and logged(suite, asked)["path"] == "/models"
    for path in (f"/v1/keys/{suite.key}", f"/v1/{suite.management_key}",
                 f"/v1/x/{suite.key}", f"/v1/models/{suite.key}"):
        suite.ask("GET", path, key=suite.management_key)
    suite.chat(f"{suite.key}", text="swordfish")
    suite.chat("echo", text="swordfish", user="swordfish")
    made = suite.ask("POST", "/v1/keys", {"name": "x"}, suite.management_key).json()["key"]
    for text in (suite.log("requests.log"), suite.log("run/programs.log")):
        for secret in (suite.key, suite.management_key, made, "swordfish"):
            assert secret not in text


def test_a_log_that_was_moved_is_followed(suite):
    first = suite.ask("GET", "/healthz", key=None)
    assert logged(suite, first)["path"] == "/healthz"
    (suite.home / "requests.log").rename(suite.home / "requests.log.1")
    second = suite.ask("GET", "/healthz", key=None)
    assert logged(suite, second)["status"] == "200"
    assert lines(suite, first.headers["x-request-id"]) == []
    assert (suite.home / "requests.log").stat().st_mode & 0o077 == 0


def test_the_line_can_be_switched_off(fresh):
    s = fresh(settings={"log_requests": "off", "log_file": "requests.log"})
    assert s.chat().status == 200 and s.ask("GET", "/healthz", key=None).status == 200
    assert s.log("requests.log") == ""
