"""How good search, answers, citations and declining are, question by question. Pure.

Each measure of a question is a float, or None where its gold cannot tell; a set's figure is the mean over the
answerable questions that have one, with a bootstrap interval. A declined question scores 0 except in
citation precision.

recall@k        |gold documents in the first k distinct documents| / min(k, |gold|): the hit rate where one
                document is gold, else the capped recall of BEIR (Thakur et al. 2021).
ndcg@10         binary gain, 1 / log2(rank + 1) over the ideal order (Järvelin and Kekäläinen 2002).
mrr@10          1 / rank of the first gold document (Voorhees 1999). Ranks here count distinct documents, each
                where its first hit stands, among the hits observed and no deeper.
page_recall@5   1 if one of the first five *hits* lies on a gold page; several gold pages are alternatives
                (top-k accuracy of passages: Karpukhin et al. 2020).
exact_match     and token_f1: SQuAD's (Rajpurkar et al. 2016), the best over the gold answers.
contains_gold   1 if the words of a gold answer stand side by side in the answer.
citations       A citation is correct if it lies on a gold document, on a gold page where those are given, and
                overlaps a gold span where those are given: known places stand in for the model which judges
                citations in ALCE (Gao et al. 2023), like the gold passages of CLAPnq (Rosenthal et al. 2024).
  precision     correct citations / citations of an answer; 0 for an answer without any, as in ALCE.
  recall        gold documents which a correct citation reaches / gold documents.
  span_iou      characters cited and gold / characters cited or gold, all spans of a question taken together
                (Smith and Troynikov 2024).
declining       precision: unanswerable / declined; recall: declined / unanswerable; auroc: the chance that an
                answerable question gets a higher confidence than an unanswerable one, ties counting half
                (Hanley and McNeil 1982).
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from rag.wording import contains, exact_match, token_f1


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A stretch of a document: what a hit, a citation or a gold span points at."""

    document: str  # its name in the set
    page: int | None  # from 1; None where the format has none
    start: int  # characters into the page's stored text
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Gold:
    """What is right for a question, as far as its set says."""

    answerable: bool
    documents: frozenset[str] = frozenset()  # empty where unknown or unanswerable
    pages: frozenset[tuple[str, int]] = frozenset()  # document and page; empty where unknown
    answers: tuple[str, ...] = ()  # alternatives
    spans: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """What the product did with the question."""

    hits: tuple[Place, ...] = ()  # best first
    answer: str = ""  # without footnote numbers; empty unless answered
    citations: tuple[Place, ...] = ()
    answered: bool = False
    declined: bool = False  # said that the documents do not answer; an error is neither
    confidence: float = 0.0  # in [0, 1]
    search_ms: float = 0.0
    ask_ms: float = 0.0


Pair = tuple[Gold, Observed]


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """The mean of a measure and its 95 % bootstrap interval."""

    value: float
    low: float
    high: float
    questions: int  # that have gold for it


@dataclass(frozen=True, slots=True, kw_only=True)
class Retrieval:
    """Whether the right documents and pages are found, over the answerable questions."""

    recall_at_1: Estimate | None
    recall_at_5: Estimate | None
    recall_at_10: Estimate | None
    ndcg_at_10: Estimate | None
    mrr_at_10: Estimate | None
    page_recall_at_5: Estimate | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """Whether the words of the answer are right, over the answerable questions."""

    exact_match: Estimate | None
    token_f1: Estimate | None
    contains_gold: Estimate | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Citations:
    """Whether the footnotes point at the right places."""

    precision: Estimate | None
    recall: Estimate | None
    span_iou: Estimate | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Declining:
    """Whether it says so when the documents do not answer; None without unanswerable questions."""

    precision: Estimate | None
    recall: Estimate | None
    auroc: float | None


def retrieval(pairs: Sequence[Pair]) -> Retrieval:
    """The measures of search."""
    return Retrieval(
        recall_at_1=_over(pairs, lambda gold, seen: recall(gold, seen.hits, 1)),
        recall_at_5=_over(pairs, lambda gold, seen: recall(gold, seen.hits, 5)),
        recall_at_10=_over(pairs, lambda gold, seen: recall(gold, seen.hits, 10)),
        ndcg_at_10=_over(pairs, lambda gold, seen: ndcg(gold, seen.hits, 10)),
        mrr_at_10=_over(pairs, lambda gold, seen: reciprocal_rank(gold, seen.hits, 10)),
        page_recall_at_5=_over(pairs, lambda gold, seen: page_recall(gold, seen.hits, 5)),
    )


def answers(pairs: Sequence[Pair]) -> Answers:
    """The measures of answers as text."""
    return Answers(
        exact_match=_over(pairs, lambda gold, seen: _best(exact_match, gold, seen)),
        token_f1=_over(pairs, lambda gold, seen: _best(token_f1, gold, seen)),
        contains_gold=_over(pairs, lambda gold, seen: _best(contains, gold, seen)),
    )


def citations(pairs: Sequence[Pair]) -> Citations:
    """The measures of footnotes."""
    return Citations(
        precision=_over(pairs, citation_precision),
        recall=_over(pairs, citation_recall),
        span_iou=_over(pairs, span_iou),
    )


def declining(pairs: Sequence[Pair]) -> Declining:
    """The measures of saying no; precision is None too where nothing was declined."""
    answerable = [gold.answerable for gold, _ in pairs]
    if all(answerable):
        return Declining(precision=None, recall=None, auroc=None)
    return Declining(
        precision=estimate([not gold.answerable for gold, seen in pairs if seen.declined]),
        recall=estimate([seen.declined for gold, seen in pairs if not gold.answerable]),
        auroc=auroc(answerable, [seen.confidence for _, seen in pairs]),
    )


