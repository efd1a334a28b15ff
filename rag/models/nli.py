"""A cross-encoder for natural language inference, from a folder on this machine."""

from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from rag.errors import ModelError
from rag.models.torch_model import load_cross_encoder

if TYPE_CHECKING:
    from rag.ports import Entailment

_TOKENS = 512  # of premise and hypothesis together; a longer premise is cut
_REMEDY = "Name a folder with a sentence-transformers cross-encoder for NLI, or leave FOOTNOTE_NLI out."


def open_entailment(folder: Path, device: str = "auto") -> "Entailment":
    """The model in ``folder``, ready to use. Nothing is fetched, nothing unpickled, no code beside the weights run.

    Raises ModelError where there is none, or one whose labels do not say what they mean.
    """
    model = load_cross_encoder(folder, device=device, max_length=_TOKENS, remedy=_REMEDY)
    return CrossEncoderEntailment(model, _labels(folder, model.model.config.id2label))


def _labels(folder: Path, named: dict[int, str]) -> tuple[int, int, int | None]:
    """Which output is entailment, which neutral, which contradiction; None for a model of two labels."""
    at = {name.lower(): number for number, name in named.items()}
    neutral = at.get("neutral", at.get("not_entailment"))
    if "entailment" not in at or neutral is None or (len(at) == 3 and "contradiction" not in at):
        raise ModelError(
            f"The model in {folder} is not one for NLI: its labels are {', '.join(map(str, named.values()))}, not "
            f"entailment, neutral and contradiction. {_REMEDY}"
        )
    return at["entailment"], neutral, at.get("contradiction")


class CrossEncoderEntailment:
    """A sentence-transformers cross-encoder. Any number of threads may use it; one at a time runs."""

    def __init__(self, model: Any, labels: tuple[int, int, int | None]) -> None:
        """``labels`` are the outputs for entailment, neutral and contradiction."""
        self._model = model
        self._labels = labels
        self._lock = Lock()

    def probabilities(self, premise: str, hypothesis: str) -> tuple[float, float, float]:
        """That the premise entails the hypothesis, is neutral to it, and contradicts it; they add up to 1."""
        with self._lock:
            row = self._model.predict([(premise, hypothesis)], apply_softmax=True, show_progress_bar=False)[0]
        entails, neutral, contradicts = self._labels
        return (
            float(row[entails]),
            float(row[neutral]),
            0.0 if contradicts is None else float(row[contradicts]),
        )
