"""What a reader adds, set by set: order, the words pointed at, and telling whether the answer is there.

    python -m tests.benchmarks.reader READER SET… --models data/home/models [--limit 500] [--apart-from SET]

Of each question's first ten passages those are read that the product reads, without a limit on time, and used as the
product uses them. Prints, with
95 % bootstrap intervals, of the difference too, where a question is drawn with what both did on it:

    recall@1, ndcg@10   of documents, over the answerable questions
    sentence            the share of answerable questions where the sentence that would be quoted first holds the words
                        of a gold answer
    span F1             SQuAD's token F1 of the words pointed at in the passage of that sentence, mistakes of retrieval
                        included
    answered            the share of answerable questions whose confidence reaches the threshold
    declined            the share of unanswerable ones whose confidence does not
    AUROC               of the confidence, of answerable over unanswerable questions
    ms                  the reader's time for a question's passages: median and 95th percentile

``--apart-from`` leaves out questions about documents whose title a set has that the reader has learnt from.
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from pathlib import Path

from rag import abstain
from rag.estimate import Estimate, auroc, bootstrap, difference, mean, percentile
from rag.evidence import Evidence, weigh
from rag.measure import Place, ndcg, recall
from rag.models.reader import Reader, open_reader
from rag.rerank import likeliest, read
from rag.settings import load
from rag.types import Passage
from rag.wording import contains, token_f1
from web.evaluation_home import Home
from web.evaluation_set import Asked, EvaluationSet, load_set, spread
from web.wiring import Services, open_services

TOP = 10
UNLIMITED = 1_000_000  # milliseconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What the product makes of a question, without the reader or with it."""

    recall: float  # @1
    ndcg: float  # @10
    quoted: bool  # the sentence that it would quote first holds a gold answer
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One question."""

    answerable: bool
    without: Seen
    read: Seen
    f1: float  # of the words pointed at
    ms: float


def main() -> None:
    """Print a table for each set."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("reader", type=Path)
    parser.add_argument("sets", type=Path, nargs="+")
    parser.add_argument("--models", type=Path, required=True)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--apart-from", type=Path)
    given = parser.parse_args()
    reader = open_reader(given.reader, budget_ms=UNLIMITED)
    known = {plain(text.title) for text in load_set(given.apart_from).texts} if given.apart_from else set()
    for folder in given.sets:
        some = apart(load_set(folder), known)
        print(table(folder.name, list(rows(some, reader, given.models, given.limit))), flush=True)


def apart(given: EvaluationSet, known: Set[str]) -> EvaluationSet:
    """The set without questions about documents of these titles."""
    out = {text.name for text in given.texts if plain(text.title) in known}
    return replace(given, questions=tuple(q for q in given.questions if not q.gold.documents & out))


def plain(title: str) -> str:
    """A title as it is compared: sets write the same article with blanks and with underscores."""
    return title.replace("_", " ").casefold()


def rows(given: EvaluationSet, reader: Reader, models: Path, limit: int | None) -> Iterator[Row]:
    """Every question of the set, or so many spread evenly, asked of a home of its own."""
    with tempfile.TemporaryDirectory() as folder:
        services = open_services(load(home=Path(folder), models=models, reader="none"), warm=True)
        home = Home(services)
        home.fill(given, lambda *_: None)
        names = given.named(home.documents())
        for asked in spread(given.questions, limit):
            yield row(asked, home, services, reader, names)
        services.close()


def row(asked: Asked, home: Home, services: Services, reader: Reader, names: dict[str, str]) -> Row:
    """One question's passages, weighed, read, and weighed again."""
    question = asked.question
    passages = tuple(home.search(question, TOP))
    pages = services.store.pages((p.document.id, p.chunk.page) for p in passages)
    began = time.perf_counter()
    looked = read(question.text, passages, reader)
    ms = (time.perf_counter() - began) * 1000
    evidence = [weigh(question, each, services.embedder, pages) for each in (passages, looked)]
    without, with_ = (
        seen(asked, each, found, names) for each, found in zip((passages, looked), evidence, strict=True)
    )
    return Row(
        answerable=asked.gold.answerable, without=without, read=with_, f1=f1(asked, evidence[1]), ms=ms
    )


def seen(asked: Asked, passages: Sequence[Passage], evidence: Evidence, names: dict[str, str]) -> Seen:
    """What these passages come to."""
    hits = tuple(
        Place(document=names[p.document.id], page=p.chunk.page, start=p.chunk.start, end=p.chunk.end)
        for p in passages
    )
    first = evidence.candidates[0].text if evidence.candidates else ""
    return Seen(
        recall=recall(asked.gold, hits, 1) or 0.0,
        ndcg=ndcg(asked.gold, hits, TOP) or 0.0,
        quoted=any(contains(first, gold) for gold in asked.gold.answers),
        confidence=abstain.confidence(asked.question.text, evidence, likeliest(passages)),
    )


def f1(asked: Asked, evidence: Evidence) -> float:
    """Of the words pointed at in the passage of the best sentence."""
    best = evidence.candidates[0].passage if evidence.candidates else None
    if best is None or best.found is None:
        return 0.0
    words = best.embedded[best.found.start : best.found.end]
    return max((token_f1(words, gold) for gold in asked.gold.answers), default=0.0)


def table(name: str, found: Sequence[Row]) -> str:
    """Figures without and with the reader."""
    there = [row for row in found if row.answerable]
    lines = [
        f"| {name}, {len(found)} questions | without | with | difference |",
        "| --- | --- | --- | --- |",
        line("recall@1", there, lambda seen: seen.recall),
        line("ndcg@10", there, lambda seen: seen.ndcg),
    ]
    if any(row.without.quoted or row.read.quoted for row in there):
        lines.append(line("sentence", there, lambda seen: float(seen.quoted)))
        lines.append(f"| span F1 | – | {shown(mean([row.f1 for row in there]))} | – |")
    lines.append(line("answered", there, lambda seen: float(seen.confidence >= abstain.THRESHOLD)))
    if len(there) < len(found):
        absent = [row for row in found if not row.answerable]
        lines.append(line("declined", absent, lambda seen: float(seen.confidence < abstain.THRESHOLD)))
        lines.append(areas(found))
    times = [row.ms for row in found]
    lines.append(f"| ms, p50 and p95 | – | {percentile(times, 50):.0f}, {percentile(times, 95):.0f} | – |")
    return "\n".join(lines) + "\n"


def line(name: str, some: Sequence[Row], figure: Callable[[Seen], float]) -> str:
    """A mean, twice, and how far they are apart."""
    before, after = [figure(row.without) for row in some], [figure(row.read) for row in some]
    return f"| {name} | {shown(mean(before))} | {shown(mean(after))} | {shown(difference(before, after))} |"


def areas(some: Sequence[Row]) -> str:
    """The area under the ROC curve of the confidence, likewise."""
    labels = [row.answerable for row in some]
    before, after = [row.without.confidence for row in some], [row.read.confidence for row in some]
    gain = bootstrap(lambda yes, one, other: more(auroc(yes, one), auroc(yes, other)), labels, before, after)
    cells = [shown(bootstrap(auroc, labels, before)), shown(bootstrap(auroc, labels, after)), shown(gain)]
    return f"| AUROC | {' | '.join(cells)} |"


def more(one: float | None, other: float | None) -> float | None:
    """By how much the other is more, where there are both."""
    return None if one is None or other is None else other - one


def shown(found: Estimate | None) -> str:
    """With three digits; a dash for nothing."""
    return "–" if found is None else f"{found.value:.3f} ({found.low:.3f} to {found.high:.3f})"


if __name__ == "__main__":
    main()
