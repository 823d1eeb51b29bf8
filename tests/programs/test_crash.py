"""Processes that are killed, stopped and started again, under load."""

import collections
import os
import signal
import threading
import time

import pytest

from suite import wait_for


class Load:
    """Clients that ask on, whole and streamed in turn, until told to stop."""

    def __init__(self, suite, clients=8, model="lorem+tokens=20+pace=1"):
        self.suite, self.model = suite, model
        self.stopped = threading.Event()
        self.answered, self.others = [], collections.Counter()
        self.threads = [threading.Thread(target=self.work, args=(i,)) for i in range(clients)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stopped.set()
        for thread in self.threads:
            thread.join()

    def work(self, number):
        while not self.stopped.is_set():
            try:
                self.one(number % 2)
            except (OSError, ValueError, IndexError, KeyError) as e:
                self.others[type(e).__name__] += 1

    def one(self, streamed):
        if streamed:
            stream = self.suite.stream(self.model, max_tokens=20)
            events = stream.rest()
            if stream.status == 200 and events and events[-1].done:
                self.answered.append(stream.id)
            else:
                self.others[f"stream {stream.status}"] += 1
        else:
            answer = self.suite.chat(self.model, max_tokens=20)
            if answer.status == 200:
                answer.json()
                self.answered.append(answer.headers["x-generation-id"])
            else:
                self.others[answer.status] += 1


def charged_once(suite, ids):
    """Each of these generations is settled, with one charge among the
    transfers."""
    assert len(ids) == len(set(ids))
    counts = {row["generation"]: row["n"] for row in suite.rows(
        "SELECT generation, COUNT(*) AS n FROM transfer WHERE kind = 'usage' GROUP BY generation")}
    wrong = [i for i in ids if counts.get(i) != 1]
    assert not wrong, wrong[:5]
    settled = {row["id"] for row in suite.rows(
        "SELECT id FROM generation WHERE state = 'settled'")}
    assert set(ids) <= settled


def test_chat_is_killed_again_and_again(fresh):
    """P4, P15: what was answered is charged once, what was lost is swept, and
    the books balance."""
    s = fresh(procs=2)
    s.turnpike("credit", "add", "default", 1000)
    with Load(s) as load:
        for _ in range(12):
            enough = len(load.answered) + 10
            assert wait_for(lambda: len(load.answered) >= enough, 30), load.others
            for pid in s.processes("chat"):
                os.kill(pid, signal.SIGKILL)
    assert wait_for(lambda: s.chat().status == 200, 30)
    s.turnpike("housekeep")
    assert s.held() == (0, 0, 0)
    assert s.fsck() == []
    charged_once(s, load.answered)
    swept = s.rows("SELECT * FROM generation WHERE outcome = 'swept'")
    assert all(row["estimated"] and row["charge"] > 0 for row in swept)


def test_what_a_killed_process_held_is_freed_without_a_command(fresh):
    """P4: whoever comes next sweeps."""
    s = fresh()
    stream = s.stream("lorem+tokens=5000+pace=10", max_tokens=5000)
    for _ in zip(range(5), stream):
        pass
    assert s.held()[0] == 1
    for pid in s.processes("chat"):
        os.kill(pid, signal.SIGKILL)
    stream.connection.close()
    assert wait_for(lambda: s.chat().status == 200 and s.held() == (0, 0, 0), 30), s.held()
    assert s.generation(stream.id)["outcome"] == "swept"
    assert s.fsck() == []


def test_a_stop_ends_streams_with_an_error(fresh):
    """A final event, a settled entry, and nothing that looks like success."""
    s = fresh()
    stream = s.stream("lorem+tokens=5000+pace=20", max_tokens=5000)
    for _ in zip(range(5), stream):
        pass
    began = time.monotonic()
    for pid in s.processes("chat"):
        os.kill(pid, signal.SIGTERM)
    events = stream.rest()
    assert time.monotonic() - began < 4
    assert not events[-1].done and events[-1].json()["error"]["message"], events[-3:]
    row = s.generation(stream.id)
    assert row["charge"] > 0 and row["outcome"] != "answered"
    assert s.no_holds() and s.fsck() == []


@pytest.mark.parametrize("procs", [1, 3])
def test_stopping_chat_under_load_loses_nothing(fresh, procs):
    """Every request is answered, or refused, or told that it was cut short;
    nothing stays held."""
    s = fresh(procs=procs)
    s.turnpike("credit", "add", "default", 1000)
    with Load(s, model="lorem+tokens=5") as load:
        for _ in range(5):
            enough = len(load.answered) + 20
            assert wait_for(lambda: len(load.answered) >= enough, 30), load.others
            for pid in s.processes("chat"):
                os.kill(pid, signal.SIGTERM)
    assert s.no_holds(), s.held()
    assert s.fsck() == []
    charged_once(s, load.answered)
    assert s.rows("SELECT id FROM generation WHERE outcome = 'swept'") == []


def test_stopping_the_suite_with_a_stream_under_way(fresh):
    s = fresh()
    stream = s.stream("lorem+tokens=5000+pace=20", max_tokens=5000)
    for _ in zip(range(5), stream):
        pass
    stopper = threading.Thread(target=s.stop)
    stopper.start()
    events = stream.rest()
    stopper.join()
    assert events[-1].json()["error"]["message"]
    assert s.processes() == []
    assert s.generation(stream.id)["charge"] > 0
    assert s.fsck() == []


def test_several_processes_serve_one_database(many):
    with Load(many, clients=16, model="lorem+tokens=3") as load:
        time.sleep(3)
    assert not load.others, load.others
    assert len(many.processes("chat")) == 3
    assert many.no_holds() and many.fsck() == []
    charged_once(many, load.answered)


def test_a_backup_is_taken_while_serving(suite, tmp_path):
    import sqlite3
    with Load(suite, clients=4, model="lorem+tokens=3") as load:
        time.sleep(0.3)
        suite.turnpike("backup", tmp_path / "copy.db")
        time.sleep(0.3)
    assert not load.others, load.others
    copy = sqlite3.connect(tmp_path / "copy.db")
    assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert copy.execute("SELECT COUNT(*) FROM generation").fetchone()[0] > 0


def test_the_database_is_busy_for_a_while(suite):
    """P15: another writer is waited for."""
    import sqlite3
    db = sqlite3.connect(suite.home / "turnpike.db", isolation_level=None)
    db.execute("BEGIN IMMEDIATE")
    answers = []
    asking = threading.Thread(target=lambda: answers.append(suite.chat()))
    asking.start()
    time.sleep(1)
    db.execute("ROLLBACK")
    asking.join()
    db.close()
    assert answers[0].status == 200
