"""Words of a sentence that stand where the quote has others. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.align import Place, Text, itself, likeness
from rag.tokens import Kind, Token

if TYPE_CHECKING:
    from rag.ports import Embedder

MOST = 500  # words shown that a word is compared with
FITS = (
    0.55  # share of what stands around a word that stands around the other, from which on it is in its place
)
NEARLY, FEW = 0.8, 4  # likeness below the best, and how many, that may be what it stands for
ALIKE = 0.4  # cosine of two words from which on one may stand for the other

Aligned = Mapping[int, tuple[Place, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Novel:
    """What became of the words that are not shown, as far as something is shown in their place."""

    standing_in: frozenset[int] = frozenset()  # tokens of the sentence that may stand for what is shown
    reasons: tuple[str, ...] = ()  # of those that mean something else


def novel(said: Text, shown: Text, aligned: Aligned, embedder: "Embedder | None") -> Novel:
    """Tells words that reword what is shown from those that replace it; without an embedder all replace it."""
    found = list(_replaced(said, shown, aligned))
    like = {
        at for at, others in found if embedder and max(_cosines(said.tokens[at], others, embedder)) >= ALIKE
    }
    reasons = (
        f'the quote says "{others[0].text}" there, not "{said.tokens[at].text}"'
        for at, others in found
        if at not in like
    )
    return Novel(standing_in=frozenset(like), reasons=tuple(reasons))


def _replaced(said: Text, shown: Text, aligned: Aligned) -> Iterator[tuple[int, list[Token]]]:
    """Words that are not shown, each with what is shown in its place and nowhere in the sentence, likeliest first."""
    taken = {place.at for places in aligned.values() for place in places}
    free = [at for at in shown.content if at not in taken][:MOST]
    for at, places in aligned.items():
        if places or said.tokens[at].kind is not Kind.WORD:
            continue
        fit = sorted(((likeness(said, at, shown, other), other) for other in free), reverse=True)[:FEW]
        if fit and fit[0][0] >= FITS * itself(said, at) > 0:
            yield at, [shown.tokens[other] for like, other in fit if like > fit[0][0] - NEARLY]


def _cosines(own: Token, others: list[Token], embedder: "Embedder") -> list[float]:
    vectors = embedder.embed([token.text.lower() for token in (own, *others)])
    return [float(vector @ vectors[0]) for vector in vectors[1:]]
