"""provider, credential and model: who is asked, with what, for how much."""
import pathlib

import pytest

LISTS = pathlib.Path(__file__).resolve().parents[1] / "data" / "prices"


def version(turnpike):
    return turnpike.sql("SELECT number FROM version WHERE topic = 'catalogue'")[0][0]


def local(turnpike):
    """A provider and a model that no list has."""
    turnpike.out("provider", "add", "local", "--url", "http://127.0.0.1:11434/v1",
                 "--credential", "optional")
    turnpike.out("model", "add", "local/llama", "--provider", "local", "--native",
                 "llama3.3:70b", "--context", "131072", "--input", "1", "--output", "2.5")


def test_a_provider_is_added_and_changed(turnpike):
    before = version(turnpike)
    turnpike.out("provider", "add", "local", "--url", "http://127.0.0.1:11434/v1/",
                 "--title", "Ours", "--environment", "LOCAL_KEY", "--quirks",
                 "no_stream_options,x", "--credential", "optional")
    told = turnpike.json("provider", "show", "LOCAL")["data"]
    assert told | {"created_at": None} == {
        "slug": "local", "name": "Ours", "kind": "openai",
        "base_url": "http://127.0.0.1:11434/v1", "quirks": "no_stream_options,x",
        "environment": "LOCAL_KEY", "needs_credential": False, "credentials": 0,
        "endpoints": 0, "disabled": False, "created_at": None}
    turnpike.out("provider", "change", "local", "--quirks", "none", "--environment", "none",
                 "--credential", "needed")
    told = turnpike.json("provider", "show", "local")["data"]
    assert (told["quirks"], told["environment"], told["needs_credential"]) == (None, None, True)
    assert version(turnpike) == before + 2


@pytest.mark.parametrize("name, url, complaint", [
    ("Local", "http://x/v1", "lower-case"), ("a/b", "http://x/v1", "lower-case"),
    ("a" * 65, "http://x/v1", "lower-case"), ("x", "ftp://x/v1", "https://"),
    ("x", "http:///v1", "https://"), ("x", "http://user:secret@x/v1", "user or a password"),
    ("x", "http://x/v1?key=secret", "end with its path"), ("x", "http://x/v1#a", "end with"),
    ("x", "http://x/v 1", "character"), ("x", "http://x/v1\n", "character"),
])
def test_what_cannot_be_a_provider_is_refused(turnpike, name, url, complaint):
    said = turnpike.fails(2, "provider", "add", name, "--url", url)
    assert complaint in said and "secret" not in said


@pytest.mark.parametrize("name", ["openai", "gemini", "x-ai"])
def test_a_provider_or_an_alias_is_there_once(turnpike, name):
    assert f"there is a provider '{name}' already" in turnpike.fails(
        1, "provider", "add", name, "--url", "http://x/v1")


def test_a_provider_is_found_by_its_aliases(turnpike):
    assert turnpike.json("provider", "show", "gemini")["data"]["slug"] == "google"
    assert turnpike.fails(1, "provider", "show", "nobody") == \
        "turnpike provider: no provider 'nobody'\n"


def test_a_disabled_provider_is_asked_nothing(turnpike):
    turnpike.out("provider", "disable", "sandbox")
    assert "No endpoint" in turnpike.fails(1, "explain", "--model", "sandbox/echo")
    turnpike.out("provider", "enable", "sandbox")
    told = turnpike.json("explain", "--model", "sandbox/echo")["data"]
    assert [k["endpoint"] for k in told["candidates"]] == ["sandbox:echo"]


@pytest.mark.parametrize("how", ["file", "dash", "input", "environment"])
def test_a_credential_comes_from_anywhere_but_the_command_line(turnpike, tmp_path, how):
    secret = "sk-quite-secret-0123456789"
    (tmp_path / "secret").write_text(f"  {secret}\r\n")
    told = {
        "file": lambda: turnpike.out("credential", "add", "openai", "--file", tmp_path / "secret"),
        "dash": lambda: turnpike.out("credential", "add", "openai", "--file", "-",
                                     given=secret + "\n"),
        "input": lambda: turnpike.out("credential", "add", "openai", given=secret),
        "environment": lambda: turnpike.out("credential", "add", "openai", "--environment",
                                            "MY_KEY", MY_KEY=secret),
    }[how]()
    [listed] = turnpike.json("credential", "list")["data"]
    assert listed["id"] == told.strip() and listed["hint"] == "6789"
    for path in turnpike.home.iterdir():
        assert secret.encode() not in path.read_bytes(), path
    assert secret not in turnpike.out("credential", "list")


