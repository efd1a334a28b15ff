"""A taught network as a folder that Footnote reads with: int8 weights, tokenizer, and a card of what it is."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rag.models.bert_graph import SCALE
from rag.models.reader_files import CARD, TOKENIZER, WEIGHTS
from rag.models.weights import sha256

if TYPE_CHECKING:
    from numpy.typing import NDArray

HEADS = ("spans.weight", "relevance.weight")  # so small that they stay whole
PART = 64  # numbers of a row that share a scale: half the error of one scale a row, for 0.3 MB


def export(
    arrays: "Mapping[str, NDArray[np.float32]]", tokenizer: Path, card: Mapping[str, Any], folder: Path
) -> None:
    """Write weights, tokenizer and card; the card gets the sha256 of both. What was there before is replaced."""
    from safetensors.numpy import save_file

    stage = folder.with_name(folder.name + ".new")
    shutil.rmtree(stage, ignore_errors=True)
    stage.mkdir(parents=True)
    save_file(compressed(arrays), stage / WEIGHTS)
    shutil.copyfile(tokenizer, stage / TOKENIZER)
    files = {name: sha256(stage / name) for name in (WEIGHTS, TOKENIZER)}
    (stage / CARD).write_text(json.dumps({**card, "files": files}, indent=2) + "\n", encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    stage.replace(folder)


def compressed(arrays: "Mapping[str, NDArray[np.float32]]") -> "dict[str, NDArray[Any]]":
    """Matrices in int8, symmetric, with a scale for each PART of a row, or row of a table; the rest in float16."""
    stored: dict[str, NDArray[Any]] = {}
    for name, array in arrays.items():
        if array.ndim == 2 and name not in HEADS:
            part = array.shape[1] if name.startswith("embeddings.") else PART
            stored[name], stored[name + SCALE] = _int8(array, part)
        else:
            stored[name] = array.astype(np.float16)
    return stored


def _int8(array: "NDArray[np.float32]", part: int) -> "tuple[NDArray[np.int8], NDArray[np.float16]]":
    parts = array.reshape(array.shape[0], -1, part)
    scale = np.abs(parts).max(axis=2) / 127.0
    kept = np.maximum(scale, np.finfo(np.float16).tiny).astype(np.float16)
    whole = np.rint(parts / kept.astype(np.float32)[:, :, None])
    return np.clip(whole, -127, 127).astype(np.int8).reshape(array.shape), kept
