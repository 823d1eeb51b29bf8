"""usage, explain, fsck, housekeep and backup: what became of the money."""
import os
import signal
import sqlite3
import stat
import subprocess
import threading
import time

import pytest

from conftest import PROGRAM, add_generation, tally


def owner(turnpike):
    account = turnpike.sql("SELECT id FROM account")[0][0]
    key = turnpike.sql("SELECT hash FROM api_key WHERE kind = 'regular'")[0][0]
    return account, key


def test_usage_lists_the_newest_and_adds_all_up(asked):
    account, key = owner(asked)
    old = int(time.time() * 1000) - 3 * 86400000
    add_generation(asked, f"gen-{old // 1000}-{'0' * 24}", account, key, old, 5)
    told = asked.json("usage", "--limit", "1")
    assert [g["id"] for g in told["data"]] == [asked.generation]
    assert told["total"] == {
        "generations": 2, "open": 0, "tokens_prompt": 2000, "tokens_completion": 1002,
        "usage": 0.001912005, "upstream_inference_cost": 0.001912005, "held": 0}
    assert asked.json("usage", "--since", "24h")["total"]["generations"] == 1
    assert asked.json("usage", "--since", "2020-01-01")["total"]["generations"] == 2
    assert asked.json("usage", "--limit", "0")["data"] == []


def test_a_record_has_the_http_apis_fields(asked):
    [record] = asked.json("usage")["data"]
    expected = {
        "id": asked.generation, "model": "sandbox/lorem", "provider_name": "sandbox",
        "tokens_prompt": 1000, "tokens_completion": 501, "native_tokens_cached": 100,
        "native_tokens_reasoning": 0, "total_cost": 0.001912, "usage": 0.001912,
        "cancelled": False, "finish_reason": "stop", "native_finish_reason": None,
        "latency": 340, "generation_time": 328, "streamed": True, "is_byok": False,
        "upstream_id": None, "http_referer": None, "session_id": None, "user_agent": None}
    assert {name: record[name] for name in expected} == expected
    assert record["failures"][0]["status"] == 503


def test_usage_is_told_apart_by_account_and_key(asked):
    asked.out("account", "create", "other")
    asked.out("key", "create", "--account", "other", "--name", "theirs")
    counts = {words: asked.json("usage", *words)["total"]["generations"] for words in [
        ("--account", "default"), ("--account", "other"), ("--key", "default"),
        ("--key", "management"), ("--key", "theirs"), ("--key", "default", "--account", "other")]}
    assert list(counts.values()) == [1, 0, 1, 0, 0, 0]


def test_usage_is_a_table_with_exact_amounts(asked):
    page = asked.out("usage")
    assert page.splitlines()[0].split() == [
        "TIME", "GENERATION", "MODEL", "PROVIDER", "IN", "OUT", "CHARGE", "OUTCOME"]
    assert page.splitlines()[1].split()[2:] == [
        asked.generation, "sandbox/lorem", "sandbox", "1000", "501", "$0.001912", "answered"]
    assert "\ncharged          $0.001912\n" in page


def test_what_is_under_way_is_not_counted_as_spent(asked):
    asked.sql("UPDATE generation SET state = 'held', charge = NULL, outcome = NULL")
    told = asked.json("usage")
    assert (told["total"]["open"], told["total"]["held"], told["total"]["usage"]) == (1, 0.05, 0)
    assert told["data"][0]["tokens_prompt"] is None and told["data"][0]["total_cost"] is None
    assert "under way" in asked.out("usage")


def test_a_charge_is_explained_line_by_line(asked):
    told = asked.json("explain", asked.generation)
    assert told["data"] == asked.json("usage")["data"][0]
    assert [(l["kind"], l["count"], l["price"], l["amount"]) for l in told["lines"]] == [
        ("input", 900, "0.000001", "0.0009"), ("cache_read", 100, "0.0000001", "0.00001"),
        ("output", 501, "0.000002", "0.001002")]
    assert told["sum"] == "0.001912" and told["price"]["shape"] == "sandbox"
    [transfer] = told["transfers"]
    assert (transfer["credit"], transfer["amount"]) == ("cost:sandbox", 0.001912)


def test_an_explanation_for_people_has_it_all(asked):
    page = asked.out("explain", asked.generation)
    for line in [f"by           account default, key default ({owner(asked)[1][:12]})",
                 "asked        sandbox/lorem+n=501 (chat, streamed)",
                 "endpoint     sandbox:lorem for sandbox/lorem",
                 "charged      $0.001912",
                 "sandbox:fault+status=503     503   7  busy ?[2J",
                 "sum $0.001912, rounded to $0.001912"]:
        assert line + "\n" in page, page
    assert ["input", "900", "$1", "a", "million", "$0.0009"] in map(str.split, page.splitlines())
    assert "\x1b" not in page


