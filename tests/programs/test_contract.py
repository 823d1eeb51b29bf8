"""Each route answers as www/openapi.json says: status, headers and body, to
the member, and examples to the value."""

import json
from urllib.parse import quote

import pytest

import contract
from contract_cases import CASES
from contract_scene import Scene, ask_cgi, start
from provider import SEAT, Provider, reply

DOCUMENT = contract.Document()
OPERATIONS = DOCUMENT.operations
SANDBOX_OFF = [o for o in OPERATIONS if "SandboxOff" in str(o.json["responses"])]
CATALOGUE = [o for o in OPERATIONS if {} in o.json.get("security", ())]


@pytest.fixture(scope="module")
def open_suite():
    """One of its own, whose catalogue and providers are those of the start."""
    with start() as s:
        yield s
        assert s.no_holds(), s.held()
        assert s.fsck() == []


@pytest.fixture
def scene(open_suite):
    return Scene(open_suite)


@pytest.fixture(scope="module")
def same_scene(open_suite):
    """For calls that leave it as it was."""
    return Scene(open_suite)


def path_of(operation, root, values):
    """Its path below ROOT; what is not in VALUES is as the examples say."""
    path = root + operation.path
    for p in operation.parameters:
        if p["in"] == "path":
            value = values.get(p["name"], p.get("example", "0" * 64))
            path = path.replace("{%s}" % p["name"], quote(value))
    return path


def ask(scene, operation, case, root):
    body = case.body
    if case.after:
        getattr(scene, case.after)
    if body is None:
        body = operation.request_examples().get(case.name)
    path = path_of(operation, root, {n: scene.fill(v) for n, v in case.path.items()})
    query = f"?{scene.fill(case.query)}" if case.query else ""
    return scene.suite.ask(operation.method.upper(), path + query, body, scene.fill(case.key),
                           headers=case.headers)


# ---- each call

@pytest.mark.parametrize("number", range(len(CASES)), ids=[str(c) for c in CASES])
def test_it_answers_as_documented(scene, number):
    case = CASES[number]
    operation = DOCUMENT[case.operation]
    root = operation.roots[number % len(operation.roots)]
    answer = ask(scene, operation, case, root)
    assert answer.status == case.status, answer
    contract.check(operation, answer)
    for name in examples_shown(case):
        contract.compare(operation, answer, name)


def examples_shown(case):
    if case.shows is not None:
        return case.shows
    content = DOCUMENT[case.operation].response(case.status)[1].get("content", {})
    named = any(case.name in contract.examples_of(media) for media in content.values())
    return (case.name,) if named else ()


def good_case(operation):
    return next((c for c in CASES if c.operation == operation.id and c.status < 300), None)


@pytest.mark.parametrize("operation", filter(good_case, OPERATIONS), ids=str)
def test_every_server_of_it_has_it(scene, operation):
    case = good_case(operation)
    for root in operation.roots:
        answer = ask(Scene(scene.suite), operation, case, root)
        assert answer.status == case.status, (root, answer)


# ---- keys

@pytest.mark.parametrize("operation", [o for o in OPERATIONS if o.needs_key], ids=str)
def test_it_wants_its_key(same_scene, operation):
    def refused(key, status, example):
        body = next(iter(operation.request_examples().values()), None)
        path = path_of(operation, operation.roots[0], {})
        answer = same_scene.suite.ask(operation.method.upper(), path, body, key)
        assert answer.status == status, answer
        contract.check(operation, answer)
        if example:
            contract.compare(operation, answer, example)

    refused(None, 401, "no_key")
    refused("lr_live_" + 48 * "0", 401, "bad_key")
    if operation.roles == {"management"}:
        refused(same_scene.key, 403, "regular")
    if operation.roles == {"regular"}:
        refused(same_scene.management, 403, "management")


@pytest.mark.parametrize("scheme", DOCUMENT.json["components"]["securitySchemes"])
def test_a_key_may_be_sent_in_each_way(same_scene, scheme):
    how = DOCUMENT.json["components"]["securitySchemes"][scheme]
    headers, query = {}, ""
    if how["type"] == "http":
        headers["Authorization"] = f"{how['scheme'].title()} {same_scene.key}"
    elif how["in"] == "header":
        headers[how["name"]] = same_scene.key
    else:
        query = f"?{how['name']}={same_scene.key}"
    answer = same_scene.suite.ask("GET", "/v1/key" + query, key=None, headers=headers)
    assert answer.status == 200, answer


