"""Teaching a network: AdamW with warm-up and linear decay (Devlin et al. 2019), checkpoints that resume. Torch."""

import hashlib
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from rag.training.network import Network
from rag.training.rows import Row, batch, plan

CLIP = 1.0  # norm of a gradient
EVERY = 300.0  # seconds between checkpoints
RECENT = 0.98  # weight of the earlier steps in the mean loss that is shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How it is taught. The same recipe, seed included, on the same rows and machine gives the same network."""

    epochs: int = 2
    size: int = 16  # rows of a batch
    rate: float = 1e-4  # the highest learning rate
    warm: float = 0.1  # of the steps, while the rate rises
    decay: float = 0.01  # of the weights
    dropout: float = 0.0  # of the states between layers; a pass or two are too few to learn by heart
    removed: float = (
        0.0  # share of the answered passages that are read once more without the answering sentence
    )
    altered: float = (
        0.0  # share of the answered questions that are read once more, changed so that nothing answers
    )
    seed: int = 0
    start: str = ""  # fingerprint of the reader that it goes on from; empty: of the embedder

    def factor(self, step: int, steps: int) -> float:
        """The share of the rate at a step: up in a line, then down in a line."""
        rising = max(1, round(self.warm * steps))
        return min((step + 1) / rising, max(0.0, (steps - step) / max(1, steps - rising)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Where the teaching stands."""

    step: int
    steps: int
    loss: float  # mean of the latest steps
    seconds_left: float


class Teacher:
    """Teaches one network one set of rows."""

    def __init__(
        self, network: Network, rows: Sequence[Row], recipe: Recipe, folder: Path, *, device: str = "cpu"
    ) -> None:
        """The folder keeps the checkpoint, and is made where it is missing."""
        self._network = network.to(device)
        self._rows = rows
        self._recipe = recipe
        self._device = device
        self._optimiser = torch.optim.AdamW(network.parameters(), lr=recipe.rate, weight_decay=recipe.decay)
        self._lengths = [len(row.pair.ids) for row in rows]
        self._file = folder / f"checkpoint-{_fingerprint(recipe, rows)}.pt"
        folder.mkdir(parents=True, exist_ok=True)

    def teach(self, progress: Callable[[Progress], None] = lambda _: None) -> None:
        """To the end; on from the checkpoint where there is one of this recipe and these rows."""
        order = self._order()
        work = [sum(self._lengths[at] for at in one) for one in order]
        step, loss = self._resumed(), 0.0
        first, began, saved = step, time.monotonic(), time.monotonic()
        while step < len(order):
            found = self._step(order[step], step, len(order))
            loss = found if step == first else RECENT * loss + (1 - RECENT) * found
            step += 1
            if time.monotonic() - saved > EVERY:
                self._save(step)
                saved = time.monotonic()
            pace = (time.monotonic() - began) / sum(work[first:step])
            left = pace * sum(work[step:])
            progress(Progress(step=step, steps=len(order), loss=loss, seconds_left=left))
        self._save(step)
        self._network.eval()

    def forget(self) -> None:
        """Delete the checkpoint: what was learnt is kept elsewhere."""
        self._file.unlink(missing_ok=True)

    def _order(self) -> list[list[int]]:
        recipe, count = self._recipe, len(self._rows)
        epochs = (
            plan(count, self._lengths, recipe.size, recipe.seed + epoch) for epoch in range(recipe.epochs)
        )
        return [one for epoch in epochs for one in epoch]

    def _step(self, chosen: Sequence[int], step: int, steps: int) -> float:
        """One step of the optimiser; dropout is seeded by it, so that a resumed run repeats an unbroken one."""
        self._network.train()
        torch.manual_seed(self._recipe.seed * 1_000_003 + step)
        for group in self._optimiser.param_groups:
            group["lr"] = self._recipe.rate * self._recipe.factor(step, steps)
        self._optimiser.zero_grad(set_to_none=True)
        with _precision(self._device):
            loss = self._network.loss(batch([self._rows[at] for at in chosen]), self._device)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self._network.parameters(), CLIP)
        self._optimiser.step()
        return float(loss.detach())

    def _save(self, step: int) -> None:
        stage = self._file.with_name(self._file.name + ".new")
        state = {"network": self._network.state_dict(), "optimiser": self._optimiser.state_dict()}
        torch.save({"step": step, **state}, stage)
        stage.replace(self._file)

    def _resumed(self) -> int:
        if not self._file.exists():
            return 0
        kept = torch.load(self._file, map_location=self._device, weights_only=True)
        self._network.load_state_dict(kept["network"])
        self._optimiser.load_state_dict(kept["optimiser"])
        return int(kept["step"])


def _fingerprint(recipe: Recipe, rows: Sequence[Row]) -> str:
    digest = hashlib.sha256(repr(recipe).encode())
    for row in rows:
        digest.update(repr((row.pair.ids, row.span, row.relevance)).encode())
    return digest.hexdigest()[:16]


def _precision(device: str) -> AbstractContextManager[Any]:
    """bfloat16 where the device multiplies whole matrices of it in hardware, with float32 weights.

    A processor that has it in AVX-512 alone took twice as long with it as in float32.
    """
    if device == "cpu" and not torch.cpu.get_capabilities().get("amx_bf16"):
        return nullcontext()
    half: AbstractContextManager[Any] = torch.autocast(torch.device(device).type, dtype=torch.bfloat16)
    return half
