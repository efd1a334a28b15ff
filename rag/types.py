"""The nouns. Frozen values from the standard library alone; everything else speaks in them.

Offsets are counted in Unicode code points of a page's stored text, half open: ``text[start:end]``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from rag.found import Found
from rag.hidden import Hidden
from rag.items import is_item, laid_out
from rag.scope import Scope


class MediaType(StrEnum):
    """The closed set of what Footnote reads; each has a parser, a fixture and a test."""

    PDF = "application/pdf"
    HTML = "text/html"
    MARKDOWN = "text/markdown"
    TEXT = "text/plain"
    CODE = "text/x-code"
    JSON = "application/json"
    CSV = "text/csv"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
    XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    ODT = "application/vnd.oasis.opendocument.text"
    RTF = "application/rtf"
    EPUB = "application/epub+zip"
    EML = "message/rfc822"
    MSG = "application/vnd.ms-outlook"
    PNG = "image/png"
    JPEG = "image/jpeg"
    TIFF = "image/tiff"

    @property
    def paged(self) -> bool:
        """Whether a document of this format may have more pages than one: sheets, slides, chapters, parts."""
        return self in _PAGED

    @property
    def pictured(self) -> bool:
        """Whether a picture of its pages can be drawn."""
        return self in _PICTURED


_PICTURED = frozenset({MediaType.PDF, MediaType.PNG, MediaType.JPEG, MediaType.TIFF})
_PAGED = _PICTURED | {
    MediaType.PPTX,
    MediaType.XLSX,
    MediaType.CSV,
    MediaType.EPUB,
    MediaType.EML,
    MediaType.MSG,
}


class Status(StrEnum):
    """Where a document stands. An update keeps READY until its new version is published."""

    WAITING = "waiting"
    READY = "ready"
    PARTIAL = "partial"  # published, but something of the original could not be read
    HELD = "held"  # read, and kept back until somebody has looked at it
    FAILED = "failed"

    @property
    def published(self) -> bool:
        """Whether a version of it answers questions."""
        return self in PUBLISHED


PUBLISHED = (Status.READY, Status.PARTIAL)


class BlockKind(StrEnum):
    """What a stretch of a page is, as far as its parser could tell."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    ROW = "row"
    CODE = "code"


class Support(StrEnum):
    """Whether the cited quotes carry a sentence."""

    SUPPORTED = "supported"
    PARTLY = "partly"
    UNSUPPORTED = "unsupported"


