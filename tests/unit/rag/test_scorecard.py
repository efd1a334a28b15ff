"""Every measure by its name, over many questions."""

from collections.abc import Sequence

import pytest

from rag.estimate import Estimate
from rag.measure import Gold, Observed, Place
from rag.scorecard import LOWER_IS_BETTER, MEASURES, ORDERS, figures, score

UNANSWERABLE = Gold(answerable=False)
DECLINED = Observed(declined=True)
HERE = Place(document="a", page=1, start=0, end=10)


def gold(*documents: str, **more: object) -> Gold:
    return Gold(answerable=True, documents=frozenset(documents), **more)


def answered(text: str = "", *citations: Place, confidence: float = 1.0, **more: object) -> Observed:
    return Observed(answered=True, answer=text, citations=citations, confidence=confidence, **more)


def measured(*pairs: tuple[Gold, Observed]) -> dict[str, Estimate | None]:
    return figures([score(*pair) for pair in pairs], resamples=50)


def values(names: Sequence[str], *pairs: tuple[Gold, Observed]) -> list[float | None]:
    found = measured(*pairs)
    return [None if (it := found[name]) is None else pytest.approx(it.value) for name in names]


def test_answers_are_compared_with_the_best_of_the_gold_answers() -> None:
    pair = gold(answers=("thirty days", "30 working days")), answered("The 30 days.")
    assert values(["answers.exact_match", "answers.token_f1"], pair) == [0, 2 * 2 / (2 + 3)]


def test_declining_an_answerable_question_scores_nothing() -> None:
    asked = gold("a", answers=("yes",), spans=(HERE,))
    names = ["citations.precision", "citations.recall", "citations.span_iou"]
    assert values(["answers.exact_match"], (asked, DECLINED), (asked, answered("Yes."))) == [0.5]
    assert values(names, (asked, DECLINED)) == [None, 0, 0]


def test_of_those_answered_only_the_answered_count() -> None:
    asked = gold("a", answers=("yes",))
    names = ["answers.contains_gold", "answers.contains_gold_answered"]
    assert values(names, (asked, DECLINED), (asked, answered("Yes, indeed."))) == [0.5, 1]


def test_what_was_withheld_is_no_answer() -> None:
    asked = gold("a", answers=("yes",))
    assert values(["answers.contains_gold"], (asked, Observed(declined=True, answer="Yes."))) == [0]


def test_declining_is_scored_as_finding_the_unanswerable() -> None:
    pairs = [
        (UNANSWERABLE, DECLINED), (UNANSWERABLE, answered()), (gold("a"), DECLINED), (gold("a"), answered("", HERE)),
        (UNANSWERABLE, DECLINED),
    ]  # fmt: skip
    names = ["precision", "recall", "wrong_answers", "needless_refusals"]
    assert values([f"declining.{name}" for name in names], *pairs) == [2 / 3, 2 / 3, 1 / 2, 1 / 2]


def test_an_error_is_neither_an_answer_nor_a_decline() -> None:
    names = ["declining.precision", "declining.recall", "ms.ask"]
    assert values(names, (UNANSWERABLE, Observed()), (gold("a"), answered(ask_ms=5.0))) == [None, 0, 5]


def test_without_unanswerable_questions_there_is_nothing_to_decline() -> None:
    names = ["declining.precision", "declining.recall", "declining.auroc"]
    assert values(names, (gold("a"), DECLINED), (gold("a"), answered())) == [None, None, None]


def test_a_measure_without_gold_is_none() -> None:
    found = measured((gold(), answered("Yes.", HERE)))
    told = {name for name, estimate in found.items() if estimate is not None}
    assert told == {"declining.needless_refusals", "ms.search", "ms.ask"}


def test_unanswerable_questions_stay_out_of_retrieval() -> None:
    hits = Observed(hits=(HERE,))
    found = measured((gold("a"), hits), (UNANSWERABLE, hits))["retrieval.recall@1"]
    assert found is not None
    assert (found.value, found.questions) == (1, 1)


def test_follow_ups_are_measured_beside_the_same_questions_written_out() -> None:
    asked = gold("a", follow_up=True)
    lost = answered(hits=(), standalone_hits=(HERE,))
    names = ["retrieval.follow_up_recall@5", "retrieval.standalone_recall@5"]
    assert values(names, (asked, lost), (gold("a"), answered(hits=(HERE,)))) == [0, 1]


def test_the_order_of_confidence_is_measured_over_given_and_withheld_answers() -> None:
    pairs = [
        (gold("a"), answered("", HERE, confidence=0.9)),
        (UNANSWERABLE, answered("", HERE, confidence=0.8)),
        (gold("a"), Observed(declined=True, citations=(HERE,), confidence=0.2)),
    ]
    names = ["declining.auroc", "declining.aurc", "declining.coverage@risk_10"]
    assert values(names, *pairs) == [1 / 2, (0 + 1 / 2 + 1 / 3) / 3, 1 / 3]


def test_every_measure_that_should_fall_is_a_measure() -> None:
    assert {*MEASURES, *ORDERS} >= LOWER_IS_BETTER
    assert not MEASURES.keys() & ORDERS.keys()
