"""A sentence beside what is shown for it: read, aligned and compared once. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag import agreement
from rag.align import Place, Text, align
from rag.novel import Novel, novel
from rag.sentences import split
from rag.tokens import tokens

if TYPE_CHECKING:
    from rag.ports import Embedder

LISTED = 8  # words that a reason names


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """What the checks of a sentence look at."""

    text: str  # the sentence
    premise: str  # what is shown, quote after quote
    around: str  # what the quotes stand below
    said: Text
    shown: Text
    aligned: dict[int, tuple[Place, ...]]
    novel: Novel
    signals: dict[str, float]  # of agreement

    @classmethod
    def of(cls, text: str, quotes: Sequence[str], around: str, embedder: "Embedder | None") -> "Pair":
        """Read and compare them."""
        premise = "\n\n".join(quotes)
        said, shown = Text(tokens(text)), Text(tokens(premise))
        aligned = align(said, shown)
        new = novel(said, shown, aligned, embedder)
        signals = agreement.overlap(said, aligned, new.standing_in)
        if embedder:
            signals["cosine"] = _cosine(text, _standing(premise, shown, aligned), embedder)
        return cls(
            text=text, premise=premise, around=around, said=said, shown=shown, aligned=aligned, novel=new,
            signals={"cosine": signals["words"], **signals},
        )  # fmt: skip

    @property
    def probability(self) -> float:
        """That the words of the sentence say what is shown."""
        return agreement.probability(self.signals)

    @property
    def missing(self) -> list[str]:
        """What to say of words that do not agree."""
        words = [
            self.said.tokens[at].text
            for at, places in self.aligned.items()
            if not places and at not in self.novel.standing_in
        ]
        return (
            [f"not in the quote: {', '.join(words[:LISTED])}"] if words else ["the quote says it otherwise"]
        )


def _standing(premise: str, shown: Text, aligned: dict[int, tuple[Place, ...]]) -> str:
    """The sentences shown that the words stand in, one after the other."""
    spans = split(premise)
    there = {shown.tokens[place.at].sentence for places in aligned.values() for place in places[:1]}
    return " ".join(premise[slice(*spans[at])] for at in sorted(there)) or premise


def _cosine(text: str, shown: str, embedder: "Embedder") -> float:
    vectors = embedder.embed([text, shown])
    return float(vectors[0] @ vectors[1])
