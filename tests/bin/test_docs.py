"""www/docs/command.md says what --help says, and its examples work."""
import pathlib
import re
import shutil
import subprocess

import pytest

from conftest import PROGRAM, ROOT
from test_frame import COMMANDS, TOPICS

PAGE = (ROOT / "www" / "docs" / "command.md").read_text()
SECTIONS = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", PAGE, re.M | re.S))
EXAMPLES = re.findall(r"^\$ (.*)$", PAGE, re.M)


def options(text):
    """--name VALUE pairs."""
    return set(re.findall(r"^  (--[a-z0-9-]+(?: [A-Z]+)?)", text, re.M))


def test_each_command_has_a_section_in_the_order_of_the_help():
    assert list(SECTIONS) == list(TOPICS)


@pytest.mark.parametrize("topic", list(TOPICS))
def test_a_section_has_the_options_of_its_commands(bare, topic):
    pages = [bare.out(*command.split(), "--help") for command in COMMANDS
             if command.split()[0] == topic]
    everywhere = options(bare.out("--help"))
    expected = set().union(*(options(page) for page in pages)) - everywhere
    told = {name for row in re.findall(r"^\| (`--.*?) \|", SECTIONS[topic], re.M)
            for name in re.findall(r"`(.*?)`", row)}
    assert told == expected
    assert all(f"| `{option}` |" in PAGE for option in everywhere)


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_an_example(command):
    assert any(re.search(rf"\bturnpike {command}( |$)", line) for line in EXAMPLES)


def test_the_examples_work_one_after_the_other(asked, tmp_path):
    """Each in a shell, as it stands; only names of our own are put in."""
    made = asked.out("credential", "add", "groq", given="sk-1").strip()
    (tmp_path / "openai.key").write_text("sk-example-1111111111\n")
    shutil.copy(ROOT / "tests" / "data" / "prices" / "models.dev.json", tmp_path / "api.json")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "turnpike").symlink_to(PROGRAM)
    environment = asked.environment | {"PATH": f"{tmp_path}/bin:{asked.environment['PATH']}"}
    assert len(EXAMPLES) > 40
    for line in EXAMPLES:
        line = line.replace("gen-1775210400-0123456789abcdef01234567", asked.generation)
        line = line.replace("cred-0123456789abcdef", made)
        line = re.sub("/var/(lib|backups)/", f"{tmp_path}/", line)
        ran = subprocess.run(line, shell=True, cwd=tmp_path, env=environment, text=True,
                             stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
        assert (ran.returncode, ran.stderr) == (0, ""), line


@pytest.mark.parametrize("command", COMMANDS)
def test_the_example_of_a_help_page_is_one_of_these(bare, command):
    assert bare.out(*command.split(), "--help").rsplit("Example:\n  ", 1)[1].strip() in EXAMPLES
