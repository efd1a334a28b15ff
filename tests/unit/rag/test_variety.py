"""Copies of a passage go behind."""

from rag.types import Chunk, Passage
from rag.variety import copies_last
from tests.factories import document, passage


def found(text: str) -> Passage:
    return passage(Chunk(page=1, start=0, end=len(text), text=text), of=document())


def texts(*given: str) -> list[str]:
    return [each.chunk.text for each in copies_last([found(text) for text in given])]


def test_what_says_something_new_comes_before_copies() -> None:
    assert texts("the heron stands", "The heron  stands.", "the stork flies") == [
        "the heron stands",
        "the stork flies",
        "The heron  stands.",
    ]


def test_the_same_words_with_other_figures_are_no_copy() -> None:
    tables = ["sales were 12 million in all of that quarter", "sales were 13 million in all of that quarter"]
    assert texts(*tables, "birds") == [*tables, "birds"]


def test_ranks_count_anew() -> None:
    passages = [found("a b"), found("a b"), found("c d")]
    assert [(each.rank, each.chunk.text) for each in copies_last(passages)] == [
        (1, "a b"),
        (2, "c d"),
        (3, "a b"),
    ]
