"""Runs OpenAI's SDKs against a suite: what `make check-sdk` starts. They come
from PyPI and npm, and are kept below the build folder."""

import os
import pathlib
import shutil
import subprocess
import sys
import venv

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "programs"))

from suite import BUILD, Suite  # noqa: E402  (found by the line above)

PLACE = BUILD / "sdk"
PYTHON = PLACE / "venv/bin/python"


def changed(name):
    """Is the list of what to install another than at the last time?"""
    kept, wanted = PLACE / name, HERE / name
    return not kept.exists() or kept.read_bytes() != wanted.read_bytes()


def install_python():
    if PYTHON.exists() and not changed("requirements.txt"):
        return
    venv.create(PLACE / "venv", clear=True, with_pip=True)
    subprocess.run([PYTHON, "-m", "pip", "install", "-q", "--disable-pip-version-check",
                    "-r", HERE / "requirements.txt"], check=True)
    shutil.copy(HERE / "requirements.txt", PLACE)


def install_node():
    if (PLACE / "node_modules").exists() and not changed("package.json"):
        return
    shutil.copy(HERE / "package.json", PLACE)
    subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--no-package-lock",
                    "--silent"], cwd=PLACE, check=True)


def run(*command):
    """The counts that a command prints last."""
    done = subprocess.run(command, cwd=PLACE, stdout=subprocess.PIPE, text=True)
    print(done.stdout, end="")
    try:
        passed, _, failed, _ = done.stdout.splitlines()[-1].split()
        return int(passed), int(failed)
    except (IndexError, ValueError):
        return 0, 1


def check_document():
    """The API's document by the official meta-schema."""
    done = subprocess.run([PYTHON, "-B", "-m", "openapi_spec_validator",
                           HERE.parents[1] / "www/openapi.json"])
    return done.returncode == 0, done.returncode != 0


def main():
    PLACE.mkdir(parents=True, exist_ok=True)
    install_python()
    install_node()
    with Suite() as suite:
        _, poor = suite.account(0)
        os.environ.update(TURNPIKE_URL=suite.url, TURNPIKE_KEY=suite.key,
                          TURNPIKE_POOR_KEY=poor,
                          TURNPIKE_MANAGEMENT_KEY=suite.management_key)
        counts = [run(PYTHON, "-B", HERE / "cases.py"), run("node", HERE / "cases.mjs")]
        findings = suite.fsck()
    counts.append((not findings, bool(findings)))
    counts.append(check_document())
    if findings:
        print(f"FAILED the books do not balance: {findings}")
    passed, failed = (sum(column) for column in zip(*counts))
    print(f"{passed} passed, {failed} failed")
    sys.exit(failed > 0 or not passed)


main()
