import bz2
import gzip
import lzma

import pytest

from ingest.parsers.detect import media_type
from ingest.parsers.reading import Limits, OverLimit, Reading
from rag.errors import EncryptedDocument, NoText, UnreadableDocument, UnsupportedType
from rag.types import MediaType
from tests.fixtures.mails import compound
from tests.fixtures.office import CODE, CSV, packed, repacked
from tests.fixtures.samples import name, sample

TEXTUAL = {
    MediaType.TEXT,
    MediaType.MARKDOWN,
    MediaType.CODE,
    MediaType.CSV,
}  # these look alike: their name tells them apart
SVG = (
    b"<?xml version='1.0'?>\n<!DOCTYPE svg [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>\n"
    b"<svg xmlns='http://www.w3.org/2000/svg'><script>go()</script><text>&x;</text></svg>"
)
MAIL = b"From: a@example.org\nTo: b@example.org\n\tc@example.org\nSubject: x\n"


@pytest.mark.parametrize("kind", MediaType)
def test_each_kind_is_known_by_its_fixture(kind: MediaType) -> None:
    assert media_type(sample(kind), name(kind)) is kind


@pytest.mark.parametrize(
    "called", ["x", "x.txt", "x.md", "x.html", "x.docx", "x.pdf", "x.png", "x.eml", "x.csv"]
)
@pytest.mark.parametrize("kind", sorted(set(MediaType) - TEXTUAL - {MediaType.JSON, MediaType.EML}))
def test_a_wrong_name_never_hides_what_a_file_is(kind: MediaType, called: str) -> None:
    assert media_type(sample(kind), called) is kind


@pytest.mark.parametrize(
    ("data", "called", "kind"),
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
        (CODE, "x.PY", MediaType.CODE),
        (CODE, "x.txt", MediaType.TEXT),
        (b"<?xml version='1.0'?><a><p>x</p><p/><p/></a>", "x.xml", MediaType.CODE),
        (b"<!doctype html><p>x", "x.php", MediaType.HTML),
        (b"<svg></svg>\n\n# Title", "README.md", MediaType.MARKDOWN),
        (b"<p><svg></svg> <span>a</span> <span>b</span></p>", "x", MediaType.HTML),
        ("words without a mark".encode("utf-16-le"), "x.txt", MediaType.TEXT),
        ("a;b\n1;2\n3;4\n".encode("utf-16-be"), "x.csv", MediaType.CSV),
        ("<html><p>größe".encode("utf-16-le"), "x", MediaType.HTML),
        (b'{"a": 1}', "x", MediaType.JSON),
        (b'[{"a": 1}]', "x.txt", MediaType.JSON),
        (b"[1, 2]", "x.json", MediaType.JSON),
        (b"not json at all", "x.jsonl", MediaType.TEXT),
        (b"[see below] words", "x.txt", MediaType.TEXT),
        (CSV, "x.tsv", MediaType.CSV),
        (CSV, "x.txt", MediaType.TEXT),
        (b"Dear all,\nno table", "x.csv", MediaType.TEXT),
        (MAIL + b"\n<html><body>words", "x.eml", MediaType.EML),
        (MAIL + b"\nwords", "memo.txt", MediaType.TEXT),
        (MAIL + b"MIME-Version: 1.0\n\n<html>words", "x.txt", MediaType.EML),
        (MAIL.replace(b"\n", b"\r\n") + b"Received: from x\r\n\r\nwords", "x", MediaType.EML),
        (b"Note: words\nabout: things", "x.eml", MediaType.TEXT),
    ],
)
def test_content_decides_and_the_name_settles_ties_between_texts(
    data: bytes, called: str, kind: MediaType
) -> None:
    assert media_type(data, called) is kind


def test_what_is_two_things_at_once_is_read_as_what_it_begins_with() -> None:
    pdf, html, docx = (sample(kind) for kind in (MediaType.PDF, MediaType.HTML, MediaType.DOCX))
    assert media_type(pdf + html, "x.html") is MediaType.PDF
    assert media_type(pdf + docx, "x.docx") is MediaType.PDF
    assert media_type(docx + pdf, "x.pdf") is MediaType.DOCX
    assert media_type(html + b" " * 1024 + pdf, "x.html") is MediaType.HTML
    assert media_type(html[:200] + pdf, "x.html") is MediaType.PDF  # as all readers of PDF see it


def test_an_archive_that_stores_a_pdf_is_no_pdf() -> None:
    with pytest.raises(UnsupportedType, match="ZIP archive"):
        media_type(packed({"mimetype": sample(MediaType.PDF)}), "x.pdf")


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (packed({"a.txt": "words"}), "a ZIP archive"),
        (gzip.compress(b"words", mtime=0), "a compressed file"),
        (bz2.compress(b"words"), "a compressed file"),
        (lzma.compress(b"words"), "a compressed file"),
        (b"GIF89a rest", "a picture"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "a picture"),
        (b"%!PS-Adobe", "a PostScript document"),
        (b"SQLite format 3\x00", "a database"),
        (SVG, r"a drawing of a kind \(SVG\)"),
        (SVG.partition(b"\n")[2], "a drawing"),
        (SVG.rpartition(b"\n")[2], "a drawing"),
        (
            b"".join(number.to_bytes(2, "little") for number in range(1, 256)),
            "of a kind",
        ),  # numbers, no letters
        (bytes(range(256)) * 8, "of a kind"),
    ],
)
def test_other_kinds_are_refused_with_what_is_read(data: bytes, what: str) -> None:
    with pytest.raises(UnsupportedType, match=rf"^x\.txt is {what}.* What is read: PDF; .*TIFF\)\.$"):
        media_type(data, "x.txt")


def test_macros_are_refused() -> None:
    def change(path: str, content: bytes) -> bytes:
        if path != "[Content_Types].xml":
            return content
        main = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
        assert main in content
        return content.replace(main, b"application/vnd.ms-word.document.macroEnabled.main+xml")

    with pytest.raises(UnsupportedType, match="macros"):
        media_type(repacked(sample(MediaType.DOCX), change), "x.docm")


def test_an_old_office_document_is_refused_with_a_way_out() -> None:
    with pytest.raises(UnsupportedType, match=r"save it as DOCX, PPTX or XLSX"):
        media_type(compound({"WordDocument": b"x"}), "x.doc")


def test_an_office_document_with_a_password_says_so() -> None:
    with pytest.raises(EncryptedDocument, match="password"):
        media_type(compound({"EncryptionInfo": b"x", "EncryptedPackage": b"x"}), "x.docx")


@pytest.mark.parametrize("kind", [MediaType.DOCX, MediaType.MSG])
def test_half_a_file_is_refused_with_a_reason(kind: MediaType) -> None:
    with pytest.raises(UnreadableDocument, match=r"^x is "):
        media_type(sample(kind)[:100], "x")


def test_an_archive_of_too_many_members_is_not_looked_into() -> None:
    with pytest.raises(OverLimit, match="more than 2 files"):
        media_type(sample(MediaType.DOCX), "x.docx", Reading(limits=Limits(members=2)))


@pytest.mark.parametrize("data", [b"", b"  \n\t", b"\0\0\0"])
def test_an_empty_file_has_no_text(data: bytes) -> None:
    with pytest.raises(NoText, match="empty"):
        media_type(data, "x.txt")
