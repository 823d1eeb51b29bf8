"""Keys, models, balances and health, behind a web server."""

import pytest


@pytest.fixture(scope="module")
def manager(suite):
    """Asks with the management key."""
    return lambda method, path, body=None: suite.ask(method, path, body, suite.management_key)


def test_health_needs_no_key(suite):
    answer = suite.ask("GET", "/healthz", key=None)
    assert answer.status == 200 and answer.json() == {"status": "ok"}


@pytest.mark.parametrize("prefix", ["/v1", "/api/v1"])
def test_a_key_lives_and_dies(suite, manager, prefix):
    made = manager("POST", f"{prefix}/keys", {"name": "short-lived", "limit": 0.5})
    assert made.status == 201
    key, hash_ = made.json()["key"], made.json()["data"]["hash"]
    assert suite.chat(key=key).status == 200
    assert suite.ask("GET", f"{prefix}/key", key=key).json()["data"]["usage"] > 0

    shown = manager("GET", f"{prefix}/keys/{hash_}")
    assert shown.json()["data"]["limit"] == 0.5 and key not in shown.text
    assert hash_ in [k["hash"] for k in manager("GET", f"{prefix}/keys").json()["data"]]

    changed = manager("PATCH", f"{prefix}/keys/{hash_}", {"limit": 0, "name": "blocked"})
    assert changed.status == 200 and changed.json()["data"]["limit"] == 0
    assert suite.chat(key=key).status == 402

    gone = manager("DELETE", f"{prefix}/keys/{hash_}")
    assert gone.json()["deleted"] is True and gone.json()["data"]["deleted"] is True
    assert suite.chat(key=key).status == 401
    assert manager("GET", f"{prefix}/keys/{hash_}").status == 404


def test_a_key_is_shown_once(suite, manager):
    key = manager("POST", "/v1/keys", {"name": "secret"}).json()["key"]
    assert key not in manager("GET", "/v1/keys").text
    assert key not in repr(suite.turnpike("key", "list"))


def test_another_accounts_key_is_nobodys(suite, manager):
    name, _ = suite.account(1)
    hash_ = suite.rows(
        "SELECT hash FROM api_key k JOIN account a ON a.id = k.account WHERE a.name = ?",
        name)[0]["hash"]
    for method in ("GET", "PATCH", "DELETE"):
        body = {"name": "mine"} if method == "PATCH" else None
        assert manager(method, f"/v1/keys/{hash_}", body).status == 404


@pytest.mark.parametrize("body", [
    b"", b"{", b"[]", {"name": 5}, {"name": "x", "limit": -1}, {"name": "x", "limit": "many"},
    {"name": "x", "limit": 1e30}, {"name": "x", "limit_reset": "hourly"},
    {"name": "x", "expires_at": "tomorrow"}, {"name": "x" * 100000}])
def test_a_key_that_cannot_be_made(manager, suite, body):
    before = suite.rows("SELECT COUNT(*) AS n FROM api_key")[0]["n"]
    answer = manager("POST", "/v1/keys", body)
    assert answer.status == 400 and answer.error["message"], answer
    assert suite.rows("SELECT COUNT(*) AS n FROM api_key")[0]["n"] == before


def test_models_are_listed_and_shown(suite):
    listed = suite.ask("GET", "/v1/models").json()
    assert listed["object"] == "list"
    ids = [model["id"] for model in listed["data"]]
    assert "sandbox/echo" in ids and len(ids) == len(set(ids)) == listed["total_count"]
    for path in ("sandbox/echo", "sandbox%2Fecho"):
        model = suite.ask("GET", f"/api/v1/models/{path}").json()
        assert model["id"] == "sandbox/echo" and model["object"] == "model"
        assert model["pricing"]["prompt"] == "0.000001"
    assert suite.ask("GET", "/v1/models/sandbox/nonesuch").status == 404


def test_a_key_sees_only_the_models_that_it_may_use(suite):
    key = suite.new_key("--allow-model", "sandbox/*")
    ids = [m["id"] for m in suite.ask("GET", "/v1/models", key=key).json()["data"]]
    assert ids and all(i.startswith("sandbox/") for i in ids)


def test_balances_go_down_by_what_was_charged(suite):
    _, key = suite.account(1)
    answer = suite.chat("lorem+tokens=50", key=key)
    charge = suite.generation(answer.headers["x-generation-id"])["charge"] / 1e9
    assert suite.ask("GET", "/v1/balance", key=key).json()["balance"] == pytest.approx(1 - charge)
    credits = suite.ask("GET", "/api/v1/credits", key=key).json()["data"]
    assert credits == {"total_credits": 1, "total_usage": pytest.approx(charge)}


def test_a_page_from_elsewhere_may_ask(suite):
    """CORS: a browser asks first, and without a key."""
    answer = suite.ask("OPTIONS", "/v1/chat/completions", key=None, headers={
        "Origin": "https://example.org", "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization, content-type"})
    assert answer.status == 204
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "POST" in answer.headers["access-control-allow-methods"]


@pytest.mark.parametrize("path", ["/v1/models", "/v1/balance", "/v1/credits", "/v1/key", "/v1/keys"])
def test_nothing_is_told_without_a_key(suite, path):
    assert suite.ask("GET", path, key=None).status == 401


def test_head_is_get_without_a_body(suite):
    with suite.connect() as c:
        c.ask("HEAD", "/v1/models", key=suite.key, headers={"Connection": "close"})
        head = c.head()
        assert head.status == 200 and not c.seen and not c.more()


def test_no_answer_is_kept_by_caches(suite):
    """P62. A list of models may be kept by the one who got it, if he asks each
    time whether it still holds."""
    for path in ("/v1/key", "/v1/balance", "/healthz"):
        assert "no-store" in suite.ask("GET", path).headers["cache-control"]
    assert suite.ask("GET", "/v1/models").headers["cache-control"] == "private, no-cache"