@pytest.mark.parametrize("operation", CATALOGUE, ids=str)
def test_a_public_catalogue_takes_no_key(same_scene, operation):
    path = path_of(operation, operation.roots[0], {})
    program = "embeddings" if "embeddings" in path else "models"
    answer = ask_cgi(program, path, same_scene.suite.home, public_models="on")
    assert answer.status == 200, answer
    contract.check(operation, answer)


# ---- what every path does

@pytest.mark.parametrize("path", DOCUMENT.json["paths"])
def test_other_methods_are_refused_and_told(same_scene, path):
    here = [o for o in OPERATIONS if o.path == path]
    url = path_of(here[0], here[0].roots[0], {})
    known = {o.method.upper() for o in here}
    if "GET" in known:
        known.add("HEAD")
    for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - known:
        answer = same_scene.suite.ask(method, url, key=same_scene.key)
        assert answer.status == 405, answer
        check_component("BadMethod", answer)
        assert set(answer.headers["allow"].split(", ")) == known | {"OPTIONS"}, answer
    answer = same_scene.suite.ask("OPTIONS", url, key=None)
    assert answer.status == 204, answer
    check_component("Preflight", answer)
    assert set(answer.headers["allow"].split(", ")) == known | {"OPTIONS"}, answer


def check_component(name, answer):
    response = DOCUMENT.json["components"]["responses"][name]
    contract.check_headers(DOCUMENT, response.get("headers", {}), answer)
    for media in response.get("content", {}).values():
        assert not DOCUMENT.complaints(media["schema"], answer.json(), strict=True), answer


def test_the_example_of_a_wrong_method(same_scene):
    answer = same_scene.suite.ask("PUT", "/v1/models", key=same_scene.key)
    media = DOCUMENT.json["components"]["responses"]["BadMethod"]["content"]["application/json"]
    assert answer.json() == contract.examples_of(media)["put"]


@pytest.mark.parametrize("operation", [o for o in OPERATIONS if o.method == "get"], ids=str)
def test_head_is_get_without_a_body(scene, operation):
    case = good_case(operation)
    if case.after:
        getattr(scene, case.after)
    path = path_of(operation, operation.roots[0], {n: scene.fill(v) for n, v in case.path.items()})
    with scene.suite.connect() as c:
        c.ask("HEAD", f"{path}?{scene.fill(case.query)}", key=scene.fill(case.key),
              headers={"Connection": "close"})
        head = c.head()
        assert head.status == 200, head
        assert not c.seen and not c.more()
    contract.check_headers(DOCUMENT, operation.response(200)[1].get("headers", {}), head)


# ---- parameters

def queries(judge):
    """Each parameter of each operation with what JUDGE makes of its schema."""
    rows = []
    for operation in OPERATIONS:
        for p in operation.parameters:
            if p["in"] == "query":
                rows += [pytest.param(operation, p["name"], value, id=f"{operation}-{p['name']}-{value}")
                         for value in judge(DOCUMENT.find(p["schema"]))]
    return rows


def impossible(schema):
    if schema.get("items", {}).get("enum") or "enum" in schema:
        yield "nonesuch"
    elif schema["type"] == "boolean":
        yield "perhaps"
    elif schema["type"] in ("integer", "number"):
        yield from ("many", str(schema["minimum"] - 1), "1x")
        if "maximum" in schema:
            yield str(schema["maximum"] + 1)
        if schema["type"] == "integer":
            yield "1.5"
    elif "date" in json.dumps(schema):
        yield from ("yesterday", "2026-02-30", "1775211630")


def extreme(schema):
    if "enum" in schema:
        yield from schema["enum"]
    elif schema.get("items", {}).get("enum"):
        yield ",".join(schema["items"]["enum"])
    elif schema["type"] == "boolean":
        yield from ("true", "false")
    elif schema["type"] in ("integer", "number"):
        yield from (str(schema[end]) for end in ("minimum", "maximum") if end in schema)


def ask_with(scene, operation, query):
    key = scene.management if operation.roles == {"management"} else scene.key
    if not operation.needs_key:
        key = None
    path = path_of(operation, operation.roots[0], {})
    return scene.suite.ask(operation.method.upper(), f"{path}?{query}", key=key)


