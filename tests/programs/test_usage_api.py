"""What was asked and what it cost, as the two systems' clients ask for it:
generations, activity, usage and transactions."""

import csv
import datetime
import decimal
import io
import json
import re
import sqlite3
import time
from urllib.parse import quote

import pytest

from suite import chat

# OpenRouter's required members (reference section 14), those with an open
# question mark left out.
GENERATION = """
    api_type app_id cache_discount cancelled created_at data_region external_user finish_reason
    generation_time http_referer id is_byok latency model moderation_latency native_finish_reason
    native_tokens_cached native_tokens_completion native_tokens_completion_images
    native_tokens_prompt native_tokens_reasoning num_fetches num_input_audio_prompt
    num_media_completion num_media_prompt num_search_results origin preset_id provider_name
    provider_responses router service_tier streamed tokens_completion tokens_prompt total_cost
    upstream_id upstream_inference_cost usage user_agent web_search_engine workspace_id""".split()

# One row of its activity.
ROW = """
    byok_usage_inference completion_tokens date endpoint_id model model_permaslug prompt_tokens
    provider_name reasoning_tokens requests usage""".split()


@pytest.fixture(scope="module")
def past(suite):
    """An account with a past of its own: what was asked, newest first."""
    name, key = suite.account(1, f"past-{datetime.datetime.now().timestamp()}")
    other = suite.new_key("--account", name)
    manager = suite.new_key("--account", name, "--management")
    asks = [
        lambda: suite.chat("echo", "Hello there", key, user="user_1",
                           headers={"HTTP-Referer": "https://app.example/x", "X-Title": "=1+1"}),
        lambda: suite.chat("lorem+tokens=9+cached=2", "some words to cache", other,
                           user="user_2"),
        lambda: suite.chat("lorem+tokens=4", "Hello", key, user="user_1"),
        lambda: suite.chat("echo+status=400", "Hello", key),
    ]
    asked = []
    for ask in asks:
        asked.append(ask())
        time.sleep(0.005)  # so that none is of the same millisecond as another
    assert [a.status for a in asked] == [200, 200, 200, 400], asked
    ids = [row["id"] for row in suite.rows(
        "SELECT g.id FROM generation g JOIN account a ON a.id = g.account WHERE a.name = ?"
        " ORDER BY g.at DESC, g.id DESC", name)]

    class Past:
        pass

    past = Past()
    past.suite, past.key, past.other, past.manager, past.ids = suite, key, other, manager, ids
    past.hash = suite.ask("GET", "/v1/generation?id=" + ids[0], key=key).json()["api_key_hash"]

    def get(path, key=key, status=200, **headers):
        answer = suite.ask("GET", path, key=key, headers=headers)
        assert answer.status == status, answer
        return answer

    past.get = get
    return past


# ---- one generation

@pytest.mark.parametrize("prefix", ["/v1", "/api/v1"])
def test_a_generation_has_every_member(past, prefix):
    told = past.get(f"{prefix}/generation?id={past.ids[-1]}").json()
    assert set(GENERATION) <= set(told["data"])
    assert told["id"] == told["data"]["id"] == past.ids[-1]
    row = past.suite.generation(past.ids[-1])
    assert told["data"]["usage"] == told["usage"]["cost"] == row["charge"] / 1e9 > 0
    assert told["data"]["external_user"] == "user_1"
    assert told["data"]["origin"] == "https://app.example"
    assert told["provider"] == "Sandbox"
    assert told["latency_ms"] == told["data"]["latency"] == row["total_ms"]


def test_a_generation_says_what_the_answer_said(past):
    """P24, P25: the record and the answer agree to the token and the nano-dollar."""
    answer = past.suite.chat("lorem+tokens=7+cached=1", "a few words more")
    told = past.get("/v1/generation?id=" + answer.headers["x-generation-id"],
                    key=past.suite.key).json()
    said = answer.json()["usage"]
    for name, value in told["usage"].items():
        if isinstance(value, dict):
            assert all(said[name].get(k, 0) == v for k, v in value.items()), name
        else:
            assert value == said[name], name


def test_a_generation_of_another_is_one_that_does_not_exist(past):
    def without(answer, gen):
        return re.sub(gen, "ID", answer.text)

    none = "gen-1700000000-" + 24 * "0"
    theirs = past.suite.ask("GET", f"/v1/generation?id={past.ids[0]}")
    missing = past.suite.ask("GET", f"/v1/generation?id={none}")
    assert theirs.status == missing.status == 404
    assert without(theirs, past.ids[0]) == without(missing, none)


