"""The report of gaps as a file: JSON, and CSV that no spreadsheet takes for formulas."""

import csv
import io
from collections.abc import Iterable, Mapping
from typing import TypedDict

from rag.gaps import Gap, State
from rag.questions import Closing
from rag.types import Chunk, Document

DANGEROUS = (
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
    "\n",
    "|",
    "%",
    "＝",
    "＋",
    "－",
    "＠",
)  # what a formula may begin with
COLUMNS = (
    "question",
    "asked",
    "first",
    "last",
    "state",
    "missing",
    "bad",
    "reasons",
    "nearest document",
    "answered by",
    "quote",
)

Nearest = Mapping[str, tuple[Document, Chunk | None]]  # by the gap's id


class PlaceJson(TypedDict):
    """Where something stands."""

    document: str
    title: str
    page: int | None


class GapJson(TypedDict):
    """A gap as JSON."""

    id: str
    question: str
    asked: int
    first: str
    last: str
    state: str
    looking: bool
    kinds: dict[str, int]
    reasons: dict[str, int]
    comments: list[str]
    wordings: list[str]
    collections: list[str]
    nearest: PlaceJson | None
    answered_by: PlaceJson | None
    quote: str


def gap_json(gap: Gap, nearest: Nearest) -> GapJson:
    """All that is told of a gap. Who asked is not known."""
    near, closing = nearest.get(gap.id), gap.closing if gap.state is State.ANSWERED else None
    return GapJson(
        id=gap.id,
        question=gap.text,
        asked=len(gap.questions),
        first=gap.first.isoformat(),
        last=gap.last.isoformat(),
        state=gap.state.value,
        looking=gap.looking,
        kinds={kind.value: count for kind, count in gap.kinds.items()},
        reasons=gap.reasons,
        comments=[each.words for each in gap.questions if each.words],
        wordings=[text for text, _ in gap.wordings],
        collections=sorted({name for each in gap.questions for name in each.collections}),
        nearest=_near(*near) if near else None,
        answered_by=_place(closing) if closing else None,
        quote=closing.quote if closing else "",
    )


def _near(document: Document, chunk: Chunk | None) -> PlaceJson:
    return PlaceJson(document=document.id, title=document.title, page=chunk.page if chunk else None)


def _place(closing: Closing) -> PlaceJson:
    return PlaceJson(document=closing.document_id, title=closing.title, page=closing.page)


def gaps_csv(gaps: Iterable[Gap], nearest: Nearest) -> str:
    """A line for each gap below a line of names (RFC 4180)."""
    written = io.StringIO()
    lines = csv.writer(written, quoting=csv.QUOTE_ALL)
    lines.writerow(COLUMNS)
    for gap in gaps:
        told = gap_json(gap, nearest)
        kinds, near, closing = told["kinds"], told["nearest"], told["answered_by"]
        reasons = ", ".join(f"{name} {count}" for name, count in told["reasons"].items())
        figures = (told["asked"], told["first"][:10], told["last"][:10], told["state"])
        counts = (kinds.get("missing", 0), kinds.get("bad", 0))
        places = (near["title"] if near else "", closing["title"] if closing else "", told["quote"])
        lines.writerow([safe(told["question"]), *figures, *counts, reasons, *map(safe, places)])
    return written.getvalue()


def safe(text: str) -> str:
    """The text on one line, as text also where it looks like a formula."""
    line = " ".join(text.split())
    return f"'{line}" if line.startswith(DANGEROUS) else line
