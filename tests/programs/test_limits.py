"""Limits of requests and tokens, behind a web server: what is counted, what a
client is told, and that no number of processes passes them."""

import concurrent.futures
import hashlib
import time

import pytest

CHAT = "/v1/chat/completions"
DAY, MINUTE = 86400, 60
FREE = "sandbox/gratis:free"


def calm(length=MINUTE, seconds=15):
    """Wait until a window has so much of its time left that the test is over
    before the next one begins."""
    left = length - time.time() % length
    if left < seconds:
        time.sleep(left + 0.1)


def key_with(suite, *limits, account="default"):
    return suite.new_key("--account", account, *limits)


def hash_of(key):
    return hashlib.sha256(key.encode()).hexdigest()


def changed(suite, key_hash, body):
    answer = suite.ask("PATCH", f"/v1/keys/{key_hash}", body, suite.management_key)
    assert answer.status == 200, answer
    return answer.json()["data"]


def told(answer):
    """Limit, what is left of it, and when it begins anew."""
    return tuple(int(answer.headers[f"x-ratelimit-{name}"])
                 for name in ("limit", "remaining", "reset"))


def check_refusal(answer, source, length, limit):
    """429 in OpenAI's shape, and all that either system's clients look for."""
    assert answer.status == 429, answer
    most, left, reset = told(answer)
    assert (most, left) == (limit, 0)
    assert reset % length == 0 and 0 < reset - time.time() <= length
    wait = int(answer.headers["retry-after"])
    assert 1 <= wait <= length and abs(time.time() + wait - reset) < 5
    error = answer.error
    assert error["code"] == 429 and error["type"] == "rate_limit_error"
    assert "Rate limit exceeded" in error["message"]
    metadata = error["metadata"]
    assert metadata["error_type"] == "rate_limit_exceeded"
    assert metadata["limit_source"] == source and metadata["remedy_hint"]
    assert metadata["headers"] == {
        "X-RateLimit-Limit": str(limit), "X-RateLimit-Remaining": "0",
        "X-RateLimit-Reset": str(reset)}
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-request-id"].startswith("gen-")


@pytest.mark.parametrize("option,source,length", [
    ("requests-per-minute", "key_requests_per_minute", MINUTE),
    ("requests-per-day", "key_requests_per_day", DAY)])
@pytest.mark.parametrize("streamed", [False, True])
def test_a_key_has_so_many_requests(suite, option, source, length, streamed):
    calm(length)
    key = key_with(suite, f"--{option}", 2)
    for left in (1, 0):
        answer = suite.chat(key=key, stream=True if streamed else None)
        assert answer.status == 200, answer
        limit, remaining, reset = told(answer)
        assert (limit, remaining) == (2, left)
        assert reset % length == 0 and 0 < reset - time.time() <= length
    check_refusal(suite.chat(key=key, stream=True if streamed else None), source, length, 2)
    assert suite.chat().status == 200, "others are not concerned"


@pytest.mark.parametrize("option,source,length", [
    ("requests-per-minute", "account_requests_per_minute", MINUTE),
    ("requests-per-day", "account_requests_per_day", DAY)])
def test_all_keys_of_an_account_share_its_limits(suite, option, source, length):
    calm(length)
    name, key = suite.account(1)
    other = key_with(suite, account=name)
    suite.turnpike("account", "change", name, f"--{option}", 2)
    assert suite.chat(key=key).status == 200
    assert suite.chat(key=other).status == 200
    check_refusal(suite.chat(key=key), source, length, 2)
    check_refusal(suite.chat(key=other), source, length, 2)
    suite.turnpike("account", "change", name, f"--{option}", "none")
    answer = suite.chat(key=key)
    assert answer.status == 200 and "x-ratelimit-limit" not in answer.headers


