import io
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from ingest import picture
from ingest.picture import Pictures, render
from rag.errors import UnreadableDocument


@pytest.fixture
def pdf(tmp_path: Path) -> Path:
    """Two pages of 200 by 100 points, the first with a red square of 20 points at the top left corner."""
    path = tmp_path / "square.pdf"
    canvas = Canvas(str(path), pagesize=(200, 100))
    canvas.setFillColorRGB(1, 0, 0)
    canvas.rect(0, 80, 20, 20, stroke=0, fill=1)
    canvas.showPage()
    canvas.showPage()
    canvas.save()
    return path


def opened(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png)).convert("RGB")


def test_a_page_is_drawn_at_its_scale_with_its_colours_in_place(pdf: Path) -> None:
    drawn = opened(render(pdf, 1, 2.0))
    assert drawn.size == (400, 200)
    assert drawn.getpixel((20, 20)) == (255, 0, 0)
    assert drawn.getpixel((60, 20)) == drawn.getpixel((20, 60)) == (255, 255, 255)


def test_every_part_of_the_picture_has_its_checksum(pdf: Path) -> None:
    rest = render(pdf, 1, 1.0)[8:]
    kinds = []
    while rest:
        (length,) = struct.unpack(">I", rest[:4])
        kinds.append(rest[4:8])
        assert struct.unpack(">I", rest[8 + length : 12 + length])[0] == zlib.crc32(rest[4 : 8 + length])
        rest = rest[12 + length :]
    assert kinds == [b"IHDR", b"IDAT", b"IEND"]


def test_a_huge_page_is_drawn_smaller(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "huge.pdf"), pagesize=(14_000, 1_400))
    canvas.showPage()
    canvas.save()
    drawn = opened(render(tmp_path / "huge.pdf", 1, 2.0))
    assert max(drawn.size) <= picture.SIDE + 1
    assert drawn.width / drawn.height == pytest.approx(10, rel=0.02)


@pytest.mark.parametrize("number", [0, 3])
def test_a_page_that_is_not_there_cannot_be_drawn(pdf: Path, number: int) -> None:
    with pytest.raises(UnreadableDocument):
        render(pdf, number, 1.0)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF"])
def test_a_picture_is_drawn_as_it_is_shown(tmp_path: Path, kind: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turn a quarter clockwise to show
    lying = Image.new("RGB", (100, 300), "white")
    lying.paste((0, 0, 255), (0, 240, 60, 300))  # shown at the top left
    lying.save(tmp_path / "lying", kind, dpi=(144, 144), exif=exif)
    drawn = opened(render(tmp_path / "lying", 1, 1.0))
    assert drawn.size == (150, 50)
    red, _, blue = drawn.getpixel((10, 10))  # type: ignore[misc]
    assert blue - red > 200
    assert drawn.getpixel((100, 10)) == (255, 255, 255)
    with pytest.raises(UnreadableDocument):
        render(tmp_path / "lying", 2, 1.0)


def test_a_huge_picture_is_not_decoded(tmp_path: Path) -> None:
    header = struct.pack(">IIBBBBB", 11_000, 10_000, 8, 2, 0, 0, 0)
    parts = picture._part(b"IHDR", header) + picture._part(b"IDAT", b"") + picture._part(b"IEND", b"")
    with pytest.raises(UnreadableDocument, match="cannot be drawn"):
        render(b"\x89PNG\r\n\x1a\n" + parts, 1, 1.0)


def test_a_broken_file_cannot_be_drawn(tmp_path: Path) -> None:
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7 broken")
    with pytest.raises(UnreadableDocument, match="cannot be drawn"):
        render(tmp_path / "broken.pdf", 1, 1.0)


def test_a_page_is_drawn_once_while_it_is_kept(pdf: Path) -> None:
    drawn: list[int] = []

    def counting(path: Path, page: int, scale: float) -> bytes:
        drawn.append(page)
        return render(path, page, scale)

    pictures = Pictures(counting, kept=1)
    for page in (1, 1, 2, 2, 1):
        pictures.picture(pdf, page, 1.0)
    assert drawn == [1, 2, 1]
