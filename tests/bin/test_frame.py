"""What all subcommands have in common: help, mistakes, output."""
import json
import os
import pty
import re
import select
import subprocess

import pytest

from conftest import PROGRAM

TOPICS = {
    "init": [""],
    "account": ["create", "list", "show", "change"],
    "key": ["create", "list", "show", "change", "delete"],
    "credit": ["add", "take", "show", "list"],
    "provider": ["list", "show", "add", "change", "disable", "enable"],
    "credential": ["add", "list", "change", "delete"],
    "model": ["list", "show", "import", "add", "price"],
    "usage": [""], "explain": [""], "fsck": [""], "housekeep": [""],
    "backup": [""], "settings": [""],
}
COMMANDS = [(topic + " " + action).strip()
            for topic, actions in TOPICS.items() for action in actions]


def test_the_help_names_every_topic(bare):
    page = bare.out("--help")
    assert re.findall(r"^  ([a-z]+)  ", page, re.M) == list(TOPICS)


@pytest.mark.parametrize("topic", [t for t, a in TOPICS.items() if a != [""]])
def test_a_topics_help_names_every_action(bare, topic):
    page = bare.out(topic, "--help")
    assert re.findall(r"^  ([a-z]+)  ", page, re.M) == TOPICS[topic]


@pytest.mark.parametrize("command", COMMANDS)
def test_help_is_a_page_that_fits(bare, command):
    page = bare.out(*command.split(), "--help")
    assert page.startswith(f"usage: turnpike {command}")
    assert f"\nExample:\n  turnpike {command}" in page
    assert "--home DIR" in page and "--json" in page
    for line in page.splitlines():
        assert len(line) <= 80 or line.startswith("  turnpike "), line
        assert line == line.rstrip(), line


@pytest.mark.parametrize("words", [
    ["help", "key", "create"], ["key", "create", "-h"], ["key", "-h", "create"],
    ["--help", "key", "create"], ["key", "create", "--limit", "3", "--help"],
])
def test_help_is_found_from_anywhere(bare, words):
    assert bare.out(*words) == bare.out("key", "create", "--help")


def test_the_version_is_told(bare):
    assert re.fullmatch(r"turnpike \d+\.\d+\.\d+\n", bare.out("--version"))
    assert bare.out("key", "--version") == bare.out("--version")


@pytest.mark.parametrize("words, complaint", [
    ([], "turnpike: COMMAND is missing; see 'turnpike --help'"),
    (["kye"], "turnpike: there is no command 'kye'; see 'turnpike --help'"),
    (["key"], "turnpike key: ACTION is missing; see 'turnpike key --help'"),
    (["key", "mint"], "turnpike key: there is no action 'mint'; see 'turnpike key --help'"),
    (["key", "show"], "turnpike key: KEY is missing; see 'turnpike key show --help'"),
    (["key", "list", "--limt", "3"],
     "turnpike key: there is no option --limt; see 'turnpike key list --help'"),
    (["key", "list", "-x"], "turnpike key: there is no option -x; see 'turnpike key list --help'"),
    (["key", "create", "--limit"],
     "turnpike key: --limit needs a value: USD; see 'turnpike key create --help'"),
    (["key", "create", "--limit="],
     "turnpike key: --limit: the value is empty; see 'turnpike key create --help'"),
    (["key", "create", "--json=yes"],
     "turnpike key: --json takes no value; see 'turnpike key create --help'"),
    (["key", "create", "--limit", "1", "--limit", "2"],
     "turnpike key: --limit was given twice; see 'turnpike key create --help'"),
    (["key", "create", "--limit-reset", "hourly"],
     "turnpike key: --limit-reset: 'hourly' is not one of daily|weekly|monthly; "
     "see 'turnpike key create --help'"),
    (["key", "create", "--limit-reset", "daily"],
     "turnpike key: --limit-reset needs a --limit; see 'turnpike key create --help'"),
    (["account", "show", "a", "b"],
     "turnpike account: one argument too many: it takes [ACCOUNT]; "
     "see 'turnpike account show --help'"),
    (["account", "create", ""],
     "turnpike account: NAME is empty; see 'turnpike account create --help'"),
    (["provider", "add", "x"],
     "turnpike provider: --url URL is missing; see 'turnpike provider add --help'"),
    (["account", "change", "x", "--enable", "--disable"],
     "turnpike account: --enable and --disable exclude each other; "
     "see 'turnpike account change --help'"),
    (["explain"],
     "turnpike explain: GENERATION or --model MODEL is missing; see 'turnpike explain --help'"),
])
def test_mistakes_name_themselves_and_point_to_help(bare, words, complaint):
    assert bare.fails(2, *words) == complaint + "\n"
    assert not bare.home.exists()


@pytest.mark.parametrize("option, text", [
    ("--limit", "-1"), ("--limit", "1e"), ("--limit", "0.0000000001"),
    ("--limit", "99999999999999999999"), ("--limit", "one"), ("--limit", "nan"),
    ("--limit", "0x10"), ("--expires", "tomorrow"), ("--expires", "30"),
    ("--expires", "2026-13-01"), ("--expires", "-30d"), ("--expires", "99999999999d"),
])
def test_values_that_cannot_be_are_refused(bare, option, text):
    assert f"{option}: '{text}' is not" in bare.fails(2, "key", "create", f"{option}={text}")


