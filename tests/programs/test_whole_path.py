"""From a request to a settled entry in the books."""

import pytest

from suite import chat


def test_a_whole_chat_is_answered_settled_and_shown(suite):
    answer = suite.chat(text="Hello, is anybody there?")
    assert answer.status == 200, answer
    body = answer.json()
    assert body["choices"][0]["message"]["content"] == "Hello, is anybody there?"
    assert body["model"] == "sandbox/echo"
    assert answer.headers["x-generation-id"] == body["id"]

    row = suite.generation(body["id"])
    usage = body["usage"]
    assert row["outcome"] == "answered" and row["status"] == 200
    assert row["charge"] > 0 and not row["estimated"] and not row["disputed"]
    assert usage["cost"] == pytest.approx(row["charge"] / 1e9, abs=1e-12)
    assert row["fresh"] == usage["prompt_tokens"] and row["output"] == usage["completion_tokens"]

    listed = suite.turnpike("usage", "--limit", 1000)["data"]
    assert body["id"] in [entry["id"] for entry in listed]


def test_a_streamed_chat_is_settled_like_a_whole_one(suite):
    whole = suite.chat("lorem+tokens=40").json()
    stream = suite.stream("lorem+tokens=40")
    assert stream.status == 200
    assert stream.answer.headers["content-type"].startswith("text/event-stream")
    assert stream.answer.headers["cache-control"] == "no-cache"
    assert stream.text() == whole["choices"][0]["message"]["content"]
    streamed, other = suite.generation(stream.id), suite.generation(whole["id"])
    assert streamed["streamed"] and not other["streamed"]
    assert streamed["charge"] == other["charge"] > 0
    assert streamed["first_token_ms"] is not None


def test_the_first_thing_on_a_stream_is_a_long_comment_with_the_head(suite):
    """P36, P39: web servers let the head go with it, and clients see life. The
    status has waited for the content, so both come together."""
    events = suite.stream("lorem+tokens=3").rest()
    assert events[0].comment and len(events[0].raw) >= 68
    assert events[-1].done


def test_a_stream_that_waits_is_kept_alive_and_still_answered(fresh):
    """P39: comments, at event boundaries only, once the head has gone out."""
    s = fresh(settings={"commit_head_ms": 300, "heartbeat_ms": 200})
    stream = s.stream("lorem+first=1500+tokens=3")
    events = stream.rest()
    silence = [event for event in events[1:] if event.comment]
    assert len(silence) >= 2, events
    assert "".join(event.content for event in events) and events[-1].done


def test_a_whole_answer_that_waits_is_kept_alive_with_spaces(fresh):
    s = fresh(settings={"whole_space_ms": 200})
    answer = s.chat("echo+delay=1000")
    assert answer.status == 200 and answer.body.startswith(b" ")
    assert answer.json()["choices"][0]["message"]["content"] == "Hello"


def test_events_are_not_gathered_on_the_way(suite):
    """P40: each comes when it was written, also through the web server."""
    stream = suite.stream("lorem+tokens=10+pace=100")
    times = [event.at for event in stream if event.content]
    gaps = [late - early for early, late in zip(times, times[1:])]
    assert len(times) >= 9 and max(gaps) < 0.8 and min(gaps[1:]) > 0.01, gaps


@pytest.mark.parametrize("prefix", ["/v1", "/api/v1", "//v1/", "/v1/../v1"])
def test_every_base_url_reaches_chat(suite, prefix):
    answer = suite.chat(path=f"{prefix}/chat/completions")
    assert answer.status == (400 if ".." in prefix else 200), answer


def test_legacy_completions(suite):
    body = {"model": "sandbox/echo", "prompt": "Once upon a time"}
    answer = suite.ask("POST", "/v1/completions", body)
    assert answer.json()["choices"][0]["text"] == "Once upon a time"
    assert answer.json()["object"] == "text_completion"
    assert suite.generation(answer.headers["x-generation-id"])["operation"] == "completion"


def test_legacy_completions_streamed(suite):
    body = {"model": "sandbox/echo", "prompt": "Once upon a time", "stream": True}
    answer = suite.ask("POST", "/v1/completions", body)
    events = answer.events()
    assert "".join(event.content for event in events) == "Once upon a time"
    assert events[-1].done
    assert suite.generation(answer.headers["x-generation-id"])["charge"] > 0


def test_who_asked_is_kept_with_the_entry(suite):
    answer = suite.chat(headers={"X-Title": "Grüße 世界", "HTTP-Referer": "https://example.org/"},
                        user="somebody")
    row = suite.generation(answer.headers["x-generation-id"])
    assert row["title"] == "Grüße 世界" and row["referer"] == "https://example.org/"
    assert row["end_user"] == "somebody"


def test_a_free_model_is_answered_without_credit(suite):
    """P12: a hold of nothing always succeeds."""
    _, key = suite.account(0)
    answer = suite.chat("free", key=key)
    assert answer.status == 200, answer
    assert suite.generation(answer.headers["x-generation-id"])["charge"] == 0


def test_an_unpriced_model_is_refused_and_says_why(suite):
    """P11: not known is not free."""
    answer = suite.chat("unpriced")
    assert answer.status in (400, 402) and "sandbox/unpriced" in answer.error["message"]


def test_connections_to_a_provider_are_used_again(fresh):
    s = fresh()
    s.forget()
    for _ in range(20):
        assert s.chat().status == 200
    seen = s.sandbox()
    assert seen["requests"] == 20 and seen["connections"] <= 2, seen


def test_what_a_provider_compresses_arrives_readable(suite):
    """P43: and no header says otherwise."""
    answer = suite.chat("echo+gzip", text="compressed")
    assert "content-encoding" not in answer.headers
    assert answer.json()["choices"][0]["message"]["content"] == "compressed"
    assert suite.stream("echo+gzip", text="compressed").text() == "compressed"


@pytest.mark.parametrize("manner", ["bytes", "crlf", "comments", "nodone", "noblank", "pace=1",
                                    "usage=twice", "usage=cumulative", "usage=finish"])
def test_a_stream_reads_the_same_however_it_is_written(suite, manner):
    """P27, P29 to P32, P44."""
    plain = suite.stream("lorem+tokens=12")
    other = suite.stream(f"lorem+tokens=12+{manner}")
    wanted, events = plain.text(), other.rest()
    assert "".join(event.content for event in events) == wanted
    assert events[-1].done
    assert suite.generation(other.id)["charge"] == suite.generation(plain.id)["charge"]
