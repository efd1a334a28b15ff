"""What a reader adds, set by set: order, the words pointed at, and telling whether the answer is there.

    python -m tests.benchmarks.reader READER SET… --models data/home/models [--limit 500] [--keep FILE]

Each question's first ten passages are read, without a limit on time. Prints, with 95 % bootstrap intervals:

    recall@1            of the fusion, and of the reader's order
    sentence            the share of answerable questions where the best sentence holds a gold answer's words: the one
                        that the product would quote first, and the one around the words that the reader points at
    span F1             SQuAD's token F1 of these words, mistakes of retrieval included
    AUROC               of the product's confidence, of the reader's relevance, and of both added up as log odds
    ms                  the reader's time for a question's ten passages: median and 95th percentile

``--keep`` writes what was seen of each question and passage as JSON Lines, to fit weights on.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rag import abstain
from rag.calibration import logit
from rag.estimate import Estimate, auroc, bootstrap, mean, percentile
from rag.evidence import weigh
from rag.found import Found
from rag.models.reader import Reader, open_reader
from rag.rerank import WEIGHT
from rag.sentences import pieces_within
from rag.settings import load
from rag.types import Page, Passage
from rag.wording import contains, token_f1
from web.evaluation_home import Home
from web.evaluation_set import Asked, EvaluationSet, load_set, spread
from web.wiring import Services, open_services

TOP = 10
UNLIMITED = 1_000_000  # milliseconds
CLIP = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One passage, read."""

    score: float  # of the fusion
    relevance: float
    margin: float
    gold: bool  # of a gold document
    sentence: bool  # the sentence around the words pointed at holds a gold answer
    f1: float  # of these words

    @property
    def both(self) -> float:
        """The score by which the product orders."""
        return self.score + WEIGHT * self.relevance


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One question."""

    question: str
    answerable: bool
    confidence: float
    signals: tuple[float, ...]  # that the confidence is made of
    quoted: bool  # the sentence that the product would quote first holds a gold answer
    passages: tuple[Seen, ...]
    ms: float

    @property
    def relevance(self) -> float:
        """Of the passage that answers best."""
        return max((seen.relevance for seen in self.passages), default=0.0)


def main() -> None:
    """Print a table for each set."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("reader", type=Path)
    parser.add_argument("sets", type=Path, nargs="+")
    parser.add_argument("--models", type=Path, required=True)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--keep", type=Path)
    given = parser.parse_args()
    reader = open_reader(given.reader, budget_ms=UNLIMITED)
    for folder in given.sets:
        found = list(rows(load_set(folder), reader, given.models, given.limit))
        if given.keep:
            with given.keep.open("a", encoding="utf-8") as out:
                out.writelines(json.dumps({"set": folder.name, **asdict(row)}) + "\n" for row in found)
        print(table(folder.name, found))


def rows(given: EvaluationSet, reader: Reader, models: Path, limit: int | None) -> Iterator[Row]:
    """Every question of the set, or so many spread evenly, asked of a home of its own."""
    with tempfile.TemporaryDirectory() as folder:
        services = open_services(load(home=Path(folder), models=models), warm=True)
        home = Home(services)
        home.fill(given, lambda *_: None)
        names = given.named(home.documents())
        for asked in spread(given.questions, limit):
            yield row(asked, services, reader, names)
        services.close()


def row(asked: Asked, services: Services, reader: Reader, names: dict[str, str]) -> Row:
    """One question's passages, read and weighed."""
    question = asked.question
    passages = services.retriever.retrieve(question, TOP)
    pages = services.store.pages((p.document.id, p.chunk.page) for p in passages)
    evidence = weigh(question, passages, services.embedder, pages)
    began = time.perf_counter()
    found = reader.read(question.text, [passage.embedded for passage in passages])
    ms = (time.perf_counter() - began) * 1000
    best = evidence.candidates[0] if evidence.candidates else None
    return Row(
        question=question.text,
        answerable=asked.gold.answerable,
        confidence=abstain.confidence(question.text, evidence),
        signals=abstain.signals(question.text, evidence) if best else (),
        quoted=best is not None and holds(asked, best.text),
        passages=tuple(
            seen(asked, passage, told, services, names) for passage, told in zip(passages, found, strict=True)
        ),
        ms=ms,
    )


