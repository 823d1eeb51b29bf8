"""What the tests of the programs share. Each file says what it tests; the
pitfalls P1 to P64 are named where they are guarded against."""

import pytest

from provider import Provider
from suite import Suite


@pytest.fixture(scope="session")
def suite():
    """One suite for all tests that can share it: they find rows by id, use
    accounts of their own where sums matter, and leave nothing held."""
    with Suite() as s:
        s.turnpike("credit", "add", "default", 1000)
        yield s
        assert s.no_holds(), s.held()
        assert s.fsck() == []


@pytest.fixture(scope="session")
def many():
    """The same with several processes of each program."""
    with Suite(procs=3) as s:
        s.turnpike("credit", "add", "default", 1000)
        yield s
        assert s.no_holds(), s.held()
        assert s.fsck() == []


@pytest.fixture
def fresh():
    """Suites for one test alone: fresh(procs=2, settings={...})."""
    suites = []

    def start(**how):
        suites.append(Suite(**how))
        return suites[-1].__enter__()

    yield start
    for s in suites:
        s.__exit__()


@pytest.fixture
def provider(suite):
    """A provider of the test's own, which answers as it is told and keeps
    every byte that it is sent; it has the model provider.MODEL."""
    with Provider() as p:
        p.join(suite)
        yield p
