"""Good and bad files together, from the upload to the receipt of each."""

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from reportlab.lib.pdfencrypt import StandardEncryption

from tests.fixtures.documents import lines, pdf

pytestmark = [pytest.mark.browser, pytest.mark.slow]

READ = 300_000  # ms, for what is read after one another, with OCR
HIDDEN = "Nobody who looks at this page sees that the pump is free of charge."
LIBRARY = f"""<!doctype html><title>Library hours</title><body><main><h1>Library hours</h1>
<p>The library in Selby lends its books on every working day of the year.</p>
<div style="display:none">{HIDDEN}</div>
<p>On Fridays it closes an hour earlier, because the kitchen is cleaned then.</p></main></body>"""
EXECUTABLE = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff\x00\x00" + bytes(range(256)) * 8


def letter() -> bytes:
    """A letter with a heading, a paragraph and a table."""
    from docx import Document

    document, out = Document(), io.BytesIO()
    document.add_heading("Service letter", 1)
    document.add_paragraph("The seal of the pump is changed once a year by the dealer.")
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip(table._cells, ("Part", "Price", "Seal", "40"), strict=True):
        cell.text = text
    document.save(out)
    return out.getvalue()


def scan() -> bytes:
    """The picture of a line of print."""
    from PIL import Image, ImageDraw, ImageFont

    picture, out = Image.new("RGB", (1200, 300), "white"), io.BytesIO()
    font = ImageFont.load_default(48)
    ImageDraw.Draw(picture).text((60, 110), "Invoice 4711 is due in thirty days.", "black", font)
    picture.save(out, "PNG", dpi=(150, 150))
    return out.getvalue()


@pytest.fixture(scope="module")
def files(warranty: Path) -> list[dict[str, Any]]:
    """What is uploaded: five that can be read, three that cannot."""
    locked = pdf(lines("Nobody reads this."), encrypt=StandardEncryption("secret", "owner"))
    contents = {
        warranty.name: warranty.read_bytes(),
        "locked.pdf": locked,
        "empty.txt": b"",
        "setup.exe": EXECUTABLE,
        "Service letter.docx": letter(),
        "scan.png": scan(),
        "library.html": LIBRARY.encode(),
        "copy of terms.pdf": warranty.read_bytes(),
    }
    kind = "application/octet-stream"
    return [{"name": name, "mimeType": kind, "buffer": data} for name, data in contents.items()]


@pytest.fixture
def watched(visit: Any, files: list[dict[str, Any]]) -> Iterator[Any]:
    """The page on which they were all uploaded, when none of them is being read any more."""
    page = visit("/documents")
    page.fill("input[name=collection]", "mixed")
    page.set_input_files("input[type=file]", files)
    page.locator("#uploads li progress").first.wait_for(state="detached", timeout=READ)
    page.locator(".batch", has_text="3 failed").wait_for(
        timeout=READ
    )  # not busy is said before they arrive, too
    page.locator('#library[data-busy="0"]').wait_for(timeout=READ)
    page.locator(".batch", has_text=" in ").wait_for()
    return page


def row(page: Any, name: str) -> Any:
    """The line of a document in the collection of this test."""
    return page.locator("tr", has_text=name).filter(has_text="mixed")


def receipt(page: Any, name: str) -> str:
    """What the receipt says, blanks between its parts."""
    row(page, name).locator(".pill").click()
    page.locator("#receipt").wait_for()
    page.wait_for_load_state()
    told: str = page.locator("#receipt").inner_text()
    page.go_back()
    page.locator("#library").wait_for()
    return " ".join(told.split())


def test_an_upload_of_mixed_good_and_bad_files_is_watched_to_its_receipts(watched: Any) -> None:
    page = watched
    assert "3 failed" in page.locator(".batch").inner_text()
    assert page.locator("#uploads li").count() == 1
    twin = page.locator("#uploads li", has_text="copy of terms.pdf")
    assert "Already here as Warranty terms.pdf" in twin.inner_text()
    for name in ("Warranty terms.pdf", "Service letter.docx", "scan.png", "library.html"):
        assert row(page, name).locator(".pill.ready").count() == 1, row(page, name).inner_text()
    for name in ("locked.pdf", "empty.txt", "setup.exe"):
        assert row(page, name).locator(".pill.failed").count() == 1, row(page, name).inner_text()
        assert len(row(page, name).locator(".reason").inner_text()) > 20
    assert "hidden characters left out" in row(page, "library.html").locator(".hints").inner_text()

    told = receipt(page, "Warranty terms.pdf")
    assert "Pages 2 With text 2" in told
    assert "copy of terms.pdf" in told, "it lies in two places"
    assert "password" in receipt(page, "locked.pdf")
    assert "Tables 1" in receipt(page, "Service letter.docx")
    assert "Recognised in a picture (OCR) 1 page: 1" in receipt(page, "scan.png")
    told = receipt(page, "library.html")
    assert re.search(r"Text hidden by its style \d\d characters", told)
    assert "left out" in told


def test_hidden_text_is_released_and_then_stands_in_what_was_read(watched: Any) -> None:
    page = watched
    row(page, "library.html").locator(".pill").click()
    with page.expect_navigation():
        page.click("text=What was read")
    assert HIDDEN not in page.locator(".text").inner_text()
    page.click("text=Receipt")
    page.click("text=Release it")
    page.locator('#receipt[data-busy="0"]', has_text="Its owner has released it.").wait_for()
    page.click("text=What was read")
    page.locator(".text", has_text=HIDDEN).wait_for()


def test_the_list_is_narrowed_to_what_failed_without_leaving_the_page(watched: Any) -> None:
    page = watched
    page.evaluate("window.stayed = true")
    page.locator(".states a", has_text="Failed").click()
    page.locator(".states [aria-current]", has_text="Failed").wait_for()
    page.locator("tr .pill.ready").first.wait_for(state="detached")
    assert page.locator("tr .pill.failed").count() >= 3
    assert page.evaluate("window.stayed")


def test_the_picture_of_a_page_stands_beside_what_was_read_of_it(watched: Any) -> None:
    page = watched
    row(page, "Warranty terms.pdf").locator(".pill").click()
    page.click("text=What was read")
    page.locator("[rel=next]").click()
    page.locator(".turner", has_text="Page 2 of 2").wait_for()
    page.wait_for_load_state()
    picture, text = (page.locator(f".beside {what}").bounding_box() for what in (".sheet", ".text"))
    assert picture["x"] + picture["width"] <= text["x"]
    assert (
        page.locator(".sheet img").evaluate("picture => picture.decode().then(() => picture.naturalWidth)")
        == 800
    )
    assert "thirty-six months" in page.locator(".text").inner_text()


@pytest.mark.parametrize("width", [390, 1280])
def test_no_receipt_is_wider_than_its_window(watched: Any, width: int) -> None:
    page = watched
    addresses = [
        row(page, name).locator(".pill").get_attribute("href") for name in ("Warranty", "library", "locked")
    ]
    page.set_viewport_size({"width": width, "height": 800})
    for path in ("/documents", *addresses, *(f"{address}/read/1" for address in addresses[:2])):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
