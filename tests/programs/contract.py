"""The API's document, www/openapi.json, and whether an answer is as it says."""

import copy
import itertools
import json
import re

import jsonschema

from suite import TOP

FILE = TOP / "www/openapi.json"
METHODS = ("get", "put", "post", "delete", "patch", "head", "options", "trace")

# What a web server adds.
SERVERS_OWN = {"accept-ranges", "connection", "content-length", "content-type", "date", "server",
               "transfer-encoding"}

EVERYWHERE = "x-everywhere"


class Operation:
    """One method of one path. `roots` are what its servers put before the
    path."""

    def __init__(self, document, path, method, json):
        self.document, self.path, self.method, self.json = document, path, method, json
        item = document.json["paths"][path]
        servers = json.get("servers", item.get("servers", document.json["servers"]))
        self.roots = [s["url"].removeprefix(".") for s in servers]
        self.id = json["operationId"]
        self.parameters = [document.find(p) for p in
                           item.get("parameters", []) + json.get("parameters", [])]
        self.responses = {status: document.find(r) for status, r in json["responses"].items()}
        security = json.get("security", document.json["security"])
        self.needs_key = bool(security)
        self.roles = {role for way in security for roles in way.values() for role in roles}

    def __repr__(self):
        return self.id

    def paths(self):
        """Its paths with all that stands before them; parameters with few
        values are filled in, the others stay as they are."""
        choices = [[("{%s}" % p["name"], value) for value in self.document.find(p["schema"])["enum"]]
                   for p in self.parameters
                   if p["in"] == "path" and "enum" in self.document.find(p["schema"])]
        for root, *filled in itertools.product(self.roots, *choices):
            path = root + self.path
            for name, value in filled:
                path = path.replace(name, value)
            yield path

    def request_examples(self):
        content = self.json.get("requestBody", {}).get("content", {})
        return examples_of(content.get("application/json", {}))

    def response(self, status):
        """What is said of this status, and under which name."""
        for name in (str(status), f"{status // 100}XX", "default"):
            if name in self.responses:
                return name, self.responses[name]
        raise AssertionError(f"{self}: nothing is said of status {status}")

    def parameter(self, name):
        return next(p for p in self.parameters if p["name"] == name)


def examples_of(media):
    return {name: example["value"] for name, example in media.get("examples", {}).items()}


class Document:
    def __init__(self, file=FILE):
        self.json = json.loads(file.read_text())
        # The sandbox adds nothing of its own, so that what is open for
        # providers' members is closed for it.
        self.strict = closed(copy.deepcopy(self.json))
        self.operations = [Operation(self, path, method, item[method])
                           for path, item in self.json["paths"].items()
                           for method in METHODS if method in item]

    def __getitem__(self, id):
        return next(o for o in self.operations if o.id == id)

    def find(self, thing):
        """What THING refers to, if it does."""
        while isinstance(thing, dict) and "$ref" in thing:
            thing = at(self.json, thing["$ref"])
        return thing

    def everywhere(self):
        return {name: h for name, h in self.json["components"]["headers"].items()
                if h.get(EVERYWHERE)}

    def complaints(self, schema, value, strict=False):
        """What is wrong with VALUE."""
        whole = self.strict if strict else self.json
        validator = jsonschema.Draft202012Validator(
            closed(copy.deepcopy(schema)) if strict else schema,
            resolver=jsonschema.RefResolver("", whole),
            format_checker=jsonschema.draft202012_format_checker)
        return [f"{error.json_path}: {error.message[:300]}"
                for error in validator.iter_errors(value)]


def at(document, pointer):
    """What a reference inside of the document points to."""
    assert pointer.startswith("#/"), pointer
    for part in pointer[2:].split("/"):
        document = document[part.replace("~1", "/").replace("~0", "~")]
    return document


def closed(value):
    """VALUE with every object that has members said open made closed."""
    if isinstance(value, dict):
        if value.get("additionalProperties") is True and "properties" in value:
            value["additionalProperties"] = False
        for member in value.values():
            closed(member)
    elif isinstance(value, list):
        for item in value:
            closed(item)
    return value


# ---- answers

