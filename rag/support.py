"""Does what a sentence cites carry it? Whoever wrote the sentence: each of its claims is looked up in its quotes.

A sentence that is what a quote says, word for word and in whole sentences, is supported. Of any other, every number,
date, name and code must be shown, by value and at its place, nothing denied that is affirmed and nothing said more
strongly; and its words must agree with those shown. What is SUPPORTED passes all of that. A sentence is UNSUPPORTED
that contradicts its quotes, none of whose facts are shown, or that has hardly a word in common with them; else PARTLY.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rag import agreement
from rag.cite import stands
from rag.contrast import contrasts
from rag.facts import facts
from rag.lead import bare
from rag.pair import Pair
from rag.polarity import contradictions
from rag.sentences import split
from rag.types import Citation, Page, Sentence, Support

if TYPE_CHECKING:
    from rag.ports import Embedder, Entailment

FindPage = Callable[[Citation], Page | None]
MOST_REASONS = 5
LONGEST = 1000  # characters of a sentence; what is longer is no sentence, and is not compared
ENTAILED, CONTRADICTED = 0.5, 0.5  # probabilities of the model of inference


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How far quotes carry a sentence, and why not further."""

    support: Support
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """Compares sentences with quotes: by their words alone, or with the help of models."""

    embedder: "Embedder | None" = None
    entailment: "Entailment | None" = None

    def judge(self, said: str, quotes: Sequence[str], around: str = "") -> Verdict:
        """How far the quotes carry what is said. ``around`` is what they stand below: their documents' titles.

        Never raises for any text, and takes time linear in what is quoted.
        """
        if any(_verbatim(said, quote) for quote in quotes):
            return Verdict(support=Support.SUPPORTED)
        if not any(quote.strip() for quote in quotes):
            return _verdict(Support.UNSUPPORTED, ["nothing that stands is quoted for it"])
        if len(said) > LONGEST:
            return _verdict(Support.UNSUPPORTED, ["it is too long to be checked"])
        if not any(map(str.isalnum, said)):
            return _verdict(Support.UNSUPPORTED, ["it has no words that could be checked"])
        return self._compared(Pair.of(bare(said), quotes, around, self.embedder))

    def _compared(self, pair: Pair) -> Verdict:
        against = [*contradictions(pair.said, pair.shown, pair.aligned), *self._contradicted(pair)]
        looked_up = list(facts(pair.said, pair.shown, pair.aligned, pair.around))
        failed = [fact.reason for fact in looked_up if fact.reason]
        nothing_shown = bool(looked_up) and len(failed) == len(looked_up)
        if against or nothing_shown or pair.probability < agreement.TOUCHES:
            told = [*against, *failed, *pair.novel.reasons]
            return _verdict(Support.UNSUPPORTED, told or pair.missing)
        reasons = [*failed, *contrasts(pair.said, pair.shown, pair.aligned), *pair.novel.reasons]
        if pair.probability < agreement.SUPPORTS:
            reasons += pair.missing
        reasons += self._not_entailed(pair)
        return _verdict(Support.PARTLY if reasons else Support.SUPPORTED, reasons)

    def _contradicted(self, pair: Pair) -> Iterator[str]:
        if (
            self.entailment
            and (found := self.entailment.probabilities(pair.premise, pair.text))[2] >= CONTRADICTED
        ):
            yield f"the model of inference finds that the quote contradicts it ({found[2]:.0%})"

    def _not_entailed(self, pair: Pair) -> Iterator[str]:
        if (
            self.entailment
            and (found := self.entailment.probabilities(pair.premise, pair.text))[0] < ENTAILED
        ):
            yield f"the model of inference does not find that it follows from the quote ({found[0]:.0%})"


def check(sentence: Sentence, find_page: FindPage, judge: Judge | None = None) -> Sentence:
    """The sentence with those of its citations that stand, the support they give it, and why no more."""
    standing = tuple(c for c in sentence.citations if stands(c, find_page(c)))
    around = " ".join(dict.fromkeys(citation.document.title for citation in standing))
    verdict = (judge or Judge()).judge(sentence.text, [citation.quote for citation in standing], around)
    return replace(sentence, citations=standing, support=verdict.support, reasons=verdict.reasons)


def _verbatim(said: str, quote: str) -> bool:
    """Whether it is one or more whole sentences of the quote, blanks aside."""
    plain, whole = " ".join(said.split()), " ".join(quote.split())
    at = whole.find(plain) if plain else -1
    if at < 0 or plain == whole:
        return at >= 0
    spans = split(whole)
    return at in {start for start, _ in spans} and at + len(plain) in {end for _, end in spans}


def _verdict(support: Support, reasons: Sequence[str]) -> Verdict:
    return Verdict(support=support, reasons=tuple(dict.fromkeys(reasons))[:MOST_REASONS])
