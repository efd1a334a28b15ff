"""PDF: text, boxes, title and outline with PDFium.

Pages that are pictures of text are looked at, see `scan`; pypdf is asked where PDFium makes nothing of a text.
"""

import io
import re
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from ingest.parsers.ocr.scan import Drawn, Sheets
from ingest.parsers.printed import layout
from ingest.parsers.reading import Reading, over
from ingest.parsers.text import blocks, storable
from rag.errors import EncryptedDocument, NoText, UnreadableDocument
from rag.types import BlockKind, MediaType, Page, Parsed

_PASSWORD_NEEDED, _LOCKED_OTHERWISE = 4, 5  # FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY
_REPAIR = "Open it in a PDF viewer, save or print it to a new PDF, and add that."
_ENLARGE = "Split the document, or raise FOOTNOTE_PARSE_SECONDS."
_MEANINGLESS = re.compile(
    r"untitled|document\s?\d*|microsoft (?:word|powerpoint|excel)\b.*|powerpoint presentation|slide 1|"
    r"layout 1|print(?:ing)?|.*\.(?:pdf|docx?|pptx?|xlsx?|indd|rtf|odt|tex|dvi|txt|qxd)",
    re.IGNORECASE,
)
_WORDY = re.compile(r"[^\W\d_]{3}")
_TITLE_CHARS = 120
_HOPELESS = 100  # pages in succession that cannot be read, after which the rest is not tried
_PATIENCE = 10  # pages in succession on which pypdf finds nothing either, until it is no longer asked


@dataclass(slots=True, kw_only=True)
class _SecondOpinion:
    """pypdf, opened for the first page that needs it."""

    data: bytes
    pages: int  # as PDFium counts them
    helped: list[int] = field(default_factory=list)
    silent: int = 0  # pages in succession it found nothing on
    reader: Any = None

    def text(self, number: int) -> str:
        """The text of page `number` (from 1), empty where pypdf finds or can do nothing."""
        if self.silent >= _PATIENCE:
            return ""
        text = ""
        with suppress(Exception):  # whatever pypdf stumbles on, PDFium's finding then stands
            pages = self._opened().pages
            if len(pages) == self.pages:  # else the two may not mean the same page
                text = storable(pages[number - 1].extract_text()).strip()
        self.silent = 0 if text else self.silent + 1
        if text:
            self.helped.append(number)
        return text

    def _opened(self) -> Any:
        if self.reader is None:
            import pypdf

            self.reader = pypdf.PdfReader(io.BytesIO(self.data))
        return self.reader


def parse(data: bytes, name: str, reading: Reading = Reading()) -> Parsed:
    """Read a PDF: pages as displayed, each with its text in reading order, blocks and word boxes.

    Raises:
        EncryptedDocument: it opens with a password only.
        UnreadableDocument: it is damaged beyond PDFium's repair.
        OverLimit: it has too many pages.
        NoText: no page holds text.
    """
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise _unopened(error, name) from error
    with closing(document):
        if _has_page(document, reading.limits.pages):
            raise over(name, "pages", reading.limits.pages, "FOOTNOTE_PARSE_PAGES")
        return _read(document, data, name, reading)


def _has_page(document: Any, index: int) -> bool:
    """Whether there is a page at an index; the count of a damaged document may be too high."""
    if len(document) <= index:
        return False
    with suppress(Exception):
        document[index].close()
        return True
    return False


def _unopened(error: Any, name: str) -> UnreadableDocument:
    if error.err_code == _PASSWORD_NEEDED:
        return EncryptedDocument(
            f"{name} opens with a password only, so it was not read. "
            "Save it without a password and add it again."
        )
    if error.err_code == _LOCKED_OTHERWISE:
        return EncryptedDocument(
            f"{name} is protected in a way that cannot be opened here, so it was not read. {_REPAIR}"
        )
    return UnreadableDocument(f"{name} is damaged: it looks like a PDF but cannot be opened. {_REPAIR}")


def _read(document: Any, data: bytes, name: str, reading: Reading) -> Parsed:
    second = _SecondOpinion(data=data, pages=len(document))
    sheets = Sheets(reading)
    broken: list[int] = []
    drawn = list(_all_drawn(document, second, sheets, broken))
    outline = _outline(document)
    deepest = max((level for titles in outline.values() for level in titles.values()), default=0)
    style = layout.style((each.lines for each in drawn), deepest)
    pages = tuple(_page(each, style, outline.get(each.number, {})) for each in drawn)
    lost = [number for number in broken if number not in second.helped]
    if not any(page.text for page in pages):
        raise _textless(pages, broken, sheets, name)
    return Parsed(
        title=_title(document) or _first_heading(pages, style, drawn),
        media_type=MediaType.PDF,
        pages=pages,
        warnings=tuple(_warnings(pages, lost, second.helped, sheets)),
        ocr=tuple(sheets.recognised),
        unreadable=tuple(sorted({*lost, *sheets.unread})),
        hidden=tuple(sheets.hidden),
        uninspected=_uninspected(second.helped, sheets),
    )


