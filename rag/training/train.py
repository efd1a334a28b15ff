"""From examples to a reader's folder: the whole of training. Torch."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import torch

from rag.errors import UsageError
from rag.models import catalog, reader_files, weights
from rag.models.pairs import Pairs
from rag.models.reader import open_reader
from rag.models.reader_files import CARD, FORMAT, WEIGHTS
from rag.models.torch_reader import whole_arrays
from rag.training.alteration import with_altered
from rag.training.example import Example
from rag.training.export import export
from rag.training.fit import Progress, Recipe, Teacher
from rag.training.hold_out import split
from rag.training.judge import judge
from rag.training.network import Network
from rag.training.removal import with_removed
from rag.training.rows import rows

POLITE = 10  # by how much training on a processor gives way to whatever else runs there

Follow = Callable[[Progress], None]


def train(
    sets: Sequence[Sequence[Example]],
    recipe: Recipe,
    *,
    work: Path,
    out: Path,
    start: Path | None = None,
    device: str = "auto",
    told: Mapping[str, Any],
    follow: Follow = lambda _: None,
) -> dict[str, Any]:
    """Teach the bundled embedder's BERT to read, write the reader to ``out`` and return its card.

    Of each set some groups are held out, the same whatever other sets it is taught with.
    ``start`` is a reader to go on from; without one it is the embedder, and its heads begin by chance.
    ``work`` keeps the checkpoint from which a run that was broken off goes on. ``device`` is ``cpu``, ``cuda``, or
    ``auto``: a CUDA card where there is one. ``told`` goes into the card, such as what the examples were made of.
    Raises UsageError where there is no example or no such device, ModelError where the weights it begins with are
    damaged.
    """
    spec = catalog.EMBEDDERS[0]
    source = weights.installed(spec)
    weights.check(spec, source)
    learnt, held = split(sets)
    learnt = list(with_removed(learnt, recipe.removed, recipe.seed))
    learnt = list(with_altered(learnt, recipe.altered, recipe.seed))
    taught = list(rows(learnt, Pairs(source / "tokenizer.json")))
    if not taught:
        raise UsageError("There is nothing to learn from: none of the questions found its document.")
    where = ready(out, device, start)
    torch.manual_seed(recipe.seed)
    network = Network(source, recipe.dropout)
    if start is not None:
        before = reader_files.card(start)
        recipe = replace(recipe, start=before["files"][WEIGHTS])
        told = {**told, "before": {name: before.get(name) for name in ("recipe", "sets", "before")}}
        network.take(whole_arrays(reader_files.arrays(start)))
    if where == "cpu":
        os.nice(POLITE)
    teacher = Teacher(network, taught, recipe, work, device=where)
    teacher.teach(follow)
    card = {
        "format": FORMAT,
        "base": spec.fingerprint,
        "licence": spec.licence,
        "recipe": asdict(recipe),
        "examples": len(learnt),
        **told,
    }
    written = _written(network, source / "tokenizer.json", card, held, out)
    teacher.forget()
    return written


def _written(
    network: Network, tokenizer: Path, card: dict[str, Any], held: Sequence[Example], out: Path
) -> dict[str, Any]:
    """Export it, judge what was exported, and export it again with what came of that."""
    export(network.arrays(), tokenizer, {**card, "temperature": 1.0}, out)
    verdict = asdict(judge(open_reader(out, budget_ms=0), held))
    full = {**card, "temperature": verdict.pop("temperature"), "held_out": verdict}
    export(network.arrays(), tokenizer, full, out)
    return full


def ready(out: Path, device: str, start: Path | None = None) -> str:
    """The device that is meant, ``cpu`` or ``cuda``.

    Raises UsageError where it is not there, or where the folder holds something that is no reader: it would be gone.
    Raises ModelError where there is no sound reader to start from.
    """
    if start is not None:
        reader_files.card(start)
    if out.exists() and not (out / CARD).is_file() and (not out.is_dir() or any(out.iterdir())):
        raise UsageError(f"{out} is there and holds no reader. Name a folder that is new, or empty.")
    if device not in ("auto", "cpu", "cuda"):
        raise UsageError(f"There is no device {device!r}: name auto, cpu or cuda.")
    there = bool(torch.cuda.is_available())
    if device == "cuda" and not there:
        raise UsageError(
            "There is no CUDA card here that torch can drive: name cpu, or leave the device out."
        )
    return "cuda" if there and device != "cpu" else "cpu"
