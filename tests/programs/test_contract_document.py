"""www/openapi.json is OpenAPI 3.1, and describes the routes that the programs
have: all of them and no others."""

import re
import subprocess

import jsonschema
import pytest

import contract
from suite import BUILD, TOP

DOCUMENT = contract.Document()
OPERATIONS = DOCUMENT.operations
COMPONENTS = DOCUMENT.json["components"]


# ---- the routes

def routes():
    """(program, method, pattern) of each program's --routes."""
    for program in sorted((BUILD / "cgi-bin").glob("*.fcgi")):
        if not (TOP / "cgi-bin" / program.stem).with_suffix(".c").exists():
            continue  # built once, and gone since
        run = subprocess.run([program, "--routes"], capture_output=True, text=True, check=True)
        for line in run.stdout.splitlines():
            yield (program.stem, *line.split(" ", 1))


def ends(routes):
    """Those of ROUTES that lead to something: not what a program also takes
    only to say that there is nothing."""
    for program, method, pattern in routes:
        inner = [p for name, _, p in routes if name == program and p != pattern
                 and p.startswith(pattern.rstrip("*"))]
        if method != "*" or not inner:
            yield program, method, pattern


ROUTES = list(ends(list(routes())))


def fits(pattern, path):
    """Does a documented path describe this route? What '*' stands for begins
    with a parameter."""
    literal = [re.escape(part) for part in pattern.split("*")]
    return re.fullmatch(r"\{[^/]*".join(literal) if pattern[-1:] != "*" else
                        r"\{.+".join(literal), path) is not None


def describe(method, pattern):
    """The operations that describe a route."""
    return [o for o in OPERATIONS if method in ("*", o.method.upper())
            for path in o.paths() if fits(pattern, path)]


def test_the_programs_tell_their_routes():
    assert len({program for program, _, _ in ROUTES}) == len(list((TOP / "cgi-bin").glob("*.c")))


@pytest.mark.parametrize("program,method,pattern", ROUTES)
def test_a_route_is_documented(program, method, pattern):
    found = {o.method for o in describe(method, pattern)}
    assert found, f"{method} {pattern} of cgi-bin/{program}.c is not in www/openapi.json"
    if method == "*":
        assert {"get", "post", "put", "patch", "delete"} <= found


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_what_is_documented_is_a_route(operation):
    for path in operation.paths():
        assert any(method in ("*", operation.method.upper()) and fits(pattern, path)
                   for _, method, pattern in ROUTES), f"no program has {path}"


# How the programs read a query; "name", or 'name' where it is a table's.
READS = re.compile(r'(?:\bpage_\w+|\bexchange_query)\(\s*[\w>-]+,\s*"(\w+)"(?:,\s*"(\w+)")?'
                   r'|^\t\{ "(\w+)", (?:TEXT|WORDS|CHOICE|FLAG|COUNT|PRICE|NOWHERE),', re.M)


def test_what_programs_read_of_a_query_is_documented():
    """A name is a parameter's, or stands in the description of one."""
    sources = [*TOP.glob("cgi-bin/*.c"), *TOP.glob("lib/http/*.c"), TOP / "lib/domain/model_filter.c"]
    read = {name for file in sources for found in READS.findall(file.read_text()) for name in found if name}
    told = {p["name"] for o in OPERATIONS for p in o.parameters if p["in"] == "query"}
    told |= {name for o in OPERATIONS for p in o.parameters
             for name in re.findall(r"`(\w+)`", p["description"])}
    told |= {scheme.get("name") for scheme in COMPONENTS["securitySchemes"].values()}
    assert {"id", "granularity", "page_token", "min_price"} <= read
    assert read <= told


# ---- the form: what the meta-schema of OpenAPI 3.1 asks for, in essence

