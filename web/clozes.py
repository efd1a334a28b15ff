"""Questions with gold about documents that come without any, made of their own sentences."""

import random
from collections.abc import Iterable, Iterator

from rag.measure import Gold, Place
from rag.training.cloze import clozes
from rag.types import Chunk, Document, Question
from web.evaluation_set import Asked, spread


def asked_about(
    passages: Iterable[tuple[Chunk, Document]], names: dict[str, str], limit: int | None
) -> tuple[Asked, ...]:
    """Questions on the passages, each with the span that answers it; at most ``limit``, spread evenly over them.

    The same at each call.
    """
    dice = random.Random(0)  # noqa: S311, no secret
    return spread(tuple(_every(passages, names, dice)), limit)


def _every(
    passages: Iterable[tuple[Chunk, Document]], names: dict[str, str], dice: random.Random
) -> Iterator[Asked]:
    for number, (chunk, document) in enumerate(passages):
        name = names[document.id]
        for cloze in clozes(chunk.text, dice):
            start, end = (chunk.start + at for at in cloze.answer)
            yield Asked(
                id=f"{number}-{start}",
                question=Question(text=cloze.question),
                gold=Gold(
                    answerable=True,
                    documents=frozenset({name}),
                    answers=(chunk.text[cloze.answer[0] : cloze.answer[1]],),
                    spans=(Place(document=name, page=chunk.page, start=start, end=end),),
                ),
            )
