"""Usage is always asked for upstream, and shown only where it was asked for."""

import pytest


def usages(events):
    return [event.json()["usage"] for event in events
            if event.data and not event.done and event.json().get("usage")]


@pytest.mark.parametrize("options", [None, {}, {"include_usage": False}])
def test_a_stream_shows_no_usage_unless_asked(suite, options):
    """P26."""
    stream = suite.stream("lorem+tokens=4", stream_options=options)
    events = stream.rest()
    assert usages(events) == []
    assert all(event.json()["choices"] for event in events if event.data and not event.done)
    assert not suite.generation(stream.id)["estimated"]


def test_a_stream_shows_usage_once_and_with_its_cost(suite):
    """P26: on an event of its own, with no choices, before the end."""
    stream = suite.stream("lorem+tokens=4", stream_options={"include_usage": True})
    events = stream.rest()
    assert len(usages(events)) == 1
    last = events[-2].json()
    assert events[-1].done and last["choices"] == []
    row = suite.generation(stream.id)
    assert last["usage"]["cost"] == pytest.approx(row["charge"] / 1e9, abs=1e-12)
    assert last["usage"]["completion_tokens"] == 4


@pytest.mark.parametrize("form,disputed", [
    ("negative", True), ("huge", True), ("fraction", True), ("text", True), ("parts", True),
    ("absent", False), ("null", False)])
@pytest.mark.parametrize("streamed", [False, True])
def test_usage_that_cannot_be_is_estimated(suite, form, disputed, streamed):
    """P13: what is not believed is estimated, and marked."""
    model = f"lorem+tokens=20+usage={form}"
    if streamed:
        stream = suite.stream(model)
        stream.rest()
        row = suite.generation(stream.id)
    else:
        row = suite.generation(suite.chat(model).headers["x-generation-id"])
    assert row["estimated"] and row["charge"] > 0
    assert bool(row["disputed"]) == disputed


def test_no_usage_at_all_is_a_true_nothing(suite):
    """P14: zero is not absent."""
    row = suite.generation(suite.chat("lorem+tokens=5+usage=zero").headers["x-generation-id"])
    assert (row["fresh"], row["output"], row["charge"], row["estimated"]) == (0, 0, 0, 0)


def test_cached_tokens_are_counted_once_and_cheaper(suite):
    """P25."""
    text = "word " * 200
    full = suite.generation(suite.chat(text=text, max_tokens=1).headers["x-generation-id"])
    less = suite.generation(
        suite.chat("echo+cached=100", text=text, max_tokens=1).headers["x-generation-id"])
    assert less["cache_read"] == 100
    assert less["fresh"] + less["cache_read"] == full["fresh"]
    assert less["charge"] == full["charge"] - 100 * (1000000 - 100000) // 1000