def test_tokens_are_counted_as_they_were_used(suite):
    calm()
    key = key_with(suite, "--tokens-per-minute", 1000)
    answer = suite.chat("lorem+tokens=100", key=key, max_tokens=900)
    assert answer.status == 200, answer
    used = answer.json()["usage"]["total_tokens"]
    assert 100 < used < 200
    suite.generation(answer.headers["x-generation-id"])
    assert suite.chat("echo", key=key, max_tokens=700).status == 200
    refused = suite.chat("echo", key=key, max_tokens=900)
    assert refused.status == 429, refused
    assert refused.error["metadata"]["limit_source"] == "key_tokens_per_minute"
    assert told(refused)[0] == 1000 and 700 < told(refused)[1] < 1000
    assert 1 <= int(refused.headers["retry-after"]) <= MINUTE


def test_what_fits_into_no_minute_is_not_told_to_wait(suite):
    key = key_with(suite, "--tokens-per-minute", 100)
    answer = suite.chat("echo", key=key, max_tokens=200)
    assert answer.status == 429 and "retry-after" not in answer.headers
    assert "max_tokens" in answer.error["message"]


@pytest.mark.parametrize("option", [
    "requests-per-minute", "requests-per-day", "tokens-per-minute"])
def test_nothing_is_not_no_limit(suite, option):
    """P10."""
    answer = suite.chat(key=key_with(suite, f"--{option}", 0))
    assert answer.status == 429 and "retry-after" not in answer.headers
    assert "0" in answer.error["message"]


def test_what_is_refused_is_not_counted(suite):
    """By whom it ever was: the client's fault, the budget, or a limit."""
    calm(DAY)
    _, poor = suite.account("0.0000001")
    key = key_with(suite, "--requests-per-day", 3, "--allow-model", "sandbox/*")
    key_hash = hash_of(key)
    for status, body in (
            (400, {"model": "sandbox/echo"}), (400, {"model": "sandbox/nonesuch"}),
            (400, {"messages": 5, "model": "sandbox/echo"}),
            (403, {"model": "openai/gpt-4o", "messages": [{"role": "user", "content": "x"}]})):
        assert suite.ask("POST", CHAT, body, key).status == status
    assert suite.ask("GET", "/v1/models", key=key).status == 200
    assert suite.rows("SELECT * FROM rate WHERE subject = ?", f"key:{key_hash}") == []

    assert told(suite.chat(key=key))[1] == 2
    changed(suite, key_hash, {"limit": 0})
    assert suite.chat(key=key).status == 402
    changed(suite, key_hash, {"limit": None, "requests_per_minute": 0})
    for _ in range(5):
        assert suite.chat(key=key).status == 429
    changed(suite, key_hash, {"requests_per_minute": None})
    assert [told(suite.chat(key=key))[1] for _ in range(2)] == [1, 0]
    assert suite.chat(key=key).status == 429

    hash_poor = hash_of(poor)
    changed_poor = suite.turnpike("key", "change", hash_poor, "--requests-per-day", 1)
    assert changed_poor and suite.chat(key=poor).status == 402
    assert suite.rows("SELECT * FROM rate WHERE subject = ?", f"key:{hash_poor}") == []


def all_at_once(suite, key, count, pool_size=50):
    def one(_):
        return suite.chat("free", key=key, timeout=120)
    with concurrent.futures.ThreadPoolExecutor(pool_size) as pool:
        return list(pool.map(one, range(count)))


@pytest.mark.parametrize("whose", ["key", "account"])
def test_no_number_of_processes_passes_a_limit(many, whose):
    """Three processes, and 150 requests at once against ten."""
    calm(DAY, 60)
    name, key = many.account(1)
    if whose == "key":
        many.turnpike("key", "change", hash_of(key), "--requests-per-day", 10)
    else:
        many.turnpike("account", "change", name, "--requests-per-day", 10)
    answers = all_at_once(many, key, 150)
    statuses = [answer.status for answer in answers]
    assert statuses.count(200) == 10 and statuses.count(429) == 140, statuses
    left = sorted(told(answer)[1] for answer in answers if answer.status == 200)
    assert left == list(range(10))
    assert len({pid for pid in many.processes("chat")}) == 3


