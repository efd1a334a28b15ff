"""The numbers, dates, names and codes of a sentence, and whether they are shown, each at its place. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import NamedTuple

from rag.align import Place, Text, itself, likeness
from rag.dates import Date, shows
from rag.numbers import Quantity
from rag.tokens import Kind, Token
from rag.units import named

MOST = 200  # other facts that a fact is compared with
MISPLACED = 0.9  # how much better another fact must fit to a place than the one that is said
PERFECT, SLIGHTLY = 0.95, 0.25  # the same where all that stands around it is as in the sentence
SWAPPED = 1.6  # the same where the other one is said as well, and this one nowhere shown
_UNNAMED = frozenset({"", "in order", "o'clock"})
_ABSENT = {
    Kind.NUMBER: "the number {} is not in the quote",
    Kind.DATE: "the date {} is not in the quote",
    Kind.NAME: "the name {} is not in the quote",
    Kind.CODE: "the code {} is not in the quote",
}
_ADJECTIVAL = frozenset("n an ian ean ish ese i s ic ns ans ians y e a".split())  # German of Germany
_FACTS = {Kind.NUMBER, Kind.DATE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A fact of a sentence, looked up."""

    text: str
    reason: str  # why it does not hold; empty where it does


def facts(said: Text, shown: Text, aligned: Mapping[int, tuple[Place, ...]], around: str) -> Iterator[Fact]:
    """Every fact of a sentence. ``around`` is text that the quotes stand in, such as titles, which may name things."""
    taken = {place.at: at for at, places in aligned.items() for place in places}
    for at, places in aligned.items():
        token = _as_name(said, shown, at, places)
        if token.kind is not Kind.WORD:
            yield Fact(text=token.text, reason=_reason(_Look(said, shown, at, places, token, taken), around))


def _as_name(said: Text, shown: Text, at: int, places: Sequence[Place]) -> Token:
    """A word that opens the sentence is a name where all that is shown of it is one."""
    token = said.tokens[at]
    opens = token.kind is Kind.WORD and token.text[0].isupper() and at == said.content[0]
    if opens and places and all(shown.tokens[place.at].kind is Kind.NAME for place in places):
        return replace(token, kind=Kind.NAME)
    return token


class _Look(NamedTuple):
    """A fact to be looked up."""

    said: Text
    shown: Text
    at: int
    places: Sequence[Place]
    token: Token
    taken: Mapping[int, int]  # what is shown -> the word of the sentence that stands for it


def _reason(look: _Look, around: str) -> str:
    token, shown = look.token, look.shown
    if not look.places and not _elsewhere(token, shown, around):
        return _ABSENT[token.kind].format(token.text)
    if rival := _rival(look):
        return f"the quote says {rival.text} there, not {token.text}"
    if isinstance(token.value, Quantity):
        there = [shown.tokens[place.at] for place in look.places]
        return _measured(token.value, token.text, there, shown, around)
    return ""


def _elsewhere(token: Token, shown: Text, around: str) -> bool:
    """Whether a fact that stands nowhere as such is there all the same."""
    if isinstance(token.value, Date):
        return shows([other.value for other in shown.tokens if isinstance(other.value, Date)], token.value)
    if token.kind is Kind.NAME:
        return _named(token, shown) or token.text.casefold() in around.casefold()
    return token.kind is Kind.CODE and token.text.casefold() in around.casefold()


def _named(token: Token, shown: Text) -> bool:
    """Whether a name is there in another form: its adjective, its initials, or what its initials stand for."""
    word = token.text.casefold()
    if any(word in other.text.casefold().split() for other in shown.tokens if other.kind is Kind.CODE):
        return True
    if any(_forms(word, other.text.casefold()) for other in shown.tokens if other.content):
        return True
    capitals = "".join(other.text[0] for other in shown.tokens if other.text[0].isupper())
    return len(word) >= 2 and token.text.isupper() and token.text in capitals


def _forms(one: str, other: str) -> bool:
    """Whether two names differ in an ending only, as Germany and German do."""
    short, long = sorted((one, other), key=len)
    shared = len(short) if long.startswith(short) else len(short) - 1
    if len(short) < 4 or not long.startswith(short[:shared]):
        return False
    return long[shared:] in _ADJECTIVAL and short[shared:] in _ADJECTIVAL | {""}


def _rival(look: _Look) -> Token | None:
    """Another fact of the same kind that fits better where this one is said to stand."""
    own = max((place.likeness for place in look.places), default=0.0)
    perfect = PERFECT * itself(look.said, look.at)
    there = {place.at for place in look.places}
    for other in islice(_others(look.token, look.shown), MOST):
        like = likeness(look.said, look.at, look.shown, other) if other not in there else 0.0
        margin = (
            _exchanged(look, other) if other in look.taken else SLIGHTLY if like >= perfect else MISPLACED
        )
        if like > own + margin:
            return look.shown.tokens[other]
    return None


def _exchanged(look: _Look, other: int) -> float:
    """How much better a fact must fit that is said as well, of another: less where that one would fit better here."""
    if not look.places:
        return SWAPPED
    here, partner = look.places[0].at, look.taken[other]
    gain = likeness(look.said, partner, look.shown, here) - likeness(look.said, partner, look.shown, other)
    return max(SLIGHTLY, MISPLACED - gain)


def _others(token: Token, shown: Text) -> Iterator[int]:
    for other in shown.content:
        there = shown.tokens[other]
        alike = there.kind is token.kind or {there.kind, token.kind} == _FACTS
        if alike and there.key != token.key:
            yield other


def _measured(said: Quantity, text: str, shown: Sequence[Token], whole: Text, around: str) -> str:
    """Whether the unit and the bound of a number are those that it is shown with."""
    quantities = [token.value for token in shown if isinstance(token.value, Quantity)]
    if not quantities:
        return ""
    units = said.units - _UNNAMED
    words = " ".join([around, *(token.text for token in whole.tokens)])
    if units and not any(q.units & units for q in quantities) and named(words).isdisjoint(units):
        return f"the quote does not give {text} in that unit"
    bounds = {quantity.bound for quantity in quantities}
    if said.bound and not said.slack and said.bound not in bounds:
        return _UNBOUND[said.bound].format(text)
    if _UPWARDS.get(said.bound, 0) * min((_UPWARDS.get(bound, 0) for bound in bounds), key=abs) < 0:
        return _UNBOUND[said.bound].format(text)
    return ""


_UNBOUND = {
    "at least": "the quote does not say at least {}",
    "more than": "the quote does not say more than {}",
    "at most": "the quote does not say at most {}",
    "less than": "the quote does not say less than {}",
}
_UPWARDS = {"at least": 1, "more than": 1, "at most": -1, "less than": -1}