def test_any_key_of_the_account_sees_it(past):
    for key in past.key, past.other, past.manager:
        past.get("/v1/generation?id=" + past.ids[0], key=key)


def test_a_failed_one_tells_its_attempts(past):
    told = past.get("/v1/generation?id=" + past.ids[0]).json()
    assert told["outcome"] == "failed" and told["usage"]["cost"] == 0
    assert [r["status"] for r in told["provider_responses"]] == [400]


def test_latin_1_in_a_header_is_no_harm(suite):
    """P31."""
    body = json.dumps(chat("echo")).encode()
    with suite.connect() as c:
        c.send(b"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
               b"Authorization: Bearer " + suite.key.encode() + b"\r\nX-Title: caf\xe9\r\n"
               b"Content-Length: %d\r\n\r\n" % len(body) + body)
        id = c.answer().headers["x-generation-id"]
    told = suite.ask("GET", "/v1/generation?id=" + id).json()
    assert told["app_title"] in ("caf?", "caf\ufffd")
    assert suite.ask("GET", "/v1/activity?limit=1").json()["data"][0]["id"] == id


# ---- activity

def test_records_are_newest_first(past):
    told = past.get("/v1/activity").json()
    assert [r["id"] for r in told["data"]] == past.ids
    assert told["total_count"] == 4 and told["has_more"] is False
    for record in told["data"]:
        assert set(ROW) <= set(record) and record["requests"] == 1


def test_records_come_in_pages(past):
    seen = []
    for offset in range(0, 5, 2):
        told = past.get(f"/v1/activity?limit=2&offset={offset}").json()
        assert told["total_count"] == 4
        assert told["has_more"] == (offset + 2 < 4)
        seen += [r["id"] for r in told["data"]]
    assert seen == past.ids


@pytest.mark.parametrize("query,want", [
    ("model=sandbox/echo", [0, 3]),
    ("model=sandbox%2Florem", [1, 2]),
    ("model=sandbox/none", []),
    ("provider=sandbox", [0, 1, 2, 3]),
    ("provider_id=SANDBOX", [0, 1, 2, 3]),
    ("provider=openai", []),
    ("user=user_1", [1, 3]),
    ("user=user_1&model=sandbox/lorem", [1]),
    ("user=user_1&limit=1&offset=1", [3]),
    ("user=nobody", []),
    ("app=https://app.example/x", [3]),
    ("app=nothing", []),
    ("start_time=2000-01-01T00:00:00Z&end_time=2000-01-02T00:00:00Z", []),
    ("user=%25", []),
    ("user='%20OR%20'1'='1", []),
])
def test_records_are_filtered(past, query, want):
    told = past.get("/v1/activity?" + query).json()
    assert [past.ids.index(r["id"]) for r in told["data"]] == want


def test_records_are_filtered_by_key(past):
    told = past.get(f"/v1/activity?key_id={past.hash}").json()
    assert [past.ids.index(r["id"]) for r in told["data"]] == [0, 1, 3]
    told = past.get(f"/v1/activity?api_key_hash={past.hash}&limit=1&offset=1").json()
    assert [past.ids.index(r["id"]) for r in told["data"]] == [1]


def test_records_are_filtered_to_the_instant(past):
    at = [r["created_at"] for r in past.get("/v1/activity").json()["data"]]
    for i, time in enumerate(at):
        told = past.get(f"/v1/activity?start_time={time}").json()
        assert [r["created_at"] for r in told["data"]] == [a for a in at if a >= time], i
        told = past.get(f"/v1/activity?end_time={time}&start_time=2020-01-01").json()
        assert [r["created_at"] for r in told["data"]] == [a for a in at if a < time], i
        for view in "usage/summary", "usage/timeseries":
            told = past.get(f"/v1/{view}?start_time={time}").json()
            points = told.get("data_points", [{"requests": told.get("total_requests")}])
            assert sum(p["requests"] for p in points) == len([a for a in at if a >= time])


def test_a_key_of_another_account_does_not_exist(past):
    theirs = past.suite.ask("GET", "/v1/activity").json()["data"][0]["api_key_hash"]
    for path in "activity", "usage/summary", "usage/timeseries":
        past.get(f"/v1/{path}?key_id={theirs}", status=404)
        past.get(f"/v1/{path}?key_id={64 * '0'}", status=404)


