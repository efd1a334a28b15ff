"""An example without its answer: the same passage from which the answering sentence is cut. Pure.

It differs from the passage that answers by nothing else, so that what is learnt from the two is to look for the answer
rather than for the topic; after the near misses of Rajpurkar et al. (2018), whose unanswerable questions people wrote.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from rag.sentences import split
from rag.training.example import Example
from rag.training.once_more import once_more

LEAST = 2  # sentences that must be left


def with_removed(examples: Sequence[Example], share: float, seed: int) -> Iterator[Example]:
    """The examples, and of a share of those with an answer the passage without it; the same for the same seed."""
    return once_more(examples, share, seed, lambda example, _: removed(example))


def removed(example: Example) -> Example | None:
    """The example without the sentences of its answers; None where the answer's words stay, or too little is left."""
    text = example.passage
    kept = [
        (start, end)
        for start, end in split(text)
        if all(end <= first or last <= start for first, last in example.answers)
    ]
    left = " ".join(text[start:end] for start, end in kept)
    said = [text[first:last].casefold() for first, last in example.answers]
    if len(kept) < LEAST or any(words in left.casefold() for words in said):
        return None
    return replace(example, passage=left, answers=(), relevant=False)
