"""Clients that leave, read slowly, or leave early: the provider is told, and
what was delivered is paid for."""

import threading
import time

import client
import pytest

from provider import MODEL, Provider
from suite import Stream, chat, wait_for


def settled_after(suite, stream):
    row = suite.generation(stream.id)
    assert suite.no_holds(), suite.held()
    return row


@pytest.mark.parametrize("leave", ["close", "reset"])
def test_a_client_that_leaves_cancels_the_provider(suite, leave):
    """P20, P23: the provider stops, and prompt and output are charged."""
    user = f"leaves-{leave}"
    stream = suite.stream("lorem+tokens=3000+pace=20", user=user, max_tokens=4000)
    seen = 0
    for event in stream:
        seen += bool(event.content)
        if seen == 10:
            break
    getattr(stream.connection, leave)()
    row = settled_after(suite, stream)
    assert row["outcome"] == "cancelled" and row["estimated"]
    assert 10 <= row["output"] < 400, row
    assert row["charge"] >= 10 * 2000 + row["fresh"] * 1000
    seen = wait_for(lambda: suite.sandbox()["users"][user].get("aborted"), 10)
    assert seen == 1, suite.sandbox()


def silence(left):
    """A provider's answer that never begins; LEFT is set when the gateway has
    closed the connection."""
    def answer(connection, request):
        while connection.recv(1):
            pass
        left.set()
    return answer


@pytest.fixture
def watchful(fresh):
    """A suite that asks a silent provider, and finds out soon who is gone."""
    s = fresh(settings={"heartbeat_ms": 300, "commit_head_ms": 100, "whole_space_ms": 200})
    left = threading.Event()
    with Provider() as p:
        p.answers = [silence(left)]
        p.join(s)
        yield s, left


def test_a_client_that_leaves_in_silence_is_missed(watchful):
    """Comments find out, because nothing else is written."""
    s, left = watchful
    body = {"model": MODEL, "messages": [{"role": "user", "content": "Hi"}], "stream": True}
    with Stream(s, body, s.key) as stream:
        assert next(iter(stream)).comment
    assert left.wait(10)
    row = settled_after(s, stream)
    assert row["outcome"] == "cancelled" and row["output"] == 0


def test_a_client_that_leaves_before_a_whole_answer(watchful):
    s, left = watchful
    body = {"model": MODEL, "messages": [{"role": "user", "content": "Hi"}]}
    with s.connect() as c:
        c.ask("POST", "/v1/chat/completions", body, s.key)
        c.head()
    assert left.wait(10)
    assert wait_for(lambda: s.newest()["state"] == "settled"), s.newest()
    assert s.newest()["outcome"] == "cancelled"


def test_a_hundred_clients_leave_at_once(suite):
    streams = [suite.stream("lorem+tokens=3000+pace=50", user="crowd", max_tokens=4000)
               for _ in range(100)]
    for stream in streams:
        assert stream.status == 200
        next(iter(stream))
    for stream in streams:
        stream.connection.close()
    assert suite.no_holds(20), suite.held()
    assert {suite.generation(stream.id)["outcome"] for stream in streams} == {"cancelled"}


def test_a_slow_reader_gets_all_of_it(suite):
    stream = Stream(suite, chat("lorem+size=2000000", stream=True), suite.key,
                    receive_buffer=4096)
    total = 0
    for event in stream:
        total += len(event.content)
        if total % 50 == 0:
            time.sleep(0.001)
    assert total == 2000000
    assert suite.generation(stream.id)["outcome"] == "answered"


def test_a_reader_that_stops_reading_does_not_hold_up_others(suite):
    with Stream(suite, chat("lorem+size=100000000", stream=True), suite.key,
                receive_buffer=4096) as stuck:
        next(iter(stuck))
        for _ in range(20):
            began = time.monotonic()
            assert suite.chat().status == 200
            assert time.monotonic() - began < 5
    suite.generation(stuck.id)


def test_a_slow_upload_costs_no_thread(suite):
    whole = client.request("POST", "/v1/chat/completions", chat("free"), suite.key)
    slow = [suite.connect() for _ in range(50)]
    for c in slow:
        c.send(whole[:-1])
    assert suite.chat().status == 200
    for c in slow:
        c.send(whole[-1:])
    assert {c.answer().status for c in slow} == {200}
