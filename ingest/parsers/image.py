"""Pictures of pages: PNG, JPEG and TIFF, their text recognised, each word with its place."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from ingest import picture
from ingest.parsers.ocr.eye import Eye, shrink
from ingest.parsers.ocr.recognised import Recognised
from ingest.parsers.printed import layout
from ingest.parsers.printed.reading_order import lines
from ingest.parsers.reading import Reading, over
from rag.errors import FootnoteError, NoText, UnreadableDocument
from rag.types import MediaType, Page, Parsed

_BROKEN = "cannot be drawn. Save it again, and add that"
_TYPES = {"PNG": MediaType.PNG, "TIFF": MediaType.TIFF}  # else JPEG


def parse(data: bytes, name: str, reading: Reading = Reading()) -> Parsed:
    """Read a picture, or the pages of a TIFF: text in reading order, blocks and word boxes.

    Raises:
        UnreadableDocument: it is damaged.
        OverLimit: it has too many pixels or pages.
        NoText: no text is recognised on it, or text in pictures is not to be.
    """
    if not reading.ocr:
        raise NoText(f"{name} is a picture, and text in pictures is not recognised here.")
    from PIL import Image

    try:
        with picture.opened(data) as image:
            if picture.pages(image) > reading.limits.pages:
                raise over(name, "pages", reading.limits.pages, "FOOTNOTE_PARSE_PAGES")
            return _read(image, name, reading)
    except Image.DecompressionBombError as error:
        raise over(name, "pixels", reading.limits.pixels, "FOOTNOTE_PARSE_PIXELS") from error
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise UnreadableDocument(f"{name} is damaged: it looks like a picture, but {_BROKEN}.") from error


def _read(image: Any, name: str, reading: Reading) -> Parsed:
    eye = Eye(reading)
    broken: list[int] = []
    drawn = dict(_recognised(image, name, reading, eye, broken))
    placed = {number: lines(found.upright) for number, found in drawn.items()}
    style = layout.style(placed.values())
    pages = tuple(
        layout.page(number, drawn[number].layer, placed[number], style, {})
        if number in drawn
        else Page(number=number, text="")
        for number in range(1, picture.pages(image) + 1)
    )
    if not any(page.text for page in pages):
        raise _textless(name, broken, eye)
    return Parsed(
        title="",
        media_type=_TYPES.get(image.format, MediaType.JPEG),
        pages=pages,
        warnings=tuple(_warnings(broken, eye)),
        ocr=tuple(page.number for page in pages if page.text),
        unreadable=tuple(sorted([*broken, *eye.late])),
    )


def _recognised(
    image: Any, name: str, reading: Reading, eye: Eye, broken: list[int]
) -> Iterator[tuple[int, Recognised]]:
    """What stands on each page that could be looked at."""
    for number in range(1, picture.pages(image) + 1):
        try:
            found = _looked(image, number, name, reading, eye)
        except (MemoryError, FootnoteError):
            raise
        except Exception:  # noqa: BLE001  one bad page must not cost the others
            broken.append(number)
            continue
        if found:
            yield number, found


def _looked(image: Any, number: int, name: str, reading: Reading, eye: Eye) -> Recognised | None:
    width, height, dots = picture.turn_to(image, number)
    if width * height > reading.limits.pixels:
        raise over(name, "pixels", reading.limits.pixels, "FOOTNOTE_PARSE_PIXELS")
    factor = shrink(width, height)
    return eye.read(number, lambda: np.asarray(picture.upright(image, factor)), 72 / dots / factor)


def _textless(name: str, broken: list[int], eye: Eye) -> UnreadableDocument:
    if broken:
        return UnreadableDocument(f"{name} is damaged: it looks like a picture, but {_BROKEN}.")
    if eye.late:
        return NoText(f"There was no time to recognise the text of {name}. Raise FOOTNOTE_PARSE_SECONDS.")
    return NoText(f"{name} is a picture on which no text was recognised, so there is nothing to read in it.")


def _warnings(broken: list[int], eye: Eye) -> Iterator[str]:
    if broken:
        yield f"Nothing could be read on {_numbers(broken)}: damaged."
    if eye.late:
        yield (
            f"There was no time to recognise the text on {_numbers(eye.late)}. "
            "Split the document, or raise FOOTNOTE_PARSE_SECONDS."
        )


def _numbers(numbers: list[int]) -> str:
    return ("page " if len(numbers) == 1 else "pages ") + ", ".join(map(str, numbers))
