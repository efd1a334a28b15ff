import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from ingest.parsers import image
from ingest.parsers.reading import Limits, OverLimit, Reading
from rag.boxes import covering
from rag.errors import NoText, UnreadableDocument
from rag.types import MediaType, Parsed
from tests.fixtures.documents import lines
from tests.fixtures.documents import pdf as make
from tests.fixtures.scans import photographs, saved

TEXT = "The pump must be primed before it is started."


@pytest.fixture(scope="module")
def sheet() -> Image.Image:
    (picture,) = photographs(make(lines(TEXT)))
    return picture.crop((0, 60, picture.width, 260))


def parse(data: bytes, reading: Reading | None = None) -> Parsed:
    return image.parse(data, "photo.png", reading or Reading())


@pytest.mark.parametrize("kind", [MediaType.PNG, MediaType.JPEG, MediaType.TIFF])
def test_a_picture_of_each_kind_is_read(sheet: Image.Image, kind: MediaType) -> None:
    parsed = parse(saved(sheet, kind.name))
    assert (parsed.media_type, parsed.ocr, parsed.title) == (kind, (1,), "")
    (page,) = parsed.pages
    assert page.text == TEXT
    assert (page.width, page.height) == pytest.approx((sheet.width * 0.48, sheet.height * 0.48), abs=0.5)
    start = page.text.index("started")
    (rect,) = covering(page.words, start, start + len("started"))
    assert (rect.left, rect.bottom) == pytest.approx((259, 47), abs=5)


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGBA", "CMYK", "I;16"])
def test_pictures_of_any_colours_are_read(sheet: Image.Image, mode: str) -> None:
    grey = sheet.convert("L")
    if mode == "I;16":
        picture = Image.fromarray(np.asarray(grey).astype(np.uint16) * 257)
    elif mode == "RGBA":
        picture = Image.new(
            "RGBA", sheet.size, (0, 0, 0, 0)
        )  # black letters on what is black if not for alpha
        picture.putalpha(Image.eval(grey, lambda level: 255 - level))
    else:
        picture = sheet.convert(mode)
    assert parse(saved(picture, "TIFF" if mode == "CMYK" else "PNG")).pages[0].text == TEXT


def test_a_photograph_is_turned_as_its_camera_says(sheet: Image.Image) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turn a quarter clockwise to show
    lying = sheet.transpose(Image.Transpose.ROTATE_90)
    page = parse(saved(lying, "JPEG", exif=exif)).pages[0]
    assert page.text == TEXT
    assert page.width > page.height


def test_each_page_of_a_tiff_is_a_page(sheet: Image.Image) -> None:
    blank = Image.new("RGB", (300, 300), "white")
    parsed = parse(saved(sheet, "TIFF", save_all=True, append_images=[blank, sheet]))
    assert [page.text for page in parsed.pages] == [TEXT, "", TEXT]
    assert parsed.ocr == (1, 3)


def test_of_a_moving_picture_the_first_frame_is_read(sheet: Image.Image) -> None:
    blank = Image.new("RGB", sheet.size, "white")
    parsed = parse(saved(sheet, "PNG", save_all=True, append_images=[blank]))
    assert [page.text for page in parsed.pages] == [TEXT]


@pytest.mark.parametrize("dpi", [1, 100_000])
def test_an_absurd_resolution_is_not_believed(sheet: Image.Image, dpi: int) -> None:
    page = parse(saved(sheet, "JPEG", dpi=min(dpi, 65_000))).pages[0]
    assert page.width == pytest.approx(sheet.width * 0.48, abs=0.5)


def test_a_bomb_is_refused_before_it_is_decoded() -> None:
    header = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + _part(b"IHDR", header) + _part(b"IDAT", zlib.compress(bytes(1000)))
    with pytest.raises(OverLimit, match="100,000,000 pixels, the most that is read"):
        parse(bomb + _part(b"IEND", b""))


def test_the_limit_counts_for_each_page_of_a_tiff(sheet: Image.Image) -> None:
    data = saved(Image.new("1", (10, 10)), "TIFF", save_all=True, append_images=[Image.new("1", (100, 100))])
    with pytest.raises(OverLimit, match="FOOTNOTE_PARSE_PIXELS"):
        parse(data, Reading(limits=Limits(pixels=5_000)))
    with pytest.raises(OverLimit, match="FOOTNOTE_PARSE_PAGES"):
        parse(data, Reading(limits=Limits(pages=1)))


def test_a_picture_without_text_is_none() -> None:
    with pytest.raises(NoText, match="no text was recognised"):
        parse(saved(Image.new("RGB", (300, 300), "white")))


def test_a_picture_is_not_read_where_recognising_is_turned_off(sheet: Image.Image) -> None:
    with pytest.raises(NoText, match="not recognised here"):
        parse(saved(sheet), Reading(ocr=False))


def test_no_time_left_is_said(sheet: Image.Image) -> None:
    with pytest.raises(NoText, match="FOOTNOTE_PARSE_SECONDS"):
        parse(saved(sheet), Reading(seconds=-1))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF"])
def test_a_picture_cut_short_is_unreadable(sheet: Image.Image, kind: str) -> None:
    data = saved(sheet, kind)
    for length in (12, len(data) // 100, len(data) // 3):
        with pytest.raises(UnreadableDocument, match=r"^photo\.png is damaged.*\.$"):
            parse(data[:length])


def _part(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def test_a_page_is_no_larger_for_being_saved_twice(sheet: Image.Image) -> None:
    again = Image.open(io.BytesIO(saved(sheet)))
    assert parse(saved(again)) == parse(saved(sheet))