def recall(gold: Gold, hits: Sequence[Place], k: int) -> float | None:
    """Gold documents among the first ``k`` distinct ones, as a share of those that fit."""
    if not gold.documents:
        return None
    found = gold.documents.intersection(_documents(hits)[:k])
    return len(found) / min(k, len(gold.documents))


def ndcg(gold: Gold, hits: Sequence[Place], k: int) -> float | None:
    """Discounted gain of the gold documents over that of the ideal order."""
    if not gold.documents:
        return None
    gain = sum(_discount(rank) for rank in _gold_ranks(gold, hits, k))
    return gain / sum(_discount(rank) for rank in range(1, min(k, len(gold.documents)) + 1))


def reciprocal_rank(gold: Gold, hits: Sequence[Place], k: int) -> float | None:
    """One over the rank of the first gold document, 0 beyond ``k``."""
    if not gold.documents:
        return None
    return 1 / min(_gold_ranks(gold, hits, k), default=math.inf)


def page_recall(gold: Gold, hits: Sequence[Place], k: int) -> float | None:
    """1 if one of the first ``k`` hits lies on a gold page."""
    if not gold.pages:
        return None
    return float(any((hit.document, hit.page) in gold.pages for hit in hits[:k]))


def _documents(hits: Sequence[Place]) -> list[str]:
    return list(dict.fromkeys(hit.document for hit in hits))


def _gold_ranks(gold: Gold, hits: Sequence[Place], k: int) -> list[int]:
    ranked = enumerate(_documents(hits)[:k], start=1)
    return [rank for rank, document in ranked if document in gold.documents]


def _discount(rank: int) -> float:
    return 1 / math.log2(rank + 1)


def _best(score: Callable[[str, str], float], gold: Gold, seen: Observed) -> float | None:
    if not gold.answers:
        return None
    return max(score(seen.answer, answer) for answer in gold.answers) if seen.answered else 0.0


def citation_precision(gold: Gold, seen: Observed) -> float | None:
    """Share of correct citations of an answer; None where nothing was answered."""
    if not gold.documents or not seen.answered:
        return None
    return sum(_correct(gold, place) for place in seen.citations) / max(1, len(seen.citations))


def citation_recall(gold: Gold, seen: Observed) -> float | None:
    """Share of gold documents which a correct citation reaches."""
    if not gold.documents:
        return None
    reached = {place.document for place in seen.citations if _correct(gold, place)}
    return len(reached) / len(gold.documents)


def span_iou(gold: Gold, seen: Observed) -> float | None:
    """Characters both cited and gold over characters cited or gold."""
    if not gold.spans:
        return None
    cited, right = _characters(seen.citations), _characters(gold.spans)
    either = sum(len(cited.get(key, set()) | right.get(key, set())) for key in cited | right)
    return sum(len(cited[key] & right[key]) for key in cited.keys() & right) / max(1, either)


def _correct(gold: Gold, place: Place) -> bool:
    return (
        place.document in gold.documents
        and (not gold.pages or (place.document, place.page) in gold.pages)
        and (not gold.spans or any(_overlap(place, span) for span in gold.spans))
    )


def _overlap(one: Place, other: Place) -> bool:
    same = (one.document, one.page) == (other.document, other.page)
    return same and max(one.start, other.start) < min(one.end, other.end)


def _characters(places: Iterable[Place]) -> dict[tuple[str, int | None], set[int]]:
    covered: dict[tuple[str, int | None], set[int]] = {}
    for place in places:
        covered.setdefault((place.document, place.page), set()).update(range(place.start, place.end))
    return covered


def auroc(positive: Sequence[bool], scores: Sequence[float]) -> float | None:
    """Area under the ROC curve as Mann and Whitney's U with mean ranks; None without both classes."""
    labels = np.asarray(positive, dtype=bool)
    above, below = int(labels.sum()), int((~labels).sum())
    if not above or not below:
        return None
    _, place, counts = np.unique(np.asarray(scores), return_inverse=True, return_counts=True)
    mean_ranks = np.cumsum(counts) - (counts - 1) / 2
    return float((mean_ranks[place][labels].sum() - above * (above + 1) / 2) / (above * below))


def percentile(values: Sequence[float], percent: float) -> float | None:
    """The value below which ``percent`` of them lie, between neighbours in proportion; None of none."""
    return float(np.percentile(values, percent)) if values else None


def estimate(values: Sequence[float], *, resamples: int = 1000, seed: int = 0) -> Estimate | None:
    """The mean and its 95 % percentile bootstrap interval (Efron and Tibshirani 1993); None of none.

    The seed makes two runs over the same values give the same interval.
    """
    if not values:
        return None
    sample, random = np.asarray(values, dtype=np.float64), np.random.default_rng(seed)
    means = [sample[random.integers(sample.size, size=sample.size)].mean() for _ in range(resamples)]
    low, high = np.percentile(means, (2.5, 97.5))
    return Estimate(value=float(sample.mean()), low=float(low), high=float(high), questions=sample.size)


def _over(pairs: Sequence[Pair], measure: Callable[[Gold, Observed], float | None]) -> Estimate | None:
    each = (measure(gold, seen) for gold, seen in pairs if gold.answerable)
    return estimate([value for value in each if value is not None])
