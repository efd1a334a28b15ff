"""Examples kept from training, whole groups of them: what it has learnt is seen on those alone. Pure."""

import hashlib
from collections.abc import Iterable, Sequence

from rag.training.example import Example

SHARE = 10  # of so many groups one is held out


def split(sets: Sequence[Sequence[Example]]) -> tuple[list[Example], list[Example]]:
    """Those to learn from, and those held out: of each set every tenth group, of fewer one, of a single one none.

    A group that one set holds out is not learnt from in another.
    """
    out = {group for examples in sets for group in held(example.group for example in examples)}
    every = [example for examples in sets for example in examples]
    return (
        [example for example in every if example.group not in out],
        [example for example in every if example.group in out],
    )


def held(groups: Iterable[str]) -> set[str]:
    """The groups that are held out."""
    order = sorted(set(groups), key=_shuffled)
    return set(order[: -(-len(order) // SHARE)]) if len(order) > 1 else set()


def _shuffled(group: str) -> bytes:
    """An order that has nothing to do with what the groups are, and is the same at each run."""
    return hashlib.sha256(group.encode("utf-8", "surrogatepass")).digest()