def test_others_see_nothing_of_it(past):
    _, stranger = past.suite.account(1)
    for path in "activity", "activity?view=daily", f"activity?model=sandbox/echo":
        assert past.get("/v1/" + path, key=stranger).json()["data"] == []
    assert past.get("/v1/usage/summary", key=stranger).json()["total_requests"] == 0
    assert past.get("/v1/activity?format=csv", key=stranger).text.count("\n") == 1
    assert [t["type"] for t in past.get(
        "/v1/transactions", key=stranger).json()["transactions"]] == ["credit"]


def test_days_are_what_a_management_key_gets(past):
    told = past.get("/v1/activity", key=past.manager).json()
    assert told == past.get("/v1/activity?view=daily").json()
    today = datetime.datetime.now(datetime.timezone.utc).date()
    assert {r["date"] for r in told["data"]} <= {str(today), str(today - datetime.timedelta(1))}
    assert sum(r["requests"] for r in told["data"]) == 4
    assert {r["model"] for r in told["data"]} == {"sandbox/echo", "sandbox/lorem"}
    for row in told["data"]:
        assert set(ROW) <= set(row)
    records = past.get("/v1/activity?view=records", key=past.manager).json()["data"]
    assert [r["id"] for r in records] == past.ids


def test_one_day_can_be_asked_for(past):
    day = past.get("/v1/activity").json()["data"][-1]["date"]
    told = past.get(f"/v1/activity?view=daily&date={day}").json()
    assert told["data"] and {r["date"] for r in told["data"]} == {day}
    assert past.get("/v1/activity?view=daily&date=2001-01-01").json()["data"] == []


