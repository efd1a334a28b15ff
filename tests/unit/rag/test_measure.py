import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag import measure
from rag.measure import Gold, Observed, Place


def place(document: str, page: int | None = 1, start: int = 0, end: int = 10) -> Place:
    return Place(document=document, page=page, start=start, end=end)


def gold(*documents: str, **more: object) -> Gold:
    return Gold(answerable=True, documents=frozenset(documents), **more)


def answered(text: str = "", *citations: Place, confidence: float = 1.0) -> Observed:
    return Observed(answered=True, answer=text, citations=citations, confidence=confidence)


UNANSWERABLE = Gold(answerable=False)
DECLINED = Observed(declined=True)


def test_recall_counts_distinct_documents_not_hits() -> None:
    hits = [place("a"), place("a", 2), place("b")]
    assert measure.recall(gold("b"), hits, 1) == 0
    assert measure.recall(gold("b"), hits, 2) == 1


def test_recall_of_several_documents_is_the_share_of_those_that_fit() -> None:
    hits = [place("a"), place("x"), place("b")]
    four = gold("a", "b", "c", "d")
    assert [measure.recall(four, hits, k) for k in (1, 3, 10)] == [1, 2 / 3, 2 / 4]


def test_ndcg_discounts_by_rank_and_divides_by_the_ideal_order() -> None:
    hits = [place("x"), place("a"), place("b")]
    found = 1 / math.log2(3) + 1 / math.log2(4)
    assert measure.ndcg(gold("a", "b"), hits, 10) == pytest.approx(found / (1 + 1 / math.log2(3)))


def test_the_reciprocal_rank_is_that_of_the_first_gold_document() -> None:
    hits = [place("x"), place("x", 2), place("y"), place("b"), place("a")]
    assert measure.reciprocal_rank(gold("a", "b"), hits, 10) == pytest.approx(1 / 3)
    assert measure.reciprocal_rank(gold("a", "b"), hits, 2) == 0


def test_page_recall_wants_the_gold_page_of_the_gold_document_among_the_hits() -> None:
    wanted = gold("a", pages=frozenset({("a", 3), ("a", 4)}))
    assert measure.page_recall(wanted, [place("b", 3), place("a", 1), place("a", 4)], 3) == 1
    assert measure.page_recall(wanted, [place("b", 3), place("a", 1), place("a", 4)], 2) == 0
    assert measure.page_recall(wanted, [place("b", 3)], 5) == 0


def test_answers_are_compared_with_the_best_of_the_gold_answers() -> None:
    pairs = [(gold(answers=("thirty days", "30 working days")), answered("The 30 days."))]
    scored = measure.answers(pairs)
    assert scored.exact_match is not None
    assert scored.token_f1 is not None
    assert scored.exact_match.value == 0
    assert scored.token_f1.value == pytest.approx(2 * 2 / (2 + 3))


def test_declining_an_answerable_question_scores_nothing() -> None:
    asked = gold("a", answers=("yes",), spans=(place("a"),))
    scored = measure.answers([(asked, DECLINED), (asked, answered("Yes."))])
    cited = measure.citations([(asked, DECLINED)])
    assert scored.exact_match is not None
    assert scored.exact_match.value == 0.5
    assert cited.precision is None
    assert cited.recall is not None
    assert cited.recall.value == 0
    assert cited.span_iou is not None
    assert cited.span_iou.value == 0


def test_a_citation_must_lie_on_the_gold_document_page_and_span() -> None:
    wanted = gold("a", pages=frozenset({("a", 2)}), spans=(place("a", 2, 50, 60),))
    citations = [place("a", 2, 40, 51), place("a", 2, 40, 50), place("a", 1, 50, 60), place("b", 2, 50, 60)]
    assert measure.citation_precision(wanted, answered("", *citations)) == 0.25
    assert measure.citation_recall(wanted, answered("", *citations)) == 1
    assert measure.citation_recall(wanted, answered("", *citations[1:])) == 0


def test_citation_recall_is_the_share_of_gold_documents_cited() -> None:
    assert measure.citation_recall(gold("a", "b"), answered("", place("a"), place("a", 2), place("x"))) == 0.5


def test_an_answer_without_citations_has_no_precision() -> None:
    assert measure.citation_precision(gold("a"), answered("Just so.")) == 0


def test_span_iou_counts_characters_once_over_all_spans() -> None:
    wanted = gold("a", spans=(place("a", 1, 0, 10), place("a", 1, 20, 30)))
    cited = answered("", place("a", 1, 5, 10), place("a", 1, 5, 10), place("b", 1, 0, 5))
    assert measure.span_iou(wanted, cited) == pytest.approx(5 / 25)


def test_declining_is_scored_as_finding_the_unanswerable() -> None:
    pairs = [
        (UNANSWERABLE, DECLINED),
        (UNANSWERABLE, answered()),
        (gold("a"), DECLINED),
        (gold("a"), answered()),
    ]
    scored = measure.declining([*pairs, (UNANSWERABLE, DECLINED)])
    assert scored.precision is not None
    assert scored.recall is not None
    assert scored.precision.value == pytest.approx(2 / 3)
    assert scored.recall.value == pytest.approx(2 / 3)


