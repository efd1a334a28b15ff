"""Main text and headings of saved web pages, beside trafilatura's own modes.

    python -m tests.benchmarks.articles ../shared/data/html/articles

Token F1 is of bags of lower-case words against the page's known main text, averaged over pages. A heading
counts as wanted where the words of one of the page's h1 to h6 are a line of that main text; it is kept where
a block of the kind HEADING has the same words.
"""

import argparse
import gzip
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

from ingest.parsers import html
from rag.errors import UnreadableDocument
from rag.types import BlockKind, Page

_WORD = re.compile(r"\w+")
MODES: dict[str, dict[str, bool]] = {
    "default": {},
    "without comments": {"include_comments": False},
    "favor_recall": {"include_comments": False, "favor_recall": True},
    "favor_precision": {"include_comments": False, "favor_precision": True},
    "fast": {"include_comments": False, "fast": True},
    "fast, favor_precision": {"include_comments": False, "fast": True, "favor_precision": True},
}


def words(text: str) -> str:
    """The words of a text in lower case, with single blanks."""
    return " ".join(_WORD.findall(text.lower()))


def f1(found: str, wanted: str) -> float:
    """Harmonic mean of precision and recall of the words."""
    ours, theirs = Counter(words(found).split()), Counter(words(wanted).split())
    return 2 * (ours & theirs).total() / max(1, ours.total() + theirs.total())


def read(source: str) -> Page:
    """The page as Footnote reads it; blank where it cannot."""
    try:
        return html.parse(source.encode(), "page.html").pages[0]
    except UnreadableDocument:
        return Page(number=1, text="")


def mode(**options: bool) -> Callable[[str], str]:
    """An extraction of trafilatura's."""
    import trafilatura

    return lambda source: trafilatura.extract(source, **options) or ""


def wanted_headings(source: str, main_text: str) -> set[str]:
    """Headings of the page that its main text has as lines."""
    from lxml.html import document_fromstring

    tree = document_fromstring(source.encode(), parser=None)
    on_page = {words(heading.text_content()) for heading in tree.iter("h1", "h2", "h3", "h4", "h5", "h6")}
    return (on_page & {words(line) for line in main_text.splitlines()}) - {""}


def our_headings(source: str) -> set[str]:
    """Those that Footnote keeps."""
    page = read(source)
    return {words(page.text[b.start : b.end]) for b in page.blocks if b.kind is BlockKind.HEADING}


def their_headings(source: str) -> set[str]:
    """Those that trafilatura keeps."""
    import trafilatura

    found = trafilatura.bare_extraction(source, include_comments=False)
    body = getattr(found, "body", None)
    return set() if body is None else {words("".join(head.itertext())) for head in body.iter("head")}


def kept(pages: Iterable[tuple[str, str]], headings: Callable[[str], set[str]]) -> str:
    """How many of the wanted headings were found."""
    wanted = found = 0
    for source, main_text in pages:
        of_page = wanted_headings(source, main_text)
        wanted += len(of_page)
        found += len(of_page & headings(source))
    return f"{found} of {wanted} ({found / max(1, wanted):.1%})"


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description="Main text of web pages, beside trafilatura.")
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args().folder
    truth = json.loads((folder / "ground-truth.json").read_text("utf-8"))
    pages = [
        (
            gzip.decompress((folder / f"{key}.html.gz").read_bytes()).decode("utf-8", "replace"),
            str(entry["articleBody"]),
        )
        for key, entry in truth.items()
    ]
    rivals = {f"trafilatura, {name}": mode(**options) for name, options in MODES.items()}
    extractors: dict[str, Callable[[str], str]] = {"Footnote": lambda source: read(source).text} | rivals
    print(f"{len(pages)} pages\n\n| who | token F1 |\n|---|---|")
    scores = {}
    for name, extract in extractors.items():
        scores[name] = sum(f1(extract(source), main_text) for source, main_text in pages) / len(pages)
        print(f"| {name} | {scores[name]:.4f} |", flush=True)
    best = max(scores[name] for name in rivals)
    print(
        f"\nFootnote is {scores['Footnote'] - best:+.4f} from trafilatura's best mode (at least -0.02 is asked for)."
    )
    print(
        f"\nHeadings kept: Footnote {kept(pages, our_headings)}, trafilatura {kept(pages, their_headings)}."
    )


if __name__ == "__main__":
    main()