def test_what_is_finer_than_a_nano_dollar_is_rounded_once(asked):
    asked.sql("UPDATE price SET input = 1, cache_read = 1, output = 1 WHERE id = 2")
    told = asked.json("explain", asked.generation)
    assert told["sum"] == "0.000000001501"
    assert "sum $0.000000001501, rounded to $0.000000002\n" in asked.out("explain", asked.generation)


@pytest.mark.parametrize("change, said", [
    ("cost = 0, charge = 0, output = 0", "nothing is charged"),
    ("outcome = 'swept', cost = 50000000, charge = 50000000, output = 50000",
     "no more is charged than was held"),
    ("cost = 77, charge = 77", "run 'turnpike fsck'"),
    ("charge = 1912", "The operator bears what went beyond the hold: $0.001910088."),
])
def test_exceptions_are_explained(asked, change, said):
    asked.sql(f"UPDATE generation SET {change}")
    assert said in asked.out("explain", asked.generation)


def test_an_unknown_generation_is_named(asked):
    assert asked.fails(1, "explain", "gen-1-x") == "turnpike explain: no generation 'gen-1-x'\n"


def test_a_route_is_explained(turnpike):
    told = turnpike.json("explain", "--model", "sandbox/spare")["data"]
    assert [k["endpoint"] for k in told["candidates"]] == [
        "sandbox:fault+status=503", "sandbox2:lorem"]
    told = turnpike.run("explain", "--model", "openai/gpt-5", "--json")
    assert told.returncode == 1 and "has no credential for it" in told.stdout
    assert "has no credential for it" in told.stderr
    turnpike.out("credential", "add", "openai", given="sk-1")
    told = turnpike.json("explain", "--model", "gpt-5")["data"]
    assert [k["provider"] for k in told["candidates"]] == ["openai"]
    assert "maximum context length is 131072" in turnpike.fails(
        1, "explain", "--model", "sandbox/echo", "--max-tokens", "200000")


def test_a_route_is_explained_for_a_key(turnpike):
    turnpike.out("key", "create", "--name", "narrow", "--allow-model", "sandbox/echo")
    turnpike.out("explain", "--model", "sandbox/echo", "--key", "narrow")
    assert "may not use it" in turnpike.fails(
        1, "explain", "--model", "sandbox/lorem", "--key", "narrow")


def test_good_books_are_told_to_be(asked):
    assert asked.out("fsck") == "1 generations, 0 findings: the books are right\n"
    assert asked.json("fsck") == {"data": {"ok": True, "generations": 1, "findings": []}}


def test_each_broken_row_is_named(asked):
    asked.sql("UPDATE book SET balance = balance + 1 WHERE id = 'revenue'")
    asked.sql("UPDATE generation SET charge = 7")
    told = asked.run("fsck")
    assert told.returncode == 1 and told.stderr == ""
    lines = told.stdout.splitlines()
    assert lines[0].split() == ["BROKEN", "RULE", "ROW", "HOW"]
    assert any("revenue" in line for line in lines)
    assert any(asked.generation in line for line in lines)
    assert lines[-1].endswith("findings: the books do not add up")
    told = asked.run("fsck", "--json")
    assert told.returncode == 1 and '"ok":false' in told.stdout


def test_housekeeping_settles_what_dead_processes_left(turnpike):
    account, key = owner(turnpike)
    now = int(time.time() * 1000)
    name = f"gen-{now // 1000}-{'a' * 24}"
    held = 50000000
    add_generation(turnpike, name, account, key, now, 0)
    turnpike.sql("UPDATE generation SET state = 'held', outcome = NULL, charge = NULL, "
                 "cost = NULL, expires_at = ?", now - 1)
    tally(turnpike)
    turnpike.sql("UPDATE book SET held = ? WHERE id = 'credit:' || ?", held, account)
    turnpike.sql("UPDATE api_key SET held = ? WHERE hash = ?", held, key)
    assert turnpike.run("fsck").returncode == 1
    told = turnpike.json("housekeep")["data"]
    assert (told["holders"], told["generations"], told["freed"]) == (1, 1, 0.0488)
    assert turnpike.json("fsck")["data"]["ok"] is True
    assert turnpike.json("credit", "show")["data"]["balance"] == 9.9988
    told = turnpike.json("housekeep")["data"]
    assert (told["holders"], told["generations"], told["freed"]) == (0, 0, 0)


def test_housekeeping_tells_of_old_records_and_keeps_them(asked):
    account, key = owner(asked)
    old = int(time.time() * 1000) - 100 * 86400000
    add_generation(asked, f"gen-{old // 1000}-{'0' * 24}", account, key, old, 5)
    assert asked.json("housekeep", "--days", "99")["data"]["older"] == 1
    assert asked.json("housekeep", "--days", "101")["data"]["older"] == 0
    assert asked.json("usage")["total"]["generations"] == 2


