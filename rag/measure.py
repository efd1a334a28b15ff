"""How good search, answers, citations and declining are, question by question. Pure.

Each measure of a question is a float, or None where its gold cannot tell; a set's figure is the mean over the questions
that have one, with a bootstrap interval. Retrieval, answers and citations are measured over the answerable questions,
where a declined one scores 0 unless said otherwise.

retrieval
  recall@k        |gold documents in the first k distinct documents| / min(k, |gold|): the hit rate where one
                  document is gold, else the capped recall of BEIR (Thakur et al. 2021).
  ndcg@10         binary gain, 1 / log2(rank + 1) over the ideal order (Järvelin and Kekäläinen 2002).
  mrr@10          1 / rank of the first gold document (Voorhees 1999). Ranks here count distinct documents, each
                  where its first hit stands, among the hits observed and no deeper.
  page_recall@5   1 if one of the first five *hits* lies on a gold page; several gold pages are alternatives
                  (top-k accuracy of passages: Karpukhin et al. 2020).
  hit_rate@5      1 if one of the first five hits lies in the gold document; questions with just one.
  span_recall@5   gold characters covered by the first five hits / gold characters (Smith and Troynikov 2024).
  follow_up_recall@5   recall@5 of questions that were asked after others, and standalone_recall@5 of the same
                  questions as somebody wrote them out: how much of the conversation is understood.
answers
  exact_match     and token_f1: SQuAD's (Rajpurkar et al. 2016), the best over the gold answers.
  contains_gold   1 if the words of a gold answer stand side by side in the answer.
  contains_gold_answered   the same, of the questions that were answered.
citations         A citation is correct if it lies on a gold document, on a gold page where those are given, and
                  overlaps a gold span where those are given: known places stand in for the model which judges
                  citations in ALCE (Gao et al. 2023), like the gold passages of CLAPnq (Rosenthal et al. 2024).
  precision       correct citations / citations of an answer; 0 for an answer without any, as in ALCE; of the
                  questions that were answered.
  sentence_precision   the same, a citation being correct too if it overlaps the sentence of a gold span.
  recall          gold documents which a correct citation reaches / gold documents.
  span_iou        characters cited and gold / characters cited or gold, all spans of a question taken together
                  (Smith and Troynikov 2024).
declining         An answer is right if a citation of it is correct or it contains a gold answer, and wrong else, and
                  for every unanswerable question. What a declined question would have been answered counts in the
                  last two.
  precision       unanswerable / declined; recall: declined / unanswerable.
  wrong_answers   wrong / answered; needless_refusals: declined / answerable.
  auroc           the chance that an answerable question gets a higher confidence than an unanswerable one.
  aurc            and coverage@risk_10, the share answered with at most 10 % of it wrong: see rag.selective.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rag.wording import contains


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
    sentences: tuple[Place, ...] = ()  # those that the spans stand in
    follow_up: bool = False  # asked after other questions


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """What the product did with the question."""

    hits: tuple[Place, ...] = ()  # best first
    standalone_hits: tuple[Place, ...] | None = None  # for the question written out; None without one
    answer: str = ""  # without footnote numbers; of a declined question what it would have been
    citations: tuple[Place, ...] = ()  # of that answer
    answered: bool = False
    declined: bool = False  # said that the documents do not answer; an error is neither
    confidence: float = 0.0  # in [0, 1]
    search_ms: float = 0.0
    ask_ms: float = 0.0


def right(gold: Gold, seen: Observed) -> bool | None:
    """Whether the answer, given or withheld, is right; None where the gold cannot tell, or after an error."""
    if not seen.answered and not seen.declined:
        return None
    if gold.answerable and not gold.documents and not gold.answers:
        return None
    cited = any(_correct(gold, place) for place in seen.citations)
    return gold.answerable and (cited or any(contains(seen.answer, answer) for answer in gold.answers))


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


def hit_rate(gold: Gold, hits: Sequence[Place], k: int) -> float | None:
    """1 if one of the first ``k`` hits, however many lie in one document, lies in the one that is gold."""
    if len(gold.documents) != 1:
        return None
    return float(any(hit.document in gold.documents for hit in hits[:k]))


def span_recall(gold: Gold, hits: Sequence[Place], k: int) -> float | None:
    """Share of the gold characters that the first ``k`` hits cover."""
    wanted = _characters(gold.spans)
    whole = sum(map(len, wanted.values()))
    covered = _characters(hits[:k])
    return sum(len(covered.get(key, set()) & wanted[key]) for key in wanted) / whole if whole else None


def citation_precision(gold: Gold, seen: Observed) -> float | None:
    """Share of correct citations of an answer; None where nothing was answered."""
    if not gold.documents or not seen.answered:
        return None
    return _share(_correct(gold, place) for place in seen.citations)


def sentence_precision(gold: Gold, seen: Observed) -> float | None:
    """Share of an answer's citations that overlap a gold span or its sentence; None without spans."""
    if not gold.spans or not seen.answered:
        return None
    wanted = (*gold.spans, *gold.sentences)
    return _share(any(_overlap(place, span) for span in wanted) for place in seen.citations)


def citation_recall(gold: Gold, seen: Observed) -> float | None:
    """Share of gold documents which a correct citation reaches."""
    if not gold.documents:
        return None
    reached = {place.document for place in _said(seen) if _correct(gold, place)}
    return len(reached) / len(gold.documents)


def span_iou(gold: Gold, seen: Observed) -> float | None:
    """Characters both cited and gold over characters cited or gold."""
    if not gold.spans:
        return None
    cited, wanted = _characters(_said(seen)), _characters(gold.spans)
    either = sum(len(cited.get(key, set()) | wanted.get(key, set())) for key in cited | wanted)
    return sum(len(cited[key] & wanted[key]) for key in cited.keys() & wanted) / max(1, either)


def _said(seen: Observed) -> tuple[Place, ...]:
    return seen.citations if seen.answered else ()


def _share(correct: Iterable[bool]) -> float:
    found = list(correct)
    return sum(found) / max(1, len(found))


def _documents(hits: Sequence[Place]) -> list[str]:
    return list(dict.fromkeys(hit.document for hit in hits))


def _gold_ranks(gold: Gold, hits: Sequence[Place], k: int) -> list[int]:
    ranked = enumerate(_documents(hits)[:k], start=1)
    return [rank for rank, document in ranked if document in gold.documents]


def _discount(rank: int) -> float:
    return 1 / math.log2(rank + 1)


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
