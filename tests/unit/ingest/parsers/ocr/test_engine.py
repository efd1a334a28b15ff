import socket

import numpy as np
import pytest
from PIL import Image

from ingest.parsers.ocr import engine
from ingest.parsers.ocr.eye import Eye, recogniser, shrink
from ingest.parsers.printed import layout
from ingest.parsers.printed.reading_order import lines as in_order
from ingest.parsers.reading import Reading
from rag.boxes import covering
from rag.errors import ModelError
from rag.types import BlockKind, Page
from tests.fixtures.documents import both, lines, table
from tests.fixtures.documents import pdf as make
from tests.fixtures.scans import photographs

TEXT = (
    "Every employee has thirty days of leave a year,",
    "and five more after ten years of service.",
    "Zurück in Lübeck: 1,250 € für März.",
)
POINTS = 72 / 150


@pytest.fixture(scope="module")
def sheet() -> Image.Image:
    (picture,) = photographs(make(both(lines("Leave", size=18), lines(*TEXT, top=110))))
    return picture.crop((0, 100, picture.width, 400))


def page(picture: Image.Image) -> Page:
    found = recogniser().read(np.asarray(picture), POINTS)
    placed = in_order(found.upright)
    return layout.page(1, found.layer, placed, layout.style([placed]), {})


def test_words_are_recognised_where_they_stand(sheet: Image.Image) -> None:
    read = page(sheet)
    assert read.text == "\n".join(("Leave", *TEXT))
    assert (read.width, read.height) == pytest.approx((sheet.width * POINTS, sheet.height * POINTS))
    start = read.text.index("thirty")
    (rect,) = covering(read.words, start, start + len("thirty"))
    assert (rect.left, rect.right) == pytest.approx((173, 200), abs=4)
    assert rect.top < 110 - 48 - 2 < rect.bottom
    assert rect.bottom - rect.top < 20


def test_a_line_in_larger_letters_is_a_heading_and_the_others_a_paragraph(sheet: Image.Image) -> None:
    read = page(sheet)
    assert [block.kind for block in read.blocks][:2] == [BlockKind.HEADING, BlockKind.PARAGRAPH]
    assert "\n".join(TEXT[:2]) in read.text[read.blocks[1].start : read.blocks[1].end]


@pytest.mark.parametrize("turns", [1, 2, 3], ids=["on its left", "upside down", "on its right"])
def test_a_page_scanned_the_wrong_way_round_reads_the_same(sheet: Image.Image, turns: int) -> None:
    turned = Image.fromarray(np.rot90(np.asarray(sheet), turns))
    read = page(turned)
    assert TEXT[0] in read.text
    assert read.text.index("Leave") < read.text.index(TEXT[0]) < read.text.index(TEXT[1])
    start = read.text.index("employee")
    (rect,) = covering(read.words, start, start + len("employee"))
    assert (rect.right - rect.left > rect.bottom - rect.top) == (turns == 2)
    ends = {1: rect.bottom, 2: rect.right, 3: rect.top}
    far = {1: turned.height * POINTS - 99, 2: turned.width * POINTS - 99, 3: 99}
    assert ends[turns] == pytest.approx(far[turns], abs=8)


def test_a_slanted_page_keeps_its_lines_apart(sheet: Image.Image) -> None:
    slanted = sheet.rotate(1.5, fillcolor="white", resample=Image.Resampling.BICUBIC)
    assert page(slanted).text == "\n".join(("Leave", *TEXT))


def test_columns_follow_each_other_even_where_their_lines_are_not_level() -> None:
    left = [f"of the left column, line {n}, runs on" for n in range(1, 9)]
    right = [f"of the right column, line {n}, runs on" for n in range(1, 9)]
    for lower in (0, 4):
        drawn = both(lines(*left, left=60, top=100), lines(*right, left=320, top=100 + lower))
        (picture,) = photographs(make(drawn))
        assert page(picture).text.split("\n") == [*left, *right]


def test_bold_lines_are_headings_and_rows_of_a_table_stay_whole() -> None:
    rows = [("Country", "Days", "Remark"), ("France", "30", "paid"), ("Estonia", "28", "paid")]
    heading = lines("6.1 Gifts, second jobs, alcohol", top=100, font="Helvetica-Bold")
    (picture,) = photographs(make(both(heading, lines(*TEXT, top=116), table(rows, top=200))))
    read = page(picture)
    kinds = [(block.kind, read.text[block.start : block.end]) for block in read.blocks]
    assert kinds == [
        (BlockKind.HEADING, "6.1 Gifts, second jobs, alcohol"),
        (BlockKind.PARAGRAPH, "\n".join(TEXT)),
        *((BlockKind.ROW, " ".join(row)) for row in rows),
    ]


def test_a_lone_line_on_a_large_sheet_is_not_overlooked() -> None:
    (picture,) = photographs(make(lines("Hello world", left=300, top=600)))
    assert page(picture).text == "Hello world"


def test_an_empty_page_has_no_words() -> None:
    assert page(Image.new("RGB", (400, 300), "white")).text == ""


def test_nothing_is_downloaded_or_logged(
    sheet: Image.Image, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def refuse(*arguments: object) -> None:
        raise AssertionError(f"a connection to {arguments}")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    found = engine.Recogniser(threads=1).read(np.asarray(sheet), POINTS)
    assert "thirty" in found.layer.words
    assert capfd.readouterr() == ("", "")


def test_missing_models_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(engine._MODELS, "Rec", "nowhere.onnx")
    with pytest.raises(ModelError, match=r"nowhere\.onnx of the package rapidocr is missing"):
        engine.Recogniser()


def test_words_that_the_recogniser_boxes_otherwise_share_their_line_evenly() -> None:
    quad = ((0, 0), (100, 0), (100, 10), (0, 10))
    assert engine._cuts(quad, "ab cd", [("x", 1.0, quad)]) == ((0.0, 0.5), (0.5, 1.0))
    halves = [
        ("ab", 1.0, ((0, 0), (40, 0), (40, 10), (0, 10))),
        ("cd", 1.0, ((60, 0), (100, 0), (100, 10), (60, 10))),
    ]
    assert engine._cuts(quad, "ab cd", halves) == ((0.0, 0.4), (0.6, 1.0))


def test_running_out_of_memory_is_said_as_that(monkeypatch: pytest.MonkeyPatch) -> None:
    own = engine.Recogniser()

    def exhausted(picture: object) -> None:
        raise RuntimeError("std::bad_alloc")

    monkeypatch.setattr(own, "_engine", exhausted)
    with pytest.raises(MemoryError):
        own.read(np.asarray(Image.effect_noise((64, 64), 90).convert("RGB")), 1.0)


def test_an_eye_stops_looking_when_its_time_is_up() -> None:
    eye = Eye(Reading(seconds=0.0), slowest=1.0)
    assert eye.read(4, lambda: np.zeros((9, 9, 3), np.uint8), 1.0) is None
    assert eye.late == [4]


def test_large_pictures_are_looked_at_smaller() -> None:
    assert shrink(1000, 1000) == 1
    factor = shrink(20_000, 5_000)
    assert 20_000 * 5_000 * factor**2 == pytest.approx(engine.PIXELS)
