"""How well sentences are told apart where nothing but stops tells them: a set's texts in lower case.

    python -m tests.benchmarks.caseless FOLDER

Prints how many of the sentence ends that the texts have as they are written were found in lower case, and how many of
those found are such ends.
"""

import argparse
import json
from collections.abc import Iterable
from pathlib import Path

from rag.sentences import split


def ends(text: str) -> frozenset[int]:
    """Where its sentences end, but for the last."""
    return frozenset(end for _, end in split(text)[:-1])


def lowered(text: str) -> str:
    """Without capitals, and as long as before."""
    return "".join(low if len(low := character.lower()) == 1 else character for character in text)


def counted(texts: Iterable[str]) -> tuple[int, int, int]:
    """Ends that are there, that were found, and that are both."""
    there = found = both = 0
    for text in texts:
        known, told = ends(text), ends(lowered(text))
        there, found, both = there + len(known), found + len(told), both + len(known & told)
    return there, found, both


def main() -> None:
    """Count, and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    lines = (parser.parse_args().folder / "corpus.jsonl").read_text("utf-8").splitlines()
    texts = [json.loads(line)["text"] for line in lines]
    there, found, both = counted(texts)
    print(f"{len(texts)} texts, {there} ends: {both / there:.3f} of them were found")
    print(f"{found} found: {both / found:.3f} of them are ends")


if __name__ == "__main__":
    main()
