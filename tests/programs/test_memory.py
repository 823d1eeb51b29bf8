"""P42: a stream's length leaves memory alone."""

import os
import time

import pytest

from suite import Stream, chat

pytestmark = pytest.mark.skipif(
    "ASAN_OPTIONS" in os.environ or "TSAN_OPTIONS" in os.environ,
    reason="sanitizers keep what was freed")

# TURNPIKE_STREAM=1000000000 is what the issue asks for, and takes a minute.
SIZE = int(os.environ.get("TURNPIKE_STREAM", 100_000_000))
ROOM = 6 << 20


def test_a_long_stream_leaves_memory_flat(fresh):
    s = fresh()
    s.turnpike("credit", "add", "default", 1000000)
    s.stream("lorem+size=1000000").rest()
    before = s.memory("chat")
    with Stream(s, chat(f"lorem+size={SIZE}+tokens-per-event=1000", stream=True),
                s.key, timeout=120) as stream:
        total, most, looked = 0, 0, time.monotonic()
        for piece in stream.connection.pieces(stream.answer):
            total += len(piece)
            if time.monotonic() > looked + 0.2:
                most = max(most, s.memory("chat"))
                looked = time.monotonic()
    assert total > SIZE
    assert most < before + ROOM, (before, most)
    assert s.generation(stream.id)["outcome"] == "answered"


def test_a_long_whole_answer_is_freed_again(fresh):
    s = fresh()
    for _ in range(3):
        assert len(s.chat("lorem+size=20000000", max_tokens=30000000).body) > 0
        after = s.memory("chat")
    assert after < 64 << 20


def test_many_requests_leave_memory_flat(fresh):
    s = fresh()
    for _ in range(200):
        s.chat()
    before = s.memory("chat")
    for _ in range(1000):
        s.chat()
    assert s.memory("chat") < before + (2 << 20), (before, s.memory("chat"))