def rows_of(path):
    with sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True) as db:
        tables = [name for name, in db.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")]
        return {table: db.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall()
                for table in tables}


def test_a_backup_is_one_file_with_all_in_it(asked, tmp_path):
    copy = tmp_path / "copy.db"
    assert asked.out("backup", copy) == ""
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert sorted(tmp_path.iterdir()) == [copy, tmp_path / "home"]
    assert rows_of(copy)["generation"] == asked.sql("SELECT * FROM generation")
    assert len(rows_of(copy)["price"]) == asked.sql("SELECT count(*) FROM price")[0][0]


def test_a_backup_can_be_served_from(asked, tmp_path):
    told = asked.json("backup", tmp_path / "copy.db")["data"]
    assert told == {"file": str(tmp_path / "copy.db"),
                    "bytes": (tmp_path / "copy.db").stat().st_size}
    before = asked.json("usage")
    for name in ("turnpike.db", "turnpike.db-wal", "turnpike.db-shm"):
        (asked.home / name).unlink(missing_ok=True)
    (tmp_path / "copy.db").rename(asked.home / "turnpike.db")
    assert asked.json("usage") == before
    asked.out("credit", "add", "default", "1")
    assert asked.json("fsck")["data"]["ok"] is True


def test_a_backup_is_not_overwritten_unless_told(turnpike, tmp_path):
    copy = tmp_path / "copy.db"
    copy.write_text("precious")
    assert turnpike.fails(1, "backup", copy) == f"turnpike backup: {copy} is there already\n"
    assert copy.read_text() == "precious"
    turnpike.out("backup", copy, "--force")
    assert "api_key" in rows_of(copy)
    assert len(list(tmp_path.iterdir())) == 2


def test_the_database_is_no_place_for_its_backup(turnpike, tmp_path):
    link = tmp_path / "link.db"
    link.symlink_to(turnpike.home / "turnpike.db")
    for path in (turnpike.home / "turnpike.db", link):
        assert "is the database itself" in turnpike.fails(1, "backup", path, "--force")
    assert turnpike.json("fsck")["data"]["ok"] is True


def test_a_backup_that_fails_leaves_nothing(turnpike, tmp_path):
    assert "No such file or directory" in turnpike.fails(1, "backup", tmp_path / "no" / "copy.db")
    folder = tmp_path / "folder"
    folder.mkdir()
    assert "is no file" in turnpike.fails(1, "backup", folder, "--force")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["folder", "home"]


def fill(turnpike, megabytes):
    turnpike.sql("CREATE TABLE ballast (id INTEGER PRIMARY KEY, text TEXT)")
    turnpike.sql("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
                 "INSERT INTO ballast SELECT i, hex(randomblob(500)) FROM n", megabytes * 1000)


def test_a_backup_is_of_one_moment_while_others_write(turnpike, tmp_path):
    """Every transfer moves money between two books: at no moment is there
    more or less of it."""
    fill(turnpike, 20)
    moved, done = [0], threading.Event()

    def move():
        db = sqlite3.connect(turnpike.home / "turnpike.db", timeout=10, isolation_level=None)
        while not done.is_set():
            db.execute("BEGIN IMMEDIATE")
            db.execute("UPDATE book SET balance = balance - 1 WHERE id = 'grants'")
            db.execute("UPDATE ballast SET text = text WHERE id = 1")
            db.execute("UPDATE book SET balance = balance + 1 WHERE id = 'fees'")
            db.execute("COMMIT")
            moved[0] += 1
        db.close()

    writer = threading.Thread(target=move)
    writer.start()
    try:
        while not moved[0]:
            time.sleep(0.001)
        before = moved[0]
        turnpike.out("backup", tmp_path / "copy.db")
        after = moved[0]
    finally:
        done.set()
        writer.join()
    books = {name: balance for name, balance, _ in rows_of(tmp_path / "copy.db")["book"]}
    assert sum(books.values()) == 0
    assert before <= books["fees"] < after  # nobody waited for the copy's end


def test_a_backup_given_up_leaves_nothing(turnpike, tmp_path):
    fill(turnpike, 60)
    ran = subprocess.Popen([str(PROGRAM), "backup", str(tmp_path / "copy.db")],
                           env=turnpike.environment, stderr=subprocess.PIPE, text=True)
    while ran.poll() is None and not list(tmp_path.glob("copy.db.*")):
        time.sleep(0.001)
    ran.send_signal(signal.SIGINT)
    said = ran.communicate(timeout=60)[1]
    assert (ran.returncode, said) == (1, "turnpike backup: the copy was given up\n")
    assert [p.name for p in tmp_path.iterdir()] == ["home"]


def test_a_damaged_database_gives_no_backup(turnpike, tmp_path):
    turnpike.sql("PRAGMA wal_checkpoint(TRUNCATE)")
    path = turnpike.home / "turnpike.db"
    page, = turnpike.sql("SELECT rootpage FROM sqlite_schema WHERE name = 'api_key_account'")[0]
    with open(path, "r+b") as file:
        file.seek((page - 1) * 1024 + 900)
        file.write(os.urandom(100))
    assert "damaged" in turnpike.fails(1, "backup", tmp_path / "copy.db")
    assert [p.name for p in tmp_path.iterdir()] == ["home"]