class Outcome(StrEnum):
    """How a question ended."""

    ANSWERED = "answered"
    NOT_FOUND = "not_found"
    REFUSED = "refused"
    ERROR = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """A named shelf of documents."""

    id: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A file or page its owner gave us, as the documents table holds it now."""

    id: str  # 32 hex digits
    collection: str  # its collection's name
    source: str  # what people are shown: the file's name, or path below the folder added, or the URL
    title: str
    media_type: MediaType | None  # None until its content was looked at
    sha256: str  # of the original's bytes, hex
    size: int  # bytes
    status: Status
    reason: str | None  # why the latest reading failed, in a sentence for its owner
    pages: int
    chunks: int
    created_at: datetime  # UTC
    updated_at: datetime  # UTC, of the latest change of any kind

    @property
    def paged(self) -> bool:
        """Whether a citation of it names a page number."""
        return self.media_type is not None and self.media_type.paged


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A stretch of a page's text with a meaning in its structure. Blocks of a page do not overlap."""

    start: int
    end: int
    kind: BlockKind
    level: int = 0  # of a heading, 1 the highest; of an item, its depth from 0; of a sheet's row, its number


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The unit that a citation opens: canonical text and, for a PDF, where its words stand."""

    number: int  # from 1; formats without pages have the one page 1
    text: str
    label: str = ""  # what people call it where that is no page number: "Slide 3", a sheet's name
    blocks: tuple[Block, ...] = ()
    words: bytes = b""  # packed word boxes, see rag.boxes; empty where there is no page picture
    width: float = 0.0  # points, as displayed
    height: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """What a parser made of an original."""

    title: str  # empty where the document names none
    media_type: MediaType
    pages: tuple[Page, ...]
    warnings: tuple[str, ...] = ()  # what was lost or doubtful, in sentences for the owner
    ocr: tuple[int, ...] = ()  # numbers of the pages whose text was recognised in a picture
    unreadable: tuple[int, ...] = ()  # numbers of the pages that are damaged or beyond a limit
    tables: int = 0
    hidden: tuple[Hidden, ...] = ()  # left out of the pages, unless it was asked for
    uninspected: str = ""  # why hidden text could not be looked for; empty where it could
    instructions: tuple[str, ...] = ()  # sentences that look as if they addressed the assistant


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """A verbatim span of one page. Law: ``page.text[start:end] == text``."""

    page: int
    start: int
    end: int
    text: str
    heading: str = ""  # path of headings above it, joined by " > "; embedded with it, not part of it
    blocks: tuple[Block, ...] = ()  # those of its page that it touches, in order; offsets into the page
    label: str = ""  # its page's

    def place(self, start: int) -> str:
        """What people call the place of an offset into its page: the page's label, and a sheet's row."""
        rows = (b.level for b in self.blocks if b.kind is BlockKind.ROW and b.start <= start < b.end)
        row = next(rows, 0)
        return ", ".join(part for part in (self.label, f"row {row}" if row else "") if part)

    def embedded(self, title: str) -> str:
        """What the embedder and the lexical index read: title, heading path and text."""
        above = " > ".join(part for part in (title, self.heading) if part)
        return f"{above}\n{self.text}" if above else self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One earlier question and its answer's text."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked, where to look, and what was said before."""

    text: str
    collections: tuple[str, ...] = ()  # names; empty looks everywhere
    scope: Scope = Scope()  # which documents of these
    history: tuple[Turn, ...] = ()  # oldest first


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A chunk *found for* a question, joined to its live document."""

    rank: int  # from 1
    score: float  # of the fusion, comparable within one question only
    dense: float  # cosine of question and chunk, in [-1, 1]
    lexical: float  # BM25, at least 0; 0 where no word matched
    chunk_id: int
    chunk: Chunk
    document: Document
    found: Found | None = None  # by a reader; none where it did not read the passage

    @property
    def embedded(self) -> str:
        """What models read: title, heading path and text."""
        return self.chunk.embedded(self.document.title)

    @property
    def pointed(self) -> tuple[int, int] | None:
        """Where on the page the words stand that a reader points at; None where it points at none of the chunk's."""
        if self.found is None:
            return None
        shift = self.chunk.end - len(self.embedded)
        start, end = self.found.start + shift, self.found.end + shift
        return (start, end) if self.chunk.start <= start < end <= self.chunk.end else None

    def place(self, start: int) -> str:
        """What people call the place of an offset into its page; empty in a text without pages."""
        page = f"page {self.chunk.page}" if self.document.paged else ""
        return self.chunk.place(start) or page


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A quote that stands on a stored page. Law: ``page.text[start:end] == quote``."""

    marker: int  # the number printed as the footnote, from 1
    document: Document
    page: int
    start: int
    end: int
    quote: str
    place: str = ""  # what people call where it stands, "page 3" or "Prices, row 12"; empty in unpaged texts
    words: tuple[int, int] | None = None  # offsets into the quote: the words that answer, as a reader has it


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence of an answer, with what carries it."""

    text: str
    citations: tuple[Citation, ...]
    support: Support
    reasons: tuple[str, ...] = ()  # why it is not supported, each for one of its claims


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A finished answer and what produced it."""

    id: str  # 32 hex digits
    question: Question
    outcome: Outcome
    sentences: tuple[Sentence, ...]
    passages: tuple[Passage, ...]
    confidence: float  # probability in [0, 1] that the answer stands in the documents
    generator: str  # name of what wrote it: "quotes"
    ms: Mapping[str, float] = field(default_factory=dict)  # retrieve, generate, total
    notice: str = ""  # what the reader must know beside it, e.g. why nothing was answered
    conflicts: tuple[tuple[int, int], ...] = ()  # markers of citations at odds, in order
    looked_for: str = ""  # what a follow-up question was taken to ask; empty where it was taken as it stands

    @property
    def text(self) -> str:
        """The sentences with their footnote numbers, as plain text; each item of a list in a line of its own."""
        return laid_out(
            (sentence.text + "".join(f" [{c.marker}]" for c in sentence.citations), is_item(sentence.text))
            for sentence in self.sentences
        )
