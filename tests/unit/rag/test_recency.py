"""Where the latest is asked for, it comes first."""

from rag.recency import OUTDATED, latest_first
from rag.types import Chunk, Passage
from tests import factories


def found(title: str, score: float) -> Passage:
    text = f"Of {title}."
    document = factories.document(id=title.rjust(32), title=title, source="a.pdf")
    return factories.passage(Chunk(page=1, start=0, end=len(text), text=text), of=document, score=score)


def titles(*passages: Passage) -> list[str]:
    ordered = latest_first(passages)
    assert [each.rank for each in ordered] == list(range(1, len(ordered) + 1))
    return [each.document.title for each in ordered]


def test_the_latest_of_a_series_comes_before_its_forerunners() -> None:
    assert titles(found("Prices 2023", 0.8), found("Prices 2024", 0.7), found("Prices 2022", 0.6)) == [
        "Prices 2024",
        "Prices 2023",
        "Prices 2022",
    ]


def test_what_hardly_speaks_to_the_question_does_not_come_first_for_being_late() -> None:
    assert titles(found("Prices 2023", 0.8), found("Prices 2024", 0.8 - OUTDATED - 0.1)) == [
        "Prices 2023",
        "Prices 2024",
    ]


def test_what_has_no_later_one_keeps_its_place() -> None:
    assert titles(found("Rules", 0.8), found("Prices 2024", 0.7)) == ["Rules", "Prices 2024"]
