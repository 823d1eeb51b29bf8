"""account, key and credit: who may spend what."""
import concurrent.futures
import datetime
import hashlib
import re

import pytest


def key_named(turnpike, name):
    return turnpike.json("key", "show", name)["data"]


def test_an_account_is_opened_with_credit(turnpike):
    assert turnpike.out("account", "create", "research", "--credit", "25.000000001") == ""
    told = turnpike.json("account", "show", "research")["data"]
    assert re.fullmatch("acct-[0-9a-f]{16}", told["id"])
    assert (told["balance"], told["total_credits"], told["total_usage"]) == (
        25.000000001, 25.000000001, 0)
    assert turnpike.json("account", "show", told["id"])["data"] == told


def test_a_name_is_taken_once_and_nothing_is_granted_twice(turnpike):
    turnpike.out("account", "create", "twice", "--credit", "1")
    assert turnpike.fails(1, "account", "create", "twice", "--credit", "1") == \
        "turnpike account: there is an account 'twice' already\n"
    assert turnpike.sql("SELECT count(*) FROM transfer WHERE kind = 'grant'") == [(2,)]


def test_an_account_is_changed_field_by_field(turnpike):
    turnpike.out("account", "change", "default", "--default-model", "sandbox/echo")
    turnpike.out("account", "change", "default", "--disable")
    told = turnpike.json("account", "show")["data"]
    assert (told["default_model"], told["disabled"]) == ("sandbox/echo", True)
    turnpike.out("account", "change", "default", "--enable", "--default-model", "none")
    told = turnpike.json("account", "show")["data"]
    assert (told["default_model"], told["disabled"]) == (None, False)


def test_the_only_account_need_not_be_named(turnpike):
    turnpike.out("key", "create")
    turnpike.out("account", "create", "other")
    assert "there are 2 accounts: say which one" in turnpike.fails(2, "key", "create")
    turnpike.out("key", "create", "--account", "other", "--name", "theirs")
    assert key_named(turnpike, "theirs")["workspace_id"] == \
        turnpike.json("account", "show", "other")["data"]["id"]


def test_a_key_is_printed_once_and_kept_as_a_hash(turnpike):
    secret = turnpike.out("key", "create", "--name", "demo").strip()
    assert re.fullmatch("lr_live_[0-9a-f]{48}", secret)
    told = key_named(turnpike, "demo")
    assert told["hash"] == hashlib.sha256(secret.encode()).hexdigest()
    for path in turnpike.home.iterdir():
        assert secret.encode() not in path.read_bytes(), path


def test_a_keys_json_is_the_http_apis(turnpike):
    told = turnpike.json("key", "create", "--name", "demo", "--limit", "5.000000001",
                         "--limit-reset", "monthly", "--expires", "2030-01-31T12:00:00+02:00",
                         "--allow-model", "openai/*,gpt-5", "--allow-model", "sandbox/echo",
                         "--allow-provider", "openai")
    assert set(told) == {"data", "key"}
    data = told["data"]
    assert (data["limit"], data["limit_remaining"], data["limit_reset"]) == (
        5.000000001, 5.000000001, "monthly")
    assert data["expires_at"] == "2030-01-31T10:00:00Z"
    assert data["allowed_models"] == ["openai/*", "gpt-5", "sandbox/echo"]
    assert data["allowed_providers"] == ["openai"]
    assert data["key_type"] == "regular"
    assert {"usage", "usage_daily", "byok_usage", "creator_user_id", "updated_at"} <= set(data)
    assert turnpike.json("key", "list")["data"][0] == data == key_named(turnpike, "demo")


def test_a_management_key_says_so(turnpike):
    assert turnpike.out("key", "create", "--management", "--name", "m").startswith("lr_mgmt_")
    assert key_named(turnpike, "m")["key_type"] == "management"


def test_an_expiry_may_be_so_long_from_now(turnpike):
    turnpike.out("key", "create", "--name", "brief", "--expires", "12h")
    at = datetime.datetime.fromisoformat(key_named(turnpike, "brief")["expires_at"].rstrip("Z"))
    left = at - datetime.datetime.utcnow()
    assert datetime.timedelta(hours=11.9) < left <= datetime.timedelta(hours=12)


@pytest.mark.parametrize("words, field, value", [
    (["--name", "renamed"], "name", "renamed"),
    (["--limit", "none"], "limit", None),
    (["--limit", "0"], "limit", 0),
    (["--limit-reset", "never"], "limit_reset", None),
    (["--expires", "never"], "expires_at", None),
    (["--allow-model", "any"], "allowed_models", None),
    (["--disable"], "disabled", True),
])
def test_a_key_is_changed_field_by_field(turnpike, words, field, value):
    before = turnpike.json("key", "create", "--name", "demo", "--limit", "5", "--limit-reset",
                           "daily", "--expires", "30d", "--allow-model", "x/y")["data"]
    told = turnpike.json("key", "change", "demo", *words)["data"]
    assert told[field] == value
    assert told == before | {field: value, "updated_at": told["updated_at"],
                             "limit_remaining": told["limit_remaining"],
                             "limit_usd": told["limit"],
                             "limit_reset": told["limit_reset"]}


