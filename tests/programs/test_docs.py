"""The lines that www/docs shows for a shell work, one after the other, and
what the pages promise to tell is told."""

import json
import os
import re
import subprocess

import pytest

from suite import TOP

PAGES = ["models", "keys", "usage"]
TEXT = {page: (TOP / "www" / "docs" / f"{page}.md").read_text() for page in PAGES}


@pytest.mark.parametrize("page", PAGES)
def test_the_lines_for_a_shell_work(suite, page):
    key = suite.new_key("--name", f"docs {page}")
    hash_ = suite.rows("SELECT hash FROM api_key WHERE name = ?", f"docs {page}")[0]["hash"]
    generation = suite.chat().headers["x-generation-id"]
    suite.generation(generation)
    lines = re.findall(r"^\$ (curl .*)$", TEXT[page], re.M)
    assert len(lines) >= 3
    for line in lines:
        ran = subprocess.run(
            line.replace("curl -s", "curl -sf", 1), shell=True, capture_output=True, text=True,
            timeout=30, env={**os.environ, "BASE": suite.url, "KEY": suite.key, "HASH": hash_,
                             "MANAGEMENT_KEY": suite.management_key, "GENERATION": generation})
        assert ran.returncode == 0 and ran.stdout, (line, ran.stdout)
        if "format=csv" not in line:
            json.loads(ran.stdout)
    assert suite.ask("GET", "/v1/key", key=key).status == (401 if page == "keys" else 200)


@pytest.mark.parametrize("page,line", [
    (page, block) for page in PAGES
    for block in re.findall(r"```json\n(.*?)```", TEXT[page], re.S)])
def test_the_answers_shown_are_json(page, line):
    decoder, rest = json.JSONDecoder(), line.strip()
    while rest:
        _, end = decoder.raw_decode(rest)
        rest = rest[end:].strip()


@pytest.mark.parametrize("page", PAGES)
def test_each_route_shown_is_served(suite, page):
    for method, path in re.findall(r"^    (GET|POST|PATCH|DELETE)\s+(/v1/\S+)", TEXT[page], re.M):
        path = path.replace("{author}/{slug}", "sandbox/echo").replace("{hash}", 64 * "0")
        key = suite.management_key if "/keys" in path else suite.key
        answer = suite.ask(method, path, b"{}" if method in ("POST", "PATCH") else None, key)
        assert answer.status == (404 if "0000" in path else 400 if method == "POST" or
                                 path.endswith("?id=") else 200), answer
