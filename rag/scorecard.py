"""What is kept of a question once it is measured, and the figures of many: every measure by its name. Pure.

The measures of a question are defined in rag.measure, those of the order that the confidence makes in rag.selective.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from rag import measure
from rag.estimate import RESAMPLES, Array, Estimate, auroc, bootstrap, mean
from rag.measure import Gold, Observed, Place
from rag.selective import aurc, coverage_at
from rag.wording import contains, exact_match, token_f1

UNKNOWN = float("nan")
RISK = 0.1  # for the coverage that can be had
LOWER_IS_BETTER = frozenset(
    {"declining.wrong_answers", "declining.needless_refusals", "declining.aurc", "ms.search", "ms.ask"}
)

Score = Callable[[Gold, Observed], float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """What is left of a question once it is measured."""

    answerable: bool
    answered: bool
    declined: bool
    confidence: float
    right: bool | None  # the answer, also one that was withheld; None where the gold cannot tell
    scores: Mapping[str, float | None]  # by the names of MEASURES


def score(gold: Gold, seen: Observed) -> Scored:
    """Everything that is measured of a question."""
    return Scored(
        answerable=gold.answerable,
        answered=seen.answered,
        declined=seen.declined,
        confidence=seen.confidence,
        right=measure.right(gold, seen),
        scores={
            name: None if (found := of(gold, seen)) is None else float(found) for name, of in MEASURES.items()
        },
    )


def figures(scored: Sequence[Scored], *, resamples: int = RESAMPLES) -> dict[str, Estimate | None]:
    """Every measure over these questions; None where they have no gold for it.

    Declining is measured only where there are unanswerable questions, needless refusals everywhere.
    """
    means = {name: mean(values(scored, name), resamples=resamples) for name in MEASURES}
    orders = {name: order(of, scored, resamples=resamples) for name, of in ORDERS.items()}
    silent = {"declining.precision"} if all(each.answerable for each in scored) else set()
    return {name: None if name in silent else found for name, found in (means | orders).items()}


def values(scored: Sequence[Scored], name: str) -> list[float]:
    """The scores of those questions that have one."""
    return [value for each in scored if (value := each.scores[name]) is not None]


def order(of: "Order", scored: Sequence[Scored], *, resamples: int = RESAMPLES) -> Estimate | None:
    """A figure of the order that the confidence puts the questions in."""
    return bootstrap(of, *columns(scored), resamples=resamples)


def columns(scored: Sequence[Scored]) -> tuple[list[float], list[float], list[float]]:
    """Confidences, which questions are answerable, and which answers are or would be wrong; NaN where unknown."""
    return (
        [each.confidence for each in scored],
        [float(each.answerable) for each in scored],
        [UNKNOWN if each.right is None else float(not each.right) for each in scored],
    )


def _aurc(confidence: Array, _: Array, wrong: Array) -> float | None:
    known = ~np.isnan(wrong)
    return aurc(confidence[known], wrong[known])


def _coverage(confidence: Array, _: Array, wrong: Array) -> float | None:
    known = ~np.isnan(wrong)
    return coverage_at(confidence[known], wrong[known], RISK) if known.any() else None


def _found(of: Callable[[Gold, Sequence[Place], int], float | None], k: int) -> Score:
    return lambda gold, seen: of(gold, seen.hits, k) if gold.answerable else None


def _standalone(gold: Gold, seen: Observed) -> float | None:
    return None if seen.standalone_hits is None else measure.recall(gold, seen.standalone_hits, 5)


def _worded(of: Callable[[str, str], float]) -> Score:
    def best(gold: Gold, seen: Observed) -> float | None:
        if not gold.answerable or not gold.answers:
            return None
        return max(of(seen.answer, answer) for answer in gold.answers) if seen.answered else 0.0

    return best


def _wrong(gold: Gold, seen: Observed) -> float | None:
    judged = measure.right(gold, seen)
    return None if judged is None else float(not judged)


def _answerable(of: Score) -> Score:
    return lambda gold, seen: of(gold, seen) if gold.answerable else None


def _answered(of: Score) -> Score:
    return lambda gold, seen: of(gold, seen) if seen.answered else None


def _follow_up(of: Score) -> Score:
    return lambda gold, seen: of(gold, seen) if gold.follow_up else None


def _ended(of: Score) -> Score:
    return lambda gold, seen: of(gold, seen) if seen.answered or seen.declined else None


MEASURES: Mapping[str, Score] = MappingProxyType(
    {
        "retrieval.recall@1": _found(measure.recall, 1),
        "retrieval.recall@5": _found(measure.recall, 5),
        "retrieval.recall@10": _found(measure.recall, 10),
        "retrieval.ndcg@10": _found(measure.ndcg, 10),
        "retrieval.mrr@10": _found(measure.reciprocal_rank, 10),
        "retrieval.page_recall@5": _found(measure.page_recall, 5),
        "retrieval.hit_rate@5": _found(measure.hit_rate, 5),
        "retrieval.span_recall@5": _found(measure.span_recall, 5),
        "retrieval.follow_up_recall@5": _follow_up(_found(measure.recall, 5)),
        "retrieval.standalone_recall@5": _follow_up(_answerable(_standalone)),
        "answers.exact_match": _worded(exact_match),
        "answers.token_f1": _worded(token_f1),
        "answers.contains_gold": _worded(contains),
        "answers.contains_gold_answered": _answered(_worded(contains)),
        "citations.precision": _answerable(measure.citation_precision),
        "citations.sentence_precision": _answerable(measure.sentence_precision),
        "citations.recall": _answerable(measure.citation_recall),
        "citations.span_iou": _answerable(measure.span_iou),
        "declining.precision": lambda gold, seen: not gold.answerable if seen.declined else None,
        "declining.recall": lambda gold, seen: None if gold.answerable else seen.declined,
        "declining.wrong_answers": _answered(_wrong),
        "declining.needless_refusals": lambda gold, seen: seen.declined if gold.answerable else None,
        "ms.search": _ended(lambda _, seen: seen.search_ms),
        "ms.ask": _ended(lambda _, seen: seen.ask_ms),
    }
)

Order = Callable[[Array, Array, Array], float | None]  # of confidences, which are answerable, which are wrong

ORDERS: Mapping[str, Order] = MappingProxyType(
    {
        "declining.auroc": lambda confidence, answerable, _: auroc(answerable, confidence),
        "declining.aurc": _aurc,
        "declining.coverage@risk_10": _coverage,
    }
)
