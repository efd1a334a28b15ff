import gzip

import pytest

from ingest.parsers.detect import media_type
from rag.errors import NoText, UnsupportedType
from rag.types import MediaType
from tests.fixtures.documents import NAMES, SAMPLES


@pytest.mark.parametrize("kind", MediaType)
def test_each_kind_is_known_by_its_fixture(kind: MediaType) -> None:
    assert media_type(SAMPLES[kind], NAMES[kind]) is kind


@pytest.mark.parametrize("name", ["x", "x.txt", "x.md", "x.html", "x.docx"])
def test_a_name_never_hides_a_pdf_or_a_web_page(name: str) -> None:
    assert media_type(SAMPLES[MediaType.PDF], name) is MediaType.PDF
    assert media_type(SAMPLES[MediaType.HTML], name) is MediaType.HTML


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (b"plain words", "x.pdf", MediaType.TEXT),
        (b"# Heading\n\nwords", "x.md", MediaType.MARKDOWN),
        (b"# Heading\n\nwords", "x.txt", MediaType.TEXT),
        (b"<p align=center><b>Badge</b></p><br>\n# Title", "README.md", MediaType.MARKDOWN),
        (b"<div><p>words</p><p>more</p></div>", "x", MediaType.HTML),
        (b"<p>words</p>", "x.html", MediaType.HTML),
        (b"words without any tag", "x.html", MediaType.TEXT),
        (b"words about <b>tags</b>", "x.txt", MediaType.TEXT),
        (b"<?xml version='1.0'?>\n<!-- made by -->\n<html><p>x", "x", MediaType.HTML),
        ("<html>größe".encode("utf-16"), "x", MediaType.HTML),
        (b"The header %PDF-1.4 opens each such file.", "notes.txt", MediaType.TEXT),
        (b"junk before\n%PDF-1.4\n1 0 obj\n<<>>\nendobj", "x", MediaType.PDF),
        (b"%no header\n1 0 obj\n<<>>\nendobj", "x.pdf", MediaType.PDF),
        (b"%no header\r1 0 obj\r<<>>\rendobj", "x.pdf", MediaType.PDF),
    ],
)
def test_content_decides_and_the_name_settles_ties_between_texts(
    data: bytes, name: str, kind: MediaType
) -> None:
    assert media_type(data, name) is kind


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04rest",
        b"\x89PNG\r\n\x1a\nrest",
        gzip.compress(b"words", mtime=0),
        bytes(range(256)) * 8,
        b"{\\rtf1 x}",
    ],
)
def test_other_kinds_are_refused_with_what_is_read(data: bytes) -> None:
    with pytest.raises(
        UnsupportedType, match=r"^x\.txt is .* What is read: PDF, .*Markdown and plain text\.$"
    ):
        media_type(data, "x.txt")


@pytest.mark.parametrize("data", [b"", b"  \n\t", b"\0\0\0"])
def test_an_empty_file_has_no_text(data: bytes) -> None:
    with pytest.raises(NoText, match="empty"):
        media_type(data, "x.txt")