def _all_drawn(document: Any, second: _SecondOpinion, sheets: Sheets, broken: list[int]) -> Iterator[Drawn]:
    """The pages in order, up to where too many in succession are broken: page counts can lie."""
    for number in range(1, len(document) + 1):
        if broken[-_HOPELESS:][:1] == [number - _HOPELESS]:
            return
        yield _drawn(document, number, second, sheets, broken)


def _drawn(document: Any, number: int, second: _SecondOpinion, sheets: Sheets, broken: list[int]) -> Drawn:
    drawn = None
    try:
        with closing(document[number - 1]) as sheet:
            drawn = sheets.read(sheet, number, second.text)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001  one bad page must not cost the others
        broken.append(number)
    return drawn or Drawn(number=number, text=second.text(number))


def _page(drawn: Drawn, style: layout.Style, outline: Mapping[str, int]) -> Page:
    if drawn.layer is not None and drawn.layer.words:
        return layout.page(drawn.number, drawn.layer, drawn.lines, style, outline)
    width, height = (drawn.layer.width, drawn.layer.height) if drawn.layer else (0.0, 0.0)
    text = drawn.text
    return Page(number=drawn.number, text=text, blocks=blocks(text), width=width, height=height)


def _outline(document: Any) -> dict[int, dict[str, int]]:
    """For each page number the outline's entries that point there: folded title to level, from 1."""
    found: dict[int, dict[str, int]] = {}
    with suppress(Exception):  # a broken outline is no reason to lose the text
        for entry in document.get_toc():
            target = entry.get_dest()
            title = layout.folded(entry.get_title())
            if target is not None and title:
                found.setdefault((target.get_index() or 0) + 1, {}).setdefault(title, entry.level + 1)
    return found


def _title(document: Any) -> str:
    """The title in the document's properties, where it says something."""
    title = ""
    with suppress(Exception):  # broken properties likewise
        title = " ".join(storable(document.get_metadata_value("Title")).split())
    return title[:_TITLE_CHARS] if _WORDY.search(title) and not _MEANINGLESS.fullmatch(title) else ""


def _first_heading(pages: tuple[Page, ...], style: layout.Style, drawn: list[Drawn]) -> str:
    """The first of the largest headings of the first page, if it is set clearly larger than the text."""
    tall = [line for each in drawn[:1] for line in each.lines if line.size > 1.3 * style.body]
    largest = max((line.size for line in tall), default=0.0)
    for block in pages[0].blocks:
        text = " ".join(pages[0].text[block.start : block.end].split())
        top = any(line.size > 0.95 * largest and line.text and line.text in text for line in tall)
        if block.kind is BlockKind.HEADING and top:
            return text[:_TITLE_CHARS]
    return ""


def _textless(pages: tuple[Page, ...], broken: list[int], sheets: Sheets, name: str) -> UnreadableDocument:
    if not pages:
        return NoText(f"{name} has no pages, so there is nothing to read in it.")
    if len(broken) == len(pages):
        return UnreadableDocument(f"{name} is damaged: not one of its pages can be read. {_REPAIR}")
    if sheets.hidden:
        return NoText(f"{name} holds no text that shows on a page: all of its text is hidden. {_REPAIR}")
    if sheets.unread:
        return NoText(f"{name} holds only pictures of text, and none could be recognised. {_ENLARGE}")
    if sheets.unlooked:
        return NoText(
            f"{name} looks scanned, and text in pictures is not recognised here. "
            "Run it through text recognition (OCR) and add the result."
        )
    return NoText(f"{name} holds no text on any page, nor do its pictures show any that can be recognised.")


def _warnings(pages: tuple[Page, ...], lost: list[int], helped: list[int], sheets: Sheets) -> Iterator[str]:
    told = {*lost, *sheets.unread, *sheets.unlooked}
    silent = [page.number for page in pages if not page.text and page.number not in told]
    if lost:
        rest = " and those after them" if len(lost) >= _HOPELESS and lost[-1] == len(pages) else ""
        yield f"Nothing could be read on {_numbers(lost)}{rest}: damaged."
    if helped:
        yield f"On {_numbers(helped)} text was found without its positions: quotes there are not highlighted."
    if sheets.late:
        yield f"There was no time to recognise the text on {_numbers(sheets.late)}. {_ENLARGE}"
    if sheets.huge:
        yield f"The picture on {_numbers(sheets.huge)} has too many pixels to be looked at (FOOTNOTE_PARSE_PIXELS)."
    if sheets.unlooked:
        yield f"The text on {_numbers(sheets.unlooked)} is a picture, and text in pictures is not recognised here."
    if silent:
        yield f"No text was found on {_numbers(silent)}: empty, or a picture without text."


def _uninspected(helped: list[int], sheets: Sheets) -> str:
    """Why it could not be looked for text that does not show, in a sentence; empty where it could."""
    numbers = sorted({*helped, *sheets.uninspected, *sheets.trusted})
    if not numbers:
        return ""
    return f"On {_numbers(numbers)} it could not be checked whether all of the text shows to whoever looks at it."


def _numbers(numbers: list[int]) -> str:
    """Like "page 3" or "pages 1, 4-6"."""
    grouped = groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0])
    runs = [[number for _, number in run] for _, run in grouped]
    parts = [f"{run[0]}" if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs]
    return ("page " if len(numbers) == 1 else "pages ") + ", ".join(parts)
