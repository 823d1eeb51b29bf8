"""`turnpike init` and `turnpike settings`: how a home begins."""
import concurrent.futures
import os
import re
import stat

import pytest


def mode(path):
    return stat.S_IMODE(os.stat(path).st_mode)


def test_it_makes_a_home_for_its_owner_alone(bare):
    bare.out("init")
    assert mode(bare.home) == 0o700
    for name in ("turnpike.conf", "turnpike.key", "turnpike.db"):
        assert mode(bare.home / name) == 0o600, name


def test_it_makes_the_folders_above(bare):
    bare.out("init", "--home", bare.home / "a" / "b")
    assert (bare.home / "a" / "b" / "turnpike.db").exists()


def test_it_prints_two_keys_once(bare):
    told = bare.out("init")
    assert re.search(r"^key +lr_live_[0-9a-f]{48}$", told, re.M)
    assert re.search(r"^management key +lr_mgmt_[0-9a-f]{48}$", told, re.M)
    again = bare.out("init")
    assert "lr_" not in again
    assert len(bare.json("key", "list")["data"]) == 2


def test_its_json_has_the_keys_or_null(bare):
    told = bare.json("init", "--account", "team", "--credit", "2.5")
    assert told["key"].startswith("lr_live_")
    assert told["management_key"].startswith("lr_mgmt_")
    assert told["data"]["home"] == str(bare.home)
    assert told["data"]["account"] == "team" and told["data"]["created"] is True
    assert bare.json("credit", "show")["data"]["balance"] == 2.5
    again = bare.json("init")
    assert again["key"] is None and again["management_key"] is None
    assert again["data"]["account"] == "team" and again["data"]["created"] is False


def test_a_first_account_has_ten_dollars_unless_told(bare):
    bare.out("init")
    assert bare.json("credit", "show")["data"]["balance"] == 10


def test_no_credit_at_all_is_possible(bare):
    bare.out("init", "--credit", "0")
    assert bare.json("credit", "show")["data"]["balance"] == 0
    assert bare.json("credit", "list")["data"] == []


def test_new_keys_come_when_asked_for(turnpike):
    told = turnpike.json("init", "--new-key")
    assert told["key"] != turnpike.keys["key"]
    assert len(turnpike.json("key", "list")["data"]) == 4


def test_a_second_run_keeps_everything(turnpike):
    before = {name: (turnpike.home / name).read_bytes()
              for name in ("turnpike.conf", "turnpike.key")}
    turnpike.out("provider", "disable", "openai")
    turnpike.out("provider", "change", "mistral", "--url", "https://proxy.example/v1")
    prices = turnpike.sql("SELECT count(*) FROM price")
    turnpike.out("init")
    for name, content in before.items():
        assert (turnpike.home / name).read_bytes() == content
    assert turnpike.json("provider", "show", "openai")["data"]["disabled"] is True
    assert turnpike.json("provider", "show", "mistral")["data"]["base_url"] == \
        "https://proxy.example/v1"
    assert turnpike.sql("SELECT count(*) FROM price") == prices
    assert turnpike.json("credit", "show")["data"]["balance"] == 10


def test_what_is_not_done_in_a_home_that_is_there_is_said(turnpike):
    told = turnpike.run("init", "--credit", "5", "--sandbox", "off")
    assert told.returncode == 0
    assert "'turnpike credit add' gives it more" in told.stderr
    assert "set 'sandbox = off' in it" in told.stderr
    assert turnpike.json("credit", "show")["data"]["balance"] == 10
    assert turnpike.run("init", "--credit", "5", "--quiet").stderr == ""


@pytest.mark.parametrize("words, value, disabled", [
    (["--sandbox", "on"], "on", False), (["--sandbox", "off"], "off", True), ([], "off", True),
])
def test_the_sandbox_is_off_unless_asked_for(bare, words, value, disabled):
    bare.out("init", *words)
    assert f"\nsandbox = {value}\n" in bare.out("settings", "--effective")
    for provider in ("sandbox", "sandbox2"):
        assert bare.json("provider", "show", provider)["data"]["disabled"] is disabled


def test_the_sandbox_can_be_elsewhere(bare):
    bare.out("init", "--sandbox-url", "http://127.0.0.1:9999/sandbox/v1")
    for provider in ("sandbox", "sandbox2"):
        assert bare.json("provider", "show", provider)["data"]["base_url"] == \
            "http://127.0.0.1:9999/sandbox/v1"


