"""Keys as the two systems' clients manage them: what takes effect when, whose
they are, and how they are leafed through."""

import pytest

from suite import chat

PROCS = 3


@pytest.fixture(scope="module")
def owner(many):
    """An account with a management key of its own, in a suite with several
    processes of each program."""
    name, _ = many.account(5)
    manager = many.new_key("--account", name, "--management")

    class Owner:
        pass

    owner = Owner()
    owner.suite, owner.name, owner.manager = many, name, manager

    def ask(method, path, body=None, status=200, key=None):
        answer = many.ask(method, path, body, key or manager)
        assert answer.status == status, answer
        return answer.json()

    def make(**members):
        made = ask("POST", "/v1/keys", {"name": "made", **members}, 201)
        return made["key"], made["data"]["hash"]

    owner.ask, owner.make = ask, make
    return owner


# ---- on the next request of every process

def statuses(suite, key):
    """What each program says, by enough requests to reach each process."""
    asked = [("POST", "/v1/chat/completions", chat("echo")), ("GET", "/v1/models", None),
             ("GET", "/v1/key", None), ("GET", "/v1/balance", None), ("GET", "/v1/activity", None),
             ("POST", "/v1/embeddings", {"model": "sandbox/embed", "input": "a"})]
    return {suite.ask(*one, key=key).status for one in asked for _ in range(3 * PROCS)}


@pytest.mark.parametrize("change,back", [
    ({"disabled": True}, {"disabled": False}),
    ({"expires_at": "2020-01-01T00:00:00Z"}, {"expires_at": None}),
])
def test_a_change_takes_effect_in_every_process(owner, change, back):
    key, hash_ = owner.make()
    assert len(owner.suite.processes("chat")) >= PROCS
    for _ in range(2):
        assert statuses(owner.suite, key) == {200}
        owner.ask("PATCH", f"/v1/keys/{hash_}", change)
        assert statuses(owner.suite, key) == {401}
        owner.ask("PATCH", f"/v1/keys/{hash_}", back)
    owner.ask("DELETE", f"/v1/keys/{hash_}")
    assert statuses(owner.suite, key) == {401}


@pytest.mark.parametrize("change,back,status", [
    ({"limit": 0}, {"limit": None}, 402),
    ({"allowed_models": ["nobody/*"]}, {"allowed_models": None}, 403),
    ({"allowed_providers": ["nobody"]}, {"allowed_providers": []}, 403),
    ({"requests_per_day": 0}, {"requests_per_day": None}, 429),
])
def test_a_limit_takes_effect_in_every_process(owner, change, back, status):
    key, hash_ = owner.make()
    for _ in range(2):
        got = {owner.suite.chat(key=key).status for _ in range(3 * PROCS)}
        assert got == {200}
        owner.ask("PATCH", f"/v1/keys/{hash_}", change)
        got = {owner.suite.chat(key=key).status for _ in range(3 * PROCS)}
        assert got == {status}
        owner.ask("PATCH", f"/v1/keys/{hash_}", back)


def test_what_a_key_may_use_changes_in_every_list(owner):
    key, hash_ = owner.make()

    def lists():
        return {tuple(m["id"] for m in owner.ask("GET", path, key=key)["data"])
                for path in ("/v1/models", "/v1/models/user") for _ in range(3 * PROCS)}

    everything = lists()
    owner.ask("PATCH", f"/v1/keys/{hash_}", {"allowed_models": ["echo"]})
    assert lists() == {("sandbox/echo",)}
    owner.ask("PATCH", f"/v1/keys/{hash_}", {"allowed_models": []})
    assert lists() == everything and len(everything) == 1


# ---- what it is made of

