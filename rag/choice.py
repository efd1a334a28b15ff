"""Which sentences answer: the fewest that do. Pure.

Scores are log odds, so their softmax is each sentence's probability of being the one that holds the answer. Sentences
next to a likely one that are likely themselves make one quote with it; a further quote is chosen only while it is
still open whether those chosen hold the answer.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import exp, log

from rag.asked import Asked, read, stems
from rag.conflict import Claim, contradict
from rag.dating import one_series, outdated, period
from rag.evidence import Candidate, Evidence
from rag.reading import Reading
from rag.types import Document, Question

# Fitted on squad_dev_rest: see docs/quality.md, "Answers in quotes".
ENOUGH = 0.5  # probability that one of those chosen holds the answer, at which no more are taken
LEAST = 0.2  # of the best sentence's odds: one below opens no further quote
MOST = 3  # quotes chosen
JOIN = 0.1  # of the odds of the sentence beside it: one below does not go with it
LONGEST = 3  # sentences of a quote
MUCH_ENOUGH, MUCH_JOIN, MUCH_LONGEST = 0.7, 0.05, 4  # the same where much is asked for

# Of the scores where a reader points: it and the other signals see the same, and together make too sure. Fitted with
# its weight by tests/benchmarks/fit_reader.py ("the rest counts").
POINTED = 0.65

ALIKE = 0.8  # shared words over all words of two quotes that say the same
SIDES = 5  # documents that are compared
SIDE = 0.01  # of the best sentence's odds: whoever is named in the question may answer that much worse
BEFORE = 2  # sentences before a quote that say what time it is about
RIVALS = 2  # quotes of other documents that contradict the best one


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Sentences that stand side by side, and answer."""

    reading: Reading
    first: int  # which of its pieces
    last: int  # the last, inclusive
    chance: float  # that one of them holds the answer

    @property
    def text(self) -> str:
        """What is quoted."""
        pieces = self.reading.pieces
        return self.reading.page.text[pieces[self.first].start : pieces[self.last].end]

    @property
    def document(self) -> Document:
        """Where it stands."""
        return self.reading.passage.document


def runs(question: Question, evidence: Evidence) -> tuple[Run, ...]:
    """What answers, the best first; where documents are compared, a run of each, the oldest first."""
    if not evidence.candidates:
        return ()
    asked = read(question.text)
    every = _Odds(_latest(evidence.candidates) if asked.latest else evidence.candidates)
    sides = _sides(asked, every) if asked.compares else ()
    if len(sides) > 1:
        return tuple(every.run(asked, at) for at in sides)
    chosen = _fewest(asked, every)
    return (*chosen, *_rivals(asked, every, chosen))


class _Odds:
    """Candidates with their probabilities, and where each stands."""

    def __init__(self, candidates: Sequence[Candidate]) -> None:
        sure = POINTED if any(candidate.pointed for candidate in candidates) else 1.0
        odds = [exp(sure * (candidate.score - candidates[0].score)) for candidate in candidates]
        whole = sum(odds)
        places = [self._place(each.reading, each.start) for each in candidates]
        self.candidates = candidates
        self.chances = [odd / whole for odd in odds]
        self._at = dict(zip(places, self.chances, strict=True))

    def run(self, asked: Asked, number: int) -> Run:
        """A candidate with the sentences around it that are likely too."""
        best, chance = self.candidates[number], self.chances[number]
        join = (MUCH_JOIN if asked.wants_much else JOIN) * chance
        longest = MUCH_LONGEST if asked.wants_much else LONGEST
        first = last = best.at
        while last - first + 1 < longest:
            before = self._beside(best.reading, first - 1) if best.reading.follows(first) else 0.0
            behind = self._beside(best.reading, last + 1) if best.reading.follows(last + 1) else 0.0
            if max(before, behind) < join:
                break
            first, last = (first - 1, last) if before > behind else (first, last + 1)
        total = sum(self._beside(best.reading, at) for at in range(first, last + 1))
        return Run(reading=best.reading, first=first, last=last, chance=total)

    def _beside(self, reading: Reading, at: int) -> float:
        return self._at.get(self._place(reading, reading.pieces[at].start), 0.0)

    @staticmethod
    def _place(reading: Reading, start: int) -> tuple[str, int, int]:
        return reading.passage.document.id, reading.page.number, start