def test_tokens_at_once_are_not_passed_either(many):
    """P7: each is counted with all that it may take before it is let in."""
    calm(MINUTE, 30)
    _, key = many.account(1)
    many.turnpike("key", "change", hash_of(key), "--tokens-per-minute", 1000)
    def one(_):
        return many.chat("lorem+tokens=150+delay=3000", key=key, max_tokens=150, timeout=120)
    with concurrent.futures.ThreadPoolExecutor(40) as pool:
        answers = list(pool.map(one, range(40)))
    passed = [answer for answer in answers if answer.status == 200]
    assert {answer.status for answer in answers} == {200, 429}
    assert 1 <= len(passed) <= 6
    assert sum(answer.json()["usage"]["total_tokens"] for answer in passed) <= 1000


def test_a_change_holds_for_the_next_request_of_every_process(many):
    calm(DAY, 60)
    key = key_with(many)
    key_hash = hash_of(key)
    assert {answer.status for answer in all_at_once(many, key, 12, 12)} == {200}
    changed(many, key_hash, {"requests_per_day": 0})
    assert {answer.status for answer in all_at_once(many, key, 12, 12)} == {429}
    changed(many, key_hash, {"rate_limit": None})
    answers = all_at_once(many, key, 12, 12)
    assert {answer.status for answer in answers} == {200}
    assert not any("x-ratelimit-limit" in answer.headers for answer in answers)


@pytest.fixture(scope="module")
def generous():
    """A suite with free models, and small limits for them."""
    from suite import Suite
    with Suite(procs=2, settings={"free_per_minute": 4, "free_per_day": 2,
                                  "free_per_day_bought": 3, "free_bought": 5}) as s:
        s.turnpike("model", "add", FREE, "--provider", "sandbox2", "--native", "free",
                   "--input", 0, "--output", 0)
        yield s


def ask_free(suite, key, model=FREE):
    return suite.ask("POST", CHAT, {
        "model": model, "messages": [{"role": "user", "content": "Hi"}]}, key)


@pytest.mark.parametrize("credit,most", [(1, 2), (5, 3)])
def test_free_models_by_the_day(generous, credit, most):
    calm(DAY)
    name, key = generous.account(credit)
    other = key_with(generous, account=name)
    for i in range(most):
        answer = ask_free(generous, (key, other)[i % 2])
        assert answer.status == 200, answer
        assert told(answer)[0:2] == (most, most - 1 - i)
    refused = ask_free(generous, other)
    check_refusal(refused, "free_models_per_day", DAY, most)
    assert "free-models-per-day" in refused.error["message"]
    if credit < 5:
        assert "Add 5 credits to unlock 3 free model requests per day" \
            in refused.error["message"]
        generous.turnpike("credit", "add", name, 4)
        assert ask_free(generous, key).status == 200
    assert generous.chat(key=key).status == 200, "what costs has no such limit"
    assert generous.chat("free", key=key).status == 200, "nor what is merely free"


def test_free_models_by_the_minute(fresh):
    s = fresh(settings={"free_models": "all", "free_per_minute": 2})
    calm()
    _, key = s.account(1)
    assert [s.chat("free", key=key).status for _ in range(2)] == [200, 200]
    refused = s.chat("free", key=key)
    check_refusal(refused, "free_models_per_minute", MINUTE, 2)
    assert "free-models-per-min" in refused.error["message"]
    assert s.chat(key=key).status == 200


def test_embeddings_have_the_same_limits(suite):
    calm(DAY)
    key = key_with(suite, "--requests-per-day", 2)
    body = {"model": "sandbox/embed", "input": "Hello"}
    assert told(suite.ask("POST", "/v1/embeddings", body, key))[1] == 1
    assert suite.chat(key=key).status == 200
    check_refusal(suite.ask("POST", "/v1/embeddings", body, key),
                  "key_requests_per_day", DAY, 2)


