"""Drives the built command on homes of its own."""
import json
import os
import pathlib
import re
import shutil
import sqlite3
import subprocess
import time

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / os.environ.get("TURNPIKE_BUILD", "build")
PROGRAM = BUILD / "bin" / "turnpike"


class Command:
    """`turnpike` with a home and an environment that has nothing of ours."""

    def __init__(self, home):
        self.home = home
        self.environment = {"PATH": os.environ["PATH"], "TURNPIKE_HOME": str(home)}
        for name in os.environ:
            if name.endswith("SAN_OPTIONS"):
                self.environment[name] = os.environ[name]

    def run(self, *words, given=None, **variables):
        return subprocess.run(
            [str(PROGRAM), *map(str, words)],
            input=given if given is not None else "",
            env=self.environment | variables,
            capture_output=True, text=True, timeout=60)

    def out(self, *words, **how):
        """What it prints when all goes well, and nothing else is said."""
        ran = self.run(*words, **how)
        assert ran.returncode == 0, ran.stderr
        assert ran.stderr == ""
        return ran.stdout

    def json(self, *words, **how):
        return json.loads(self.out(*words, "--json", **how))

    def fails(self, status, *words, **how):
        """What it complains of when it ends with this status."""
        ran = self.run(*words, **how)
        assert ran.returncode == status, ran.stdout + ran.stderr
        assert ran.stderr.startswith("turnpike")
        return ran.stderr

    def sql(self, text, *values):
        with sqlite3.connect(self.home / "turnpike.db", timeout=10) as db:
            rows = db.execute(text, values).fetchall()
        db.close()
        return rows


@pytest.fixture(scope="session")
def first_home(tmp_path_factory):
    home = tmp_path_factory.mktemp("first") / "home"
    told = Command(home).json("init", "--sandbox", "on")
    return home, told


@pytest.fixture
def bare(tmp_path):
    """A command whose home does not exist."""
    return Command(tmp_path / "home")


@pytest.fixture
def turnpike(tmp_path, first_home):
    """A command whose home has just been set up; `keys` are what init told."""
    home, told = first_home
    shutil.copytree(home, tmp_path / "home")
    command = Command(tmp_path / "home")
    command.keys = told
    return command


@pytest.fixture
def asked(turnpike):
    """A home where sandbox/lorem has answered once: 1,000 tokens in, 100 of
    them from a cache, and 501 out."""
    account = turnpike.sql("SELECT id FROM account")[0][0]
    key = turnpike.sql("SELECT hash FROM api_key WHERE kind = 'regular'")[0][0]
    now = int(time.time() * 1000)
    turnpike.generation = f"gen-{now // 1000}-0123456789abcdef01234567"
    charge = 900 * 1000 + 100 * 100 + 501 * 2000
    add_generation(turnpike, turnpike.generation, account, key, now, charge)
    return turnpike


def add_generation(turnpike, name, account, key, now, charge, outcome="answered"):
    turnpike.sql(
        """INSERT INTO generation (id, account, api_key, state, at, ended_at,
            holder, expires_at, held, prompt_estimate, operation, streamed,
            model_asked, model, endpoint, provider, price, outcome, charge,
            cost, fresh, cache_read, cache_write_5m, cache_write_1h, audio_in,
            image_in, output, reasoning, audio_out, image_out, searches,
            finish, status, first_token_ms, total_ms, failures)
           VALUES (?, ?, ?, 'settled', ?, ?, 'gone:1:1', ?, 50000000, 1200,
            'chat', 1, 'sandbox/lorem+n=501', 'sandbox/lorem', 'sandbox:lorem',
            'sandbox', 2, ?, ?, ?, 900, 100, 0, 0, 0, 0, 501, 0, 0, 0, 0,
            'stop', 200, 12, 340, ?)""",
        name, account, key, now, now + 340, now + 7200000, outcome, charge,
        charge,
        '[{"endpoint":"sandbox:fault+status=503","provider":"sandbox","model":"sandbox/spare",'
        '"status":503,"error":"busy \\u001b[2J","ms":7}]')
    turnpike.sql("INSERT INTO book (id, balance) VALUES ('cost:sandbox', ?) "
                 "ON CONFLICT (id) DO UPDATE SET balance = balance + excluded.balance", charge)
    turnpike.sql("UPDATE book SET balance = balance - ? WHERE id = 'credit:' || ?",
                 charge, account)
    turnpike.sql("UPDATE api_key SET usage = usage + ? WHERE hash = ?", charge, key)
    if charge:
        turnpike.sql(
            "INSERT INTO transfer (id, debit, credit, amount, kind, generation, note, at) "
            "VALUES (?, 'credit:' || ?, 'cost:sandbox', ?, 'usage', ?, 'sandbox/lorem', ?)",
            "txn-" + name[4:], account, charge, name, now)
    tally(turnpike)


def tally(turnpike):
    """Add all generations up anew, as the step of the schema does."""
    schema = (ROOT / "sql" / "schema" / "004-tallies.sql").read_text()
    turnpike.sql("DELETE FROM tally_sum")
    turnpike.sql("DELETE FROM tally_line")
    for statement in re.findall(r"^INSERT INTO tally.*?;", schema, re.M | re.S):
        turnpike.sql(statement)
