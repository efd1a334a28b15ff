"""`footnote gaps`, with the services of a test behind it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from tests.unit.web.conftest import Add
from tests.unit.web.insight.test_pages import PENSION, decline
from web.commands import gaps
from web.wiring import Services


@pytest.fixture(autouse=True)
def _opened(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def opened(*_: Any, **__: Any) -> Iterator[Services]:
        yield services

    monkeypatch.setattr(gaps, "services", opened)


def run(*arguments: str) -> Result:
    app = typer.Typer()
    app.command()(gaps.gaps)
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output
    return done


def test_gaps_are_asked_again_and_what_is_open_is_listed(services: Services, add: Add) -> None:
    assert run().stdout == "no gaps\n"
    decline(services, "Who\x1b[2J waters \n the plants?")
    (line,) = run().stdout.splitlines()
    assert "1 ×  open" in line
    assert line.endswith("Who [2J waters the plants?")
    decline(services)
    add("pension.txt", "The employer pays into the pension.")
    told = json.loads(run("--json", "--closed").stdout)
    assert told["looking"] == 0
    states = {each["question"]: (each["state"], each["answered_by"]) for each in told["gaps"]}
    assert states[PENSION][0] == "answered"
    assert states[PENSION][1]["title"] == "pension.txt"
    assert "(answered by pension.txt)" in run("--closed").stdout


def test_no_written_answer_is_asked_for(services: Services, add: Add) -> None:
    class Silent:
        name = "never asked"

        def ticket(self) -> None:
            raise AssertionError("it was asked to write")

    decline(services)
    vars(services)["generator"] = Silent()
    add("pension.txt", "The employer pays into the pension.")
    assert run().stdout == "no gaps\n"