@pytest.mark.parametrize("view", ["records", "daily"])
def test_csv_says_what_json_says(past, view):
    answer = past.get(f"/v1/activity?view={view}&format=csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    lines = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    data = past.get(f"/v1/activity?view={view}").json()["data"]
    assert list(lines[0]) == list(data[0])
    for line, row in zip(lines, data, strict=True):
        for name, value in row.items():
            if name == "usage":
                assert re.fullmatch(r"\d+(\.\d{1,9})?", line[name])
                assert decimal.Decimal(line[name]) == decimal.Decimal(repr(value))
            elif isinstance(value, bool):
                assert line[name] == str(value).lower()
            elif value is None:
                assert line[name] == ""
            else:
                assert line[name].removeprefix("'") == str(value)


def test_csv_is_no_formula(past):
    """A stranger's title must not be reckoned by the operator's spreadsheet."""
    text = past.get("/v1/activity?format=csv").text
    assert "\"'=1+1\"" in text and ",=" not in text


def test_csv_comes_for_accept_and_not_against_format(past):
    assert past.get("/v1/activity", Accept="text/csv").text.startswith("id,created_at,")
    past.get("/v1/activity?format=json", Accept="text/csv").json()
    assert past.get("/v1/activity?format=csv&limit=2").text.count("\r\n") == 3


def test_csv_is_longer_than_a_look(fresh):
    """More rows than are read at once come all, once each, and in order."""
    s = fresh()
    s.chat()
    make_past(s, 1800)
    text = s.ask("GET", "/v1/activity?format=csv").text
    ids = [line["id"] for line in csv.DictReader(io.StringIO(text, newline=""))]
    want = [row["id"] for row in s.rows("SELECT id FROM generation ORDER BY at DESC, id DESC")]
    assert ids == want and len(ids) > 1800
    text = s.ask("GET", "/v1/activity?format=csv&limit=700").text
    assert [line["id"] for line in csv.DictReader(io.StringIO(text, newline=""))] == want[:700]


def make_past(s, count):
    """Copies of the newest generation, three to each millisecond of the past."""
    newest = s.newest()["id"]
    db = sqlite3.connect(s.home / "turnpike.db", isolation_level=None)
    columns = [row[1] for row in db.execute("PRAGMA table_info(generation)")
               if row[1] not in ("id", "at")]
    names = ", ".join(columns)
    db.execute("BEGIN IMMEDIATE")
    for i in range(count):
        db.execute(f"INSERT INTO generation (id, at, {names}) SELECT ?, at - ?, {names}"
                   " FROM generation WHERE id = ?", (f"gen-1-{i:05}", 1 + i // 3, newest))
    db.execute("COMMIT")
    db.close()


def test_head_has_no_body(past):
    for query in "", "?format=csv", "?view=daily":
        with past.suite.connect() as c:
            c.ask("HEAD", "/v1/activity" + query, key=past.key, headers={"Connection": "close"})
            assert c.head().status == 200
            assert not c.seen and not c.more()


# ---- sums

@pytest.mark.parametrize("prefix", ["/v1", "/api/v1", "/api"])
def test_a_summary_adds_up(past, prefix):
    told = past.get(prefix + "/usage/summary").json()
    records = past.get("/v1/activity").json()["data"]
    assert told["total_requests"] == 4 and told["total_failed_requests"] == 1
    assert told["total_input_tokens"] == sum(r["prompt_tokens"] for r in records)
    assert told["total_output_tokens"] == sum(r["completion_tokens"] for r in records)
    assert told["total_tokens"] == told["total_input_tokens"] + told["total_output_tokens"]
    assert told["estimated_cost_usd"] == pytest.approx(sum(r["usage"] for r in records), abs=1e-12)
    for groups in "by_provider", "by_model", "by_key":
        for ours, theirs in (("requests", "total_requests"), ("input_tokens", "total_input_tokens"),
                             ("output_tokens", "total_output_tokens")):
            assert sum(g[ours] for g in told[groups]) == told[theirs]
    assert {(g["provider_id"], g["model"]) for g in told["by_model"]} == {
        ("sandbox", "sandbox/echo"), ("sandbox", "sandbox/lorem")}
    assert len(told["by_key"]) == 2


@pytest.mark.parametrize("prefix", ["/v1", "/api/v1", "/api"])
@pytest.mark.parametrize("granularity,points", [
    ("hourly", range(30 * 24, 31 * 24 + 1)), ("daily", [31, 32]), ("monthly", [2, 3])])
def test_a_series_has_every_point(past, prefix, granularity, points):
    told = past.get(f"{prefix}/usage/timeseries?granularity={granularity}").json()["data_points"]
    assert len(told) in points
    assert sum(p["requests"] for p in told) == 4
    assert told == sorted(told, key=lambda p: p["timestamp"])
    for point in told:
        assert {"timestamp", "requests", "input_tokens", "output_tokens",
                "estimated_cost_usd"} <= set(point)


def test_sums_are_filtered(past):
    told = past.get(f"/api/usage/summary?key_id={past.hash}&model=sandbox/lorem").json()
    assert told["total_requests"] == 1 and told["total_output_tokens"] == 4
    told = past.get("/api/usage/timeseries?provider_id=openai").json()["data_points"]
    assert sum(p["requests"] for p in told) == 0


def test_what_is_settled_shows_at_once(suite):
    _, key = suite.account(1)
    for count in 1, 2, 3:
        suite.stream("lorem+tokens=3", key=key).rest()
        summary = suite.ask("GET", "/api/usage/summary", key=key).json()
        days = suite.ask("GET", "/v1/activity?view=daily", key=key).json()["data"]
        assert summary["total_requests"] == sum(r["requests"] for r in days) == count
        assert suite.ask("GET", "/v1/activity", key=key).json()["total_count"] == count


# ---- transactions

@pytest.mark.parametrize("path", ["/v1/transactions", "/api/v1/transactions",
                                  "/v1/billing/transactions"])
def test_transactions_come_to_the_balance(suite, path):
    name, key = suite.account(2)
    suite.turnpike("credit", "add", name, "0.5", "--note", "a present")
    suite.turnpike("credit", "take", name, "0.25")
    for tokens in 3, 0, 5:
        suite.chat(f"lorem+tokens={tokens}", key=key)
    suite.chat("echo+status=400", key=key)
    told = suite.ask("GET", path, key=key).json()
    amounts = [t["amount"] for t in told["transactions"]]
    balance = suite.ask("GET", "/v1/balance", key=key).json()["balance"]
    assert sum(amounts) == pytest.approx(balance, abs=1e-12)
    assert told["totals"]["net"] == pytest.approx(balance, abs=1e-12)
    assert told["total_count"] == len(amounts) == 6
    assert [t["type"] for t in told["transactions"]] == 3 * ["usage"] + [
        "refund", "credit", "credit"]
    times = [t["created_at"] for t in told["transactions"]]
    assert times == sorted(times, reverse=True)
    for t in told["transactions"][:3]:
        assert re.fullmatch(r"sandbox/lorem - \d+ input tokens, [035] output tokens",
                            t["description"])
        assert t["id"].startswith("txn-") and t["amount"] < 0
        assert suite.generation(t["generation_id"])["charge"] == round(-t["amount"] * 1e9)
    assert told["transactions"][4]["description"] == "a present"


def test_transactions_come_in_pages_and_types(suite):
    _, key = suite.account(2)
    for _ in range(4):
        suite.chat(key=key)

    def get(query):
        return suite.ask("GET", "/v1/transactions?" + query, key=key).json()

    all = get("")["transactions"]
    assert len(all) == 5
    pages = [get(f"limit=2&offset={o}") for o in (0, 2, 4)]
    assert sum((p["transactions"] for p in pages), []) == all
    assert [p["has_more"] for p in pages] == [True, True, False]
    assert get("type=credit")["transactions"] == all[-1:]
    assert get("type=usage")["transactions"] == all[:-1]
    assert get("type=refund")["transactions"] == []
    middle = all[1]["created_at"]
    assert get(f"start_time={middle}")["transactions"] == [
        t for t in all if t["created_at"] >= middle]
    assert get(f"end_time={middle}")["transactions"] == [
        t for t in all if t["created_at"] < middle]


# ---- what cannot be

@pytest.mark.parametrize("path,named", [
    ("generation", "id"),
    ("generation?id=", "id"),
    ("activity?limit=0", "limit"),
    ("activity?limit=1001", "limit"),
    ("activity?limit=-1", "limit"),
    ("activity?limit=ten", "limit"),
    ("activity?limit=1e2", "limit"),
    ("activity?format=csv&limit=1000001", "limit"),
    ("activity?offset=-1", "offset"),
    ("activity?offset=100001", "offset"),
    ("activity?format=xml", "format"),
    ("activity?view=weekly", "view"),
    ("activity?group_by=moon", "group_by"),
    ("activity?date=yesterday", "date"),
    ("activity?date=2026-02-30", "date"),
    ("activity?date=2026-01-01T00:00:00Z", "date"),
    ("activity?date=2026-01-01&start_time=2026-01-01", "date"),
    ("activity?start_time=now", "start_time"),
    ("activity?end_time=1775211630", "end_time"),
    ("activity?start_time=2026-01-02&end_time=2026-01-01", "start_time"),
    ("activity?view=daily&user=me", "user"),
    ("activity?view=daily&app=mine", "app"),
    ("usage/summary?granularity=weekly", "granularity"),
    ("usage/summary?start_time=x", "start_time"),
    ("usage/summary?user=me", "user"),
    ("usage/timeseries?granularity=Hourly", "granularity"),
    ("usage/timeseries?granularity=hourly&start_time=2001-01-01", "granularity"),
    ("transactions?limit=0", "limit"),
    ("transactions?offset=10001", "offset"),
    ("transactions?type=gift", "type"),
    ("transactions?type=", "type"),
    ("transactions?end_time=2026-13-01", "end_time"),
])
def test_what_is_wrong_is_named(suite, path, named):
    answer = suite.ask("GET", "/v1/" + path)
    assert answer.status == 400, answer
    assert answer.error["message"].startswith(named + " "), answer
    assert answer.error["type"] == "invalid_request_error"


@pytest.mark.parametrize("path", [
    "generation?id=x", "activity?key_id=x", "activity?api_key_hash=x", "activity?workspace_id=x",
    "activity?user_id=x", "usage/summary?workspace_id=acct-0000000000000000"])
def test_what_does_not_exist_is_not_found(suite, path):
    answer = suite.ask("GET", "/v1/" + path)
    assert answer.status == 404 and answer.error["type"] == "not_found_error"


@pytest.mark.parametrize("path", ["generation?id=x", "activity", "usage/summary",
                                  "usage/timeseries", "transactions", "billing/transactions"])
def test_a_key_is_needed(suite, path):
    """P57 too: a key that is SQL is no key."""
    for prefix in "/v1/", "/api/v1/":
        assert suite.ask("GET", prefix + path, key=None).status == 401
        assert suite.ask("GET", prefix + path, key="' OR '1'='1").status == 401
        assert suite.ask("POST", prefix + path, {}).status == 405


@pytest.mark.parametrize("name", ["id", "model", "provider", "user", "app", "key_id", "type", "date",
                                  "limit", "format", "workspace_id"])
@pytest.mark.parametrize("value", [
    "'; DROP TABLE generation; --", "\" OR \"\"=\"", "%00", "\x00", "../../etc/passwd", "%s%n",
    "\r\nX-Injected: 1", "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
    "A" * 3000, "$(id)", "{{7*7}}", "\\x27"])
def test_nothing_gets_anywhere_by_a_parameter(suite, name, value):
    """P57: whatever is sent is a value, or refused."""
    for path in "generation", "activity", "usage/summary", "transactions":
        answer = suite.ask("GET", f"/v1/{path}?{name}={quote(value, safe='%')}")
        assert answer.status in (200, 400, 404), answer
        assert "x-injected" not in answer.headers
        if answer.headers["content-type"] != "text/html":  # the web server's own
            answer.json()
    assert suite.rows("SELECT count(*) AS n FROM generation")
