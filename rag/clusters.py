"""Questions that mean the same, put together. Pure, and the same in whatever order they come.

Around the question with the most others near it a group is made of these; then again among what is left (X. Daura
et al. 1999, "Peptide Folding: When Simulation Meets Experiment", Angewandte Chemie International Edition 38). So no
chain of neighbours holds a group together: each member is near the one that stands for it.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

ROWS = 1024  # compared with all others at a time


def alike(text: str) -> str:
    """What two questions share that differ in case, blanks and marks at their ends only."""
    return " ".join(text.casefold().split()).strip(" ?!.,;:¿¡؟？。！")


def clusters(texts: Sequence[str], vectors: "Vectors", threshold: float) -> tuple[tuple[int, ...], ...]:
    """Groups of places in ``texts``, the largest first; in each the question that stands for it comes first.

    ``vectors`` are unit rows, one for each text; a row of zeros is near nothing but its own text. A group holds what
    has at least this cosine to its first question. Alike texts are always together.
    """
    if not texts:
        return ()
    places: dict[str, list[int]] = {}
    for at in sorted(range(len(texts)), key=lambda n: (alike(texts[n]), texts[n], n)):
        places.setdefault(alike(texts[at]), []).append(at)
    held = [tuple(each) for each in places.values()]  # in the order of their texts
    rows = _rows(held, vectors)
    asked = np.array([len(each) for each in held], dtype=np.float32)
    found = _groups(_near(rows, threshold), asked)
    groups = [tuple(at for each in group for at in held[each]) for group in found]
    return tuple(sorted(groups, key=len, reverse=True))


def _rows(held: Sequence[tuple[int, ...]], vectors: "Vectors") -> "Vectors":
    """A vector for each text that was asked: of those alike the longest, for some may be missing."""
    lengths = np.abs(vectors).sum(axis=1)
    chosen = [max(each, key=lambda n: (lengths[n] > 0, vectors[n].tobytes())) for each in held]
    return np.ascontiguousarray(vectors[chosen], dtype=np.float32)


def _near(rows: "Vectors", threshold: float) -> "NDArray[np.bool_]":
    near = np.empty((len(rows), len(rows)), dtype=np.bool_)
    for at in range(0, len(rows), ROWS):
        near[at : at + ROWS] = rows[at : at + ROWS] @ rows.T >= threshold
    near |= near.T  # products may differ in their last bit
    np.fill_diagonal(near, val=True)
    return near


def _groups(near: "NDArray[np.bool_]", weights: "NDArray[np.float32]") -> list[list[int]]:
    """The one with most others near it, these weighed by how often they were asked; then what is left."""
    counts = np.concatenate([near[at : at + ROWS] @ weights for at in range(0, len(near), ROWS)])
    left = np.ones(len(near), dtype=np.bool_)
    groups = []
    while left.any():
        centre = int(np.argmax(counts))
        members = np.flatnonzero(near[centre] & left)
        left[members] = False
        counts -= weights[members] @ near[members]
        counts[members] = -1
        groups.append([centre, *(int(each) for each in members if each != centre)])
    return groups
