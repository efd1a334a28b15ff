"""A reranker from a folder on this machine: a cross-encoder with one output, the relevance."""

import time
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import Any

from rag.errors import ModelError
from rag.models.torch_model import load_cross_encoder

_TOKENS = 512  # of question and passage together
_BATCH = 4  # passages that are read before the clock is looked at again
_REMEDY = (
    "Name a folder with a sentence-transformers cross-encoder for ranking, or leave FOOTNOTE_RERANKER out."
)


def open_reranker(folder: Path, *, device: str, budget_ms: int) -> "CrossEncoderReranker":
    """The model in ``folder``, which reads for at most ``budget_ms`` a question, but one batch at least.

    Nothing is fetched, nothing unpickled, no code beside the weights run. Raises ModelError where there is none
    such.
    """
    model = load_cross_encoder(folder, device=device, max_length=_TOKENS, remedy=_REMEDY)
    if model.config.num_labels != 1:
        raise ModelError(
            f"The model in {folder} has {model.config.num_labels} outputs, and one for ranking has one. {_REMEDY}"
        )
    return CrossEncoderReranker(model, budget_ms / 1000)


class CrossEncoderReranker:
    """Any number of threads may use it; one at a time runs."""

    def __init__(self, model: Any, seconds: float) -> None:
        """A ``CrossEncoder`` with one output, and how long it may read for a question."""
        self._model = model
        self._seconds = seconds
        self._lock = Lock()

    def relevance(self, question: str, passages: Sequence[str]) -> list[float]:
        """Probabilities that the passages answer, best guess first; as many as there was time for."""
        import torch

        began = time.monotonic()
        chances: list[float] = []
        for at in range(0, len(passages), _BATCH):
            if at and time.monotonic() - began > self._seconds:
                break
            pairs = [(question, passage) for passage in passages[at : at + _BATCH]]
            with self._lock:
                found = self._model.predict(pairs, activation_fn=torch.nn.Sigmoid(), show_progress_bar=False)
            chances += [float(chance) for chance in found]
        return chances
