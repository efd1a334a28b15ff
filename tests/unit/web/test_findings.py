import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.receipt import Receipt
from rag.types import Status
from tests.factories import document
from web.findings import hints, inspection, lines, numbered, outcome, ranges, shares, standing


@given(st.lists(st.integers(1, 60)))
def test_runs_of_numbers_hold_the_same_numbers_and_never_touch(numbers: list[int]) -> None:
    found = ranges(numbers)
    assert [n for first, last in found for n in range(first, last + 1)] == sorted(set(numbers))
    assert all(last + 1 < after for (_, last), (after, _) in itertools.pairwise(found))


def test_page_numbers_are_listed_as_people_do() -> None:
    assert numbered((9, 1, 4, 5, 6)) == "1, 4–6, 9"
    assert numbered(()) == ""


@given(st.dictionaries(st.text(), st.floats(0, 1e6), max_size=5))
def test_bars_are_shares_of_the_longest(seconds: dict[str, float]) -> None:
    bars = shares(seconds)
    assert [stage for stage, _, _ in bars] == list(seconds)
    assert all(0 <= share <= 100 for _, _, share in bars)


@pytest.mark.parametrize(
    ("status", "stage", "told"),
    [
        (Status.WAITING, None, "waits"),
        (Status.WAITING, "waiting", "waits"),
        (Status.WAITING, "embedding", "indexing"),
        (Status.READY, None, "It answers questions."),
        (Status.READY, "parsing", "An earlier reading"),
        (Status.PARTIAL, None, "some of its pages"),
        (Status.HELD, None, "released"),
        (Status.FAILED, None, "could not be read"),
    ],
)
def test_every_state_is_told_in_a_sentence(status: Status, stage: str | None, told: str) -> None:
    sentence = standing(document(status=status), stage)
    assert told in sentence
    assert sentence.endswith(".")


def test_an_update_that_failed_leaves_the_version_before_answering() -> None:
    assert "An earlier version" in standing(document(reason="It is damaged."), None)


@pytest.mark.parametrize(
    ("receipt", "told"),
    [
        (None, ()),
        (Receipt(pages=3, with_text=3), ()),
        (Receipt(unreadable=(1, 2)), ("2 pages unreadable",)),
        (Receipt(hidden={"off": 1}), ("1 hidden character left out",)),
        (Receipt(hidden={"off": 1200, "on": 4}, released=True), ("1,204 hidden characters taken in",)),
        (Receipt(instructions=("Do.",), released=True), ("released: looks like instructions",)),
        (Receipt(instructions=("Do.",)), ("looks like instructions",)),
        (Receipt(uninspected="No."), ("not inspected for hidden text",)),
        (Receipt(ocr=(1,), warnings=("a", "b")), ("1 page by OCR", "2 warnings")),
    ],
)
def test_hints_tell_only_what_is_out_of_the_ordinary(receipt: Receipt | None, told: tuple[str, ...]) -> None:
    assert hints(document(), receipt) == told


def test_what_is_held_says_so() -> None:
    held = hints(document(status=Status.HELD), Receipt(instructions=("Do.",)))
    assert held == ("held: looks like instructions",)


@pytest.mark.parametrize(
    ("receipt", "told"),
    [
        (Receipt(), "Clear"),
        (Receipt(released=True), "Nothing was left out."),
        (Receipt(hidden={"off": 1}), "left out"),
        (Receipt(hidden={"off": 1}, released=True), "taken in"),
        (Receipt(uninspected="PDFium could not open it."), "PDFium could not open it."),
        (Receipt(instructions=("Do.",)), "instructions"),
    ],
)
def test_the_screening_is_told_in_a_sentence(receipt: Receipt, told: str) -> None:
    assert told in inspection(receipt)


def test_all_of_a_receipt_is_printed() -> None:
    found = Receipt(
        pages=9,
        ocr=(1, 2, 3),
        hidden={"outside the page": 5},
        hidden_pages=(2,),
        instructions=("Obey.",),
        released=True,
        warnings=("A font is damaged.",),
        seconds={"parsing": 0.5},
    )
    told = [f"{name}: {value}" for name, value in lines(found)]
    for line in (
        "pages: 9", "by OCR: 3: 1–3", "empty: 0", "hidden: 5 outside the page", "hidden on: 2",
        "instruction: “Obey.”", "warning: A font is damaged.", "time: 0.50 s reading the file",
    ):  # fmt: skip
        assert line in told


def test_a_sync_reports_what_is_not_nothing() -> None:
    assert outcome({"added": 1200, "updated": 0, "failed": [1], "later": 7}) == "1,200 added, 1 failed"
    assert outcome({}) == "nothing found"
    assert outcome({"added": 1, "error": "0 files found."}) == "1 added. 0 files found."
