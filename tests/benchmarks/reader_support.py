"""Whether a reader can tell a sentence that its quote carries from one that it does not.

    python -m tests.benchmarks.reader_support READER ../shared/data --models data/home/models [--count 100]

On the true and altered sentences of `altered`, the reader reads each as if it were the question, beside what it cites.
Printed is the area under the ROC curve of its relevance, true over altered, with a 95 % bootstrap interval: of all, of
the harder kinds, and of what the support check itself calls SUPPORTED, where there would be something to gain.
"""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rag.estimate import auroc, bootstrap
from rag.models import catalog
from rag.models.embed import open_embedder
from rag.models.reader import Reader, open_reader
from rag.support import Judge
from rag.types import Support
from tests.benchmarks.altered import EASY, HELD_OUT, Case, cases, passages
from tests.benchmarks.fit_homes import Memo

UNLIMITED = 1_000_000  # milliseconds
COUNT = 100  # sentences of a set


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A case, what the check says, and what the reader does."""

    case: Case
    supported: bool
    relevance: float


def main() -> None:
    """Print a line for each set."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("reader", type=Path)
    parser.add_argument("data", type=Path)
    parser.add_argument("--models", type=Path, required=True)
    parser.add_argument("--count", type=int, default=COUNT)
    given = parser.parse_args()
    reader = open_reader(given.reader, budget_ms=UNLIMITED)
    judge = Judge(embedder=Memo(open_embedder(catalog.EMBEDDERS[0], given.models)))
    print("| AUROC of relevance, true over altered | all | harder kinds | called supported |")
    print("| --- | --- | --- | --- |")
    for name in HELD_OUT:
        seen = [read(case, judge, reader) for case in cases(passages(given.data, name), given.count)]
        cells = (area(seen), area(seen, hard), area(seen, lambda each: each.supported))
        print(f"| {name} | {' | '.join(cells)} |", flush=True)


def read(case: Case, judge: Judge, reader: Reader) -> Read:
    """What both make of it."""
    verdict = judge.judge(case.said, case.quotes, case.title)
    (found,) = reader.read(case.said, [f"{case.title}\n{' '.join(case.quotes)}"])
    return Read(case=case, supported=verdict.support is Support.SUPPORTED, relevance=found.relevance)


def hard(each: Read) -> bool:
    """Whether it is of a kind that is not told by the words alone."""
    return each.case.kind not in EASY


def area(some: Sequence[Read], which: Callable[[Read], bool] = lambda _: True) -> str:
    """Over those that are meant, and how many are altered."""
    those = [each for each in some if which(each)]
    found = bootstrap(auroc, [each.case.true for each in those], [each.relevance for each in those])
    altered = sum(not each.case.true for each in those)
    return f"{found.value:.3f} ({found.low:.3f} to {found.high:.3f}; {altered} altered)" if found else "–"


if __name__ == "__main__":
    main()
