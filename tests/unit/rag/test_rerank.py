"""The second look at the best passages."""

from collections.abc import Sequence

from rag.found import Found
from rag.rerank import DEPTH, likeliest, read, reranked
from rag.types import Chunk, Passage
from tests.factories import document, passage


class Reranker:
    """Likes what it is told to, as far as its time goes."""

    def __init__(self, *chances: float) -> None:
        self.chances = list(chances)

    def relevance(self, question: str, passages: Sequence[str]) -> list[float]:
        return self.chances[: len(passages)]


def found(*texts: str) -> list[Passage]:
    return [
        passage(Chunk(page=1, start=0, end=len(text), text=text), of=document(), score=1 - at / 10)
        for at, text in enumerate(texts)
    ]


def order(passages: Sequence[Passage]) -> list[tuple[int, str]]:
    return [(each.rank, each.chunk.text) for each in passages]


def test_what_the_reranker_likes_comes_first() -> None:
    assert order(reranked("q", found("a", "b", "c"), Reranker(0.0, 0.1, 0.9))) == [
        (1, "c"),
        (2, "a"),
        (3, "b"),
    ]


def test_what_there_was_no_time_for_keeps_its_order_behind() -> None:
    ranked = reranked("q", found("a", "b", "c", "d"), Reranker(0.0, 0.9))
    assert order(ranked) == [(1, "b"), (2, "a"), (3, "c"), (4, "d")]


class Reader:
    """Finds in each passage what it is told to, as far as its time goes."""

    def __init__(self, *chances: float) -> None:
        self.found = [Found(relevance=chance, start=0, end=1, margin=0.0) for chance in chances]

    def read(self, question: str, passages: Sequence[str]) -> list[Found]:
        return self.found[: len(passages)]


def test_a_reader_orders_likewise_and_leaves_what_it_found() -> None:
    reader = Reader(0.0, 0.9)
    ranked = read("q", found("a", "b", "c"), reader)
    assert order(ranked) == [(1, "b"), (2, "a"), (3, "c")]
    assert [each.found for each in ranked] == [reader.found[1], reader.found[0], None]


def test_a_reader_that_is_not_to_reorder_only_leaves_what_it_found() -> None:
    reader = Reader(0.0, 0.9)
    given = found("a", "b")
    ranked = read("q", given, reader, reorder=False)
    assert [(each.score, each.found) for each in ranked] == [
        (given[0].score, reader.found[0]),
        (given[1].score, reader.found[1]),
    ]


def test_the_likeliest_is_what_was_found_in_the_passage_that_most_likely_answers() -> None:
    reader = Reader(0.2, 0.9, 0.3)
    assert likeliest(read("q", found("a", "b", "c", "d"), reader)) == reader.found[1]
    assert likeliest(found("a")) is None


def test_nothing_found_stays_nothing() -> None:
    assert reranked("q", [], Reranker()) == ()
    assert read("q", [], Reader()) == ()


def test_a_reader_reads_the_first_few_only() -> None:
    many = found(*(f"passage {at}" for at in range(DEPTH + 3)))
    ranked = read("q", many, Reader(*[0.5] * len(many)))
    assert sum(each.found is not None for each in ranked) == DEPTH
    assert [each.found is None for each in ranked[DEPTH:]] == [True] * 3
