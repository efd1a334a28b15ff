"""Which sentences of the passages found speak to the question, and how strongly. Weighs; decides nothing.

Every sentence gets a score: a weighted sum of a few signals, fitted as a conditional logit (McFadden 1974) over the
sentences of a question, so that differences of scores are log odds of being the sentence that holds the answer.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from rag.ports import Embedder
from rag.sentences import Piece, pieces
from rag.types import BlockKind, Passage, Question

# Fitted by conditional logit on squad_dev_rest alone: 4,000 questions asked of all its paragraphs. Asked of the
# shelves of tests/benchmarks/fit_evidence.py, weights fitted anew find no more. "figures" was added to them there: with
# it .802 instead of .798 of 2,400 best sentences are right, .847 instead of .821 of the 301 asked with figures.
# Hardly a sentence asks itself there.
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
    }
)
LIMIT = 24  # sentences that are embedded, about 700 word pieces; 32 found no more answers in squad_dev_rest
FRAGMENT = 4  # distinct words; a sentence with fewer is a fragment
HEADING = 9  # distinct words; a line with fewer, no figures and no stop is read as a heading

_STOP_WORDS = frozenset(
    "a an the of in on at to for from by with as is are was were be been being am do does did done has have had "
    "having and or but if then than that this these those it its he she they them his her their him we our us you "
    "your i me my no not nor so such what which who whom whose when where why how can could will would shall should "
    "may might must there here about into over under between during before after above below up down out off again "
    "further once all any both each few more most other some own same only too very just also many much one name "
    "kind type tell please".split()
)
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]|[^\W_]+(?:['’][^\W_]+)?")
_ENDINGS = tuple("ations ation ments ment ings ing ies ers er ed es ly s e y".split())
_NUMBER = re.compile(
    r"\d[\d.,]*|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|"
    r"fifty|sixty|hundred|thousand|million|billion|half|dozen|once|twice|none|zero)\b",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"\b(?:1\d{3}|20\d{2})s?\b|\b(?:january|february|march|april|may|june|july|august|september|october|november|"
    r"december|(?:mon|tues|wednes|thurs|fri|satur|sun)day|century|(?:day|week|month|year|hour|minute|quarter)s?)\b|"
    r"\d\s?(?:am|pm|a\.m|p\.m)\b|\d:\d\d",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?<=\w[ ,;:(“\"])[A-Z][\w’'-]+")
_CAPTION = re.compile(
    r"(?:(?i:table|figure|fig\.|chart|appendix|annex|section|chapter)\s+\d+(?:\.\d+)*[.:]?\s|\d+(?:\.\d+)+\.?\s+[A-Z])"
    r"[^.!?|\d]*$"
)
_FIGURE = re.compile(r"[^\W_]*\d(?:[^\W_]|[.,:](?=\d))*")
_CALENDAR = re.compile(
    r"\b(?:\d{1,2}\.?\s+)?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?(?:\s+\d{1,2}\b)?|"
    r"\b(?:19|20)\d\d\b|\b[QH][1-4]\b",
    re.IGNORECASE,
)
_SAYS_MORE = re.compile(r"\d|[.!?。！？؟।|\t:]|^[-*•]")
_KINDS = (  # what a question asks for, and what that looks like
    (
        re.compile(
            r"\bhow (?:many|much|often|long|old|far|tall|big|large|high|deep|fast)\b|\bcosts?\b|"
            r"\bwhat (?:percent|percentage|number|amount|share|proportion|fraction|price|cost)\b",
            re.IGNORECASE,
        ),
        _NUMBER,
    ),
    (
        re.compile(
            r"\bwhen\b|\b(?:what|which) (?:year|month|day|date|century|decade|time)\b|\bdeadline\b|\bhow long\b",
            re.IGNORECASE,
        ),
        _DATE,
    ),
    (
        re.compile(
            r"\b(?:who(?:m|se)?|where)\b|\b(?:what|which) (?:person|company|country|city|team|state|university|"
            r"organi[sz]ation|place)\b",
            re.IGNORECASE,
        ),
        _NAME,
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A sentence of a passage, weighed for a question."""

    passage: Passage
    start: int  # characters into the chunk's text
    end: int
    signals: tuple[float, ...]  # in the order of WEIGHTS
    score: float

    @property
    def text(self) -> str:
        """The sentence, verbatim."""
        return self.passage.chunk.text[self.start : self.end]

    @property
    def paragraph(self) -> str:
        """The text around it up to blank lines, or the whole table or list that it stands in."""
        text = self.passage.chunk.text
        start, end = text.rfind("\n\n", 0, self.start) + 1, text.find("\n\n", self.end)
        return text[start : end if end >= 0 else len(text)].strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What the passages hold for a question."""

    candidates: tuple[Candidate, ...]  # best first
    paragraph: float = 0.0  # cosine of the question and the paragraph around the best one, by itself


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """A question, read."""

    text: str  # without case
    words: frozenset[str]  # stems of what carries its meaning
    figures: frozenset[str]
    kinds: tuple[re.Pattern[str], ...]  # what an answer would hold


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draft:
    """A sentence before its cosine is known."""

    passage: Passage
    piece: Piece
    embedded: str
    shares: tuple[float, float, float]  # words, near, passage
    rest: tuple[float, float, float, float]  # kind, figures, fragment, question

    def signals(self, cosine: float) -> tuple[float, ...]:
        return (cosine, *self.shares, self.passage.score, *self.rest)


def weigh(question: Question, passages: Sequence[Passage], embedder: Embedder) -> Evidence:
    """The sentences of the passages, weighed, best first; at most LIMIT of them, the likeliest by their words.

    Linear in the length of the passages. A question without words, or no passages, makes weak evidence, not an error.
    """
    asked = _read(question.text)
    drafts = [draft for passage in passages for draft in _drafts(asked, passage)]
    drafts = sorted(drafts, key=lambda draft: -_score(draft.signals(0.0)))[:LIMIT]
    if not drafts:
        return Evidence(candidates=())
    vectors = embedder.embed([question.text, *(draft.embedded for draft in drafts)])
    cosines = (vectors[1:] @ vectors[0]).tolist()
    found = (_candidate(draft, cosine) for draft, cosine in zip(drafts, cosines, strict=True))
    candidates = sorted(found, key=lambda candidate: -candidate.score)
    around = embedder.embed([candidates[0].paragraph])[0]
    return Evidence(candidates=tuple(candidates), paragraph=float(around @ vectors[0]))


def stem(word: str) -> str:
    """A word without its case and its English ending; words of other scripts keep their form.

    A light stemmer after Harman (1991), "How Effective Is Suffixing?".
    """
    bare = word.casefold().removesuffix("'s").removesuffix("’s")
    for ending in _ENDINGS:
        if bare.endswith(ending) and len(bare) - len(ending) >= 3:
            bare = bare[: -len(ending)]
            break
    return bare[:-1] if len(bare) > 3 and bare[-1] == bare[-2] else bare


def _stems(text: str) -> frozenset[str]:
    return frozenset(map(stem, _WORD.findall(text)))


def _figures(text: str) -> frozenset[str]:
    """Numbers and codes such as 2,600 and E4."""
    return frozenset(found.casefold().replace(",", "") for found in _FIGURE.findall(text))


def _read(text: str) -> _Asked:
    words = [word for word in _WORD.findall(text) if word.casefold() not in _STOP_WORDS]
    return _Asked(
        text=text.casefold(),
        words=frozenset(map(stem, words)),
        figures=_figures(text),
        kinds=tuple(looks for asks, looks in _KINDS if asks.search(text)),
    )


def _share(words: frozenset[str], there: frozenset[str]) -> float:
    return len(words & there) / len(words) if words else 0.0


def _above(passage: Passage) -> str:
    return f"{passage.document.title} {passage.chunk.heading} "


def header(found: Sequence[Piece], at: int) -> Piece | None:
    """The first row of the table in which a row stands; None for that row itself and for what is no row."""
    first = at
    while first >= 0 and found[first].kind is BlockKind.ROW:
        first -= 1
    return found[first + 1] if first + 1 < at else None


def _names_columns(passage: Passage, found: Sequence[Piece], at: int) -> bool:
    """Whether a piece is a table's header: the first of its rows, with no figures but dates and those of names.

    A chunk that begins with a row may begin in the middle of a table.
    """
    is_row = [piece.kind is BlockKind.ROW for piece in found[at : at + 2]] == [True, True]
    if not is_row or header(found, at) or (at == 0 and passage.chunk.start > 0):
        return False
    row = passage.chunk.text[found[at].start : found[at].end]
    return _figures(_CALENDAR.sub(" ", row)) <= _figures(_above(passage))


def _drafts(asked: _Asked, passage: Passage) -> Iterable[_Draft]:
    text, found = passage.chunk.text, pieces(passage.chunk)
    above = _stems(_above(passage))
    stems = [_stems(text[piece.start : piece.end]) for piece in found]
    whole = above.union(*stems)
    for at, piece in enumerate(found):
        if _names_columns(passage, found, at):
            continue  # it is read, and quoted, with each of its rows
        top = header(found, at)
        columns = text[top.start : top.end] if top else ""
        context = above | _stems(columns)
        sentence = text[piece.start : piece.end]
        read = f"{columns}\n{sentence}" if columns else sentence
        near = context.union(*stems[max(0, at - 1) : at + 2])
        yield _Draft(
            passage=passage,
            piece=piece,
            embedded=replace(passage.chunk, text=read).embedded(passage.document.title),
            shares=(
                _share(asked.words, stems[at] | context),
                _share(asked.words, near),
                _share(asked.words, whole),
            ),
            rest=(
                _kind(asked, sentence),
                _share(asked.figures, _figures(f"{_above(passage)} {read}")),
                float(_says_little(passage, piece, len(stems[at]))),
                float(sentence.endswith(("?", "？", "؟"))),
            ),
        )


def _says_little(passage: Passage, piece: Piece, words: int) -> bool:
    """Whether it is a heading, a caption, a table's header or too short to answer anything."""
    text = passage.chunk.text[piece.start : piece.end]
    if piece.kind is BlockKind.ROW:
        return not any(character.isdigit() for character in text) and "|" not in text
    above = (passage.document.title, *passage.chunk.heading.split(" > "))
    if (
        piece.kind is BlockKind.HEADING
        or words < FRAGMENT
        or text.strip("# ") in above
        or _CAPTION.match(text)
    ):
        return True
    return words < HEADING and not _SAYS_MORE.search(text)


def _kind(asked: _Asked, sentence: str) -> float:
    """Whether the sentence holds what is asked for, other than what the question itself names."""
    return sum(
        1.0 if any(found.casefold() not in asked.text for found in looks.findall(sentence)) else -1.0
        for looks in asked.kinds
    )


def _candidate(draft: _Draft, cosine: float) -> Candidate:
    signals = draft.signals(cosine)
    return Candidate(
        passage=draft.passage,
        start=draft.piece.start,
        end=draft.piece.end,
        signals=signals,
        score=_score(signals),
    )


def _score(signals: Sequence[float]) -> float:
    return sum(weight * signal for weight, signal in zip(WEIGHTS.values(), signals, strict=True))