def test_an_error_is_neither_an_answer_nor_a_decline() -> None:
    scored = measure.declining([(UNANSWERABLE, Observed()), (gold("a"), answered())])
    assert scored.precision is None
    assert scored.recall is not None
    assert scored.recall.value == 0


def test_auroc_counts_the_pairs_in_the_right_order_and_half_the_ties() -> None:
    assert measure.auroc([True, True, False, False], [0.9, 0.4, 0.4, 0.1]) == pytest.approx(3.5 / 4)


def test_a_measure_without_gold_is_none() -> None:
    pairs = [(gold(), answered("Yes.", place("a")))]
    found, cited, said = measure.retrieval(pairs), measure.citations(pairs), measure.answers(pairs)
    assert (found.recall_at_1, found.ndcg_at_10, found.mrr_at_10, found.page_recall_at_5) == (None,) * 4
    assert (cited.precision, cited.recall, cited.span_iou) == (None,) * 3
    assert (said.exact_match, said.token_f1, said.contains_gold) == (None,) * 3
    assert measure.declining(pairs) == measure.Declining(precision=None, recall=None, auroc=None)


def test_unanswerable_questions_stay_out_of_retrieval_and_answers() -> None:
    hits = Observed(hits=(place("a"),))
    found = measure.retrieval([(gold("a"), hits), (UNANSWERABLE, hits)])
    assert found.recall_at_1 is not None
    assert (found.recall_at_1.value, found.recall_at_1.questions) == (1, 1)


def test_percentiles_lie_between_neighbours_in_proportion() -> None:
    assert measure.percentile([10, 20, 30], 50) == 20
    assert measure.percentile([0, 10], 95) == pytest.approx(9.5)
    assert measure.percentile([], 50) is None


def test_an_interval_is_the_same_on_every_run_and_narrows_with_more_questions() -> None:
    few, many = measure.estimate([0, 1] * 10), measure.estimate([0, 1] * 1000)
    assert few == measure.estimate([0, 1] * 10)
    assert few is not None
    assert many is not None
    assert 0 < few.low < many.low < 0.5 < many.high < few.high < 1
    assert measure.estimate([]) is None


def test_the_interval_is_about_that_of_the_normal_approximation() -> None:
    sample = measure.estimate([0, 1] * 500)
    assert sample is not None
    assert sample.high - sample.low == pytest.approx(2 * 1.96 * math.sqrt(0.25 / 1000), rel=0.1)


documents = st.sampled_from("abcdefgh")
ranked = st.lists(st.builds(place, documents, st.integers(1, 3)), max_size=20)
golds = st.sets(documents, min_size=1, max_size=4).map(lambda names: gold(*names))


@given(golds, ranked)
def test_measures_of_ranks_lie_between_0_and_1_and_agree_on_nothing_found(
    wanted: Gold, hits: list[Place]
) -> None:
    recall = measure.recall(wanted, hits, 10)
    others = (measure.ndcg(wanted, hits, 10), measure.reciprocal_rank(wanted, hits, 10))
    assert recall is not None
    for other in others:
        assert other is not None
        assert 0 <= other <= 1 + 1e-12
        assert (other == 0) == (recall == 0)


@given(golds, ranked)
def test_more_hits_never_lose_a_document(wanted: Gold, hits: list[Place]) -> None:
    wide = len(wanted.documents)
    counts = [measure.recall(wanted, hits, k) for k in range(wide, 12)]
    assert counts == sorted(value for value in counts if value is not None)


@given(st.lists(st.builds(place, documents, st.just(1), st.integers(0, 20), st.integers(20, 40)), max_size=5))
def test_citing_exactly_the_gold_spans_is_perfect(spans: list[Place]) -> None:
    wanted = gold(
        *{span.document for span in spans}, spans=tuple(span for span in spans if span.start < span.end)
    )
    cited = answered("", *wanted.spans)
    assert measure.span_iou(wanted, cited) in (None, 1)
    if wanted.spans == tuple(spans) and spans:
        assert measure.citation_precision(wanted, cited) == measure.citation_recall(wanted, cited) == 1


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 5)), min_size=1, max_size=30))
def test_auroc_is_the_chance_of_the_right_order(drawn: list[tuple[bool, int]]) -> None:
    above, below = ([score for label, score in drawn if label is wanted] for wanted in (True, False))
    area = measure.auroc([label for label, _ in drawn], [float(score) for _, score in drawn])
    if not above or not below:
        assert area is None
    else:
        right = sum((a > b) + (a == b) / 2 for a in above for b in below)
        assert area == pytest.approx(right / (len(above) * len(below)))


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_the_mean_lies_in_its_interval_within_the_values(values: list[float]) -> None:
    sample = measure.estimate(values, resamples=200)
    assert sample is not None
    assert min(values) - 1e-9 <= sample.low <= sample.high <= max(values) + 1e-9
    assert sample.questions == len(values)
