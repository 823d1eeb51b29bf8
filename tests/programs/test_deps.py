"""bin/deps, on machines that are made up: commands of our own stand for the
package tools and tell what they were asked."""

import os
import subprocess

import pytest

from suite import TOP

TOOLS = ("sh", "sort", "tr", "mktemp", "rm", "cat", "id")


@pytest.fixture
def machine(tmp_path):
    """A PATH with little else than the tools made here."""
    for tool in TOOLS:
        os.symlink(subprocess.run(["which", tool], capture_output=True, text=True).stdout.strip(),
                   tmp_path / tool)

    def make(**tools):
        for name, script in tools.items():
            path = tmp_path / name.replace("_", "-")
            path.unlink(missing_ok=True)
            path.write_text("#!/bin/sh\n" + script)
            path.chmod(0o755)

        def deps(*groups):
            return subprocess.run([TOP / "bin/deps", *groups], env={"PATH": str(tmp_path)},
                                  stdin=subprocess.DEVNULL, capture_output=True, text=True)
        return deps
    return make


NOTHING = "exit 1\n"
ALL = "echo installed\n"


def test_all_is_there(machine):
    done = machine(dpkg_query=ALL, lighttpd="", curl="", sudo="echo no; exit 1")("run")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_neither_root_nor_sudo(machine):
    done = machine(dpkg_query=NOTHING, id="echo 1000")("build")
    assert done.returncode == 1
    assert "apt-get install" in done.stderr
    for package in ("libfcgi-dev", "libsqlite3-dev", "gcc"):
        assert package in done.stderr


def test_sudo_that_would_ask_where_nobody_answers(machine):
    done = machine(dpkg_query=NOTHING, id="echo 1000", sudo="exit 1")("build")
    assert done.returncode == 1 and "apt-get install" in done.stderr


def test_sudo_is_asked_for_what_is_missing(machine, tmp_path):
    deps = machine(id="echo 1000", sudo=f'[ "$1" = -n ] || echo "$@" >{tmp_path}/asked',
                   dpkg_query=f"[ -e {tmp_path}/asked ] && echo installed\n")
    done = deps("check")
    asked = (tmp_path / "asked").read_text()
    assert done.returncode == 0, done
    assert "libcriterion-dev" in asked and "python3-pytest" in asked and "gcc" not in asked


def test_a_package_that_did_not_come(machine):
    done = machine(id="echo 1000", sudo="exit 0", dpkg_query=NOTHING)("check")
    assert done.returncode == 1 and "still not there" in done.stderr


def test_another_system_is_told_and_left_alone(machine):
    done = machine()("build")
    assert done.returncode == 0 and "Debian" in done.stderr


def test_a_group_that_does_not_exist(machine):
    assert machine(dpkg_query=ALL)("nonesuch").returncode == 2
