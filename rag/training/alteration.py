"""An example whose question is changed so that its passage no longer answers: a name, figure or word of it. Pure.

After Zhu et al. (2019), "Learning to Ask Unanswerable Questions for Machine Reading Comprehension", and the kinds
of unanswerable question that Rajpurkar et al. (2018) count: another thing of the same kind, the opposite, a denial.
Made by rules, so that some of them still have an answer; there are far more that have none.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from rag.concepts import opposites
from rag.tokens import Kind, Token, tokens
from rag.training.example import Example
from rag.training.once_more import once_more

FACTS = (Kind.NAME, Kind.NUMBER, Kind.DATE)
DENIED = frozenset("is are was were do does did has have had could would should".split())

Change = Callable[[str, Example, random.Random], str | None]


def with_altered(examples: Sequence[Example], share: float, seed: int) -> Iterator[Example]:
    """The examples, and of a share of those with an answer one that has none; the same for the same seed."""
    return once_more(examples, share, seed, altered)


def altered(example: Example, dice: random.Random) -> Example | None:
    """The passage beside a question that it does not answer; None where the question has nothing to change."""
    for change in dice.sample((_exchanged, _reversed, _denied), 3):
        if question := change(example.question, example, dice):
            return replace(example, question=question, answers=(), relevant=False)
    return None


def _exchanged(question: str, example: Example, dice: random.Random) -> str | None:
    """Another name, number or date of the passage in the place of one of the question's."""
    own, there = _facts(question), _facts(example.passage)
    known = {token.key for run in own for token in run}
    asked = {token.key for first, last in example.answers for token in tokens(example.passage[first:last])}
    pairs = [
        (run, other)
        for run in own
        for other in there
        if run[0].kind is other[0].kind and not any(token.key in known | asked for token in other)
    ]
    if not pairs:
        return None
    run, other = dice.choice(pairs)
    return _put(question, run, example.passage[other[0].start : other[-1].end])


def _reversed(question: str, _example: Example, dice: random.Random) -> str | None:
    """The opposite of a word."""
    some = [(token, others) for token in tokens(question) if (others := opposites(token.text))]
    if not some:
        return None
    token, others = dice.choice(some)
    return _put(question, [token], dice.choice(others))


def _denied(question: str, _example: Example, dice: random.Random) -> str | None:
    """A denial of what is asserted: "who did" as "who didn't"."""
    some = [token for token in tokens(question) if token.text.casefold() in DENIED]
    if not some or "n't" in question:
        return None
    token = dice.choice(some)
    return _put(question, [token], f"{token.text}n't")


def _facts(text: str) -> list[list[Token]]:
    """Names, numbers and dates; the words of a name together."""
    runs = [list(run) for _, run in groupby(tokens(text), key=_alike)]
    return [run for run in runs if run[0].kind in FACTS]


def _alike(token: Token) -> tuple[object, ...]:
    return token.kind, token.clause, token.start if token.kind is not Kind.NAME else -1


def _put(question: str, run: Sequence[Token], words: str) -> str:
    return question[: run[0].start] + words + question[run[-1].end :]
