"""Where in what is shown the words of a sentence stand: each at the place whose surroundings are most alike. Pure."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice

from rag.concepts import opposite
from rag.dates import Date, shows
from rag.numbers import Quantity, same
from rag.tokens import Kind, Token

SIDE = 4  # content tokens on each side that are a token's surroundings
MOST = 32  # places of a token that are compared
TIE = 0.3  # places whose likeness differs by less are equally good
NEAR = (1.0, 0.6, 0.4, 0.3)  # what a like neighbour counts, the nearest first


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A token of what is shown that a token of the sentence may stand for."""

    at: int  # its number
    likeness: float  # of what stands around both; 0 for nothing in common
    sign: int  # -1 where one is the other's opposite


class Text:
    """Tokens, and what stands around each."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = tuple(tokens)
        self.content = tuple(at for at, token in enumerate(self.tokens) if token.content)
        self._order = {at: number for number, at in enumerate(self.content)}
        self._by_key: dict[str, list[int]] = defaultdict(list)
        self._denied: dict[str, list[int]] = defaultdict(list)  # by what is left without a prefix that denies
        for at in self.content:
            self._by_key[self.tokens[at].key].append(at)
            if bare := opposite(self.tokens[at].key):
                self._denied[bare].append(at)
        self._around: dict[tuple[int, int], tuple[str, ...]] = {}
        self._like: dict[tuple[Kind, str, int], list[tuple[int, int]]] = {}

    def around(self, at: int, by: int) -> tuple[str, ...]:
        """Keys of the content tokens before (by -1) or behind (by 1) one, the nearest first.

        The other words of a name are not what stands around it.
        """
        if (at, by) not in self._around:
            self._around[at, by] = tuple(islice(self._beside(at, by), SIDE))
        return self._around[at, by]

    def _beside(self, at: int, by: int) -> Iterator[str]:
        own, number = self.tokens[at], self._order[at] + by
        mate = at + by if own.kind is Kind.NAME else None  # the next token that may belong to the name
        while 0 <= number < len(self.content):
            other = self.tokens[self.content[number]]
            if mate == self.content[number] and other.kind is Kind.NAME and other.clause == own.clause:
                mate += by
            else:
                mate = None
                yield other.key
            number += by

    def like(self, token: Token) -> list[tuple[int, int]]:
        """Tokens that mean the same as one of another text, or the opposite, each with its sign; the first MOST."""
        known = (token.kind, token.key, token.sign)
        if isinstance(token.value, Quantity) and token.value.slack:  # it is like more than its value
            return list(islice(self._alike(token), MOST))
        if known not in self._like:
            self._like[known] = list(islice(self._alike(token), MOST))
        return self._like[known]

    def _alike(self, token: Token) -> Iterator[tuple[int, int]]:
        if token.kind in (Kind.NUMBER, Kind.DATE):
            yield from ((at, 1) for at in self.content if equal(token, self.tokens[at]))
            return
        signs = [(at, token.sign * self.tokens[at].sign) for at in self._by_key.get(token.key, ())]
        yield from signs if signs or token.kind is Kind.CODE else self._opposites(token)

    def _opposites(self, token: Token) -> Iterator[tuple[int, int]]:
        """Tokens that are the same but for a prefix which denies."""
        bare = opposite(token.key)
        yield from ((at, -1) for at in self._by_key.get(bare or "", ()))
        yield from ((at, -1) for at in self._denied.get(token.key, ()))


def equal(said: Token, shown: Token) -> bool:
    """Whether a number or a date is the one that is shown, or a part of it; a year may be written as a number."""
    match said.value, shown.value:
        case Quantity() as one, Quantity() as other:
            return same(one, other)
        case Date() as one, Date() as other:
            return shows([other], one)
        case (Date() as date, Quantity() as number) | (Quantity() as number, Date() as date):
            return bool(date.year) and (Fraction(date.year), "") in number.readings
    return False


def align(said: Text, shown: Text) -> dict[int, tuple[Place, ...]]:
    """The best places of each content token of a sentence, by its number; none for a token that is nowhere."""
    return {at: _best(said, shown, at) for at in said.content}


def _best(said: Text, shown: Text, at: int) -> tuple[Place, ...]:
    places = [
        Place(at=other, likeness=likeness(said, at, shown, other), sign=sign)
        for other, sign in shown.like(said.tokens[at])
    ]
    top = max((place.likeness for place in places), default=0.0)
    return tuple(place for place in places if place.likeness > top - TIE)


def likeness(said: Text, at: int, shown: Text, other: int) -> float:
    """How much of what stands around a token stands around the other, half as much on its other side."""
    before, behind = (shown.around(other, by) for by in (-1, 1))
    sides = ((said.around(at, -1), before, behind), (said.around(at, 1), behind, before))
    return sum(
        near if key in own else near / 2
        for around, own, across in sides
        for near, key in zip(NEAR, around, strict=False)
        if key in own or key in across
    )


def itself(said: Text, at: int) -> float:
    """The likeness of a token to itself: the most that there can be."""
    return sum(sum(NEAR[: len(said.around(at, by))]) for by in (-1, 1))
