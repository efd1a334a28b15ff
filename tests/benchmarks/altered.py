"""How well the support check tells true sentences from altered ones, on sets made from texts.

    python -m tests.benchmarks.altered ../shared/data --models data/home/models [--set NAME…] [--show KIND]

Sentences of the texts are kept as they are, reworded honestly, or altered; each cites, by turns, the sentence that it
comes from or that with its neighbours. Printed is the share that the check calls SUPPORTED of the true ones, and not
SUPPORTED of the altered ones. The rules were developed on DEVELOPED alone; the others are for reporting.
"""

import argparse
import random
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from pathlib import Path

from rag.models import catalog
from rag.models.embed import open_embedder
from rag.sentences import split
from rag.support import Judge
from rag.types import Support
from tests.benchmarks.alterations import ALTERED, TRUE, Source
from tests.benchmarks.fit_homes import Memo, lines

DEVELOPED = ("sample", "squad_dev_rest", "policyqa_dev")
HELD_OUT = ("squad2_dev_half", "clapnq_dev", "handbook")
PEOPLE = frozenset({"answers by people"})
EASY = frozenset({"verbatim", "introduced", "citation moved nearby", "citation moved far", "invented"})
LEAST, LONGEST = 40, 320  # characters of a sentence
NEIGHBOURS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A sentence, what it cites, and what was done to it."""

    kind: str
    true: bool
    said: str
    quotes: tuple[str, ...]
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A text of a set."""

    title: str
    text: str


def passages(data: Path, name: str) -> list[Passage]:
    """The texts of a set."""
    if name in ("sample", "handbook"):
        folder = Path("data/sample/documents") if name == "sample" else data / "markdown" / "handbook"
        return list(_files(folder))
    folder = data / ("train" if (data / "train" / name).exists() else "text") / name
    return [Passage(title=line["title"], text=line["text"]) for line in lines(folder / "corpus.jsonl")]


def _files(folder: Path) -> Iterator[Passage]:
    """Paragraphs of documents that hold sentences."""
    from ingest.parsers import html, markdown, text

    parsers = {".md": markdown.parse, ".txt": text.parse, ".html": html.parse}
    for path in sorted(folder.rglob("*")):
        if path.suffix not in parsers or not path.stat().st_size:
            continue
        try:
            parsed = parsers[path.suffix](path.read_bytes(), path.name)
        except Exception as error:  # noqa: BLE001 a file without text is none of ours
            print(f"left out: {path.name}: {error}")
            continue
        for paragraph in "\n\n".join(page.text for page in parsed.pages).split("\n\n"):
            if len(paragraph) >= LEAST:
                yield Passage(title=parsed.title or path.stem, text=paragraph)


def cases(every: Sequence[Passage], count: int) -> list[Case]:
    """Cases from so many sentences, the same at each call."""
    dice = random.Random(7)
    by_title: dict[str, list[Passage]] = defaultdict(list)
    for passage in every:
        by_title[passage.title].append(passage)
    found: list[Case] = []
    for passage in dice.sample(every, len(every)):
        spans = split(passage.text)
        fit = [at for at, span in enumerate(spans) if _whole(passage.text[slice(*span)])]
        if not fit:
            continue
        near = [other for other in by_title[passage.title] if other is not passage]
        source = _source(dice, passage, spans, dice.choice(fit), near, every)
        found += _cases(source, passage.title, wide=len(found) % 2 == 1)
        count -= 1
        if not count:
            break
    return found


def _whole(sentence: str) -> bool:
    return (
        LEAST <= len(sentence) <= LONGEST
        and sentence[0].isupper()
        and sentence.endswith(".")
        and "\n\n" not in sentence
    )


def _source(
    dice: random.Random, passage: Passage, spans: Sequence[tuple[int, int]], at: int, near: list[Passage],
    every: Sequence[Passage],
) -> Source:  # fmt: skip
    around = passage.text[spans[max(0, at - NEIGHBOURS)][0] : spans[min(len(spans) - 1, at + NEIGHBOURS)][1]]
    other = dice.choice(near or list(every))
    elsewhere = [text for start, end in split(other.text) if _whole(text := other.text[start:end])]
    sentence = " ".join(passage.text[slice(*spans[at])].split())
    follows = " ".join(passage.text[slice(*spans[at + 1])].split()) if at + 1 < len(spans) else ""
    return Source(
        dice=dice,
        sentence=sentence,
        follows=follows if follows and _whole(follows) else "",
        around=around,
        other=dice.choice(elsewhere) if elsewhere else "",
        other_text=other.text[:1200],
        far=dice.choice(every).text[:1200],
    )


