"""The commands that the README and the docs print are run as they stand there.

A command is a line that starts with ``$ `` in a fenced block marked ``console``. What a file shows is
run in its order, in one home which has read the sample, and must end with exit code 0.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CONSOLE = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)
SECONDS = 240  # for one command

NOT_RUN = {
    "make": "make is what runs this test",
    "sudo": "changes the machine",
    "apt-get": "changes the machine",
    "git": "needs the published repository",
    "python3 -m venv": "make test has made the environment",
    ".venv/bin/pip": "make test has filled the environment",
    ".venv/bin/pytest": "is what runs this test",
    "footnote serve": "does not end; the browser tests run it",
    ".venv/bin/footnote serve": "does not end; the browser tests run it",
    "footnote models pull": "needs a model hub; test_models.py pulls from one of its own",
    "footnote models use Qwen/Qwen3-4B-Instruct-2507": "needs the model; test_models.py uses one of its own",
    "footnote models use Qwen/Qwen2.5-1.5B-Instruct": "needs the model; test_models.py uses one of its own",
    "footnote models use stick/qwen3-4b": "needs the model; test_models.py carries one of its own",
    "vllm": "another program",
    "ollama": "another program",
    "OLLAMA_CONTEXT_LENGTH=8192 ollama": "another program",
    "footnote work": "does not end; the tests of the worker run it",
}


def commands(text: str) -> list[str]:
    """The commands of a Markdown text, with lines that end in a backslash joined to the next."""
    blocks = "".join(CONSOLE.findall(text)).replace("\\\n", "")
    return [line.removeprefix("$ ") for line in blocks.splitlines() if line.startswith("$ ")]


def is_run(command: str) -> bool:
    return not any(command == start or command.startswith(f"{start} ") for start in NOT_RUN)


def documents() -> list[Path]:
    """The files that show a command which can be run."""
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    return [page for page in pages if any(map(is_run, commands(page.read_text("utf-8"))))]


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", command],
        cwd=folder,
        env=os.environ | {"PATH": path, "FOOTNOTE_HOME": str(folder / "home"), "FOOTNOTE_READER": "auto"},
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the sample beside it, as in the repository, and a home that has read it."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "sample").symlink_to(ROOT / "data" / "sample")
    (tmp_path / ".venv").symlink_to(Path(sys.executable).parents[1])
    done = run("footnote add data/sample/documents --collection sample", tmp_path)
    assert done.returncode == 0, done.stderr
    return tmp_path


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("page", documents(), ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_of(page: Path, folder: Path) -> None:
    for command in filter(is_run, commands(page.read_text("utf-8"))):
        done = run(command, folder)
        assert done.returncode == 0, f"$ {command}\n{done.stdout}{done.stderr}"


def test_commands_are_found_in_console_blocks_only() -> None:
    text = "```console\n$ footnote ask \\\n'Who?'\nSomebody [1]\n$ make test\n```\n```sh\n$ rm x\n```\n$ no\n"
    assert commands(text) == ["footnote ask 'Who?'", "make test"]
    assert list(filter(is_run, commands(text))) == ["footnote ask 'Who?'"]


def test_a_reason_stands_beside_each_command_that_is_not_run() -> None:
    assert all(NOT_RUN.values())
