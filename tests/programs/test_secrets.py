"""P60, P61: canaries that must never be seen again."""

import os
import pathlib

import pytest

from provider import MODEL, SEAT, Provider, failure, reply, whole

SECRET = "unlike-any-key-7f3a7f3a7f3a"
ASK = {"model": MODEL, "messages": [{"role": "user", "content": "Hi"}]}


@pytest.fixture(scope="module")
def canaries():
    """A suite that has seen everything go wrong with a known secret."""
    from suite import Suite
    with Suite() as s, Provider() as p:
        p.join(s, SECRET)
        echo = f'{{"error":{{"message":"Incorrect API key provided: {SECRET}"}}}}'
        answers = []
        for answer in (whole(), failure("500 Oops", f"your key {SECRET}"), reply(echo, "401 No"),
                       reply(echo, "400 No"), reply(echo, "429 No"), reply(SECRET, "200 OK"),
                       reply(echo, "200 OK"), lambda c, r: c.close()):
            p.answers = [answer]
            for streamed in (False, True):
                answers.append(s.ask("POST", "/v1/chat/completions", {**ASK, "stream": streamed}))
        answers.append(s.ask("POST", f"/v1/chat/completions?key={s.key}", ASK))
        answers.append(s.ask("GET", "/v1/models"))
        answers.append(s.ask("GET", "/api/v1/keys", key=s.management_key))
        shown = [s.turnpike("credential", "list"), s.turnpike("provider", "show", SEAT),
                 s.turnpike("usage"), s.turnpike("key", "list")]
        yield s, p, answers, shown


def test_the_provider_was_given_its_key(canaries):
    _, p, _, _ = canaries
    assert {r.headers["authorization"] for r in p.requests} == {f"Bearer {SECRET}"}


def test_the_providers_key_is_in_no_answer(canaries):
    _, _, answers, shown = canaries
    for answer in answers:
        assert SECRET not in repr(answer.headers) and SECRET.encode() not in answer.body, answer
    assert SECRET not in repr(shown)


def test_neither_key_is_in_any_file(canaries):
    s, _, _, _ = canaries
    s.turnpike("backup", s.home / "copy.db")
    for path in s.home.rglob("*"):
        if not path.is_file() or path.is_symlink():
            continue
        content = path.read_bytes()
        assert SECRET.encode() not in content, path
        if path.name not in ("keys.json", "run.json", "run.out"):
            assert s.key.encode() not in content, path
            assert s.management_key.encode() not in content, path


def test_the_clients_key_goes_no_further(canaries):
    s, p, _, _ = canaries
    for request in p.requests:
        assert s.key.encode() not in request.head + request.body


def test_no_key_is_on_a_command_line_or_in_an_environment(canaries):
    s, _, _, _ = canaries
    for pid in s.processes():
        for name in ("cmdline", "environ"):
            text = pathlib.Path(f"/proc/{pid}/{name}").read_bytes()
            assert SECRET.encode() not in text and s.key.encode() not in text


def test_private_files_are_private(canaries):
    s, _, _, _ = canaries
    for path in s.home.rglob("*"):
        if not path.is_symlink() and path.name != "run.out":
            assert os.stat(path).st_mode & 0o077 == 0, path


@pytest.mark.parametrize("path", [
    "/turnpike.db", "/turnpike.conf", "/turnpike.key", "/run.json", "/keys.json", "/../var/run.json",
    "/%2e%2e/turnpike.db", "/.git/config", "/lighttpd.conf", "/chat.fcgi", "/cgi-bin/chat.fcgi"])
def test_no_private_file_is_served(canaries, path):
    s, _, _, _ = canaries
    assert s.ask("GET", path, key=None).status in (400, 403, 404)