def test_credentials_come_from_the_environment(bare):
    told = bare.json("init", OPENAI_API_KEY="sk-first-0123456789", GEMINI_API_KEY=" ")
    assert told["data"]["credentials"] == [
        {"provider": "openai", "environment": "OPENAI_API_KEY"}]
    listed = bare.json("credential", "list")["data"]
    assert [(c["provider"], c["label"], c["hint"]) for c in listed] == [
        ("openai", "environment", "6789")]


def test_a_changed_variable_replaces_its_credential(bare):
    bare.out("init", OPENAI_API_KEY="sk-first-0123456789")
    first = bare.json("credential", "list")["data"]
    assert bare.json("init", OPENAI_API_KEY="sk-first-0123456789")["data"]["credentials"] == []
    assert bare.json("credential", "list")["data"] == first
    bare.out("credential", "change", first[0]["id"], "--weight", "7")
    bare.out("init", OPENAI_API_KEY="sk-second-9876543210")
    [second] = bare.json("credential", "list")["data"]
    assert (second["hint"], second["weight"]) == ("3210", 7)
    bare.out("init")
    assert bare.json("credential", "list")["data"] == [second]


def test_a_variable_that_is_no_key_is_passed_over(bare):
    told = bare.run("init", OPENAI_API_KEY="two words", MISTRAL_API_KEY="good-0123456789")
    assert told.returncode == 0
    assert "OPENAI_API_KEY is passed over: " in told.stderr and "words" not in told.stderr
    assert [c["provider"] for c in bare.json("credential", "list")["data"]] == ["mistral"]


def test_a_secret_is_nowhere_in_the_clear(bare):
    secret = "sk-very-secret-0123456789"
    bare.out("init", OPENAI_API_KEY=secret)
    for path in bare.home.iterdir():
        assert secret.encode() not in path.read_bytes(), path


def test_a_lost_sealing_key_is_told_of(bare):
    bare.out("init", OPENAI_API_KEY="sk-first-0123456789")
    (bare.home / "turnpike.key").unlink()
    told = bare.run("init")
    assert told.returncode == 0 and "1 credentials do not open any more" in told.stderr
    bare.out("init", OPENAI_API_KEY="sk-first-0123456789")
    assert len(bare.json("credential", "list")["data"]) == 1


def test_a_home_that_cannot_be_made_is_a_failure(bare):
    bare.home.write_text("a file")
    assert bare.fails(1, "init") == f"turnpike init: {bare.home} is there and is no folder\n"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_what_root_makes_is_given_to_the_homes_owner(bare):
    bare.home.mkdir()
    os.chown(bare.home, 65534, 65534)
    bare.out("init")
    bare.out("credit", "add", "default", "1")
    owners = {path.name: path.stat().st_uid for path in bare.home.iterdir()}
    assert set(owners.values()) == {65534}, owners


def test_two_at_the_same_time_make_one_home(bare):
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda _: bare.json("init"), range(8)))
    assert sum(t["key"] is not None for t in told) == 1
    assert len(bare.json("key", "list")["data"]) == 2
    assert bare.json("credit", "show")["data"]["balance"] == 10


def test_settings_are_a_file_that_changes_nothing(bare):
    bare.home.mkdir()
    (bare.home / "turnpike.conf").write_text(bare.out("settings"))
    assert bare.out("settings", "--effective") == \
        bare.out("settings", "--effective", "--home", bare.home / "none").replace(
            str(bare.home / "none"), str(bare.home))


def test_settings_in_force_come_from_file_and_environment(turnpike):
    with open(turnpike.home / "turnpike.conf", "a") as conf:
        conf.write("attempts = 9\nidle_ms = 777\n")
    told = {row["name"]: row["value"] for row in
            turnpike.json("settings", "--effective", TURNPIKE_IDLE_MS="888")["data"]}
    assert (told["attempts"], told["idle_ms"], told["sandbox"]) == ("9", "888", "on")
    assert told["database"] == str(turnpike.home / "turnpike.db")


def test_settings_need_no_home(bare):
    rows = bare.json("settings")["data"]
    assert {"name", "value", "default", "takes", "help"} == set(rows[0])
    assert rows[0]["value"] is None
    assert f"#{rows[0]['name']} = {rows[0]['default']}\n" in bare.out("settings")
