"""Examples read once more in another form, beside the ones that they come of. Pure."""

import random
from collections.abc import Callable, Iterator, Sequence

from rag.training.example import Example

Change = Callable[[Example, random.Random], Example | None]  # None where there is nothing to change


def once_more(examples: Sequence[Example], share: float, seed: int, change: Change) -> Iterator[Example]:
    """The examples, and of a share of those with an answer what they change into; the same for the same seed."""
    dice = random.Random(seed)  # noqa: S311, no secret
    for example in examples:
        yield example
        if example.answers and dice.random() < share and (other := change(example, dice)):
            yield other
