"""The confidence is a probability, rises with the evidence, and parts what is there from what is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.abstain import (
    ALONE,
    COEFFICIENTS,
    READ_COEFFICIENTS,
    THRESHOLD,
    confidence,
    lead,
    signals,
)
from rag.evidence import WEIGHTS, Candidate, Evidence
from rag.found import Found
from rag.reading import surroundings
from rag.types import Chunk
from tests.factories import document, passage

ASKED = "Which firms signed?"
SAID = "The firms signed in March."
READING = surroundings(passage(Chunk(page=1, start=0, end=len(SAID), text=SAID), of=document()), None)


def evidence(*scores: float, cosine: float = 0.5, paragraph: float = 0.5) -> Evidence:
    values = {**dict.fromkeys(WEIGHTS, 0.5), "cosine": cosine}
    signals = tuple(values[name] for name in WEIGHTS)
    some = (Candidate(reading=READING, at=0, signals=signals, score=score) for score in scores)
    return Evidence(candidates=tuple(some), paragraph=paragraph)


def test_no_evidence_has_no_confidence() -> None:
    assert confidence(ASKED, evidence()) == 0.0


@given(st.lists(st.floats(-50, 50), min_size=1, max_size=40), st.floats(-1, 1))
def test_the_confidence_is_a_probability(scores: list[float], cosine: float) -> None:
    assert 0.0 <= confidence(ASKED, evidence(*sorted(scores, reverse=True), cosine=cosine)) <= 1.0


def test_a_likelier_sentence_makes_surer() -> None:
    assert confidence(ASKED, evidence(9.0, cosine=0.2)) < confidence(ASKED, evidence(9.0, cosine=0.9))


def test_a_likelier_paragraph_makes_surer() -> None:
    assert confidence(ASKED, evidence(9.0, paragraph=0.2)) < confidence(ASKED, evidence(9.0, paragraph=0.9))


def test_a_sentence_that_stands_out_makes_surer_than_one_among_its_like() -> None:
    assert confidence(ASKED, evidence(20.0, *[12.0] * 9)) > confidence(ASKED, evidence(20.0, *[19.9] * 9))


def test_the_lead_is_measured_against_the_ranks_behind_and_fixed_for_a_lone_sentence() -> None:
    assert lead(evidence(10.0, 9.0, 8.0, 6.0, 4.0)) == pytest.approx(5.0)
    assert lead(evidence(10.0)) == ALONE


def test_plain_cases_fall_on_either_side_of_the_threshold() -> None:
    there = evidence(25.0, *[17.0] * 9, cosine=0.8, paragraph=0.7)
    elsewhere = evidence(9.0, *[8.0] * 9, cosine=0.2, paragraph=0.2)
    assert confidence(ASKED, elsewhere) < THRESHOLD < confidence(ASKED, there)


@pytest.mark.parametrize("asked", ["Which firms did not sign?", "Which 12 firms signed?"])
def test_a_question_whose_claims_the_passage_does_not_bear_out_makes_less_sure(asked: str) -> None:
    found = evidence(9.0)
    assert confidence(asked, found) < confidence(ASKED, found)


def found(margin: float) -> Found:
    return Found(relevance=0.5, start=0, end=1, margin=margin)


@given(st.floats(allow_nan=False))
def test_with_a_reader_the_confidence_is_a_probability_too(margin: float) -> None:
    assert 0.0 <= confidence(ASKED, evidence(9.0), found(margin)) <= 1.0


def test_a_reader_that_finds_an_answer_makes_surer_than_one_that_finds_none() -> None:
    asked = evidence(9.0)
    assert confidence(ASKED, asked, found(-2.0)) < confidence(ASKED, asked, found(2.0))
    assert confidence(ASKED, evidence(), found(2.0)) == 0.0


def test_every_coefficient_has_its_signal() -> None:
    assert list(READ_COEFFICIENTS) == ["confidence", "margin"]
    assert len(signals(ASKED, evidence(1.0))) == len(COEFFICIENTS)
