"""Which sentences of the passages found speak to the question, and how strongly. Weighs; decides nothing.

Every sentence gets a score: a weighted sum of a few signals, fitted as a conditional logit (McFadden 1974) over the
sentences of a question, so that differences of scores are log odds of being the sentence that holds the answer.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from rag.asked import Asked, figures, read, share, stems
from rag.heads import head, lead_in, names_columns, question_above
from rag.ports import Embedder
from rag.reading import Reading, surroundings
from rag.sections import named
from rag.sentences import Piece, Span
from rag.types import BlockKind, Page, Passage, Question

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Fitted by conditional logit on squad_dev_rest alone: 4,000 questions asked of all its paragraphs. Asked of the
# shelves of tests/benchmarks/fit_evidence.py, weights fitted anew find no more. "figures" was added to them there: with
# it .802 instead of .798 of 2,400 best sentences are right, .847 instead of .821 of the 301 asked with figures.
# Hardly a sentence asks itself there. "pointed" was fitted by tests/benchmarks/fit_reader.py.
WEIGHTS = MappingProxyType(
    {
        "cosine": 9.0,  # of the question and the sentence below its title and headings
        "words": 4.0,  # share of the question's words in the sentence, its title and headings
        "near": 2.7,  # the same with the sentences before and after
        "passage": 1.4,  # the same with the whole passage
        "retrieval": 15.5,  # the passage's score
        "kind": 0.8,  # what is asked for (a number, a date, a name) is there: 1, is not: -1, cannot tell: 0
        "figures": 2.0,  # share of the question's numbers and codes in the sentence, its title and headings
        "fragment": -3.0,  # a heading, or too short to say anything
        "question": -3.5,  # asks itself
        "pointed": 4.6,  # probability that the passage answers, where a reader points at words of the sentence; else 0
    }
)
# Log odds of a sentence in a section that the question names by its heading ("What happens on the first day?"): its
# words are those of the heading, not of what stands there. No set to fit it on has headings: chosen on questions about
# the sample and a handbook.
SECTION = 4.0
# Sentences that are embedded, the likeliest by their words first. The rest only where one could still overtake the
# best, if its cosine were the highest found and ROOM more: with 12.6 instead of 24 sentences on average, the best one
# is the same for 99.9 % of 6,880 training questions, and right as often. 32 found no more answers either.
FIRST, LIMIT = 12, 24
ROOM = 0.05
FRAGMENT = 4  # distinct words; a sentence with fewer is a fragment
HEADING = 9  # distinct words; a line with fewer, no figures and no stop is read as a heading

_CAPTION = re.compile(
    r"(?:(?i:table|figure|fig\.|chart|appendix|annex|section|chapter)\s+\d+(?:\.\d+)*[.:]?\s|\d+(?:\.\d+)+\.?\s+[A-Z])"
    r"[^.!?|\d]*$"
)
_SAYS_MORE = re.compile(r"\d|[.!?。！？؟।|\t:]|^[-*•]")

Pages = Mapping[tuple[str, int], Page]  # by document id and number


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A sentence of a passage, weighed for a question."""

    reading: Reading
    at: int  # which of its pieces
    signals: tuple[float, ...]  # in the order of WEIGHTS
    score: float
    named: bool = False  # whether it stands in a section that the question names

    @property
    def passage(self) -> Passage:
        """What it was found in."""
        return self.reading.passage

    @property
    def pointed(self) -> bool:
        """Whether a reader points into it."""
        return dict(zip(WEIGHTS, self.signals, strict=True))["pointed"] > 0

    @property
    def start(self) -> int:
        """Its place: characters into the page's text."""
        return self.reading.pieces[self.at].start

    @property
    def end(self) -> int:
        """Where it ends, on the same page."""
        return self.reading.pieces[self.at].end

    @property
    def text(self) -> str:
        """The sentence, verbatim."""
        return self.reading.text(self.reading.pieces[self.at])

    @property
    def paragraph(self) -> str:
        """The text of the chunk around it up to blank lines, or the whole table or list that it stands in."""
        text, origin = self.passage.chunk.text, self.passage.chunk.start
        start = text.rfind("\n\n", 0, max(0, self.start - origin)) + 1
        end = text.find("\n\n", max(0, self.end - origin))
        return text[start : end if end >= 0 else len(text)].strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What the passages hold for a question."""

    candidates: tuple[Candidate, ...]  # best first
    paragraph: float = 0.0  # cosine of the question and the paragraph around the best one, by itself


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draft:
    """A sentence before its cosine is known."""

    reading: Reading
    at: int
    embedded: str
    shares: tuple[float, float, float]  # words, near, passage
    rest: tuple[float, float, float, float, float]  # kind, figures, fragment, question, pointed
    named: bool

    def signals(self, cosine: float) -> tuple[float, ...]:
        return (cosine, *self.shares, self.reading.passage.score, *self.rest)

    def score(self, cosine: float) -> float:
        weighed = zip(WEIGHTS.values(), self.signals(cosine), strict=True)
        return sum(weight * signal for weight, signal in weighed) + SECTION * self.named


def weigh(
    question: Question, passages: Sequence[Passage], embedder: Embedder, pages: Pages = MappingProxyType({})
) -> Evidence:
    """The sentences of the passages, weighed, best first; at most LIMIT of them, the likeliest by their words.

    A passage is read together with what stands around it on its page, as far as that is among ``pages``. Linear in the
    length of the passages. A question without words, or no passages, makes weak evidence, not an error.
    """
    asked = read(question.text)
    readings = [surroundings(p, pages.get((p.document.id, p.chunk.page))) for p in passages]
    drafts = _likeliest([draft for reading in readings for draft in _drafts(asked, reading)])
    if not drafts:
        return Evidence(candidates=())
    first = LIMIT if asked.compares or asked.wants_much else FIRST
    early, late = drafts[:first], drafts[first:]
    vectors = embedder.embed([question.text, *(draft.embedded for draft in early)])
    vector = vectors[0]
    candidates = _candidates(early, vectors[1:] @ vector)
    if _open(candidates, late):
        candidates += _candidates(late, embedder.embed([draft.embedded for draft in late]) @ vector)
    candidates.sort(key=lambda candidate: -candidate.score)
    around = embedder.embed([candidates[0].paragraph])[0]
    return Evidence(candidates=tuple(candidates), paragraph=float(around @ vector))


def _open(candidates: Sequence[Candidate], others: Sequence[_Draft]) -> bool:
    """Whether one of the others could still be better than the best."""
    if not others:
        return False
    highest = max(candidate.signals[0] for candidate in candidates) + ROOM
    return others[0].score(highest) > max(candidate.score for candidate in candidates)


def _likeliest(drafts: Sequence[_Draft]) -> list[_Draft]:
    """The best by their words; of a sentence that two chunks share, the better."""
    kept: dict[tuple[str, int, int], _Draft] = {}
    for draft in sorted(drafts, key=lambda draft: -draft.score(0.0)):
        passage, piece = draft.reading.passage, draft.reading.pieces[draft.at]
        kept.setdefault((passage.document.id, passage.chunk.page, piece.start), draft)
    return list(kept.values())[:LIMIT]


def _drafts(asked: Asked, reading: Reading) -> Iterator[_Draft]:
    title = f"{reading.passage.document.title} {reading.passage.chunk.heading} "
    above, said = stems(title), [stems(reading.text(piece)) for piece in reading.pieces]
    found = [reading.found(piece) for piece in reading.pieces]
    sections = named(asked, reading)
    whole = above.union(*(words for words, inside in zip(said, found, strict=True) if inside))
    for at, piece in enumerate(reading.pieces):
        if not found[at] or names_columns(reading, piece):
            continue  # a header is read, and quoted, with each of its rows
        sentence = reading.text(piece)
        below = _below(reading, at)
        context = above | stems(below)
        text = f"{below}\n{sentence}" if below else sentence
        yield _Draft(
            reading=reading,
            at=at,
            embedded=replace(reading.passage.chunk, text=text).embedded(reading.passage.document.title),
            shares=(
                share(asked.words, said[at] | context),
                share(asked.words, context.union(*said[max(0, at - 1) : at + 2])),
                share(asked.words, whole),
            ),
            rest=(
                asked.kind(sentence),
                share(asked.figures, figures(title + text)),
                float(_says_little(reading, at, len(said[at]))),
                float(reading.question(at) is not None),
                _pointed(reading.passage, piece),
            ),
            named=sections[at],
        )


def _pointed(passage: Passage, piece: Piece) -> float:
    """How likely a reader finds the passage to answer with words of this piece; 0 where they begin in another."""
    if passage.found is None or passage.pointed is None or not piece.start <= passage.pointed[0] < piece.end:
        return 0.0
    return passage.found.relevance


def _below(reading: Reading, at: int) -> str:
    """What a sentence stands below: its table's header and units, its list's lead-in, or what it answers."""
    piece = reading.pieces[at]
    spans: tuple[Span | None, ...] = (
        *head(reading, piece),
        lead_in(reading, at),
        question_above(reading, at),
    )
    return "\n".join(reading.page.text[slice(*span)] for span in spans if span)


def _says_little(reading: Reading, at: int, words: int) -> bool:
    """Whether it is a heading, a caption, a table's header or lead-in, or too short to answer anything."""
    piece, below = reading.pieces[at], reading.pieces[at + 1 : at + 2]
    text = reading.text(piece)
    if piece.kind is BlockKind.ROW:
        return not any(character.isdigit() for character in text) and "|" not in text
    above = (reading.passage.document.title, *reading.passage.chunk.heading.split(" > "))
    if (
        piece.kind is BlockKind.HEADING
        or words < FRAGMENT
        or text.strip("# ") in above
        or _CAPTION.match(text)
        or (text.endswith(":") and below and below[0].kind is BlockKind.ROW)
    ):
        return True
    return words < HEADING and not _SAYS_MORE.search(text)


def _candidates(drafts: Sequence[_Draft], cosines: "NDArray[np.float32]") -> list[Candidate]:
    return [
        Candidate(
            reading=draft.reading,
            at=draft.at,
            signals=draft.signals(cosine),
            score=draft.score(cosine),
            named=draft.named,
        )
        for draft, cosine in zip(drafts, cosines.tolist(), strict=True)
    ]