@pytest.mark.parametrize("given, complaint", [
    ("", "the credential is empty"), (" \n", "the credential is empty"),
    ("two words", "a character that no key has"), ("ümlaut", "a character that no key has"),
    ("x" * 20000, "too long for a secret"), ("x" * 9000, "longer than"),
])
def test_what_cannot_be_a_secret_is_refused(turnpike, given, complaint):
    said = turnpike.fails(1, "credential", "add", "openai", given=given)
    assert complaint in said and "xxx" not in said
    assert turnpike.json("credential", "list")["data"] == []


def test_where_a_secret_is_not_is_said(turnpike, tmp_path):
    assert turnpike.fails(1, "credential", "add", "openai", "--environment", "NONE") == \
        "turnpike credential: the variable NONE is not set\n"
    assert f"{tmp_path}/none: No such file" in turnpike.fails(
        1, "credential", "add", "openai", "--file", tmp_path / "none")
    assert "Is a directory" in turnpike.fails(1, "credential", "add", "openai", "--file", tmp_path)


def test_a_sealing_key_that_others_may_read_is_refused(turnpike):
    (turnpike.home / "turnpike.key").chmod(0o644)
    assert "chmod 600" in turnpike.fails(1, "credential", "add", "openai", given="sk-1")


def test_a_credential_is_changed_and_deleted(turnpike):
    made = turnpike.out("credential", "add", "mistral", "--label", "old", given="sk-1").strip()
    before = version(turnpike)
    turnpike.out("credential", "change", made, "--label", "new", "--weight", "0", "--disable")
    [told] = turnpike.json("credential", "list", "mistral")["data"]
    assert (told["label"], told["weight"], told["disabled"]) == ("new", 0, True)
    turnpike.out("credential", "change", made, "--enable")
    assert turnpike.out("credential", "delete", made) == ""
    assert turnpike.json("credential", "list")["data"] == []
    assert version(turnpike) == before + 3
    assert "no such credential" in turnpike.fails(1, "credential", "delete", made)
    assert f"no credential '{made}'" in turnpike.fails(1, "credential", "change", made, "--enable")


def test_models_are_found_by_part_of_their_names(turnpike):
    listed = turnpike.json("model", "list", "SANDBOX/e")["data"]
    assert [m["id"] for m in listed] == ["sandbox/echo", "sandbox/embed"]
    assert listed[0]["pricing"] == {"prompt": "0.000001", "completion": "0.000002",
                                    "input_cache_read": "0.0000001"}
    line = [l.split() for l in turnpike.out("model", "list", "sandbox/echo").splitlines()][1]
    assert line == ["sandbox/echo", "131072", "32768", "$1", "$0.1", "$2", "sandbox"]


def test_models_are_listed_at_a_providers_prices(turnpike):
    for m in turnpike.json("model", "list", "--provider", "openrouter")["data"]:
        assert "openrouter" in turnpike.out("model", "show", m["id"])
    assert turnpike.json("model", "list", "--provider", "sandbox2")["data"][0]["id"] == \
        "sandbox/spare"


def test_a_model_shows_where_it_can_be_had(turnpike):
    told = turnpike.json("model", "show", "sandbox/spare")
    assert told["data"]["id"] == "sandbox/spare"
    assert [(e["id"], e["provider_name"]) for e in told["endpoints"]] == [
        ("sandbox:fault+status=503", "sandbox"), ("sandbox2:lorem", "sandbox2")]
    assert "did you mean openai/gpt-5" in turnpike.fails(1, "model", "show", "openai/gpt5")


@pytest.mark.parametrize("shape", ["openrouter", "litellm", "models.dev"])
def test_public_lists_are_told_apart(turnpike, shape):
    path = LISTS / f"{shape}.json"
    told = turnpike.json("model", "import", path)
    assert told["data"]["shape"] == shape and told["data"]["added"] > 0
    assert turnpike.sql("SELECT source, shape FROM import WHERE id = ?",
                        told["data"]["import"]) == [(str(path), shape)]
    again = turnpike.json("model", "import", "-", given=path.read_text())["data"]
    assert again["import"] is None and again["added"] == again["changed"] == 0
    assert all(r["reason"] and r["count"] > 0 for r in told["remarks"])


