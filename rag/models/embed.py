"""Text to unit vectors, on whatever this machine computes best with."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from rag.models import weights
from rag.models.batch import Batch, batches
from rag.models.catalog import EmbedderSpec
from rag.models.convert import converted
from rag.models.openvino_model import OpenVinoModel
from rag.models.pieces import WordPieces
from rag.models.torch_model import TorchModel, on_cuda

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rag.ports import Embedder, Vectors

# Texts that are cut into word pieces at once: it bounds the memory of however many are given.
SLAB = 1024
SHARES = 2  # batches for each worker at least, as long as they do not get too small


class Model(Protocol):
    """Runs padded batches. Safe to call from ``workers`` threads and more."""

    batch_tokens: int  # cells of a batch that keep it busy
    least_tokens: int  # cells of a batch below which it gets slower by the cell
    workers: int  # batches that are best run at once

    def infer(self, ids: "NDArray[np.int64]", mask: "NDArray[np.int64]") -> "NDArray[np.float32]":
        """One vector a row, shape (rows, dimension), from ids and mask of shape (rows, length)."""


def open_embedder(
    spec: EmbedderSpec, folder: Path, device: str = "auto", threads: int | None = None
) -> "Embedder":
    """The embedder of that entry of the catalogue, ready to use.

    ``folder`` keeps what was converted. ``device`` is ``cpu``, ``cuda``, or ``auto``: a CUDA card where there
    is one that torch can drive, else the processor. ``threads`` bounds the cores used there, by default all.
    The first call converts the weights, which takes some seconds; later ones check and load the result in a
    quarter of a second, without torch.
    Raises ModelError where the weights are missing, damaged or cannot be converted.
    """
    if on_cuda(device):
        source = weights.installed(spec)
        weights.check(spec, source)
        return BatchEmbedder(spec, WordPieces(source / "tokenizer.json"), TorchModel(source))
    home = converted(spec, folder)
    return BatchEmbedder(
        spec, WordPieces(home / "tokenizer.json"), OpenVinoModel(home / "model.xml", threads=threads)
    )


class BatchEmbedder:
    """An embedder that reads texts in batches of like length. Any number of threads may use it at once."""

    def __init__(self, spec: EmbedderSpec, pieces: WordPieces, model: Model) -> None:
        self.fingerprint = spec.fingerprint
        self.dimension = spec.dimension
        self.max_tokens = spec.max_length - pieces.marks  # as counted by count
        self._length = spec.max_length
        self._pieces = pieces
        self._model = model
        self._threads = ThreadPoolExecutor(model.workers, thread_name_prefix="embed")

    def count(self, texts: Sequence[str]) -> list[int]:
        """Word pieces of each text, without the model's start and end marks."""
        return self._pieces.count(texts)

    def embed(self, texts: Sequence[str]) -> "Vectors":
        """Unit rows of shape (len(texts), dimension), float32, in the order given.

        Of a text longer than ``max_tokens`` the first ``max_tokens`` pieces are read: whoever must lose
        nothing counts first, as the chunker does; a question that long has been asked by then.
        """
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        for start in range(0, len(texts), SLAB):
            self._embed_slab(texts[start : start + SLAB], vectors[start : start + SLAB])
        return vectors

    def _embed_slab(self, texts: Sequence[str], out: "Vectors") -> None:
        encoded = self._pieces.encode(texts, self._length)
        plan = list(batches(encoded, self._cells(sum(map(len, encoded)))))
        for batch, rows in zip(plan, self._infer(plan), strict=True):
            # again in float32, since a norm computed in bfloat16 is off by up to 0.4 %
            out[list(batch.rows)] = rows / np.linalg.norm(rows, axis=1, keepdims=True)

    def _cells(self, pieces: int) -> int:
        """Of a batch: few texts are shared out among all workers, with less padding, as somebody waits for them."""
        model = self._model
        return max(model.least_tokens, min(model.batch_tokens, pieces // (SHARES * model.workers)))

    def _infer(self, plan: Sequence[Batch]) -> "Iterator[Vectors]":
        if len(plan) == 1:  # a question need not wait behind the batches of a bulk run
            return map(self._infer_one, plan)
        return self._threads.map(self._infer_one, plan)

    def _infer_one(self, batch: Batch) -> "Vectors":
        return self._model.infer(batch.ids, batch.mask)