# Each kind of object: its members, "!" behind those that it must have, and
# the kind of what is in them; {} is a map, [] a list, and "any" not looked at.
KINDS = {
    "document": {"openapi!": "any", "info!": "info", "jsonSchemaDialect": "any", "servers": ["server"],
                 "paths!": {"path"}, "webhooks": {"path"}, "components": "components",
                 "security": ["any"], "tags": ["tag"], "externalDocs": "any"},
    "info": {"title!": "any", "version!": "any", "summary": "any", "description": "any",
             "termsOfService": "any", "contact": "any", "license": "license"},
    "license": {"name!": "any", "identifier": "any", "url": "any"},
    "server": {"url!": "any", "description": "any", "variables": "any"},
    "tag": {"name!": "any", "description": "any", "externalDocs": "any"},
    "path": {"$ref": "any", "summary": "any", "description": "any", "servers": ["server"],
             "parameters": ["parameter"], **{method: "operation" for method in contract.METHODS}},
    "operation": {"tags": ["any"], "summary": "any", "description": "any", "externalDocs": "any",
                  "operationId!": "any", "parameters": ["parameter"], "requestBody": "body",
                  "responses!": {"response"}, "callbacks": "any", "deprecated": "any",
                  "security": ["any"], "servers": ["server"]},
    "parameter": {"name!": "any", "in!": "any", "description": "any", "required": "any",
                  "deprecated": "any", "allowEmptyValue": "any", "style": "any", "explode": "any",
                  "allowReserved": "any", "schema!": "schema", "example": "any",
                  "examples": {"example"}},
    "body": {"description": "any", "content!": {"media"}, "required": "any"},
    "response": {"description!": "any", "headers": {"header"}, "content": {"media"}, "links": "any"},
    "header": {"description": "any", "required": "any", "deprecated": "any", "schema!": "schema",
               "example": "any", "examples": {"example"}},
    "media": {"schema": "schema", "example": "any", "examples": {"example"}, "encoding": "any"},
    "example": {"summary": "any", "description": "any", "value!": "any", "externalValue": "any"},
    "components": {"schemas": {"schema"}, "responses": {"response"}, "parameters": {"parameter"},
                   "examples": {"example"}, "requestBodies": {"body"}, "headers": {"header"},
                   "securitySchemes": {"scheme"}, "links": "any", "callbacks": "any",
                   "pathItems": {"path"}},
    "scheme": {"type!": "any", "description": "any", "name": "any", "in": "any", "scheme": "any",
               "bearerFormat": "any", "flows": "any", "openIdConnectUrl": "any"},
}


def walk(value, kind, place):
    """Every (object, kind, place) of the document, from here on."""
    if kind == "any":
        return
    if isinstance(kind, (list, set)):
        (inner,) = kind
        pairs = value.items() if isinstance(kind, set) else enumerate(value)
        for name, item in pairs:
            yield from walk(item, inner, f"{place}/{name}")
        return
    yield value, kind, place
    if kind == "schema" or "$ref" in value:
        return
    known = {name.rstrip("!"): inner for name, inner in KINDS[kind].items()}
    for name, item in value.items():
        yield from walk(item, known.get(name, "any"), f"{place}/{name}")


OBJECTS = list(walk(DOCUMENT.json, "document", "#"))


def of(*kinds):
    return [(value, place) for value, kind, place in OBJECTS if kind in kinds and "$ref" not in value]


def test_the_version_is_3_1():
    assert re.fullmatch(r"3\.1\.\d+", DOCUMENT.json["openapi"])


def test_objects_have_the_members_that_they_may_have():
    for value, kind, place in OBJECTS:
        if kind == "schema" or "$ref" in value:
            continue
        assert isinstance(value, dict), place
        names = {name for name in value if not name.startswith("x-")}
        assert names <= {name.rstrip("!") for name in KINDS[kind]}, place
        assert {name[:-1] for name in KINDS[kind] if name.endswith("!")} <= names, place


def references(value):
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for item in value.values():
            yield from references(item)
    elif isinstance(value, list):
        for item in value:
            yield from references(item)


def test_every_reference_leads_somewhere():
    for pointer in set(references(DOCUMENT.json)):
        contract.at(DOCUMENT.json, pointer)


# What is told in words, and not by the operations.
BY_ITSELF = {"#/components/responses/BadMethod", "#/components/responses/Preflight"}


def test_no_component_is_idle():
    used = set(references(DOCUMENT.json)) | BY_ITSELF
    for kind in ("schemas", "responses", "parameters", "headers"):
        for name, component in COMPONENTS[kind].items():
            assert f"#/components/{kind}/{name}" in used or component.get(contract.EVERYWHERE), name


def test_paths_are_paths():
    shapes = set()
    for path in DOCUMENT.json["paths"]:
        assert path.startswith("/") and not path.endswith("/") and "?" not in path, path
        shapes.add(re.sub(r"\{[^}]+\}", "{}", path))
    assert len(shapes) == len(DOCUMENT.json["paths"])