def test_a_new_price_leaves_the_old_row(turnpike):
    before = turnpike.json("model", "show", "sandbox/echo")["endpoints"][0]
    turnpike.out("model", "price", "sandbox/echo", "--input", "0.000001", "--cache-read", "none",
                 "--request", "0.01")
    after = turnpike.json("model", "show", "sandbox/echo")["endpoints"][0]
    assert after["price_id"] != before["price_id"]
    assert after["pricing"] == {"prompt": "0.000000000001", "completion": "0.000002",
                                "request": "0.01"}
    assert turnpike.sql("SELECT input, cache_read FROM price WHERE id = ?",
                        before["price_id"]) == [(1000000, 100000)]
    assert turnpike.sql("SELECT i.shape FROM price p JOIN import i ON i.id = p.import "
                        "WHERE p.id = ?", after["price_id"]) == [("operator",)]


@pytest.mark.parametrize("words, complaint", [
    (["sandbox/echo"], "which price?"),
    (["sandbox/unpriced", "--input", "1"], "needs both --input and --output"),
    (["sandbox/spare", "--input", "1"], "say which one with --provider"),
    (["sandbox/echo", "--input", "0.0000001"], "--input: '0.0000001' is not"),
    (["sandbox/echo", "--input", "none"], "--input: 'none' is not"),
])
def test_half_a_price_is_refused(turnpike, words, complaint):
    assert complaint in turnpike.fails(2, "model", "price", *words)


def test_an_unpriced_model_gets_a_price(turnpike):
    assert "has no price" in turnpike.fails(1, "explain", "--model", "sandbox/unpriced")
    turnpike.out("model", "price", "sandbox/unpriced", "--input", "0", "--output", "0")
    assert turnpike.json("explain", "--model", "sandbox/unpriced")["data"]["left_out"] == []


def test_a_model_of_ones_own_can_be_asked_for(turnpike):
    local(turnpike)
    told = turnpike.json("model", "show", "local/llama")
    assert told["data"]["context_length"] == 131072
    assert told["endpoints"][0]["native"] == "llama3.3:70b"
    assert told["endpoints"][0]["pricing"] == {"prompt": "0.000001", "completion": "0.0000025"}
    candidate = turnpike.json("explain", "--model", "local/llama")["data"]["candidates"][0]
    assert (candidate["provider"], candidate["native"]) == ("local", "llama3.3:70b")


def test_a_model_is_added_once(turnpike):
    local(turnpike)
    assert "has this model already" in turnpike.fails(
        1, "model", "add", "local/llama", "--provider", "local", "--native", "llama3.3:70b",
        "--input", "9", "--output", "9")
    assert turnpike.json("model", "show", "local/llama")["endpoints"][0]["pricing"][
        "prompt"] == "0.000001"


@pytest.mark.parametrize("words, complaint", [
    (["llama"], "not an author, a slash and a name"), (["A/b"], "in lower case"),
    (["a/b/c"], "not an author"), (["a/b", "--native", "x y"], "cannot be a name"),
    (["a/b", "--input", "1"], "needs both --input and --output"),
    (["a/b", "--context", "0"], "--context: '0' is not"),
])
def test_what_cannot_be_a_model_is_refused(turnpike, words, complaint):
    assert complaint in turnpike.fails(2, "model", "add", *words, "--provider", "sandbox")


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", "null", "[" * 5000, '{"data": 7}'])
def test_what_is_no_list_changes_nothing(turnpike, text):
    before = version(turnpike)
    turnpike.fails(1, "model", "import", "-", given=text)
    assert version(turnpike) == before


def test_an_import_stands_whole_or_not_at_all(turnpike):
    before = turnpike.sql("SELECT count(*) FROM price"), version(turnpike)
    turnpike.sql("CREATE TRIGGER stop BEFORE INSERT ON price WHEN new.id > 1000000 "
                 "BEGIN SELECT raise(ABORT, 'no more'); END")
    assert "no more" in turnpike.fails(1, "model", "import", LISTS / "openrouter.json")
    assert (turnpike.sql("SELECT count(*) FROM price"), version(turnpike)) == before
    assert turnpike.sql("SELECT count(*) FROM import WHERE shape = 'openrouter'") == [(0,)]
