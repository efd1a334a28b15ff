"""The second look at the best passages."""

from collections.abc import Sequence

from rag.rerank import reranked
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


def test_nothing_found_stays_nothing() -> None:
    assert reranked("q", [], Reranker()) == ()
