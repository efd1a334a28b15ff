"""A reading of the confidence fitted to an organisation's own questions, on top of the model's. Pure."""

import hashlib
from dataclasses import dataclass
from math import exp, log

from rag import abstain
from rag.estimate import Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """Platt's (1999) scaling of the confidence's logit, and from where on to answer."""

    slope: float
    intercept: float
    threshold: float  # on the confidence that comes out
    basis: str  # the confidence that it was fitted on, see `basis`

    def apply(self, confidence: float) -> float:
        """The probability as these questions have it; what is certain stays so. Rises with the confidence."""
        if not 0.0 < confidence < 1.0:
            return confidence
        return sigmoid(self.slope * logit(confidence) + self.intercept)


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What a calibration promises, measured on questions that it was not fitted on."""

    set: str
    date: str  # ISO 8601
    wrong_answers: Estimate  # of the answers given
    needless_refusals: Estimate  # of the answerable questions

    def __str__(self) -> str:
        wrong, needless = _percent(self.wrong_answers), _percent(self.needless_refusals)
        return f"At this setting {wrong} wrong answers, {needless} needless refusals (95 % interval)."


def basis(fingerprint: str, reader: str = "") -> str:
    """What tells one confidence from another: the fingerprints of the models in it, and the fitted coefficients."""
    fitted = f"{fingerprint} {abstain.INTERCEPT} {sorted(abstain.COEFFICIENTS.items())}"
    if reader:
        fitted += f" {reader} {abstain.READ_INTERCEPT} {sorted(abstain.READ_COEFFICIENTS.items())}"
    return hashlib.sha256(fitted.encode()).hexdigest()[:16]


def logit(probability: float) -> float:
    """The log odds of a probability in (0, 1)."""
    return log(probability / (1.0 - probability))


def sigmoid(odds: float) -> float:
    """The probability of log odds, however far from 0."""
    return 1.0 / (1.0 + exp(-odds)) if odds >= 0 else 1.0 - 1.0 / (1.0 + exp(odds))


def _percent(found: Estimate) -> str:
    return f"{found.value:.1%} ({found.low:.1%} to {found.high:.1%})".replace("%", " %")
