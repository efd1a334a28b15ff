"""Follow-up questions: what the conversation adds, and how near that comes to a question written out by hand.

    python -m tests.benchmarks.followups --models data/home/models --handbook ../shared/data/markdown/handbook

Reads the sample, and the handbook where its folder is given, into throw-away homes and searches each conversation of
data/conversations in four ways. Recall as rag.measure defines it; pages count where the gold names one. Below the
table: how many questions that begin a new topic were left word for word, and what rewriting took.
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from rag.estimate import percentile
from rag.measure import Place, page_recall, recall
from rag.rewrite import standing
from rag.settings import load
from rag.types import Passage, Question
from web.evaluation_home import Home
from web.evaluation_set import Asked, EvaluationSet, load_set
from web.wiring import Services, open_services

ROOT = Path(__file__).parents[2]
CONVERSATIONS = ROOT / "data" / "conversations"
SAMPLE = ROOT / "data" / "sample" / "documents"
PARTS = ("development", "held-out")
HITS = 10
HEAD = ("set", "questions", "searched with", "recall@1", "recall@5", "page_recall@5")
Way = Callable[[Services, Asked], Question]


def main() -> None:
    """Print the table of each set at hand."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--models", type=Path, required=True)
    parser.add_argument("--handbook", type=Path)
    given = parser.parse_args()
    folders = {"sample": SAMPLE} | ({"handbook": given.handbook} if given.handbook else {})
    print(f"| {' | '.join(HEAD)} |\n|{' --- |' * len(HEAD)}")
    for name, folder in folders.items():
        for line in measured(name, folder, given.models):
            print(line, flush=True)


def measured(name: str, folder: Path, models: Path) -> Iterator[str]:
    """The rows of both parts of a set, its documents read into a home that is gone afterwards."""
    with tempfile.TemporaryDirectory() as own:
        home = Path(own)
        services = open_services(
            load(home=home, database_url=f"sqlite:///{home / 'footnote.db'}", models=models, reader="none"),
            warm=True,
        )
        files = tuple(path for path in sorted(folder.rglob("*")) if path.is_file())
        given = EvaluationSet(name=name, texts=(), folder=folder, files=files, questions=())
        Home(services).fill(given, lambda *_: None)
        for part in PARTS:
            asked = load_set(CONVERSATIONS / f"{name}-{part}.jsonl", services.store.documents()).questions
            for way, question in WAYS.items():
                yield f"| {name}, {part} | {len(asked)} | {way} | {' | '.join(row(services, asked, question))} |"
            yield f"\n{name}, {part}: {remarks(services, asked)}\n"
        services.close()


def row(services: Services, asked: Sequence[Asked], way: Way) -> Iterator[str]:
    """Recall at 1 and 5, and of pages at 5."""
    found = [(each.gold, places(services.retriever.retrieve(way(services, each), HITS))) for each in asked]
    yield mean(recall(gold, hits, 1) for gold, hits in found)
    yield mean(recall(gold, hits, 5) for gold, hits in found)
    yield mean(page_recall(gold, hits, 5) for gold, hits in found)


def remarks(services: Services, asked: Sequence[Asked]) -> str:
    """What was left alone, and the time that rewriting takes."""
    took: list[float] = []
    left = new = 0
    for each in asked:
        began = time.perf_counter()
        text = services.rewriter.rewrite(each.question)
        took.append((time.perf_counter() - began) * 1000)
        begins_a_topic = each.standalone is not None and each.standalone.text == each.question.text
        new += begins_a_topic
        left += begins_a_topic and text == each.question.text
    times = ", ".join(f"p{rank} {percentile(took, rank):.1f} ms" for rank in (50, 95))
    return f"{left} of {new} questions on a new topic left word for word; rewriting {times}"


def places(passages: Sequence[Passage]) -> list[Place]:
    """The hits, their documents by id."""
    return [
        Place(document=p.document.id, page=p.chunk.page, start=p.chunk.start, end=p.chunk.end)
        for p in passages
    ]


def mean(values: Iterator[float | None]) -> str:
    """Of those that are there."""
    there = [value for value in values if value is not None]
    return f"{sum(there) / len(there):.3f}" if there else "–"


def both(_: Services, asked: Asked) -> Question:
    """The question before and this one."""
    return Question(text=f"{asked.question.history[-1].question} {asked.question.text}")


WAYS: Mapping[str, Way] = {
    "the question as it was said": lambda _, asked: Question(text=asked.question.text),
    "the question before and this one": both,
    "the question as rewritten": lambda services, asked: standing(asked.question, services.rewriter),
    "the question written out by hand": lambda _, asked: asked.standalone or asked.question,
}


if __name__ == "__main__":
    main()