def check(operation, answer):
    """Is ANSWER as the document says? Returns the name of the status."""
    status, response = operation.response(answer.status)
    check_headers(operation.document, response.get("headers", {}), answer)
    content = response.get("content")
    if not content or answer.status == 204:
        assert not answer.body, answer
        return status
    kind = answer.headers["content-type"].split(";")[0]
    assert kind in content or "*/*" in content, f"{operation} answers {answer.status} with {kind}"
    schema = content.get(kind, {}).get("schema")
    wrong = []
    for value in values_of(kind, answer) if schema else ():
        wrong += operation.document.complaints(schema, value, strict=True)
    assert not wrong, "\n".join([f"{operation} {answer.status}:", *wrong, answer.text[:2000]])
    return status


def check_headers(document, documented, answer):
    documented = {**document.everywhere(), **documented}
    names = {name.lower() for name in documented}
    unknown = set(answer.headers) - names - SERVERS_OWN
    assert not unknown, f"headers that nothing is said of: {unknown} in {answer}"
    for name, header in documented.items():
        header = document.find(header)
        value = answer.headers.get(name.lower())
        if value is None:
            assert not header.get("required"), f"{name} is missing in {answer}"
            continue
        if header["schema"].get("type") == "integer":
            value = int(value)
        wrong = document.complaints(header["schema"], value)
        assert not wrong, f"{name}: {value!r}: {wrong}"


def values_of(kind, answer):
    """What the schema of an answer of this KIND is about."""
    if kind == "text/event-stream":
        return events_of(answer)
    return [answer.json()] if kind == "application/json" else [answer.text]


def events_of(answer):
    """The chunks of a stream that ends as it should."""
    events = [e for e in answer.events() if not e.comment]
    done = [e for e in events if e.done]
    chunks = [e.json() for e in events if not e.done]
    assert bool(done) != bool(chunks and "error" in chunks[-1]), answer
    assert not done or events[-1].done, answer
    return chunks


# ---- examples

# Numbers that nobody can know beforehand.
VARYING = {"created", "latency", "latency_ms", "generation_time", "time_to_first_token",
           "uptime_last_5m", "uptime_last_30m", "uptime_last_1d",
           "latency_last_30m", "throughput_last_30m", "X-RateLimit-Reset"}

# Texts of which only the form is known beforehand, as parts of a text too.
FORMS = [(re.compile(form), name) for form, name in (
    (r"\bgen-[0-9]{2,}-[0-9a-f]{24}\b", "<generation>"),
    (r"\btxn-[0-9]+-[0-9a-f]{24}\b", "<transaction>"),
    (r"\bacct-(?!0{16})[0-9a-f]{16}\b", "<account>"),
    (r"\blr_(live|mgmt)_[0-9a-f]{48}\b", r"<\1 key>"),
    (r"\blr_(live|mgmt)_[0-9a-f]+\.\.\.[0-9a-f]{4}\b", r"<\1 label>"),
    (r"\b[0-9a-f]{64}\b", "<hash>"),
    (r"\b1[0-9]{12}-(?=<hash>)", "<milliseconds>-"),
    (r"\bin [0-9]+ seconds\b", "<soon>"),
    (r"\b[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9:.]+Z)?", "<time>"))]


def plain(value, name=""):
    """VALUE without what varies; `created` of a model does not."""
    if name in VARYING and not (name == "created" and value == 1782864000):
        return "<varies>"
    if isinstance(value, dict):
        return {n: plain(v, n) for n, v in value.items()}
    if isinstance(value, list):
        return [plain(v) for v in value]
    if isinstance(value, str):
        for form, stands in FORMS:
            value = form.sub(stands, value)
    return value


def shown(operation, answer, name):
    """The document's example NAME of such an answer."""
    _, response = operation.response(answer.status)
    kind = answer.headers["content-type"].split(";")[0]
    return examples_of(response["content"][kind])[name]


def compare(operation, answer, name):
    """Is the example NAME what was answered, but for what varies?"""
    kind = answer.headers["content-type"].split(";")[0]
    example = plain(shown(operation, answer, name))
    live = [plain(v) for v in values_of(kind, answer)]
    if kind == "text/event-stream":
        assert example in live, f"{operation}: no chunk is {example} in {live}"
    else:
        assert live == [example], f"{operation} answers {live}, and the example {name} is {[example]}"
