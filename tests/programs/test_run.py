"""What `make run` starts and stops."""

import json
import os
import shlex
import signal
import socket
import subprocess

import pytest

from suite import BUILD, TOP, Suite, free_port, plain_environment, wait_for


def run(**environment):
    """bin/run, to its end."""
    return subprocess.run(
        [TOP / "bin/run"], env={**plain_environment(), "BUILD": str(BUILD), **environment},
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)


def test_what_it_tells_is_true_and_goes_when_it_stops(tmp_path):
    home = tmp_path / "var"
    home.mkdir()
    with Suite(home=home) as s:
        told = json.loads((home / "run.json").read_text())
        assert set(told) == {"url", "key", "management_key", "dashboard", "pid"}
        assert told["url"] == s.url and told["pid"] == s.process.pid
        assert told["dashboard"].startswith(s.url)
        assert s.ask("GET", "/v1/keys", key=told["management_key"]).status == 200
        assert (home / "run.json").stat().st_mode & 0o077 == 0
        assert s.stop() == 0
    assert not (home / "run.json").exists()


def test_the_curl_line_that_it_prints_streams_an_answer(suite):
    out = suite.log("run.out")
    line = out[out.index("curl -N"):].split("\n\n")[0].replace("\\\n", " ")
    done = subprocess.run(shlex.split(line) + ["-s"], capture_output=True, text=True, timeout=30)
    assert done.stdout.rstrip().endswith("data: [DONE]"), done


def test_a_second_run_goes_on_with_the_same_keys(tmp_path):
    with Suite(home=tmp_path) as s:
        keys = s.key, s.management_key
        charged = s.chat().headers["x-generation-id"]
    with Suite(home=tmp_path) as s:
        assert (s.key, s.management_key) == keys
        assert s.generation(charged)["charge"] > 0
        assert s.chat("spare").status == 200


def test_keys_that_were_lost_are_made_anew(tmp_path):
    with Suite(home=tmp_path) as s:
        old = s.key
    (tmp_path / "keys.json").unlink()
    with Suite(home=tmp_path) as s:
        assert s.key != old and s.chat().status == 200


@pytest.mark.parametrize("name", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_stops_everything(tmp_path, name):
    s = Suite(home=tmp_path, procs=2)
    with s:
        assert len(s.processes("chat")) == 2
        s.process.send_signal(name)
        assert s.process.wait(15) == 0
        assert s.processes() == []


def test_everything_ends_with_the_script_itself(tmp_path):
    """Even when nobody could stop things in their order."""
    with Suite(home=tmp_path) as s:
        os.kill(s.process.pid, signal.SIGKILL)
        s.process.wait()
        assert wait_for(lambda: not s.processes(), 10), s.processes()


def test_a_program_that_dies_is_started_again(tmp_path):
    with Suite(home=tmp_path) as s:
        for pid in s.processes():
            os.kill(pid, signal.SIGKILL)
        assert wait_for(lambda: s.chat().status == 200, 20)


def test_a_port_that_is_taken(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run(VAR=str(tmp_path / "var"), PORT=str(port))
    assert done.returncode != 0
    assert f"port {port} is taken" in done.stderr, done
    assert not (tmp_path / "var/run.json").exists()


@pytest.mark.parametrize("port", ["", "0", "65536", "http", "-1", "8080x", "99999999999999999999"])
def test_a_port_that_is_none(tmp_path, port):
    done = run(VAR=str(tmp_path / "var"), PORT=port or " ")
    assert done.returncode != 0 and "PORT" in done.stderr, done


def test_a_folder_that_is_in_use(suite):
    done = run(VAR=str(suite.home), PORT=str(free_port()))
    assert done.returncode != 0 and suite.url in done.stderr, done
    assert suite.chat().status == 200


def test_a_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("")
    done = run(VAR=str(tmp_path / "file/var"), PORT=str(free_port()))
    assert done.returncode != 0 and "file/var" in done.stderr


@pytest.mark.parametrize("name", ["with space", "it's \"quoted\" $HOME `x`", "grüße", "x" * 120])
def test_a_folder_with_an_awkward_name(tmp_path, name):
    with Suite(home=tmp_path / name) as s:
        assert s.chat().status == 200


def test_a_bad_setting_is_named(tmp_path):
    done = run(VAR=str(tmp_path), PORT=str(free_port()), TURNPIKE_BODY_LIMIT="lots")
    assert done.returncode != 0 and "body_limit" in done.stderr.lower(), done


def test_an_operators_keys_make_providers_live(tmp_path):
    with Suite(home=tmp_path, environment={"GROQ_API_KEY": "gsk_" + "0" * 48}) as s:
        listed = s.turnpike("credential", "list")["data"]
        assert [c["provider"] for c in listed] == ["groq"]


def test_make_run_is_that_script(tmp_path):
    port = free_port()
    make = subprocess.Popen(
        ["make", "run", f"BUILD={BUILD}", f"PORT={port}", f"VAR={tmp_path}"], cwd=TOP,
        env=plain_environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, start_new_session=True)
    told = wait_for(lambda: (tmp_path / "run.json").exists(), 60)
    make.send_signal(signal.SIGTERM)
    out, _ = make.communicate(timeout=20)
    assert told, out
    s = Suite(home=tmp_path)
    assert wait_for(lambda: not s.processes(), 10), s.processes()
    assert not (tmp_path / "run.json").exists()
