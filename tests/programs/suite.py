"""A running suite: what `make run` starts, in a folder and on a port of its
own, for as long as a `with` block."""

import contextlib
import glob
import json
import os
import pathlib
import shutil
import signal
import socket
import sqlite3
import subprocess
import tempfile
import time

import client

TOP = pathlib.Path(__file__).resolve().parents[2]
BUILD = TOP / os.environ.get("TURNPIKE_BUILD", "build")

# Sanitised programs start and work slowly.
PATIENCE = 60


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_for(what, seconds=10, pause=0.02):
    """What WHAT returns as soon as that is true; None when it never was."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if got := what():
            return got
        time.sleep(pause)
    return what() or None


def plain_environment():
    """The environment without what would configure a suite."""
    return {name: value for name, value in os.environ.items()
            if not name.startswith("TURNPIKE_") and not name.endswith("_API_KEY")
            and name not in ("BUILD", "PORT", "VAR", "MAKEFLAGS", "MAKELEVEL", "MFLAGS")}


class Suite:
    """SETTINGS are set by environment variables, as an operator would; PROCS
    is how many processes each program has. HOME is made, and removed at the
    end, unless it is given."""

    def __init__(self, procs=1, settings=None, home=None, environment=None, port=None):
        self.made = home is None
        self.home = pathlib.Path(home or tempfile.mkdtemp(prefix="turnpike-"))
        self.home.mkdir(parents=True, exist_ok=True)
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = plain_environment()
        self.environment.update(
            BUILD=str(BUILD), PORT=str(self.port), VAR=str(self.home),
            TURNPIKE_PROCS=str(procs), **(environment or {}))
        for name, value in (settings or {}).items():
            self.environment[f"TURNPIKE_{name.upper()}"] = str(value)
        self.process = None

    # ---- from beginning to end

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()
        left = self.processes()
        self.kill()
        if self.made:
            shutil.rmtree(self.home, ignore_errors=True)
        assert not left, f"outlived their server: {left}"

    def start(self):
        self.out = open(self.home / "run.out", "ab")
        self.process = subprocess.Popen(
            [TOP / "bin/run"], env=self.environment, stdin=subprocess.DEVNULL,
            stdout=self.out, stderr=self.out, start_new_session=True)
        told = wait_for(self.told, PATIENCE)
        assert told, f"did not start:\n{self.log('run.out')}"
        self.key, self.management_key = told["key"], told["management_key"]

    def told(self):
        if self.process.poll() is not None:
            raise AssertionError(f"ended at once:\n{self.log('run.out')}")
        with contextlib.suppress(FileNotFoundError):
            return json.loads((self.home / "run.json").read_text())

    def stop(self):
        """As an operator would; the exit status."""
        if not self.process:
            return None
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(PATIENCE)
        self.process = None
        self.out.close()
        return status

    def kill(self):
        for pid in self.processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    # ---- its processes

    def processes(self, program="*"):
        """The ids of all processes of PROGRAM ("chat") that serve this home."""
        mark = f"TURNPIKE_HOME={self.home}".encode()
        found = []
        for exe in glob.glob("/proc/[0-9]*/exe"):
            with contextlib.suppress(OSError):
                path = pathlib.Path(os.readlink(exe).removesuffix(" (deleted)"))
                if not path.match(f"cgi-bin/{program}.fcgi"):
                    continue
                if mark in pathlib.Path(exe).with_name("environ").read_bytes().split(b"\0"):
                    found.append(int(exe.split("/")[2]))
        return sorted(found)

    def memory(self, program="chat"):
        """Resident bytes of all its processes, without what is shared."""
        total = 0
        for pid in self.processes(program):
            for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
                if line.startswith("RssAnon:"):
                    total += int(line.split()[1]) * 1024
        return total

    # ---- asking

    def connect(self, **how):
        return client.Connection(self.port, **how)

    def ask(self, method, path, body=None, key="", **how):
        """With the suite's own key, unless KEY is another or None."""
        return client.ask(self.port, method, path, body,
                          self.key if key == "" else key, **how)

    def chat(self, model="echo", text="Hello", key="", path="/v1/chat/completions",
             timeout=30, headers=None, **members):
        """A whole answer of the sandbox; MODEL without its author."""
        return self.ask("POST", path, chat(model, text, **members), key,
                        timeout=timeout, headers=headers)

    def stream(self, model="echo", text="Hello", key="", headers=None, **members):
        return Stream(self, chat(model, text, stream=True, **members),
                      self.key if key == "" else key, headers)

    # ---- what is behind it

    def turnpike(self, *arguments, check=True, environment=None):
        """Run the command; its JSON, or its text where it printed none."""
        run = subprocess.run(
            [BUILD / "bin/turnpike", *map(str, arguments), "--json"],
            env={**self.environment, "TURNPIKE_HOME": str(self.home), **(environment or {})},
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE)
        assert not check or run.returncode == 0, (
            f"turnpike {arguments}: {run.returncode}\n{run.stdout}{run.stderr}")
        try:
            return json.loads(run.stdout)
        except ValueError:
            return run.stdout + run.stderr

    def account(self, credit, name=None):
        """A new account with CREDIT dollars; a regular key of its own."""
        name = name or f"account-{time.monotonic_ns()}"
        self.turnpike("account", "create", name, "--credit", credit)
        return name, self.new_key("--account", name)

    def new_key(self, *options):
        if "--account" not in options:
            options = (*options, "--account", "default")
        return self.turnpike("key", "create", *options)["key"]

    def rows(self, question, *values):
        """Read the database, as one who looks over its shoulder."""
        db = sqlite3.connect(f"file:{self.home}/turnpike.db?mode=ro", uri=True, timeout=PATIENCE)
        db.row_factory = sqlite3.Row
        with contextlib.closing(db):
            return [dict(row) for row in db.execute(question, values)]

    def generation(self, answer_id, settled=True):
        """The record of one request, once it is settled."""
        def find():
            rows = self.rows("SELECT * FROM generation WHERE id = ?", answer_id)
            if rows and (rows[0]["state"] == "settled" or not settled):
                return rows[0]
        row = wait_for(find, 10)
        assert row, f"no settled generation {answer_id}: " + str(
            self.rows("SELECT id, state FROM generation WHERE id = ?", answer_id))
        return row

    def newest(self):
        return self.rows("SELECT * FROM generation ORDER BY at DESC, id DESC LIMIT 1")[0]

    def held(self):
        """Open holds and the nano-dollars in them."""
        book = self.rows("SELECT COALESCE(SUM(held), 0) AS held FROM book")[0]["held"]
        keys = self.rows("SELECT COALESCE(SUM(held), 0) AS held FROM api_key")[0]["held"]
        rows = self.rows("SELECT COUNT(*) AS open FROM generation WHERE state = 'held'")
        return rows[0]["open"], book, keys

    def no_holds(self, seconds=10):
        return wait_for(lambda: self.held() == (0, 0, 0), seconds)

    def fsck(self):
        """What fsck finds: a list of findings."""
        found = self.turnpike("fsck", check=False)
        assert isinstance(found, dict), found
        return found["data"]["findings"]

    def sandbox(self, mount="sandbox", **which):
        """What the make-believe provider has seen."""
        query = "&".join(f"{name}={value}" for name, value in which.items())
        return self.ask("GET", f"/{mount}/v1/counts?{query}", key=None).json()

    def forget(self):
        """The sandbox counts from 0 again."""
        assert self.ask("DELETE", "/sandbox/v1/counts", key=None).status < 300

    def log(self, name):
        try:
            return (self.home / name).read_text(errors="replace")
        except FileNotFoundError:
            return ""


def chat(model, text="Hello", **members):
    """A request's body. Members that are None are left out."""
    body = {"model": f"sandbox/{model}", "messages": [{"role": "user", "content": text}]}
    body.update(members)
    return {name: value for name, value in body.items() if value is not None}


class Stream:
    """A streamed chat whose events are read as they come."""

    def __init__(self, suite, body, key, headers=None, path="/v1/chat/completions", **how):
        self.connection = suite.connect(**how)
        self.connection.ask("POST", path, body, key, headers)
        self.answer = self.connection.head()
        self.events = self.connection.events(self.answer)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.connection.close()

    def __iter__(self):
        return self.events

    @property
    def status(self):
        return self.answer.status

    @property
    def id(self):
        return self.answer.headers["x-generation-id"]

    def rest(self):
        """Its remaining events, to the end."""
        with self:
            return list(self)

    def text(self):
        return "".join(event.content for event in self.rest())
