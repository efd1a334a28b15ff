"""The parts a sample document is made of. Plain values: what they look like is decided in ``render``."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Title:
    """The title block at the top of the first page."""

    text: str
    below: str  # edition, date and owner, in one line


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; it also becomes an entry of the outline."""

    text: str
    level: int = 1  # 1 or 2


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph. ``<b>`` and ``<i>`` are understood."""

    text: str


@dataclass(frozen=True, slots=True)
class Note:
    """A paragraph set off in a tinted box."""

    text: str


@dataclass(frozen=True, slots=True)
class Items:
    """A list: bulleted, or numbered from 1."""

    items: tuple[str, ...]
    numbered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows of cells below one or more header rows.

    A span is (row, first column, last column), counted from 0: those cells are merged into the first.
    """

    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]  # of the columns, in millimetres
    header_rows: int = 1
    spans: tuple[tuple[int, int, int], ...] = ()
    caption: str = ""


@dataclass(frozen=True, slots=True)
class NewPage:
    """What follows starts a new page, set in one or two columns."""

    columns: int = 1


@dataclass(frozen=True, slots=True)
class Banner:
    """A heading line over the full width, first on a page in two columns."""

    text: str


@dataclass(frozen=True, slots=True)
class NextColumn:
    """What follows starts at the top of the next column."""


Part = Title | Heading | Text | Note | Items | Table | NewPage | NextColumn | Banner


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One PDF: its metadata, what stands in its margins, and its parts in order."""

    file: str  # name below documents/
    title: str
    subject: str
    header: str  # right half of the running header
    footer: str  # left half of the running footer
    parts: tuple[Part, ...]
    typeface: str = "Helvetica"  # or "Times" or "Vera" (embedded, with real ligatures)
    keywords: tuple[str, ...] = field(default=())
