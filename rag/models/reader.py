"""A reader: a small model that reads question and passage together and points at the answer, or says there is none."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from rag.found import Found
from rag.models import reader_files
from rag.models.batch import STEP
from rag.models.bert_graph import Arrays, BertGraph
from rag.models.openvino_model import Compiled
from rag.models.pairs import Pair, Pairs, arrays
from rag.models.torch_model import on_cuda
from rag.models.torch_reader import TorchNetwork

if TYPE_CHECKING:
    from numpy.typing import NDArray

LONGEST = 40  # pieces of an answer


class Network(Protocol):
    """Runs padded rows."""

    batch_tokens: int  # cells of a batch that keep it busy; after each the clock is looked at

    def infer(
        self, ids: "NDArray[np.int64]", types: "NDArray[np.int64]", mask: "NDArray[np.int64]"
    ) -> "tuple[NDArray[np.float32], NDArray[np.float32]]":
        """Logits: of the answer's start and end at each piece, (rows, length, 2); of relevance, (rows,)."""


def open_reader(
    folder: Path, *, budget_ms: int, device: str = "auto", threads: int | None = None
) -> "Reader":
    """The reader in ``folder``: on a CUDA card where there is one or ``device`` names it, else without torch.

    Reads for at most about ``budget_ms`` a question, but one batch at least. Raises ModelError where the folder
    holds none, or a damaged one.
    """
    card, weights = reader_files.card(folder), reader_files.arrays(folder)
    network: Network = (
        TorchNetwork(weights, device="cuda") if on_cuda(device) else OpenVinoNetwork(weights, threads=threads)
    )
    pairs = Pairs(folder / reader_files.TOKENIZER)
    return Reader(
        network,
        pairs,
        seconds=budget_ms / 1000,
        temperature=float(card["temperature"]),
        fingerprint=str(card["files"][reader_files.WEIGHTS]),
    )


class OpenVinoNetwork:
    """The network on the processor. Any number of threads may call it at once."""

    batch_tokens = 256  # one passage: all cores share it, and several at once gain nothing

    def __init__(self, weights: Arrays, *, threads: int | None = None) -> None:
        config = {} if threads is None else {"INFERENCE_NUM_THREADS": threads}
        self._compiled = Compiled(BertGraph(weights).model(), "LATENCY", **config)
        one = np.ones((1, 1), dtype=np.int64)
        self.infer(one, one, one)  # the first run, before threads may

    def infer(
        self, ids: "NDArray[np.int64]", types: "NDArray[np.int64]", mask: "NDArray[np.int64]"
    ) -> "tuple[NDArray[np.float32], NDArray[np.float32]]":
        """As `Network` has it."""
        told = self._compiled.run(input_ids=ids, token_type_ids=types, attention_mask=mask)
        return told["spans"], told["relevance"][:, 0]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    passage: int  # which of them
    pair: Pair


class Reader:
    """Any number of threads may use it."""

    def __init__(
        self,
        network: Network,
        pairs: Pairs,
        *,
        seconds: float,
        temperature: float = 1.0,
        fingerprint: str = "",
    ) -> None:
        """Logits of relevance are divided by the temperature (Guo et al. 2017). The fingerprint is the weights'."""
        self.fingerprint = fingerprint
        self._network = network
        self._pairs = pairs
        self._seconds = seconds
        self._temperature = temperature

    def read(self, question: str, passages: Sequence[str]) -> list[Found]:
        """What it found in each of the passages, from the first on; of as many as there was time for."""
        found, began = list[Found](), time.monotonic()
        rows = [
            _Row(passage=at, pair=pair)
            for at, windows in enumerate(self._pairs.rows(question, passages))
            for pair in windows
        ]
        for done, part in enumerate(_batches(rows, self._network.batch_tokens)):
            spent = time.monotonic() - began
            if done and spent * (done + 1) / done > self._seconds:
                break  # the next would end too late, if it takes as long as those before
            found += self._infer(part)
        return found

    def _infer(self, rows: Sequence[_Row]) -> list[Found]:
        spans, relevance = self._network.infer(*arrays([row.pair for row in rows], step=STEP))
        chances = 1.0 / (1.0 + np.exp(-relevance / self._temperature))
        told = [(row.passage, _found(row.pair, spans[at], float(chances[at]))) for at, row in enumerate(rows)]
        return [
            max((found for _, found in windows), key=lambda found: found.relevance)
            for _, windows in groupby(told, key=lambda each: each[0])
        ]


def _batches(rows: Sequence[_Row], tokens: int) -> list[list[_Row]]:
    """Rows in their order, whole passages: as many as have ``tokens`` cells, but at least one."""
    batches: list[list[_Row]] = []
    for _, windows in groupby(rows, key=lambda row: row.passage):
        group = list(windows)
        if batches and sum(len(row.pair.ids) for row in (*batches[-1], *group)) <= tokens:
            batches[-1] += group
        else:
            batches.append(group)
    return batches


def _found(pair: Pair, spans: "NDArray[np.float32]", chance: float) -> Found:
    """The best stretch of the passage, and how much more speaks for it than for nothing."""
    none = float(spans[0].sum())
    within = spans[pair.first : pair.first + len(pair.places)]
    if not len(within):
        return Found(relevance=chance, start=0, end=0, margin=float("-inf"))
    sums = within[:, 0][:, None] + within[:, 1][None, :]
    allowed = np.triu(np.ones(sums.shape, dtype=bool)) & ~np.triu(np.ones(sums.shape, dtype=bool), LONGEST)
    sums = np.where(allowed, sums, -np.inf)
    first, last = divmod(int(np.argmax(sums)), sums.shape[1])
    return Found(
        relevance=chance,
        start=pair.places[first][0],
        end=pair.places[last][1],
        margin=float(sums[first, last]) - none,
    )
