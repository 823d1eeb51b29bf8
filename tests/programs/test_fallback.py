"""The next endpoint is asked when one fails before its first content, and
never after."""

import json
import time

import pytest

from provider import MODEL, failure, reply, whole
from suite import Suite, chat

TEXT = [{"role": "user", "content": "Hi"}]


def failures(suite, answer):
    row = suite.generation(answer.headers["x-request-id"])
    return json.loads(row["failures"] or "[]"), row


def test_a_spare_provider_answers(suite):
    answer = suite.chat("spare")
    assert answer.status == 200, answer
    failed, row = failures(suite, answer)
    assert len(failed) == 1 and row["provider"] == "sandbox2"
    assert row["outcome"] == "answered"


@pytest.fixture(scope="module")
def impatient():
    """A suite whose clocks for providers run out soon."""
    with Suite(settings={"first_byte_ms": 700, "idle_ms": 700, "commit_head_ms": 30000}) as s:
        yield s
        assert s.no_holds(), s.held()
        assert s.fsck() == []


FAULTS = ["status=500", "status=502", "status=503", "status=504", "status=429", "status=408",
          "status=429+retry-after=3600", "status=500+html", "status=401", "status=402",
          "cut=0", "snap=0", "delay=5000", "gzip+cut=0"]
STREAM_FAULTS = ["error=0", "bare-error=0", "stall=0", "first=5000", "malformed=1+cut=1"]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_a_whole_answer(impatient, fault):
    answer = impatient.chat(f"lorem+{fault}", models=["sandbox/echo"])
    assert answer.status == 200, answer
    assert answer.json()["model"] == "sandbox/echo"
    failed, row = failures(impatient, answer)
    assert row["model"] == "sandbox/echo" and row["outcome"] == "answered" and row["charge"] > 0
    assert len(failed) == 1


@pytest.mark.parametrize("fault", FAULTS + STREAM_FAULTS)
def test_a_fault_of_a_stream_before_its_first_content(impatient, fault):
    """P36: between the attempts the client sees nothing."""
    stream = impatient.stream(f"lorem+{fault}", models=["sandbox/echo"])
    assert stream.status == 200, stream.answer
    events = stream.rest()
    assert events[-1].done and "".join(event.content for event in events) == "Hello"
    row = impatient.generation(stream.id)
    assert row["model"] == "sandbox/echo" and row["outcome"] == "answered"


@pytest.mark.parametrize("fault", ["cut=5", "snap=5", "error=5", "bare-error=5", "stall=5",
                                   "nofinish+cut=9"])
def test_a_fault_after_content_ends_in_an_error(impatient, fault):
    """P35, P37: nobody else is asked, there is no [DONE], and what came is
    charged."""
    s = impatient
    s.forget()
    stream = s.stream(f"lorem+tokens=20+{fault}", models=["sandbox/echo"])
    events = stream.rest()
    content = "".join(event.content for event in events)
    assert content.startswith("Lorem ipsum") and not events[-1].done
    last = events[-1].json()
    assert last["error"]["message"] and last["error"]["code"] >= 500
    assert last["choices"][0]["finish_reason"] == "error"
    row = s.generation(stream.id)
    assert row["outcome"] == "cut" and row["charge"] > 0 and row["error"]
    assert s.sandbox()["requests"] == 1


@pytest.mark.parametrize("status", [400, 404, 413, 422])
def test_a_refusal_is_not_tried_elsewhere(suite, status):
    """P55: with the same model; another model may do."""
    suite.forget()
    answer = suite.chat(f"spare+status={status}")
    assert answer.status == status, answer
    assert suite.sandbox()["requests"] + suite.sandbox("sandbox2")["requests"] == 1


def test_all_have_failed(suite):
    """P54: one attempt each, one answer, nothing charged."""
    suite.forget()
    answer = suite.chat("spare+status=500")
    assert answer.status in (500, 502, 503), answer
    assert answer.error["code"] == answer.status
    assert (suite.sandbox()["requests"], suite.sandbox("sandbox2")["requests"]) == (1, 1)
    failed, row = failures(suite, answer)
    assert row["charge"] == 0 and row["outcome"] == "failed" and len(failed) == 2


def test_patience_is_passed_on(suite):
    """P52."""
    answer = suite.chat("fault+status=429+retry-after=3600")
    assert answer.status == 429 and int(answer.headers["retry-after"]) <= 3600


def test_nothing_is_charged_for_a_failure(suite):
    """P22."""
    answer = suite.chat("fault+status=503")
    row = suite.generation(answer.headers["x-request-id"])
    assert row["charge"] == 0 and row["cost"] == 0


def test_an_empty_answer_is_an_answer(suite):
    """P38: the finish reason decides."""
    answer = suite.chat("echo+empty")
    assert answer.status == 200
    assert answer.json()["choices"][0]["message"]["content"] in ("", None)
    assert suite.generation(answer.headers["x-request-id"])["outcome"] == "answered"


def test_an_answer_that_is_no_json(suite, provider):
    provider.answers = [reply("<html>", "200 OK")]
    answer = suite.ask("POST", "/v1/chat/completions", {"model": MODEL, "messages": TEXT})
    assert answer.status == 502, answer


def test_a_provider_that_refuses_our_key(suite, provider):
    """Its words about keys are the operator's business."""
    provider.answers = [failure("401 Unauthorized", "Incorrect API key provided: sk-of-the-op")]
    answer = suite.ask("POST", "/v1/chat/completions", {"model": MODEL, "messages": TEXT})
    assert answer.status in (500, 502, 503), answer
    assert "sk-of" not in answer.text


def test_nobody_listens_at_the_provider(suite, provider):
    provider.__exit__()
    answer = suite.ask("POST", "/v1/chat/completions", {"model": MODEL, "messages": TEXT})
    assert answer.status in (502, 503), answer


def test_a_kept_connection_that_was_closed_is_no_failure(suite, provider):
    """The provider closed it while nothing was under way."""
    def once(connection, request):
        connection.sendall(whole())
    provider.answers = [once]
    for _ in range(5):
        answer = suite.ask("POST", "/v1/chat/completions", {"model": MODEL, "messages": TEXT})
        assert answer.status == 200, answer
        time.sleep(0.05)
    assert len(provider.requests) == 5


def test_models_are_tried_in_order(suite):
    answer = suite.ask("POST", "/v1/chat/completions", {
        **chat("fault+status=503"), "models": ["sandbox/fault+status=500", "sandbox/echo"]})
    assert answer.status == 200 and answer.json()["model"] == "sandbox/echo"
