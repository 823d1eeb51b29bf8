"""No budget is ever passed, by however many at once."""

import concurrent.futures
import json

import pytest

from suite import chat

# With so many tokens and this prompt, a request holds and costs the same.
TOKENS = 100
MODEL = f"lorem+tokens={TOKENS}"


def hold_of_one(suite):
    """What is held for one request, in nano-dollars."""
    answer = suite.chat(MODEL, max_tokens=TOKENS)
    return suite.generation(answer.headers["x-generation-id"])["held"]


def all_at_once(suite, key, user, count, streamed=False):
    body = chat(MODEL + "+delay=2000", max_tokens=TOKENS, user=user,
                stream=True if streamed else None)
    def one(_):
        return suite.ask("POST", "/v1/chat/completions", body, key, timeout=120)
    with concurrent.futures.ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def check_ten(suite, answers, user, charged):
    statuses = [answer.status for answer in answers]
    assert statuses.count(200) == 10 and statuses.count(402) == len(statuses) - 10, {
        status: statuses.count(status) for status in set(statuses)}
    assert suite.sandbox()["users"][user]["requests"] == 10
    assert suite.no_holds(), suite.held()
    assert charged() == sum(
        suite.generation(answer.headers["x-generation-id"])["charge"]
        for answer in answers if answer.status == 200)
    assert suite.fsck() == []


@pytest.mark.parametrize("streamed", [False, True])
def test_two_hundred_at_once_against_credit_for_ten(many, streamed):
    """P1, P6, P7: with three processes on one budget."""
    one = hold_of_one(many)
    name, key = many.account(f"{(10 * one + one // 2) / 1e9:.9f}")
    user = f"credit-{streamed}"
    answers = all_at_once(many, key, user, 200, streamed)
    check_ten(many, answers, user, lambda: round(
        many.turnpike("account", "show", name)["data"]["total_usage"] * 1e9))


def test_two_hundred_at_once_against_a_limit_for_ten(many):
    one = hold_of_one(many)
    name, _ = many.account(100)
    key = many.new_key("--account", name, "--limit", f"{(10 * one + one // 2) / 1e9:.9f}")
    answers = all_at_once(many, key, "limit", 200)
    check_ten(many, answers, "limit", lambda: round(
        many.turnpike("account", "show", name)["data"]["total_usage"] * 1e9))


def test_a_refusal_says_what_could_be_afforded(suite):
    one = hold_of_one(suite)
    _, key = suite.account(f"{one / 2e9:.9f}")
    answer = suite.chat(MODEL, key=key, max_tokens=TOKENS)
    assert answer.status == 402
    assert answer.error["type"] == "payment_required"
    assert "afford" in json.dumps(answer.error)


def test_the_credit_can_be_spent_to_the_last(suite):
    """Settlements free what was held too much."""
    cost = suite.generation(
        suite.chat("free").headers["x-generation-id"])["charge"]
    assert cost == 0
    one = hold_of_one(suite)
    name, key = suite.account(f"{2 * one / 1e9:.9f}")
    answered = 0
    while suite.chat("lorem+tokens=1", key=key, max_tokens=1).status == 200 and answered < 300:
        answered += 1
    assert answered > 10
    shown = suite.turnpike("account", "show", name)["data"]
    assert 0 <= shown["balance"] and shown["held"] == 0


def test_a_stream_is_held_slice_by_slice(fresh):
    """P3: many streams fit into a small credit, and none passes it."""
    s = fresh(settings={"slice_tokens": 50})
    name, key = s.account("0.000500")
    stream = s.stream("lorem+tokens=2000+pace=1", key=key)
    assert stream.status == 200, stream.answer
    events = stream.rest()
    finish = [event.json()["choices"][0]["finish_reason"] for event in events
              if event.data and not event.done and event.json()["choices"]]
    assert finish[-1] == "length" and events[-1].done
    row = s.generation(stream.id)
    shown = s.turnpike("account", "show", name)["data"]
    assert shown["balance"] >= 0 and shown["held"] == 0
    assert 50 < row["output"] <= 250, row
    assert s.fsck() == []
