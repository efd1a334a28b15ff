"""PowerPoint presentations: a page for each slide, with its tables, charts and speaker notes.

What somebody who watches the presentation would not see is left out and counted: hidden slides and shapes,
shapes beside the slide, letters that are tiny or in the colour of what is behind them.
"""

import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from ingest.parsers.archive import members, sound
from ingest.parsers.hiding import comments, left_out
from ingest.parsers.office.slide import Slide
from ingest.parsers.office.slide_shapes import Box
from ingest.parsers.reading import Reading, over
from ingest.parsers.title import meaningful
from rag.errors import NoText, UnreadableDocument
from rag.hidden import Concealment
from rag.types import MediaType, Page, Parsed


def parse(data: bytes, name: str, reading: Reading = Reading()) -> Parsed:
    """Read a presentation: a page for each slide, an empty one for a hidden slide.

    Raises:
        NoText: no slide shows any text.
        OverLimit: it has more slides, or unpacks to more, than the limits allow.
        UnreadableDocument: it is damaged, or made to do harm.
    """
    packed = members(data, name, reading)
    import pptx

    with sound(name, "a PowerPoint presentation"):
        show = pptx.Presentation(io.BytesIO(data))
        if len(show.slides) > reading.limits.pages:
            raise over(name, "slides", reading.limits.pages, "FOOTNOTE_PARSE_PAGES")
        screen = Box(left=0, top=0, right=show.slide_width or 1, bottom=show.slide_height or 1)
        slides = [_read(slide, screen, reading) for slide in show.slides]
        title = meaningful(show.core_properties.title)
    if not any(slide.page.text or slide.hidden for slide in slides):
        raise NoText(
            f"{name} shows no text on any of its slides. If they are pictures, save it as PDF and add that."
        )
    parsed = _parsed(title, slides)
    return replace(parsed, warnings=(*parsed.warnings, *comments(packed)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """What was read of a slide."""

    page: Page
    title: str
    tables: int
    hidden: Counter[Concealment]
    damaged: bool


def _read(source: Any, screen: Box, reading: Reading) -> _Read:
    slide, damaged = Slide(source, screen, reading), False
    try:
        with sound("The slide", "one"):
            slide.read()
    except UnreadableDocument:  # the other slides are as good as before
        damaged = True
    title, page = slide.draft.heading(), slide.draft.page()
    if source._element.get("show") in ("0", "false") and not reading.keep_hidden:
        slide.hidden[Concealment.STYLE] += len(page.text)
        page, title = Page(number=1, text=""), ""
    return _Read(page=page, title=title, tables=slide.tables, hidden=+slide.hidden, damaged=damaged)


def _parsed(title: str, slides: Sequence[_Read]) -> Parsed:
    numbered = list(enumerate(slides, 1))
    damaged = [number for number, slide in numbered if slide.damaged]
    return Parsed(
        title=title or next((slide.title for slide in slides if slide.title), ""),
        media_type=MediaType.PPTX,
        pages=tuple(replace(slide.page, number=n, label=f"Slide {n}") for n, slide in numbered),
        warnings=tuple(f"Slide {number} is damaged; not all of it could be read." for number in damaged),
        unreadable=tuple(number for number in damaged if not slides[number - 1].page.text),
        tables=sum(slide.tables for slide in slides),
        hidden=tuple(each for number, slide in numbered for each in left_out(slide.hidden, number)),
    )
