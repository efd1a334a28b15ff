"""A mail, whatever file it came in, as pages: what it says first, then the documents attached to it."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from ingest.parsers import html, text
from ingest.parsers.archive import sound
from ingest.parsers.draft import Draft
from ingest.parsers.reading import Reading
from rag.errors import FootnoteError, NoText, UnreadableDocument
from rag.hidden import Hidden
from rag.types import BlockKind, MediaType, Page, Parsed

Read = Callable[[bytes, str, Reading], Parsed]  # reads a document of any kind

DEEPEST = 3  # mails within mails whose attachments are read
_MOST = 100  # attachments of one mail
_SMALLEST_PICTURE = 20_000  # bytes: smaller ones are logos and signatures
_LABEL = "Mail"
_BOM = "\ufeff"
_PAGE = re.compile(r"<(?:html|body)\b", re.IGNORECASE)  # many mails hold only what stands within these


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosed:
    """Something attached to a mail, which is read when its turn comes."""

    name: str
    size: int  # bytes
    read: Callable[[Reading], Parsed]
    kind: str = ""  # its media type, as the mail declares it
    inline: bool = False  # part of how the mail looks, not sent for itself

    @property
    def decoration(self) -> bool:
        """Whether it is a picture that only adorns the mail."""
        return self.picture and (self.inline or self.size <= _SMALLEST_PICTURE)

    @property
    def picture(self) -> bool:
        """Whether the mail declares it to be one."""
        return self.kind.startswith("image/")


@dataclass(slots=True, kw_only=True)
class Letter:
    """What a mail holds."""

    subject: str
    heads: Sequence[tuple[str, str]] = ()  # "From", "To", "Date" and the like, with their values
    body: list[tuple[bool, str]] = field(default_factory=list)  # its parts; whether each is HTML
    enclosed: list[Enclosed] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)  # what of its own text is missing, and why


def parsed(letter: Letter, name: str, media_type: MediaType, reading: Reading) -> Parsed:
    """The mail as a document, with the pages of what is attached to it.

    Raises:
        NoText: it says nothing at all, and nothing is attached that does.
    """
    writer = _Writer(letter, name, reading)
    writer.write()
    writer.attach()
    if not any(page.text for page in writer.pages) and not writer.hidden:
        raise NoText(f"{name} is a mail without a text. " + " ".join(writer.warnings))
    return Parsed(
        title=letter.subject,
        media_type=media_type,
        pages=tuple(writer.pages),
        warnings=tuple(writer.warnings),
        ocr=tuple(writer.ocr),
        unreadable=tuple(writer.unreadable),
        tables=writer.tables,
        hidden=tuple(writer.hidden),
        uninspected=writer.uninspected,
        instructions=tuple(writer.instructions),
    )


def by_reading(data: bytes, name: str, read: Read) -> Callable[[Reading], Parsed]:
    """How an attached file is read."""
    return lambda reading: read(data, name, reading)


class _Writer:
    """Writes the mail's page, and appends those of its attachments."""

    def __init__(self, letter: Letter, name: str, reading: Reading) -> None:
        self.letter, self.name, self.reading = letter, name, reading
        self.pages: list[Page] = []
        self.warnings = list(letter.unread)
        self.hidden: list[Hidden] = []
        self.ocr: list[int] = []
        self.unreadable: list[int] = []
        self.instructions: list[str] = []
        self.uninspected = ""
        self.tables = 0

    def write(self) -> None:
        """The page with the mail itself."""
        draft = Draft()
        draft.add(BlockKind.HEADING, self.letter.subject, 1)
        for head, value in self.letter.heads:
            draft.add(BlockKind.PARAGRAPH, f"{head}: {value}" if value else "")
        for is_html, part in self.letter.body:
            for kind, words, level in self._marked_up(part) if is_html else _plain(part):
                draft.add(kind, words, level)
        self.pages.append(replace(draft.page(), label=_LABEL))
        self.unreadable += [1] if self.warnings else []  # so far, they say what of this page is missing

    def _marked_up(self, source: str) -> Iterator[tuple[BlockKind, str, int]]:
        if not _PAGE.search(source):
            source = f"<html><body>{source}</body></html>"
        try:
            found = html.parse((_BOM + source).encode("utf-8", "replace"), self.name, self.reading)
        except NoText:  # but pictures, perhaps
            return
        except UnreadableDocument as error:
            self.warnings.append(f"The text of the mail was not read: {error}")
            return
        page = found.pages[0]
        self.hidden += found.hidden
        self.tables += found.tables
        self.instructions += found.instructions
        self.warnings += found.warnings[-1:] if found.unreadable else ()
        for block in page.blocks:
            deeper = block.kind is BlockKind.HEADING  # than the subject
            yield block.kind, page.text[block.start : block.end], block.level + deeper

    def attach(self) -> None:
        """The pages of what is attached."""
        enclosed = [each for each in self.letter.enclosed if not each.decoration]
        if enclosed and self.reading.depth >= DEEPEST:
            self._miss(
                "attachments",
                f"What is attached to {self.name} was not read: it is a mail in a mail in a mail.",
            )
            return
        room = self.reading.limits.unpacked_bytes
        for at, each in enumerate(enclosed):
            room -= each.size
            if at >= _MOST or room < 0 or len(self.pages) >= self.reading.limits.pages:
                self._miss(
                    f"attachments from {each.name} on",
                    f"{len(enclosed) - at} of {len(enclosed)} attachments were not read: there are too many, "
                    "or they are too large together. Save them and add them by themselves.",
                )
                return
            self._append(each)

    def _miss(self, label: str, warning: str) -> None:
        """Put an empty page, which counts as unreadable, in the place of what is not read."""
        self.warnings.append(warning)
        number = len(self.pages) + 1
        self.pages.append(Page(number=number, text="", label=label))
        self.unreadable.append(number)

    def _append(self, each: Enclosed) -> None:
        try:
            with sound(each.name, "a document"):
                found = each.read(replace(self.reading, depth=self.reading.depth + 1))
        except FootnoteError as error:
            warning = f"The attachment {each.name} was not read: {error}"
            if isinstance(error, NoText) and each.picture:
                self.warnings.append(warning)  # nothing is missing: photographs hold no text
            else:
                self._miss(each.name, warning)
            return
        before = len(self.pages)
        self.pages += [
            _attached(page, before, each.name, paged=found.media_type.paged) for page in found.pages
        ]
        self.warnings += [f"{each.name}: {warning}" for warning in found.warnings]
        self.hidden += [replace(hidden, page=hidden.page + before) for hidden in found.hidden]
        self.ocr += [number + before for number in found.ocr]
        self.unreadable += [number + before for number in found.unreadable]
        self.instructions += found.instructions
        self.tables += found.tables
        if found.uninspected and not self.uninspected:
            self.uninspected = f"{each.name}: {found.uninspected}"


def _attached(page: Page, before: int, name: str, *, paged: bool) -> Page:
    """A page of an attachment as one of the mail, which has no pictures of pages."""
    inner = page.label or (f"page {page.number}" if paged else "")
    label = f"{name}, {inner}" if inner else name
    return replace(page, number=page.number + before, label=label, words=b"", width=0.0, height=0.0)


def _plain(source: str) -> Iterator[tuple[BlockKind, str, int]]:
    """Paragraphs and items; a mail's short lines are greetings more often than headings."""
    for block in text.blocks(source):
        kind = BlockKind.PARAGRAPH if block.kind is BlockKind.HEADING else block.kind
        yield kind, source[block.start : block.end], block.level if kind is block.kind else 0
