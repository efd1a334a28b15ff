"""A model pulled, carried, chosen and asked from the command line: real processes, real weights, a hub of our own."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.hub import COMMIT, ModelHub, Repo
from tests.tiny_chat import write_model

NAME = "acme/tiny"
LABEL = f"{NAME}@{COMMIT[:12]}"
SECONDS = 240  # for one command

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.filterwarnings("ignore"),  # torch and transformers warn about themselves
]


class Machine:
    """A folder to run commands in, with a home of its own; it knows the hub only where it is told."""

    def __init__(self, folder: Path) -> None:
        """It shares the converted embedder with the other tests, and no model that was pulled."""
        self.folder, self.models = folder, folder / "models"
        self.models.mkdir(parents=True)
        shared = Path(os.environ["FOOTNOTE_MODELS"])
        for each in shared.glob("all-*"):
            (self.models / each.name).symlink_to(each)

    def run(self, *arguments: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
        own = {"FOOTNOTE_HOME": str(self.folder / "home"), "FOOTNOTE_MODELS": str(self.models)}
        own["HF_ENDPOINT"] = "http://127.0.0.1:9"
        inherited = {name: value for name, value in os.environ.items() if name != "HF_HUB_OFFLINE"}
        return subprocess.run(
            [sys.executable, "-m", "web.cli", *map(str, arguments)],
            cwd=self.folder,
            env=inherited | own | variables,
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )

    def told(self, *arguments: str | Path, **variables: str) -> Any:
        done = self.run(*arguments, "--json", **variables)
        assert done.returncode == 0, done.stderr
        (line,) = done.stdout.splitlines()
        return json.loads(line)


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModelHub]:
    folder = tmp_path_factory.mktemp("made")
    write_model(folder)
    opened = ModelHub()
    opened.repos[NAME] = Repo({path.name: path.read_bytes() for path in folder.iterdir()})
    yield opened
    opened.close()


def test_a_model_is_pulled_carried_and_used_where_there_is_no_hub(hub: ModelHub, tmp_path: Path) -> None:
    online, offline = Machine(tmp_path / "online"), Machine(tmp_path / "offline")
    pulled = online.told("models", "pull", NAME, "--to", tmp_path / "stick", HF_ENDPOINT=hub.address)
    assert (pulled["revision"], pulled["licence"]) == (COMMIT, "apache-2.0")
    agents = " ".join(headers.get("User-Agent", "") for headers in hub.told)
    assert "torch" not in agents  # the hub hears nothing of the machine
    assert "session" not in agents

    (tmp_path / "stick").rename(tmp_path / "carried")
    chosen = offline.told("models", "use", tmp_path / "carried")
    assert chosen["generator"] == str(tmp_path / "carried")
    assert offline.told("models", "check")["generator"] == LABEL
    used = [row["name"] for row in offline.told("models", "list") if row["in_use"]]
    assert used == ["all-MiniLM-L6-v2", LABEL]


def test_a_model_is_pulled_once_and_answers_by_its_name(hub: ModelHub, tmp_path: Path) -> None:
    machine = Machine(tmp_path / "machine")
    machine.told("models", "pull", NAME, HF_ENDPOINT=hub.address)
    assert machine.told("models", "pull", NAME)["revision"] == COMMIT  # no hub is there to be asked
    named = {
        "FOOTNOTE_GENERATOR": NAME,
        "FOOTNOTE_GENERATOR_CONTEXT": "1024",
        "FOOTNOTE_GENERATOR_TOKENS": "16",
    }
    (machine.folder / "leave.md").write_text("# Leave\n\nEvery employee has 30 days of paid leave a year.\n")
    machine.told("add", "leave.md", **named)
    answer = machine.told("ask", "How many days of leave are there?", **named)
    assert answer["outcome"] == "answered"
    assert answer["generator"] == "quotes"  # what weights of chance write is not carried by anything
    assert answer["notice"]


def test_a_model_that_is_not_there_is_named_with_the_way_to_get_it(tmp_path: Path) -> None:
    done = Machine(tmp_path / "machine").run("ask", "Why?", FOOTNOTE_GENERATOR="acme/none@v1")
    assert done.returncode == 1
    assert "footnote models pull acme/none@v1" in done.stderr
    assert "Traceback" not in done.stderr