def test_a_key_is_as_it_was_made(owner):
    members = {"limit": 1.5, "limit_reset": "weekly", "expires_at": "2099-01-31T12:00:00Z",
               "allowed_models": ["sandbox/*"], "allowed_providers": ["sandbox"],
               "include_byok_in_limit": True, "creator_user_id": "user_1",
               "requests_per_minute": 60, "requests_per_day": 0, "tokens_per_minute": 5}
    key, hash_ = owner.make(external={"user": "theirs"}, **members)
    for told in (owner.ask("GET", f"/v1/keys/{hash_}")["data"],
                 owner.ask("GET", "/api/v1/keys")["data"][0]):
        assert {name: told[name] for name in members} == members
        assert told["external_user"] == "theirs" and told["limit_remaining"] == 1.5
        assert told["key_type"] == "regular" and told["updated_at"] is None
    self = owner.ask("GET", "/v1/key", key=key)["data"]
    assert self["limit"] == 1.5 and self["rate_limit"]["requests_per_minute"] == 60
    assert self["is_free_tier"] is False
    day = self["free_model_daily_requests"]
    assert day["remaining"] == day["limit"] - day["used"]


def test_a_new_account_is_of_the_free_tier(many):
    name = "no-credit-yet"
    many.turnpike("account", "create", name)
    key = many.new_key("--account", name)
    assert many.ask("GET", "/v1/key", key=key).json()["data"]["is_free_tier"] is True


def test_a_change_leaves_the_rest(owner):
    _, hash_ = owner.make(limit=2, allowed_models=["a/b"], creator_user_id="c")
    before = owner.ask("GET", f"/v1/keys/{hash_}")["data"]
    after = owner.ask("PATCH", f"/v1/keys/{hash_}", {"label": "renamed"})["data"]
    assert after.pop("name") == "renamed" != before.pop("name")
    assert after.pop("updated_at") is not None and before.pop("updated_at") is None
    assert after == before


# ---- leafing through

def pages(owner, query):
    """The hashes of each page, as ARouter's clients turn them."""
    token, seen = "", []
    while token is not None:
        told = owner.ask("GET", f"/v1/keys?{query}" + (f"&page_token={token}" if token else ""))
        seen.append([k["hash"] for k in told["data"]])
        token = told["next_page_token"]
    return seen


@pytest.mark.parametrize("size", [1, 2, 7, 1000])
def test_keys_come_in_pages(owner, size):
    for i in range(5):
        owner.make(name=f"page {i}", disabled=i % 2 == 1)
    for query in "", "include_disabled=true":
        everything = [k["hash"] for k in owner.ask("GET", f"/v1/keys?{query}")["data"]]
        turned = pages(owner, f"{query}&page_size={size}")
        assert [hash_ for page in turned for hash_ in page] == everything
        assert all(len(page) == size for page in turned[:-1])
        skipped = owner.ask("GET", f"/v1/keys?{query}&offset=2")["data"]
        assert [k["hash"] for k in skipped] == everything[2:]


def test_disabled_keys_are_shown_when_asked_for(owner):
    _, hash_ = owner.make(disabled=True)

    def listed(query):
        return hash_ in [k["hash"] for k in owner.ask("GET", f"/v1/keys{query}")["data"]]

    assert not listed("") and not listed("?include_disabled=false")
    assert listed("?include_disabled=true") and listed("?include_disabled=1")


def test_a_page_goes_on_where_a_key_has_gone(owner):
    for _ in range(3):
        owner.make()
    first = owner.ask("GET", "/v1/keys?page_size=2")
    rest = [k["hash"] for k in owner.ask("GET", "/v1/keys?offset=2")["data"]]
    owner.ask("DELETE", f"/v1/keys/{first['data'][1]['hash']}")
    told = owner.ask("GET", f"/v1/keys?page_token={first['next_page_token']}")
    assert [k["hash"] for k in told["data"]] == rest


def test_the_workspace_is_the_account(owner):
    own = owner.ask("GET", "/v1/keys")["data"][0]["workspace_id"]
    assert owner.ask("GET", f"/v1/keys?workspace_id={own}")["data"]
    owner.make(workspace_id=own)
    theirs = owner.suite.rows("SELECT id FROM account WHERE name = 'default'")[0]["id"]
    for other in theirs, "acct-0000000000000000":
        for told in (owner.ask("GET", f"/v1/keys?workspace_id={other}", status=404),
                     owner.ask("POST", "/v1/keys", {"name": "x", "workspace_id": other}, 404)):
            assert told["error"]["message"] == f"no workspace_id '{other}'"
