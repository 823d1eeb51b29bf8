"""Which provider a request wants, by its `provider` object."""

import pytest

from suite import chat


def ask(suite, provider, model="spare"):
    return suite.ask("POST", "/v1/chat/completions", chat(model, provider=provider))


def embed(suite, provider):
    return suite.ask("POST", "/v1/embeddings",
                     {"model": "sandbox/embed", "input": "Hello", "provider": provider})


def attempts(suite, answer):
    row = suite.generation(answer.headers["x-request-id"])
    return (row["failures"] or "[]").count('"endpoint"'), row["provider"]


def test_the_order_says_who_is_asked_first(suite):
    """The first of this model's providers always fails."""
    answer = ask(suite, {"order": ["sandbox2"]})
    assert answer.status == 200 and attempts(suite, answer) == (0, "sandbox2")


def test_without_fallbacks_one_failure_is_all(suite):
    answer = ask(suite, {"allow_fallbacks": False})
    assert answer.status >= 500
    assert ask(suite, {"ignore": ["sandbox"]}).status == 200


@pytest.mark.parametrize("asked", [ask, embed])
@pytest.mark.parametrize("provider,status,word", [
    ({"only": ["nobody"]}, 404, "provider object"),
    ({"max_price": {"prompt": 0, "completion": 0}}, 404, "provider object"),
    ({"only": "sandbox"}, 400, "provider.only"),
    ({"sort": "best"}, 400, "provider.sort"),
    (7, 400, "provider"),
])
def test_what_cannot_be_is_said(suite, asked, provider, status, word):
    answer = asked(suite, provider)
    assert answer.status == status and word in answer.error["message"], answer


def test_embeddings_prefer_too(suite):
    assert embed(suite, {"only": ["Sandbox"], "zdr": True, "sort": "price"}).status == 200
    assert embed(suite, {"ignore": ["sandbox"]}).status == 404


def test_no_provider_sees_it(suite):
    """It is the gateway's own: the sandbox would refuse what it does not know."""
    answer = ask(suite, {"order": ["sandbox2"], "quantizations": None})
    assert answer.status == 200 and "order" not in answer.text
