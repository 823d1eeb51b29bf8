"""What a call of the contract's tests stands on: an account of its own, with
five dollars, so that sums are known; and what has happened there before."""

import functools
import subprocess

import client
from suite import BUILD, Suite, plain_environment

from contract_cases import LARGEST


class Scene:
    """Each member is made when it is first asked for."""

    def __init__(self, suite):
        self.suite = suite
        self.account, self.key = suite.account(5)

    def new_key(self, *options):
        return self.suite.new_key("--account", self.account, *options)

    @functools.cached_property
    def management(self):
        return self.new_key("--management")

    @functools.cached_property
    def blocked(self):
        return self.new_key("--limit", "0")

    @functools.cached_property
    def narrowed(self):
        return self.new_key("--allow-model", "openai/*")

    @functools.cached_property
    def foreign(self):
        return Scene(self.suite)

    @functools.cached_property
    def only_echo(self):
        return self.new_key("--allow-model", "sandbox/echo")

    @functools.cached_property
    def used_up(self):
        """A key that may ask but once a day, and has."""
        key = self.new_key("--requests-per-day", "1")
        assert self.suite.chat(key=key).status == 200
        return key

    @property
    def foreign_hash(self):
        return self.foreign.hash

    @property
    def foreign_chat(self):
        return self.foreign.chat

    def ask(self, method, path, body, key="key"):
        return self.suite.ask(method, path, body, getattr(self, key) if key else None)

    @functools.cached_property
    def hash(self):
        """A key's, as the document's example makes it."""
        made = self.ask("POST", "/v1/keys", {
            "name": "An application", "limit": 1.5, "limit_reset": "daily",
            "allowed_models": ["sandbox/*"], "requests_per_minute": 60}, "management")
        return made.json()["data"]["hash"]

    def talk(self, model):
        answer = self.suite.chat(model, key=self.key)
        self.suite.generation(answer.headers["x-generation-id"])
        return answer.headers["x-generation-id"]

    @functools.cached_property
    def chat(self):
        """A chat's id."""
        return self.talk("echo")

    @functools.cached_property
    def failed_chat(self):
        return self.talk("lorem+status=500")

    @functools.cached_property
    def passed_chat(self):
        """A chat by the sandbox's own API."""
        return self.passed("POST", "chat/completions", {
            "model": "echo", "messages": [{"role": "user", "content": "Hello"}]})

    @functools.cached_property
    def unpriced(self):
        """What only the provider's own API has, and nobody a price for."""
        return self.passed("GET", "counts", None)

    def passed(self, method, path, body):
        answer = self.ask(method, f"/v1/sandbox/{path}", body)
        self.suite.generation(answer.headers["x-generation-id"])
        return answer.headers["x-generation-id"]

    @functools.cached_property
    def counted_chat(self):
        """A chat with the sandbox itself, which has counted nothing before."""
        self.suite.forget()
        return self.suite.ask("POST", "/sandbox/v1/chat/completions", {
            "model": "echo", "messages": [{"role": "user", "content": "Hello"}]}, None).json()["id"]

    def fill(self, text):
        """TEXT with the members that it names in braces."""
        return text and text.format_map(Members(self))


class Members:
    def __init__(self, scene):
        self.scene = scene

    def __getitem__(self, name):
        return getattr(self.scene, name)


def start():
    return Suite(settings={"body_limit": LARGEST})


def ask_cgi(program, path, home, **settings):
    """GET a PATH of one program as plain CGI, with settings of its own."""
    run = subprocess.run(
        [BUILD / f"cgi-bin/{program}.fcgi"], stdin=subprocess.DEVNULL, capture_output=True,
        timeout=60, env={**plain_environment(), "TURNPIKE_HOME": str(home),
                         "REQUEST_METHOD": "GET", "REQUEST_URI": path,
                         **{f"TURNPIKE_{name.upper()}": value for name, value in settings.items()}})
    head, _, body = run.stdout.partition(b"\r\n\r\n")
    lines = [line.split(": ", 1) for line in head.decode().split("\r\n")]
    headers = {name.lower(): value for name, value in lines}
    status, _, reason = headers.pop("status").partition(" ")
    answer = client.Answer(int(status), reason, headers)
    answer.body = body
    return answer