@pytest.mark.parametrize("operation,name,value", queries(impossible))
def test_a_parameter_that_cannot_be_is_named(same_scene, operation, name, value):
    answer = ask_with(same_scene, operation, f"{name}={value}")
    assert answer.status == 400, answer
    contract.check(operation, answer)
    assert answer.error["message"].startswith(name), answer


# Records as JSON come in pages, unlike rows of CSV.
BESIDE = {"listActivity": "format=csv&"}


@pytest.mark.parametrize("operation,name,value", queries(extreme))
def test_a_parameter_may_go_as_far_as_documented(same_scene, operation, name, value):
    beside = BESIDE.get(operation.id, "") if name == "limit" else ""
    answer = ask_with(same_scene, operation, f"{beside}{name}={value}")
    assert answer.status == 200, answer
    contract.check(operation, answer)


# ---- bodies

WRONG = (7.5, "no such thing", True, {"a": "b"}, [7.5])


def members():
    """Each typed member of each body, with a value that it cannot have."""
    rows = []
    for operation in OPERATIONS:
        if operation.needs_key and operation.request_examples():
            schema = operation.json["requestBody"]["content"]["application/json"].get("schema", {})
            for name, member in sorted(properties(schema).items()):
                rows += [pytest.param(operation, name, value, id=f"{operation}-{name}-{str(value)[:9]}")
                         for value in (*WRONG, *beyond(member))
                         if DOCUMENT.complaints(schema, body_with(operation, name, value))]
    return rows


def properties(schema):
    schema = DOCUMENT.find(schema)
    found = dict(schema.get("properties", {}))
    for part in schema.get("allOf", []):
        found.update(properties(part))
    return found


def beyond(schema):
    """What is one too many."""
    schema = DOCUMENT.find(schema)
    if "minimum" in schema:
        yield schema["minimum"] - 1
    if "maximum" in schema:
        yield schema["maximum"] + 1
    if "minLength" in schema:
        yield "x" * (schema["minLength"] - 1)
    if "maxLength" in schema:
        yield "x" * (schema["maxLength"] + 1)
    if "maxItems" in schema:
        yield ["x"] * (schema["maxItems"] + 1)
    if "minItems" in schema:
        yield ["x"] * (schema["minItems"] - 1)


def within(schema):
    """What is just possible."""
    schema = DOCUMENT.find(schema)
    types = schema.get("type", ())
    yield from schema.get("enum", ())
    for word in "minimum", "maximum":
        if word in schema:
            yield schema[word]
    for word in "minLength", "maxLength":
        if word in schema:
            yield "x" * schema[word]
    if "maxItems" in schema:
        yield from ([], ["x"] * schema["maxItems"])
    if types == "boolean":
        yield from (True, False)
    if "null" in types:
        yield None


KEY = {"$ref": "#/components/schemas/KeyChange"}
KEY_MEMBERS = [pytest.param(name, value, id=f"{name}-{str(value)[:9]}")
               for name, member in sorted(properties(KEY).items()) for value in within(member)]


@pytest.mark.parametrize("name,value", KEY_MEMBERS)
def test_a_member_of_a_key_may_go_as_far_as_documented(same_scene, name, value):
    path = f"/v1/keys/{same_scene.hash}"
    answer = same_scene.suite.ask("PATCH", path, {name: value}, same_scene.management)
    assert answer.status == 200, answer
    contract.check(DOCUMENT["changeKey"], answer)


def body_with(operation, name, value):
    return {**next(iter(operation.request_examples().values())), name: value}


@pytest.mark.parametrize("operation,name,value", members())
def test_a_member_of_the_wrong_type_is_named(same_scene, operation, name, value):
    key = same_scene.management if operation.roles == {"management"} else same_scene.key
    values = {"hash": same_scene.hash} if "{hash}" in operation.path else {}
    path = path_of(operation, operation.roots[0], values)
    body = body_with(operation, name, value)
    answer = same_scene.suite.ask(operation.method.upper(), path, body, key)
    assert answer.status == 400, answer
    contract.check(operation, answer)
    assert name in answer.error["message"], answer


# ---- providers' own APIs

PASSED = [o for o in OPERATIONS if "Passed" in str(o.json["responses"])]


@pytest.fixture(scope="module")
def stub(open_suite):
    """A provider that answers any method with whatever it is told."""
    with Provider() as p:
        p.join(open_suite)
        yield p
        for credential in open_suite.turnpike("credential", "list", SEAT)["data"]:
            open_suite.turnpike("credential", "delete", credential["id"])


