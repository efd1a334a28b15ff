"""Does the answer stand in the documents at all? A calibrated probability, and when to decline."""

from collections.abc import Mapping, Sequence
from math import exp
from types import MappingProxyType

from rag.evidence import WEIGHTS, Evidence
from rag.found import Found
from rag.presupposition import presupposition

# Logistic regression, fitted by tests/benchmarks/fit_confidence.py on squad_dev_rest and pubmedqa. Shares of the
# question's words and the passage's score were left out: they gain little there and lose elsewhere, for whoever wrote
# those questions had the paragraph before them and took over its words.
INTERCEPT = -5.87
COEFFICIENTS = MappingProxyType(
    {
        "cosine": 4.29,  # of the question and the best sentence, below its title and headings
        "paragraph": 4.91,  # of the question and the paragraph around that sentence, by itself
        "lead": 0.2,  # log odds of the best sentence over those behind it
        "denied": -1.97,  # 1 where the question denies what the best passage does not
        "opposed": -0.92,  # 1 where the passage says the opposite of one of its words
        "figures": -0.99,  # 1 where the question has a figure that the passage has not
    }
)
# Answers 95 % of the answerable questions of small knowledge bases (20 paragraphs of 4 articles of squad_dev_rest) and
# declines 61 % of those about what was left out of the same articles. 0.37, Youden's (1950) with 90 % answered, would
# decline more, but refuses three times as many questions about filings for hardly fewer wrong answers.
THRESHOLD = 0.25
BACKGROUND = slice(3, 10)  # ranks of the sentences that the best one is held against
ALONE = 5.0  # the lead of a sentence that has no such background
# A reader that sees no answer may be out of its depth: filings and questions about trends are unlike all that it has
# learnt from, and its margins there fall below -15. From -4 on a lower one says nothing more (docs/quality.md).
LEAST_MARGIN, MOST_MARGIN = -4.0, 15.0


# Log odds of an answer where the best sentence stands in a section that the question names. Chosen as `SECTION` of
# rag.evidence was, on questions about the sample and a handbook.
NAMED = 3.0

# The same where a reader has read the passages, fitted by tests/benchmarks/fit_reader.py: on the log odds above, and on
# the margin of an answer over none in the likeliest passage. Its relevance adds nothing to that.
READ_INTERCEPT = -0.12
READ_COEFFICIENTS = MappingProxyType({"confidence": 0.78, "margin": 0.08})


def confidence(question: str, evidence: Evidence, found: Found | None = None) -> float:
    """Probability, in [0, 1], that the answer to a question stands in the documents; 0 for no evidence.

    ``found`` is what a reader found in the passage that most likely answers.
    """
    if not evidence.candidates:
        return 0.0
    odds = INTERCEPT + _weighted(COEFFICIENTS, signals(question, evidence))
    odds += NAMED * evidence.candidates[0].named
    if found is not None:
        odds = READ_INTERCEPT + _weighted(READ_COEFFICIENTS, (odds, margin(found)))
    return 1.0 / (1.0 + exp(-odds))


def margin(found: Found) -> float:
    """How much more speaks for an answer than for none, within bounds."""
    return min(MOST_MARGIN, max(LEAST_MARGIN, found.margin))


def _weighted(weights: Mapping[str, float], signals: Sequence[float]) -> float:
    return sum(weight * signal for weight, signal in zip(weights.values(), signals, strict=True))


def signals(question: str, evidence: Evidence) -> tuple[float, ...]:
    """What the confidence is made of, in the order of COEFFICIENTS. Needs at least one candidate."""
    first = evidence.candidates[0]
    best = dict(zip(WEIGHTS, first.signals, strict=True))
    chunk, document = first.passage.chunk, first.passage.document
    taken = presupposition(question, f"{chunk.text}\n{document.title}\n{chunk.heading}\n{document.source}")
    claims = float(taken.denied), float(taken.opposed), float(taken.figures)
    return best["cosine"], evidence.paragraph, lead(evidence), *claims


def lead(evidence: Evidence) -> float:
    """How far the best sentence stands out: its score above the mean of the ranks in BACKGROUND.

    An answer stands out from its surroundings; where nothing answers, many sentences are equally far off.
    """
    scores = [candidate.score for candidate in evidence.candidates]
    behind = scores[BACKGROUND]
    return scores[0] - sum(behind) / len(behind) if behind else ALONE
