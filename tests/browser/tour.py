"""The tour of docs/tour.md: from an empty home to a checked answer, and back to it the next day."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.browser.serving import ROOT

SAMPLE = ROOT / "data" / "sample" / "documents"
QUESTION = "How many working days of annual leave do full-time employees have?"
UNANSWERED = "What is the chief executive's salary?"
READ_SECONDS = 300


def walk(page: Any, documents: Path = SAMPLE) -> Iterator[str]:
    """Do what somebody new does, and stop at each state with its name."""
    page.goto("/")
    yield "empty"
    page.goto("/documents")
    upload(page, documents)
    yield "library"
    page.goto("/")
    yield "start"
    ask(page, QUESTION)
    yield "answer"
    page.locator(".turn .note").first.click()
    page.locator("#pane .source").wait_for()
    if picture := page.query_selector("#pane .sheet img"):
        picture.evaluate("picture => picture.decode()")
    yield "source"
    page.keyboard.press("Escape")
    ask(page, UNANSWERED)
    yield "declined"
    page.goto("/conversations")
    yield "conversations"
    page.goto("/overview")
    yield "overview"


def upload(page: Any, documents: Path) -> None:
    """Hand in every file of a folder, and watch until all are read."""
    files = sorted(path for path in documents.iterdir() if path.is_file())
    page.set_input_files("input[name=files]", files)
    page.locator("#library[data-busy='0'] .pill.ready").nth(len(files) - 1).wait_for(
        timeout=READ_SECONDS * 1000
    )


def ask(page: Any, question: str) -> None:
    """Ask and wait for the whole answer."""
    answered = page.locator(".turn:not(.pending)")
    before = answered.count()
    page.fill("#question", question)
    page.keyboard.press("Enter")
    answered.nth(before).wait_for()
