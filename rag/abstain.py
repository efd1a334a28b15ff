"""Does the answer stand in the documents at all? A calibrated probability, and when to decline."""

from math import exp
from types import MappingProxyType

from rag.evidence import WEIGHTS, Evidence

# Logistic regression, fitted by tests/benchmarks/fit_confidence.py on squad_dev_rest and pubmedqa alone.
INTERCEPT = -6.59
COEFFICIENTS = MappingProxyType(
    {
        "cosine": 3.42,  # of the question and the best sentence
        "likeness": 3.02,  # highest cosine of a passage
        "words": 0.83,  # share of the question's words in the best sentence, its title and headings
        "passage": 0.55,  # the same with the best sentence's passage
        "covered": 0.71,  # the same with all passages
        "estranged": -0.80,  # share of the question's names that the best sentence's passage does not hold
        "lead": 0.40,  # log odds of the best sentence over those behind it
    }
)
# The highest at which 95 % of the answerable questions of small knowledge bases made of squad_dev_rest (40 times 20
# paragraphs of 4 articles, 40 questions each) are still answered.
THRESHOLD = 0.35
BACKGROUND = slice(3, 10)  # ranks of the sentences that the best one is held against
ALONE = 5.0  # the lead of a sentence that has no such background


def confidence(evidence: Evidence) -> float:
    """Probability, in [0, 1], that the answer stands in the documents; 0 for no evidence."""
    if not evidence.candidates:
        return 0.0
    logit = INTERCEPT + sum(
        weight * signal for weight, signal in zip(COEFFICIENTS.values(), signals(evidence), strict=True)
    )
    return 1.0 / (1.0 + exp(-logit))


def signals(evidence: Evidence) -> tuple[float, ...]:
    """What the confidence is made of, in the order of COEFFICIENTS. Needs at least one candidate."""
    best = dict(zip(WEIGHTS, evidence.candidates[0].signals, strict=True))
    return (
        best["cosine"],
        evidence.likeness,
        best["words"],
        best["passage"],
        evidence.covered,
        evidence.estranged,
        lead(evidence),
    )


def lead(evidence: Evidence) -> float:
    """How far the best sentence stands out: its score above the mean of the ranks in BACKGROUND.

    An answer stands out from its surroundings; where nothing answers, many sentences are equally far off.
    """
    scores = [candidate.score for candidate in evidence.candidates]
    behind = scores[BACKGROUND]
    return scores[0] - sum(behind) / len(behind) if behind else ALONE