def test_a_limit_takes_its_reset_along(turnpike):
    turnpike.out("key", "create", "--name", "demo", "--limit", "5", "--limit-reset", "daily")
    assert "--limit-reset needs a --limit" in turnpike.fails(
        2, "key", "change", "demo", "--limit", "none", "--limit-reset", "weekly")
    assert key_named(turnpike, "demo")["limit_reset"] == "daily"
    turnpike.out("key", "change", "demo", "--limit", "none")
    assert key_named(turnpike, "demo")["limit_reset"] is None


def test_a_key_has_several_names(turnpike):
    told = turnpike.json("key", "create", "--name", "demo")["data"]
    for name in ("demo", told["label"], told["hash"], told["hash"][:4], told["hash"][:20]):
        assert key_named(turnpike, name) == told
    assert turnpike.fails(1, "key", "show", told["hash"][:3]) == \
        f"turnpike key: no key '{told['hash'][:3]}'\n"


def test_a_name_that_several_keys_have_is_not_guessed_at(turnpike):
    turnpike.out("key", "create", "--name", "demo")
    turnpike.out("key", "create", "--name", "demo")
    assert "several keys are called 'demo'" in turnpike.fails(1, "key", "delete", "demo")
    assert len(turnpike.json("key", "list")["data"]) == 4


def test_a_key_itself_has_no_place_on_the_command_line(turnpike):
    said = turnpike.fails(2, "key", "show", turnpike.keys["key"])
    assert "no place on a command line" in said and turnpike.keys["key"] not in said


def test_a_deleted_key_is_gone_for_good(turnpike):
    turnpike.out("key", "create", "--name", "demo")
    assert turnpike.out("key", "delete", "demo") == ""
    assert turnpike.fails(1, "key", "delete", "demo") == "turnpike key: no key 'demo'\n"
    assert turnpike.sql("SELECT disabled, deleted_at > 0 FROM api_key WHERE name = 'demo'") == [
        (1, 1)]


def test_keys_are_listed_by_account(turnpike):
    turnpike.out("account", "create", "other")
    turnpike.out("key", "create", "--account", "other", "--name", "theirs")
    listed = turnpike.json("key", "list", "--account", "other")["data"]
    assert [key["name"] for key in listed] == ["theirs"]
    assert len(turnpike.json("key", "list")["data"]) == 3


def test_changes_at_the_same_time_all_stand(turnpike):
    turnpike.out("key", "create", "--name", "demo")
    changes = [["--limit", "5"], ["--expires", "2030-01-01"], ["--allow-model", "a/b"],
               ["--allow-provider", "openai"], ["--disable"]]
    with concurrent.futures.ThreadPoolExecutor(5) as pool:
        list(pool.map(lambda words: turnpike.out("key", "change", "demo", *words), changes))
    told = key_named(turnpike, "demo")
    assert (told["limit"], told["expires_at"], told["allowed_models"],
            told["allowed_providers"], told["disabled"]) == (
        5, "2030-01-01T00:00:00Z", ["a/b"], ["openai"], True)


def test_credit_comes_and_goes(turnpike):
    assert turnpike.out("credit", "add", "default", "2.5", "--note", "May") == ""
    assert turnpike.out("credit", "take", "default", "0.000000001") == ""
    told = turnpike.json("credit", "show")["data"]
    assert told["balance"] == told["available"] == 12.499999999
    listed = turnpike.json("credit", "list", "default")["data"]
    assert [(t["type"], t["amount"], t["description"]) for t in listed] == [
        ("refund", -0.000000001, None), ("grant", 2.5, "May"), ("grant", 10, "first credit")]
    assert turnpike.json("credit", "list", "--limit", "1")["data"] == listed[:1]


def test_credit_is_printed_exactly(turnpike):
    turnpike.out("credit", "add", "default", "8000000000.123456789")
    assert '"balance":8000000010.123456789,' in turnpike.out("credit", "show", "--json")
    assert "$8000000010.123456789\n" in turnpike.out("credit", "show")


@pytest.mark.parametrize("amount", ["0", "-1", "1e-10", "ten", "0.0000000001", "1,5", "$5"])
def test_an_amount_must_be_dollars(turnpike, amount):
    assert "is not an amount of dollars" in turnpike.fails(
        2, "credit", "add", "--", "default", amount)
    assert turnpike.json("credit", "show")["data"]["balance"] == 10


def test_no_more_credit_is_taken_than_is_free(turnpike):
    turnpike.sql("UPDATE book SET held = 4000000000 WHERE id LIKE 'credit:%'")
    assert "is not there to be taken back" in turnpike.fails(
        1, "credit", "take", "default", "6.000000001")
    turnpike.out("credit", "take", "default", "6")
    assert turnpike.json("credit", "show")["data"]["available"] == 0


def test_the_books_cannot_be_made_to_overflow(turnpike):
    turnpike.fails(1, "credit", "add", "default", "9223372036.854775807")
    assert turnpike.json("credit", "show")["data"]["balance"] == 10
    assert turnpike.json("fsck")["data"]["ok"] is True


def test_an_unknown_account_is_named(turnpike):
    for words in (["credit", "show", "x"], ["credit", "add", "x", "1"], ["account", "show", "x"],
                  ["account", "change", "x", "--disable"], ["key", "list", "--account", "x"],
                  ["key", "create", "--account", "x"], ["usage", "--account", "x"]):
        assert turnpike.fails(1, *words) == f"turnpike {words[0]}: no account 'x'\n"
