"""`footnote docs`, with the services of a test behind it."""

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from tests.unit.web.conftest import Add, ParserHere
from tests.unit.web.test_receipts import GIVING_ORDERS, SCREENED
from web.commands import library
from web.wiring import Services

RUNNER = CliRunner()


@pytest.fixture(autouse=True)
def _opened(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def opened(*_: Any, **__: Any) -> Iterator[Services]:
        yield services

    monkeypatch.setattr(library, "services", opened)


def docs(*arguments: str) -> Result:
    return RUNNER.invoke(library.docs, arguments)


def test_a_collection_is_given_a_voice_of_its_own(add: Add) -> None:
    known = add("pumps.pdf", "x")

    def voice(*arguments: str) -> Result:
        return RUNNER.invoke(library.collections, ["voice", *arguments])

    assert voice(known.collection).stdout == "No voice is set.\n"
    assert voice(known.collection, "Say you.").stdout == "Say you.\n"
    told = json.loads(voice(known.collection, "--json").stdout)
    assert told == {"name": known.collection, "voice": "Say you."}
    assert voice("nowhere", "Say you.").exit_code != 0


def test_a_document_is_shown_with_its_receipt_and_places(parser: ParserHere, add: Add) -> None:
    parser.planned["pumps.pdf"] = SCREENED
    known = add("pumps.pdf", "x")
    told = docs("show", known.id)
    assert told.exit_code == 0
    for line in (
        "status       partial", "unreadable   1: 4", "hidden       1,204 in the colour of its background",
        "upload:pumps.pdf (last seen",
    ):  # fmt: skip
        assert line in told.stdout, line
    shown = json.loads(docs("show", known.id, "--json").stdout)
    assert (shown["receipt"]["tables"], len(shown["places"])) == (2, 1)


def test_a_receipt_cannot_steer_the_terminal(parser: ParserHere, add: Add, services: Services) -> None:
    parser.planned["a\x1b[31m.pdf"] = SCREENED
    known = add("a.txt", "x")
    (place,) = services.places.of_document(known.id)
    with services.database.writing() as connection:
        services.places.trouble(connection, place, "No.\x1b[2J")
    told = docs("show", known.id).stdout
    assert "because: No. [2J" in told
    assert "\x1b" not in told


def test_what_is_held_is_released_at_once(parser: ParserHere, add: Add) -> None:
    parser.planned["orders.txt"] = GIVING_ORDERS
    known = add("orders.txt", "x")
    told = docs("release", known.id)
    assert (told.exit_code, told.stdout.split()) == (0, ["ready", "1", "pages", "orders.txt"])


def test_all_that_failed_is_read_again_but_not_what_is_held_or_was_given_up(
    parser: ParserHere, add: Add, services: Services
) -> None:
    parser.planned["orders.txt"] = GIVING_ORDERS
    held, failed = add("orders.txt", "x"), add("late.pdf", b"%PDF-1.7 nothing")
    given_up = services.intake.receive(io.BytesIO(b"x y"), name="given-up.txt").document
    services.intake.cancel(given_up.id)
    again = docs("retry", "--failed")
    assert again.exit_code == 1
    assert again.stdout.startswith("failed")
    parser.planned["late.pdf"] = SCREENED
    (read,) = json.loads(docs("retry", "--failed", "--json").stdout)
    assert (read["id"], read["status"]) == (failed.id, "partial")
    assert services.store.document(held.id).status == "held"
    assert services.store.document(given_up.id).status == "failed"
    assert docs("retry", "--failed").exit_code == 0, "nothing is left to be done"


def test_a_retry_that_helped_some_says_so(parser: ParserHere, add: Add) -> None:
    ready, failed = add("a.txt", "One."), add("b.pdf", b"%PDF-1.7 nothing")
    assert docs("retry", ready.id, failed.id).exit_code == 3


@pytest.mark.parametrize("arguments", [(), ("x", "--failed"), ("x", "--collection", "y")])
def test_a_retry_must_say_of_what(arguments: tuple[str, ...]) -> None:
    assert docs("retry", *arguments).exit_code == 2


def test_a_reading_is_cancelled(services: Services, add: Add) -> None:
    waiting = services.intake.receive(io.BytesIO(b"One."), name="a.txt").document
    assert docs("cancel", waiting.id).stdout == "cancelled a.txt\n"
    assert services.jobs.active() == {}
    assert "nothing to cancel" in docs("cancel", add("b.txt", "Two.").id).output


@pytest.mark.parametrize("command", ["show", "release", "retry", "cancel"])
def test_a_document_that_is_not_there_is_not_found(command: str) -> None:
    assert docs(command, "0" * 32).exit_code == 1
