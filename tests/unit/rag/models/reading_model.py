"""Readers that have learnt nothing, for tests of how they are stored and run."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file

from rag.models.reader_files import FORMAT
from rag.training.export import export

CARD = {"format": FORMAT, "temperature": 1.0}


def untaught(source: Path, seed: int = 0) -> dict[str, NDArray[Any]]:
    """The embedder's BERT with heads of chance."""
    dice = np.random.default_rng(seed)
    kept = {
        name: array
        for name, array in load_file(source / "model.safetensors").items()
        if array.dtype == np.float32 and not name.startswith("pooler.")
    }
    for head, outputs in (("spans", 2), ("relevance", 1)):
        kept[f"{head}.weight"] = dice.normal(0, 0.1, (outputs, 384)).astype(np.float32)
        kept[f"{head}.bias"] = np.zeros(outputs, dtype=np.float32)
    return kept


def written(source: Path, folder: Path, seed: int = 0) -> Path:
    """Such a reader as a folder."""
    export(untaught(source, seed), source / "tokenizer.json", CARD, folder)
    return folder