def seen(asked: Asked, passage: Passage, told: Found, services: Services, names: dict[str, str]) -> Seen:
    """What the reader made of a passage, beside its gold."""
    text = passage.chunk.embedded(passage.document.title)
    shift = passage.chunk.start - (len(text) - len(passage.chunk.text))
    page = services.store.page(passage.document.id, passage.chunk.page)
    return Seen(
        score=passage.score,
        relevance=told.relevance,
        margin=told.margin,
        gold=names[passage.document.id] in asked.gold.documents,
        sentence=holds(asked, around(page, passage, told.start + shift, told.end + shift)),
        f1=max((token_f1(text[told.start : told.end], gold) for gold in asked.gold.answers), default=0.0),
    )


def around(page: Page, passage: Passage, start: int, end: int) -> str:
    """The sentence of the passage that the stretch begins in; nothing for a stretch of its headings."""
    pieces = pieces_within(page.text, page.blocks, passage.chunk.start, passage.chunk.end)
    return next((page.text[p.start : p.end] for p in pieces if p.start < end and start < p.end), "")


def holds(asked: Asked, text: str) -> bool:
    """Whether the words of a gold answer stand in it."""
    return any(contains(text, gold) for gold in asked.gold.answers)


def table(name: str, found: Sequence[Row]) -> str:
    """Figures without and with the reader."""
    there = [row for row in found if row.answerable and row.passages]
    pointed = any(row.quoted for row in there)
    lines = [
        f"| {name}, {len(found)} questions | without | with |",
        "| --- | --- | --- |",
        line("recall@1", there, lambda row: row.passages[0].gold, lambda row: best(row).gold),
        line("recall@1, by relevance alone", there, None, lambda row: likeliest(row).gold),
    ]
    if pointed:
        lines.append(line("sentence", there, lambda row: row.quoted, lambda row: best(row).sentence))
        lines.append(line("span F1", there, None, lambda row: best(row).f1))
    if len(there) < len(found):
        lines.append(f"| AUROC | {area(found, confidence)} | {area(found, added)} |")
        lines.append(f"| AUROC, relevance alone | – | {area(found, lambda row: row.relevance)} |")
    times = [row.ms for row in found]
    lines.append(f"| ms, p50 and p95 | – | {percentile(times, 50):.0f}, {percentile(times, 95):.0f} |")
    return "\n".join(lines) + "\n"


def best(row: Row) -> Seen:
    """The passage that comes first with the reader."""
    return max(row.passages, key=lambda seen: seen.both)


def likeliest(row: Row) -> Seen:
    """The passage that comes first for the reader alone."""
    return max(row.passages, key=lambda seen: seen.relevance)


def confidence(row: Row) -> float:
    """The product's own."""
    return row.confidence


def added(row: Row) -> float:
    """Log odds of both."""
    return odds(row.confidence) + odds(row.relevance)


def odds(chance: float) -> float:
    """Log odds, bounded."""
    return logit(min(1 - CLIP, max(CLIP, chance)))


def line(
    name: str, some: Sequence[Row], without: Callable[[Row], float] | None, with_: Callable[[Row], float]
) -> str:
    """A mean and its interval, twice."""
    cells = [
        "–" if measure is None else figure([float(measure(row)) for row in some])
        for measure in (without, with_)
    ]
    return f"| {name} | {' | '.join(cells)} |"


def figure(values: Sequence[float]) -> str:
    """A mean with its bootstrap interval."""
    return shown(mean(values))


def area(some: Sequence[Row], score: Callable[[Row], float]) -> str:
    """The area under the ROC curve, of answerable over unanswerable, with its interval."""
    return shown(bootstrap(auroc, [row.answerable for row in some], [score(row) for row in some]))


def shown(found: Estimate | None) -> str:
    """With three digits; a dash for nothing."""
    return "–" if found is None else f"{found.value:.3f} ({found.low:.3f} to {found.high:.3f})"


if __name__ == "__main__":
    main()
