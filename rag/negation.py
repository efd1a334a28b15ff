"""What the words that deny in a text deny. Pure.

A cue denies what follows it within its clause, after NegEx (Chapman et al. 2001): the next word or two for certain,
some more perhaps, and perhaps what goes right before it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from rag.tokens import Kind, Token

MOST = 40  # cues of a text that are looked at
CERTAIN, PERHAPS, BEFORE = 2, 5, 3  # content tokens
_CUES = frozenset(
    "not no never none nobody nothing neither nor without cannot hardly nicht kein keine keinen keiner keinem nie "
    "niemals ohne nunca jamás ningún ninguna jamais aucun aucune".split()
)
_COMPARED = frozenset("more less fewer later earlier greater longer".split())  # no more than: a bound


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """A word that denies; all are numbers of tokens."""

    at: int
    certain: frozenset[int]
    perhaps: frozenset[int]  # certain ones among them
    head: int | None  # the first that it denies


def cues(tokens: Sequence[Token]) -> tuple[Cue, ...]:
    """The cues of a text, in order."""
    return tuple(_cue(tokens, at) for at in islice(_found(tokens), MOST))


def _found(tokens: Sequence[Token]) -> Iterator[int]:
    last = -1  # sentence of the cue before
    for at, token in enumerate(tokens):
        if not _denies(tokens, at) or (_plain(token) == "nor" and last == token.sentence):
            continue
        last = token.sentence
        yield at


def _denies(tokens: Sequence[Token], at: int) -> bool:
    plain = _plain(tokens[at])
    if plain not in _CUES and not plain.endswith("n't"):
        return False
    after = [_plain(token) for token in tokens[at + 1 : at + 3]] + ["", ""]
    before = _plain(tokens[at - 1]) if at else ""
    if (
        before == "or"
        or after[0] == "doubt"
        or (after[0] in ("only", "just", "merely") and _goes_on(tokens, at))
    ):
        return False
    numbered = plain == "no" and at + 1 < len(tokens) and tokens[at + 1].kind is Kind.NUMBER
    return not numbered and not (after[0] in _COMPARED and after[1] == "than")


def _goes_on(tokens: Sequence[Token], at: int) -> bool:
    """Whether "not only" is followed by "but also"."""
    rest = (token for token in tokens[at:] if token.sentence == tokens[at].sentence)
    return any(_plain(token) in ("but", "also") for token in rest)


def _plain(token: Token) -> str:
    return token.text.casefold().replace("’", "'")


def _cue(tokens: Sequence[Token], at: int) -> Cue:
    """Content tokens behind it in its clause; where there are none, the last before it, or else the next."""
    own = [
        n
        for n, token in enumerate(tokens)
        if token.content and token.sentence == tokens[at].sentence and n != at
    ]
    clause = [n for n in own if tokens[n].clause == tokens[at].clause]
    before = [n for n in clause if n < at][-BEFORE:]
    behind = [n for n in clause if n > at][:PERHAPS] or before[-1:] or [n for n in own if n > at][:1]
    return Cue(
        at=at,
        certain=frozenset(behind[:CERTAIN]),
        perhaps=frozenset([*behind, *before]),
        head=behind[0] if behind else None,
    )