LIMITS = {"requests_per_minute": 7, "requests_per_day": 8, "tokens_per_minute": 9}
NONE = dict.fromkeys(LIMITS)


@pytest.mark.parametrize("body,want", [
    ({}, NONE), (LIMITS, LIMITS), ({"rate_limit": LIMITS}, LIMITS),
    ({"rate_limit": None}, NONE), ({"requests_per_day": 0}, {**NONE, "requests_per_day": 0}),
    ({"requests_per_day": 10**9}, {**NONE, "requests_per_day": 10**9})])
def test_a_key_is_made_with_limits(suite, body, want):
    made = suite.ask("POST", "/v1/keys", {"name": "limited", **body}, suite.management_key)
    assert made.status == 201, made
    data = made.json()["data"]
    assert data["rate_limit"] == want and {name: data[name] for name in LIMITS} == want
    own = suite.ask("GET", "/api/v1/key", key=made.json()["key"]).json()["data"]
    assert {name: own["rate_limit"][name] for name in LIMITS} == want
    assert own["rate_limit"]["requests"] == -1, "OpenRouter's clients need it"


def test_a_change_touches_what_it_names(suite):
    key_hash = hash_of(key_with(
        suite, "--requests-per-minute", 7, "--requests-per-day", 8, "--tokens-per-minute", 9))
    assert changed(suite, key_hash, {"name": "x"})["rate_limit"] == LIMITS
    assert changed(suite, key_hash, {"requests_per_day": None})["rate_limit"] == {
        **LIMITS, "requests_per_day": None}
    shown = suite.ask("GET", f"/v1/keys/{key_hash}", key=suite.management_key).json()["data"]
    assert changed(suite, key_hash, shown)["rate_limit"] == shown["rate_limit"]


@pytest.mark.parametrize("value", [-1, 10**9 + 1, 10**18, 1e30, 1.5, "5", True, [], {}, "'; DROP TABLE rate"])
@pytest.mark.parametrize("name", LIMITS)
@pytest.mark.parametrize("grouped", [False, True])
def test_a_wrong_limit_is_named(suite, name, value, grouped):
    body = {"rate_limit": {name: value}} if grouped else {name: value}
    before = suite.rows("SELECT COUNT(*) AS n FROM api_key")
    for method, path in (("POST", "/v1/keys"),
                         ("PATCH", f"/v1/keys/{hash_of(suite.key)}")):
        answer = suite.ask(method, path, {"name": "wrong", **body}, suite.management_key)
        assert answer.status == 400 and name in answer.error["message"], answer
    assert suite.rows("SELECT COUNT(*) AS n FROM api_key") == before


@pytest.mark.parametrize("value", [5, "x", [], True, {"requests_per_hour": 1}, {"": 1}])
def test_a_wrong_group_of_limits_is_named(suite, value):
    answer = suite.ask("POST", "/v1/keys", {"name": "x", "rate_limit": value}, suite.management_key)
    assert answer.status == 400 and "rate_limit" in answer.error["message"], answer


def test_the_command_sets_and_shows_them(suite):
    options = ("--requests-per-minute", 7, "--requests-per-day", 8, "--tokens-per-minute", 9)
    key_hash = hash_of(key_with(suite, *options))
    shown = suite.turnpike("key", "show", key_hash)["data"]
    assert shown["rate_limit"] == LIMITS
    name, _ = suite.account(1)
    suite.turnpike("account", "change", name, *options)
    shown = suite.turnpike("account", "show", name)["data"]
    assert {limit: shown[limit] for limit in LIMITS} == LIMITS
    suite.turnpike("account", "change", name, "--requests-per-day", "none")
    assert suite.turnpike("account", "show", name)["data"]["requests_per_day"] is None
    for wrong in (-1, "many", 10**9 + 1, ""):
        text = suite.turnpike("account", "change", name, "--requests-per-day", wrong, check=False)
        assert "requests-per-day" in str(text), text
    assert suite.turnpike("account", "show", name)["data"]["requests_per_day"] is None
