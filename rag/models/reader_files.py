"""The files of a reader's folder, and whether they are the ones that its card names."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.errors import ModelError
from rag.models.weights import sha256

if TYPE_CHECKING:
    from numpy.typing import NDArray

WEIGHTS, TOKENIZER, CARD = "reader.safetensors", "tokenizer.json", "card.json"
FORMAT = 1  # raise it where the network or its files change

_REMEDY = "Train one with `footnote train-reader`, or leave FOOTNOTE_READER out."


def card(folder: Path) -> dict[str, Any]:
    """What the reader in ``folder`` says of itself; its files are checked, to the bit. Raises ModelError."""
    try:
        told = json.loads((folder / CARD).read_bytes())
        files = dict(told["files"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(
            f"There is no reader in {folder}: {CARD} is missing or damaged. {_REMEDY}"
        ) from error
    if told.get("format") != FORMAT:
        raise ModelError(f"The reader in {folder} is of format {told.get('format')}, not {FORMAT}. {_REMEDY}")
    for name in (WEIGHTS, TOKENIZER):
        if not (folder / name).is_file() or sha256(folder / name) != files.get(name):
            raise ModelError(
                f"The reader in {folder} cannot be used: {name} is missing or damaged. {_REMEDY}"
            )
    return dict(told)


def arrays(folder: Path) -> "dict[str, NDArray[Any]]":
    """Its weights as they are stored, by name; matrices in int8 with their scales."""
    from safetensors.numpy import load_file

    return dict(load_file(folder / WEIGHTS))