def _latest(candidates: Sequence[Candidate]) -> Sequence[Candidate]:
    """Without those of a document that a later one takes the place of, as far as that may answer too."""
    able = [each for each in candidates if each.score > candidates[0].score + log(SIDE)]
    old = outdated(each.passage.document for each in able)
    return [each for each in candidates if each.passage.document.id not in old]


def _fewest(asked: Asked, every: _Odds) -> list[Run]:
    """The best run, and more while too little is certain."""
    enough, chosen, sure = MUCH_ENOUGH if asked.wants_much else ENOUGH, list[Run](), 0.0
    for at, chance in enumerate(every.chances):
        if len(chosen) == MOST or sure >= enough or chance < LEAST * every.chances[0]:
            break
        run = every.run(asked, at)
        if not any(_same(run, other) for other in chosen):
            chosen.append(run)
            sure += run.chance
    return chosen


def _same(run: Run, other: Run) -> bool:
    """Whether one stands in the other, or says what it says: by Jaccard's index of their words."""
    words, others = stems(run.text), stems(other.text)
    if len(words & others) >= ALIKE * max(1, len(words | others)):
        return True
    pieces, those = run.reading.pieces, other.reading.pieces
    apart = (
        pieces[run.last].end <= those[other.first].start or those[other.last].end <= pieces[run.first].start
    )
    same_page = run.document.id == other.document.id and run.reading.page.number == other.reading.page.number
    return same_page and not apart


def _rivals(asked: Asked, every: _Odds, chosen: Sequence[Run]) -> Iterator[Run]:
    """Sentences of other documents that contradict what was chosen: they are shown, not silently passed over."""
    claims = [(run.document.id, _claim(run)) for run in chosen]
    for at, candidate in enumerate(every.candidates):
        if len(claims) == len(chosen) + RIVALS:
            return
        alone = Run(
            reading=candidate.reading, first=candidate.at, last=candidate.at, chance=every.chances[at]
        )
        known = any(document == alone.document.id for document, _ in claims)
        if not known and any(contradict(asked, _claim(alone), claim) for _, claim in claims[: len(chosen)]):
            claims.append((alone.document.id, _claim(alone)))
            yield alone


def _claim(run: Run) -> Claim:
    pieces, text = run.reading.pieces, run.reading.page.text
    first = run.first
    while run.reading.follows(first) and run.first - first < BEFORE:
        first -= 1
    return Claim(run.text, run.document, text[pieces[first].start : pieces[run.first].start])


def _sides(asked: Asked, every: _Odds) -> tuple[int, ...]:
    """The best sentence of each document that is compared, the oldest first where that is known."""
    best: dict[str, int] = {}
    for at, candidate in enumerate(every.candidates):
        if candidate.reading.question(candidate.at) is None:
            best.setdefault(candidate.passage.document.id, at)
    first = every.candidates[0].passage.document
    kept = [at for at in best.values() if at == 0 or _is_side(asked, first, every, at)][:SIDES]
    periods = [period(every.candidates[at].passage.document) for at in kept]
    known = {at: said for at, said in zip(kept, periods, strict=True) if said}
    return tuple(sorted(kept, key=lambda at: known[at])) if len(known) == len(kept) else tuple(kept)


def _is_side(asked: Asked, first: Document, every: _Odds, at: int) -> bool:
    """Whether a document is one more side: named by the question as the first is, or of another time in one series.

    A question that names a time is about all the series only where it names several.
    """
    if every.chances[at] < SIDE * every.chances[0]:
        return False
    other = every.candidates[at].passage.document
    here, there = (asked.words & stems(f"{each.title} {_plain(each.source)}") for each in (first, other))
    if here - there and there - here:
        return True
    times = period(first), period(other)
    return not asked.one_time and all(times) and times[0] != times[1] and one_series(first, other)


def _plain(source: str) -> str:
    return source.replace("_", " ")