@pytest.mark.parametrize("words", [
    ["credential", "add", "openai", "sk-secret-in-the-open"],
    ["credential", "add", "openai", "--key=sk-secret-in-the-open"],
    ["credential", "add", "openai", "--secret", "sk-secret-in-the-open"],
])
def test_a_secret_typed_by_mistake_is_not_repeated(turnpike, words):
    assert "in-the-open" not in turnpike.fails(2, *words)


def test_options_may_stand_anywhere_and_end_at_two_dashes(turnpike):
    expected = turnpike.json("account", "show", "default")
    for words in (["--json", "account", "show", "default"],
                  ["account", "--json", "show", "default"],
                  ["account", "show", "--json", "default"],
                  ["account", "show", "--json", "--", "default"]):
        assert json.loads(turnpike.out(*words)) == expected
    assert turnpike.fails(1, "account", "show", "--", "--json") == \
        "turnpike account: no account '--json'\n"


def test_home_is_an_option_or_a_variable(turnpike, tmp_path):
    expected = turnpike.json("account", "list")
    assert turnpike.json("account", "list", "--home", turnpike.home,
                         TURNPIKE_HOME=str(tmp_path / "none")) == expected


def test_without_a_home_it_says_how_to_make_one(bare):
    complaint = bare.fails(1, "key", "list")
    assert f"{bare.home}/turnpike.db: No such file or directory" in complaint
    assert "'turnpike init' makes it" in complaint
    assert not bare.home.exists()


def test_a_bad_setting_names_itself_and_its_line(turnpike):
    with open(turnpike.home / "turnpike.conf", "a") as conf:
        conf.write("\nconnections = many\n")
    lines = (turnpike.home / "turnpike.conf").read_text().splitlines()
    complaint = turnpike.fails(1, "key", "list")
    assert "setting connections: 'many' will not do" in complaint
    assert f"line {len(lines)} of" in complaint


def test_a_full_disk_behind_the_output_is_a_failure(turnpike):
    with open("/dev/full", "w") as full:
        ran = subprocess.run([str(PROGRAM), "settings"], stdout=full,
                             stderr=subprocess.PIPE, text=True)
    assert ran.returncode == 1
    assert "cannot write the answer: No space left on device" in ran.stderr


@pytest.mark.parametrize("closed", [0, 1, 2])
@pytest.mark.parametrize("words", [["key", "list"], ["credential", "add", "openai"],
                                   ["init", "--credit", "1"]])
def test_a_closed_standard_file_is_not_taken_for_another(turnpike, closed, words):
    before = (turnpike.home / "turnpike.conf").read_bytes()
    ran = subprocess.run([str(PROGRAM), *words], env=turnpike.environment,
                         stdin=subprocess.DEVNULL, capture_output=True,
                         preexec_fn=lambda: os.close(closed))
    reads_nothing = words[0] != "credential"
    assert (ran.returncode == 0) == (closed != 1 and reads_nothing)
    assert (turnpike.home / "turnpike.conf").read_bytes() == before
    assert len((turnpike.home / "turnpike.key").read_bytes()) == 32
    assert turnpike.json("fsck")["data"]["ok"] is True


@pytest.mark.parametrize("name", ["\x1b[2Jgone", "two\nlines", "\u202eleft", "\x9bm", "bell\x07"])
def test_names_cannot_drive_the_terminal(turnpike, name):
    turnpike.out("account", "create", name)
    shown = turnpike.out("account", "list")
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", shown)
    assert len(shown.splitlines()) == 3
    assert turnpike.json("account", "list")["data"][1]["name"] == name


def test_text_that_is_no_utf8_is_still_json(turnpike):
    turnpike.sql("UPDATE account SET name = CAST(X'61FF62' AS TEXT)")
    assert turnpike.json("account", "list")["data"][0]["name"] == "a\ufffdb"
    assert " a?b " in turnpike.out("account", "list")


def test_columns_line_up_in_any_script(turnpike):
    turnpike.out("account", "create", "Überfluß")
    turnpike.out("account", "create", "x")
    head, *lines = turnpike.out("account", "list").splitlines()
    at = head.index("DEFAULT MODEL")
    assert all(line[at - 2:at + 1] == "  -" for line in lines)


def on_a_terminal(words, environment, typed=b""):
    """What it writes to a terminal, and how it ends."""
    parent, child = pty.openpty()
    ran = subprocess.Popen([str(PROGRAM), *words], env=environment, stdin=child,
                           stdout=child, stderr=child, start_new_session=True,
                           preexec_fn=lambda: os.close(parent))
    os.close(child)
    said = b""
    while select.select([parent], [], [], 60)[0]:
        try:
            piece = os.read(parent, 4096)
        except OSError:  # nobody is at the other end any more
            break
        said += piece
        if typed and said.endswith(b": "):
            os.write(parent, typed)
            typed = b""
    os.close(parent)  # whoever still reads gets a hang-up
    return ran.wait(timeout=60), said.decode()


def test_progress_shows_on_a_terminal_only(turnpike):
    status, said = on_a_terminal(["fsck"], turnpike.environment)
    assert status == 0 and "\rchecking: " in said.replace("\x1b[K", "")
    assert said.rstrip().endswith("the books are right")
    status, said = on_a_terminal(["fsck", "--quiet"], turnpike.environment)
    assert status == 0 and "checking" not in said


def test_a_secret_typed_at_a_terminal_is_not_shown(turnpike):
    status, said = on_a_terminal(["credential", "add", "openai"], turnpike.environment,
                                 b"sk-typed-by-hand-0123\n")
    assert status == 0
    assert "Secret (it is not shown): " in said and "by-hand" not in said
    assert turnpike.json("credential", "list")["data"][0]["hint"] == "0123"
