"""What screening flags: how often in documents that mean no harm, and how much of what is planted.

    python -m tests.benchmarks.screening ../shared/data

Prints for each set how many documents were flagged as addressing the assistant, how many had hidden
characters or hidden text, and the sentences, so that a reader can judge them.
"""

import argparse
import gzip
import json
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from ingest.clean import clean
from ingest.parsers import html, markdown, pdf, text
from ingest.screen import screen
from rag.errors import UnreadableDocument
from rag.hidden import Concealment
from rag.types import Parsed

HERE = Path(__file__).resolve().parent
SAMPLE = HERE.parents[1] / "data" / "sample" / "documents"
PARSERS = {".md": markdown.parse, ".pdf": pdf.parse, ".html": html.parse, ".txt": text.parse}
PLANTABLE = (  # kinds of planted text that order the assistant about, and not merely ask something
    "Alphanumeric Substitution|Homophonic Substitution|Misspelling Intentionally|Anagramming|Space Removal & Grouping|"
    "Instruction|Social Interaction|Persuasion|Clickbait|Malware Distribution"
).split("|")

Document = tuple[str, Parsed]


def read(name: str, data: bytes) -> Iterator[Document]:
    """A document as its parser reads it; none where it cannot be read."""
    try:
        yield name, screen(clean(PARSERS[Path(name).suffix](data, name)))
    except UnreadableDocument:
        print(f"  ({name} cannot be read)")


def files(folder: Path, pattern: str) -> Iterator[Document]:
    """The files below a folder."""
    for path in sorted(folder.rglob(pattern)):
        packed = path.suffix == ".gz"
        data = gzip.decompress(path.read_bytes()) if packed else path.read_bytes()
        yield from read(path.stem if packed else path.name, data)


def corpus(path: Path) -> Iterator[Document]:
    """The texts of a question set."""
    for line in path.read_text("utf-8").splitlines():
        entry = json.loads(line)
        yield from read(f"{entry['id']}.txt", entry["text"].encode())


def harmless(data: Path) -> Iterator[tuple[str, Iterable[Document]]]:
    """Documents in which nothing was planted."""
    yield "data/sample", (found for kind in PARSERS for found in files(SAMPLE, f"*{kind}"))
    yield "markdown/handbook", files(data / "markdown" / "handbook", "*.md")
    yield "html/articles", files(data / "html" / "articles", "*.html.gz")
    yield "pdf/sec_10q", files(data / "pdf" / "sec_10q", "*.pdf")
    yield "pdf/samples", files(data / "pdf" / "samples", "*.pdf")
    for path in sorted((data / "text").glob("*/corpus.jsonl")):
        yield f"text/{path.parent.name}", corpus(path)


def emails(data: Path) -> list[str]:
    """The bodies of e-mails, harmless as they are."""
    lines = (data / "hostile" / "emails.jsonl").read_text("utf-8").splitlines()
    return [str(json.loads(line)["context"]) for line in lines]


def planted(data: Path) -> Iterator[tuple[str, Iterable[Document]]]:
    """E-mails in the middle of which an instruction was planted, by the kind of the instruction."""
    kinds = json.loads((data / "hostile" / "injected_instructions.json").read_text("utf-8"))
    bodies = emails(data)
    for kind, orders in kinds.items():
        note = "" if kind in PLANTABLE else " (asks, does not order)"
        mails = (
            f"{bodies[n % len(bodies)]}\n\n{order}\n\n{bodies[n - 1]}".encode()
            for n, order in enumerate(orders)
        )
        yield kind + note, (found for n, mail in enumerate(mails) for found in read(f"{kind} {n}.txt", mail))


def report(name: str, documents: Iterable[Document], *, quiet: bool) -> tuple[int, int]:
    """Print a row for a set; how many it has and how many were flagged."""
    began = time.perf_counter()
    total = flagged = characters = hidden = 0
    shown: list[str] = []
    for source, parsed in documents:
        total += 1
        flagged += bool(parsed.instructions)
        characters += any(each.how is Concealment.CHARACTERS for each in parsed.hidden)
        hidden += any(each.how is not Concealment.CHARACTERS for each in parsed.hidden)
        shown += [f"    {source}: {sentence}" for sentence in parsed.instructions]
    seconds = time.perf_counter() - began
    print(f"| {name} | {total:,} | {flagged} | {characters} | {hidden} | {seconds:.1f} |", flush=True)
    if not quiet:
        print("\n".join(shown), end="\n" if shown else "")
    return total, flagged


def table(title: str, sets: Iterable[tuple[str, Iterable[Document]]], *, quiet: bool) -> None:
    """Print the rows of some sets and their sum."""
    print(
        f"\n| {title} | documents | flagged | hidden characters | hidden text | seconds |\n|---|---|---|---|---|---|"
    )
    counted = [report(name, documents, quiet=quiet) for name, documents in sets]
    total, flagged = (sum(column) for column in zip(*counted, strict=True))
    print(f"| together | {total:,} | {flagged} ({flagged / max(1, total):.2%}) | | | |")


def main() -> None:
    """Both tables."""
    parser = argparse.ArgumentParser(description="False alarms and hits of screening.")
    parser.add_argument("data", type=Path, help="the folder of shared development data")
    parser.add_argument("--quiet", action="store_true", help="no sentences")
    given = parser.parse_args()
    mails = (
        found for n, body in enumerate(emails(given.data)) for found in read(f"mail {n}.txt", body.encode())
    )
    table("harmless", [*harmless(given.data), ("hostile/emails as they are", mails)], quiet=given.quiet)
    table("planted in e-mails", planted(given.data), quiet=given.quiet)


if __name__ == "__main__":
    main()