def test_operations_have_names_of_their_own():
    ids = [o.id for o in OPERATIONS]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"[a-z][A-Za-z]+", id) for id in ids)
    tags = {tag["name"] for tag in DOCUMENT.json["tags"]}
    assert {t for o in OPERATIONS for t in o.json["tags"]} == tags
    assert all(o.json["summary"] and not o.json["summary"].endswith(".") for o in OPERATIONS)


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_parameters_are_those_of_the_path(operation):
    named = [(p["in"], p["name"]) for p in operation.parameters]
    assert len(named) == len(set(named))
    in_path = {p["name"] for p in operation.parameters if p["in"] == "path"}
    assert in_path == set(re.findall(r"\{([^}]+)\}", operation.path))
    assert all(p.get("required") for p in operation.parameters if p["in"] == "path")
    assert all(p["in"] in ("path", "query", "header", "cookie") for p in operation.parameters)
    assert all(p.get("description") for p in operation.parameters)


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_statuses_are_statuses(operation):
    assert all(re.fullmatch(r"[1-5](\d\d|XX)|default", s) for s in operation.responses)
    assert any(s.startswith("2") for s in operation.responses)


def test_security_is_of_a_scheme():
    schemes = COMPONENTS["securitySchemes"]
    for need in [DOCUMENT.json["security"]] + [o.json.get("security", []) for o in OPERATIONS]:
        assert {name for way in need for name in way} <= set(schemes)
    for scheme in schemes.values():
        if scheme["type"] == "http":
            assert scheme["scheme"]
        else:
            assert scheme["type"] == "apiKey" and scheme["name"]
            assert scheme["in"] in ("query", "header", "cookie")


# ---- the schemas

def test_schemas_are_schemas():
    for schema, place in of("schema"):
        jsonschema.Draft202012Validator.check_schema(schema)
        for part, where in schema_parts(schema, place):
            assert set(part) <= WORDS, where


# Of JSON Schema, what is used here: a word that is misspelt says nothing.
WORDS = {"$ref", "type", "const", "enum", "properties", "required", "additionalProperties",
         "unevaluatedProperties", "items", "minItems", "maxItems", "minimum", "maximum", "minLength",
         "maxLength", "pattern", "format", "allOf", "anyOf", "oneOf", "description", "default",
         "examples"}


def schema_parts(schema, place):
    """A schema and all that are in it."""
    if not isinstance(schema, dict):
        return
    yield schema, place
    for name, part in schema.get("properties", {}).items():
        yield from schema_parts(part, f"{place}/properties/{name}")
    for word in ("items", "additionalProperties", "unevaluatedProperties"):
        yield from schema_parts(schema.get(word), f"{place}/{word}")
    for word in ("allOf", "anyOf", "oneOf"):
        for i, part in enumerate(schema.get(word, [])):
            yield from schema_parts(part, f"{place}/{word}/{i}")


def test_objects_say_whether_they_are_closed():
    """So that what is closed is so on purpose; parts of others leave it to
    those."""
    parts = {pointer.split("/")[-1] for schema, _ in of("schema")
             for part, _ in schema_parts(schema, "") for one in part.get("allOf", [])
             for pointer in references(one)}
    for schema, place in of("schema"):
        for part, where in schema_parts(schema, place):
            if part.get("type") == "object" and "properties" in part and where.split("/")[-1] not in parts:
                assert {"additionalProperties", "unevaluatedProperties"} & set(part), where


def test_required_members_are_members():
    for schema, place in of("schema"):
        for part, where in schema_parts(schema, place):
            if "properties" in part:
                assert set(part.get("required", [])) <= set(part["properties"]), where


def test_money_says_its_unit():
    """Nobody has to guess whether it is dollars, and nothing is nano-dollars."""
    assert "dollar" in COMPONENTS["schemas"]["Dollars"]["description"].lower()
    assert "nano" not in contract.FILE.read_text().lower()


# ---- the examples

def test_examples_fit_their_schemas():
    for media, place in of("media", "parameter", "header"):
        for name, value in contract.examples_of(media).items():
            assert not DOCUMENT.complaints(media.get("schema", {}), value), (place, name)
        if "example" in media:
            assert not DOCUMENT.complaints(media["schema"], media["example"]), place


def test_the_documentation_names_it():
    assert "openapi.json" in (TOP / "README.md").read_text()
    assert "openapi.json" in (TOP / "www/docs/chat.md").read_text()


def test_manuals_that_it_names_are_there():
    for name in re.findall(r"\]\((docs/[^)#]+)", contract.FILE.read_text()):
        assert (TOP / "www" / name).is_file(), name
