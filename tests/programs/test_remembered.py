"""Programs that infer remember the keys that they have seen. Nobody may notice:
whatever is changed by another process counts from the next request on, for one
that is let through as for one that is refused. (Changes of the key itself are
in test_keys_api.py.)"""

import pytest

from suite import chat

PROCS = 3


def asked(suite, key):
    """The statuses of enough requests to reach each process."""
    return {suite.chat(key=key).status for _ in range(3 * PROCS)}


@pytest.fixture
def owner(many):
    return many.account(5)


def test_an_account_that_is_disabled(many, owner):
    name, key = owner
    for _ in range(2):
        assert asked(many, key) == {200}
        many.turnpike("account", "change", name, "--disable")
        assert asked(many, key) == {401}
        many.turnpike("account", "change", name, "--enable")


def test_an_accounts_limits(many, owner):
    name, key = owner
    assert asked(many, key) == {200}
    many.turnpike("account", "change", name, "--requests-per-day", 0)
    assert asked(many, key) == {429}
    many.turnpike("account", "change", name, "--requests-per-day", "none")
    assert asked(many, key) == {200}


def test_a_model_that_is_new(many, owner):
    _, key = owner
    model = f"new/{key[-8:].lower()}"
    body = {**chat("echo"), "model": model}

    def answers():
        return {many.ask("POST", "/v1/chat/completions", body, key=key).status
                for _ in range(3 * PROCS)}

    assert asked(many, key) == {200}
    assert answers() == {400}
    provider = f"p{key[-8:].lower()}"
    many.turnpike("provider", "add", provider, "--url", f"{many.url}/sandbox/v1",
                  "--credential", "optional")
    many.turnpike("model", "add", model, "--provider", provider, "--native", "echo",
                  "--input", 1, "--output", 1)
    assert answers() == {200}


@pytest.mark.parametrize("body", [
    b"{", b'{"model": "echo"}', b'{"model": "nobody/nothing", "messages": []}',
    b'{"model": "nobody/nothing", "messages": [{"role": "user", "content": "a"}]}',
])
def test_a_void_key_is_told_so_before_anything_else(many, owner, body):
    """A mistake in the request is no way to find out that a key once was one."""
    name, key = owner

    def statuses():
        return {many.ask("POST", "/v1/chat/completions", body, key=key).status
                for _ in range(3 * PROCS)}

    assert asked(many, key) == {200}
    assert statuses() <= {400, 404}
    many.turnpike("account", "change", name, "--disable")
    assert statuses() == {401}


def test_a_default_model(many, owner):
    name, key = owner
    body = chat("echo")
    del body["model"]

    def answer():
        return {many.ask("POST", "/v1/chat/completions", body, key=key).status
                for _ in range(3 * PROCS)}

    assert asked(many, key) == {200}
    assert answer() == {400}
    many.turnpike("account", "change", name, "--default-model", "sandbox/echo")
    assert answer() == {200}
