"""What a reader has learnt, seen on examples that it was not taught. Pure but for the reader."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rag.estimate import auroc
from rag.found import Found
from rag.ports import Reader
from rag.training.example import Example
from rag.wording import token_f1

if TYPE_CHECKING:
    from numpy.typing import NDArray

STEPS = 50  # of Newton's method, which takes a handful
CLIP = 1e-6  # of probabilities, before their logit is taken
STEEPEST = 20.0  # reciprocal of the temperature, where examples can be told apart without fail


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Figures over the examples held out."""

    examples: int
    auroc: float | None  # of relevance: passages that answer over passages that do not
    span_f1: float | None  # SQuAD's token F1 of the words pointed at, where an answer stands in the passage
    answer_seen: float | None  # share of those where more speaks for an answer than for none
    temperature: float  # that the logits of relevance are to be divided by (Guo et al. 2017)


def judge(reader: Reader, held: Sequence[Example]) -> Verdict:
    """Read every example; the reader's own temperature must be 1."""
    found = [reader.read(example.question, [example.passage])[0] for example in held]
    answered = [(e, f) for e, f in zip(held, found, strict=True) if e.answers]
    labels = np.array([example.relevant for example in held], dtype=np.float64)
    chances = np.clip([each.relevance for each in found], CLIP, 1 - CLIP)
    return Verdict(
        examples=len(held),
        auroc=auroc([example.relevant for example in held], [each.relevance for each in found]),
        span_f1=_mean([_f1(example, told) for example, told in answered]),
        answer_seen=_mean([float(told.margin > 0) for _, told in answered]),
        temperature=temperature(np.log(chances / (1 - chances)), labels) if len(held) else 1.0,
    )


def temperature(logits: "NDArray[np.float64]", labels: "NDArray[np.float64]") -> float:
    """The one under which the labels are likeliest, by Newton's method on its reciprocal; in it the loss is convex."""
    steep = 1.0
    for _ in range(STEPS):
        chances = 1.0 / (1.0 + np.exp(-np.clip(steep * logits, -50, 50)))
        slope = float(np.mean((chances - labels) * logits))
        bend = float(np.mean(chances * (1 - chances) * logits**2))
        if bend < CLIP:
            break
        steep = min(STEEPEST, max(1 / STEEPEST, steep - slope / bend))
    return 1.0 / steep


def _f1(example: Example, told: Found) -> float:
    words = example.passage[told.start : told.end]
    return max(token_f1(words, example.passage[slice(*answer)]) for answer in example.answers)


def _mean(values: Sequence[float]) -> float | None:
    return float(np.mean(values)) if values else None