@pytest.mark.parametrize("answer", ["200 OK", "204 No Content", "451 Unavailable", "503 Busy"])
@pytest.mark.parametrize("operation", PASSED, ids=str)
def test_any_method_is_passed_on(same_scene, stub, operation, answer):
    headers = ["OpenAI-Version: 1", "Request-Id: r", "Retry-After: 9", "Server: s", "Set-Cookie: c=d"]
    stub.answers = [reply("" if answer[:3] == "204" else '{"any": "thing"}', answer, headers)]
    path = path_of(operation, operation.roots[0], {"provider": SEAT, "path": "files/x", "rest": "/files/x"})
    got = same_scene.suite.ask(operation.method.upper(), path, None, same_scene.key)
    assert got.status == int(answer[:3]), got
    assert got.headers["openai-version"] == "1" and "set-cookie" not in got.headers
    contract.check(operation, got)


# ---- what is left

# The other methods want a body, and are refused in the same place.
@pytest.mark.parametrize("operation", [o for o in SANDBOX_OFF if o.method == "get"], ids=str)
def test_the_sandbox_may_be_off(same_scene, operation):
    answer = ask_cgi("sandbox", path_of(operation, "", {}), same_scene.suite.home, sandbox="off")
    assert answer.status == 404, answer
    contract.check(operation, answer)
    contract.compare(operation, answer, "off")


def test_metrics_may_be_off_or_open(same_scene):
    operation = DOCUMENT["getMetrics"]
    answer = ask_cgi("healthz", "/metrics", same_scene.suite.home, metrics="off")
    assert answer.status == 404, answer
    contract.check(operation, answer)
    contract.compare(operation, answer, "metrics_off")
    answer = ask_cgi("healthz", "/metrics", same_scene.suite.home, metrics="open")
    assert answer.status == 200 and "turnpike_requests_total{" in answer.text, answer
    contract.check(operation, answer)


def test_a_suite_may_be_ill(tmp_path):
    (tmp_path / "turnpike.db").mkdir()
    answer = ask_cgi("healthz", "/healthz", tmp_path)
    assert answer.status == 503, answer
    contract.check(DOCUMENT["getHealth"], answer)
    contract.compare(DOCUMENT["getHealth"], answer, "ill")


def test_csv_has_the_members_of_json(scene):
    scene.chat
    for view, schema in (("records", "ActivityRecord"), ("daily", "ActivityDay")):
        head = scene.suite.ask("GET", f"/v1/activity?format=csv&view={view}", key=scene.key).text
        names = head.split("\r\n")[0].split(",")
        assert sorted(names) == sorted(DOCUMENT.json["components"]["schemas"][schema]["properties"])


def test_the_document_is_served(same_scene):
    answer = same_scene.suite.ask("GET", "/openapi.json", key=None)
    assert answer.status == 200 and answer.headers["content-type"] == "application/json"
    assert answer.body == contract.FILE.read_bytes()


# ---- is that all?

# Nothing that a client sends makes these.
UNREACHED = {"default"}


def done():
    """The statuses of each operation that the tests above get."""
    got = {(c.operation, DOCUMENT[c.operation].response(c.status)[0]) for c in CASES}
    got |= {(o.id, o.response(401)[0]) for o in OPERATIONS if o.needs_key}
    got |= {(o.id, o.response(403)[0]) for o in OPERATIONS if o.roles}
    got |= {(o.id, status) for o in PASSED for status in ("2XX", "4XX", "5XX")}
    got |= {(o.id, "404") for o in SANDBOX_OFF}
    return got | {("getHealth", "503"), ("getMetrics", "404")}


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_every_documented_status_is_got(operation):
    wanted = {(operation.id, status) for status in operation.responses if status not in UNREACHED}
    assert wanted <= done()


def test_every_example_is_compared():
    shown = {name for case in CASES for name in examples_shown(case)}
    shown |= {"no_key", "bad_key", "regular", "management", "off", "ill", "metrics_off"}
    for operation in OPERATIONS:
        for status, response in operation.responses.items():
            for media in response.get("content", {}).values():
                left = set(contract.examples_of(media)) - shown
                assert not left or status in UNREACHED, (operation, status, left)
        left = set(operation.request_examples()) - {c.name for c in CASES if c.operation == operation.id}
        assert not left, (operation, left)