def _cases(source: Source, title: str, *, wide: bool) -> Iterator[Case]:
    for true, changes in ((True, TRUE), (False, ALTERED)):
        for kind, change in changes.items():
            changed = change(source)
            if changed is None or (
                changed.said == source.sentence and not changed.quotes and kind != "verbatim"
            ):
                continue
            own = source.around if wide or changed.wide else source.sentence
            quotes = changed.quotes or (own,)
            if not true and any(changed.said in quote for quote in quotes):
                continue
            yield Case(kind=kind, true=true, said=changed.said, quotes=quotes, title=title)


def answers(data: Path, name: str, count: int) -> list[Case]:
    """Sentences that people wrote as answers, citing the gold passage; some say more than it does."""
    folder = data / "text" / name
    texts = {line["id"]: line for line in lines(folder / "corpus.jsonl")}
    found = []
    for asked in lines(folder / "queries.jsonl"):
        for answer in asked.get("answers", [])[:1] if asked.get("gold_sentences") else []:
            gold = texts[asked["gold_docs"][0]]
            for start, end in split(answer):
                case = Case(
                    kind="answers by people",
                    true=True,
                    said=answer[start:end],
                    quotes=(gold["text"],),
                    title=gold["title"],
                )
                found.append(case)
    return random.Random(7).sample(found, min(count, len(found)))


def shares(some: Sequence[Case], judge: Judge, show: str = "") -> dict[tuple[bool, str], tuple[int, int]]:
    """How many of each kind there are, and how many were told rightly."""
    counted: dict[tuple[bool, str], tuple[int, int]] = defaultdict(lambda: (0, 0))
    for case in some:
        verdict = judge.judge(case.said, case.quotes, case.title)
        right = (verdict.support is Support.SUPPORTED) is case.true
        number, good = counted[case.true, case.kind]
        counted[case.true, case.kind] = (number + 1, good + right)
        if not right and show and show in (case.kind, "all"):
            print(f"--- {case.kind}: {case.said}\n    quoted: {' | '.join(case.quotes)[:700]}")
            print(f"    {'; '.join(verdict.reasons)}")
    return counted


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description="Support of true and altered sentences.")
    parser.add_argument("data", type=Path)
    parser.add_argument("--models", type=Path)
    parser.add_argument("--set", nargs="*", default=[*DEVELOPED, *HELD_OUT])
    parser.add_argument("--count", type=int, default=250)
    parser.add_argument("--show", default="")
    given = parser.parse_args()
    embedder = Memo(open_embedder(catalog.EMBEDDERS[0], given.models)) if given.models else None
    tables: dict[str, dict[tuple[bool, str], tuple[int, int]]] = {}
    for name in given.set:
        some = cases(passages(given.data, name), given.count)
        some += answers(given.data, name, given.count) if name == "clapnq_dev" else []
        began = time.monotonic()
        tables[name] = shares(some, Judge(embedder=embedder), given.show)
        print(f"{name}: {len(some)} cases, {1000 * (time.monotonic() - began) / len(some):.1f} ms each")
    _print(tables)


def _print(tables: dict[str, dict[tuple[bool, str], tuple[int, int]]]) -> None:
    print(f"\n| share told rightly (cases) | {' | '.join(tables)} |\n|{' --- |' * (len(tables) + 1)}")
    for true, changes in ((True, [*TRUE, "answers by people"]), (False, [*ALTERED])):
        for kind in changes:
            row = [table.get((true, kind), (0, 0)) for table in tables.values()]
            print(f"| {'true' if true else 'altered'}: {kind} | {' | '.join(map(_share, row))} |")
        for name, left_out in (("all", PEOPLE), ("the harder kinds", PEOPLE | EASY)):
            row = [_sum(table, true, left_out) for table in tables.values()]
            print(f"| **{'true' if true else 'altered'}, {name}** | {' | '.join(map(_share, row))} |")


def _sum(table: dict[tuple[bool, str], tuple[int, int]], true: bool, left_out: Set[str]) -> tuple[int, int]:
    own = [pair for (is_true, kind), pair in table.items() if is_true is true and kind not in left_out]
    return sum(number for number, _ in own), sum(good for _, good in own)


def _share(pair: tuple[int, int]) -> str:
    number, good = pair
    return f"{good / number:.3f} ({number})" if number else "–"


if __name__ == "__main__":
    main()
