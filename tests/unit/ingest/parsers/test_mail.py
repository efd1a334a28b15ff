import json
from email.message import EmailMessage
from pathlib import Path

import pytest

from ingest.parsers import mail, pdf, text
from ingest.parsers.post.letter import Read
from ingest.parsers.reading import Limits, OverLimit, Reading
from rag.errors import NoText, UnreadableDocument, UnsupportedType
from rag.receipt import receipt
from rag.types import BlockKind, MediaType, Parsed
from tests.fixtures.documents import lines
from tests.fixtures.documents import pdf as pdf_of
from tests.fixtures.mails import (
    BODY,
    HEADERS,
    HTML,
    RTF,
    SUBJECT,
    attachment,
    compound,
    eml,
    letter,
    msg,
    outlook,
)

SHARED = Path(__file__).parents[5] / "shared" / "data" / "hostile" / "emails.jsonl"
OFFER = pdf_of(lines("We offer ten chairs."), lines("They cost ninety each."))


def read(data: bytes, name: str, reading: Reading) -> Parsed:
    """Reads what these tests attach."""
    if data.startswith(b"%PDF"):
        return pdf.parse(data, name)
    if b"\0" in data:
        raise UnsupportedType(f"{name} is of a kind that is not read.")
    return text.parse(data, name)


def parse(data: bytes, reading: Reading = Reading(), read: Read = read) -> Parsed:
    parser = mail.parse_msg if data.startswith(b"\xd0\xcf") else mail.parse_eml
    return parser(data, "letter", reading, read=read)


def body(data: bytes) -> str:
    """What the mail says below its headers."""
    return parse(data).pages[0].text.partition("+0200\n\n")[2]


def test_a_mail_names_its_subject_sender_and_date() -> None:
    parsed = parse(eml())
    page = parsed.pages[0]
    assert (parsed.title, page.label, page.number) == ("Opening hours", "Mail", 1)
    assert [(b.kind, page.text[b.start : b.end]) for b in page.blocks] == [
        (BlockKind.HEADING, "Opening hours"),
        (BlockKind.PARAGRAPH, "From: Front Desk <desk@example.org>"),
        (BlockKind.PARAGRAPH, "To: All <all@example.org>"),
        (BlockKind.PARAGRAPH, "Date: Thu, 07 Aug 2025 10:00:00 +0200"),
        (BlockKind.PARAGRAPH, "The office closes at five."),
    ]


def test_plain_text_is_preferred_to_its_alternative() -> None:
    assert body(eml("As text.", html="<p>As a page.</p>")) == "As text."


def test_a_mail_of_html_alone_is_read_without_its_markup() -> None:
    assert "The office <b>" not in body(eml("", html="<p>The office <b>closes</b> at five.</p>"))
    assert body(eml("", html="<p>The office <b>closes</b> at five.</p>")) == "The office closes at five."


def test_a_page_and_the_list_s_plain_footer_are_both_read() -> None:
    mixed = letter("Both")
    mixed.set_content("<p>The page itself.</p>", subtype="html")
    mixed.make_mixed()
    footer = EmailMessage()
    footer.set_content("Sent by the list.")
    mixed.attach(footer)
    assert body(mixed.as_bytes()) == "The page itself.\n\nSent by the list."


def test_what_the_mail_answers_is_kept() -> None:
    assert "> When do you close?" in body(eml("At five.\n\n> When do you close?\n"))


def test_short_lines_are_no_headings() -> None:
    page = parse(eml("Dear all\n\nWe close at five.\n\nKind regards\n\nThe desk\n")).pages[0]
    assert [b.kind for b in page.blocks].count(BlockKind.HEADING) == 1


def test_encoded_words_are_decoded() -> None:
    data = eml().replace(
        b"Subject: Opening hours", b"Subject: =?utf-8?q?=C3=96ffnung?= =?iso-8859-1?q?_=E0_5?="
    )
    assert parse(data).title == "Öffnung à 5"


@pytest.mark.parametrize(
    ("raw", "title"),
    [
        ("Öffnung".encode(), "Öffnung"),
        ("Öffnung".encode("cp1252"), "Öffnung"),
        (b"=?nonsense?q?text?=", "=?nonsense?q?text?="),
        (b"=?utf-8?b?!!!?=", "=?utf-8?b?!!!?="),
    ],
)
def test_careless_subjects_are_read(raw: bytes, title: str) -> None:
    assert parse(eml().replace(b"Opening hours", raw)).title == title


@pytest.mark.parametrize(
    ("declared", "raw"),
    [
        (b"us-ascii", "Größe".encode()),
        (b"iso-8859-1", "Größe".encode()),
        (b"utf-8", "Größe".encode("cp1252")),
        (b"iso-8859-1", "Größe".encode("latin-1")),
        (b"no-such-charset", "Größe".encode()),
    ],
)
def test_a_charset_that_lies_does_no_harm(declared: bytes, raw: bytes) -> None:
    data = b"Subject: x\nDate: a +0200\nContent-Type: text/plain; charset=" + declared + b"\n\n" + raw + b"\n"
    assert body(data) == "Größe"


def test_pages_of_attachments_follow_under_their_names() -> None:
    parsed = parse(eml(attached={"offer.pdf": OFFER, "note.txt": b"Please sign."}))
    assert [(page.number, page.label) for page in parsed.pages] == [
        (1, "Mail"),
        (2, "offer.pdf, page 1"),
        (3, "offer.pdf, page 2"),
        (4, "note.txt"),
    ]
    assert "ninety" in parsed.pages[2].text
    assert all(page.words == b"" and page.width == 0 for page in parsed.pages)


def test_what_was_found_in_an_attachment_counts_from_its_place_in_the_mail() -> None:
    def scanned(data: bytes, name: str, reading: Reading) -> Parsed:
        page = text.parse(b"recognised", name).pages[0]
        return Parsed(
            title="", media_type=MediaType.PNG, pages=(page,), ocr=(1,), tables=2, warnings=("It is faint.",)
        )

    parsed = parse(eml(attached={"a.txt": b"x", "scan.png": b"y"}), read=scanned)
    assert (parsed.ocr, parsed.tables) == ((2, 3), 4)
    assert parsed.warnings == ("a.txt: It is faint.", "scan.png: It is faint.")


def test_an_attachment_that_cannot_be_read_is_named_and_the_mail_read() -> None:
    parsed = parse(eml(attached={"tool.exe": b"MZ\0\0"}))
    assert parsed.warnings == (
        "The attachment tool.exe was not read: tool.exe is of a kind that is not read.",
    )
    assert "five" in parsed.pages[0].text


def test_an_attachment_that_was_not_read_leaves_a_page_that_makes_the_mail_partial() -> None:
    parsed = parse(eml(attached={"tool.exe": b"MZ\0\0", "note.txt": b"Please sign."}))
    assert [(page.number, page.label, page.text) for page in parsed.pages[1:]] == [
        (2, "tool.exe", ""),
        (3, "note.txt", "Please sign."),
    ]
    assert parsed.unreadable == (2,)
    assert receipt(parsed, chunks=2, seconds={}, released=False).partial


def test_a_photograph_without_a_text_is_nothing_missing() -> None:
    def textless(data: bytes, name: str, reading: Reading) -> Parsed:
        raise NoText(f"{name} shows no text.")

    data = eml(attached={"photo.png": b"x" * 90_000}, kind="image/png")
    assert parse(data, read=textless).unreadable == ()


def test_text_of_the_mail_that_was_not_read_makes_it_partial() -> None:
    deep = "<p>Words on top of the page.</p>" + "<div>" * 300 + "At the bottom"
    parsed = parse(eml("", html=f"<html><body><article>{deep}</article></body></html>"))
    assert parsed.unreadable == (1,)
    assert "deeper than any" in parsed.warnings[0]


def test_a_parser_that_fails_on_an_attachment_spares_the_mail() -> None:
    def failing(data: bytes, name: str, reading: Reading) -> Parsed:
        raise ZeroDivisionError

    parsed = parse(eml(attached={"a.txt": b"x"}), read=failing)
    assert len(parsed.pages) == 2
    assert parsed.warnings[0].startswith("The attachment a.txt was not read: a.txt is damaged")


def test_pictures_of_signatures_are_skipped_and_scans_are_read() -> None:
    names: list[str] = []

    def noting(data: bytes, name: str, reading: Reading) -> Parsed:
        names.append(name)
        return text.parse(b"seen", name)

    pictures = {"logo.png": b"x" * 900, "scan.png": b"x" * 90_000}
    data = eml(attached=pictures, kind="image/png")
    assert parse(data, read=noting).warnings == ()
    parse(data.replace(b"Disposition: attachment", b"Disposition: inline"), read=noting)
    assert names == ["scan.png"]


def test_a_mail_in_a_mail_is_read_with_what_is_attached_to_it() -> None:
    outer, inner = letter("Outer"), letter("Inner")
    inner.set_content("The inner text.")
    inner.add_attachment(
        b"The innermost text.", maintype="application", subtype="x-note", filename="note.txt"
    )
    outer.set_content("See below.")
    outer.add_attachment(inner)
    parsed = parse(outer.as_bytes())
    assert [page.label for page in parsed.pages] == ["Mail", "Inner, Mail", "Inner, note.txt"]
    assert "The inner text." in parsed.pages[1].text


def nested(depth: int) -> bytes:
    mails = b"".join(b"Subject: m%d\nContent-Type: message/rfc822\n\n" % at for at in range(depth))
    return mails + b"Subject: last\n\nThe end.\n"


def test_mails_are_read_three_deep() -> None:
    parsed = parse(nested(6))
    assert [page.text.partition("\n")[0] for page in parsed.pages] == ["m0", "m1", "m2", "m3", ""]
    assert parsed.unreadable == (5,)
    assert "a mail in a mail" in parsed.warnings[0]


def deep_multipart(depth: int) -> bytes:
    return (
        b"".join(
            b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (at, at) for at in range(depth)
        )
        + b"\nThe end.\n"
    )


@pytest.mark.parametrize("bomb", [deep_multipart(3000), nested(3000)], ids=["multipart", "mails"])
def test_parts_nested_without_end_are_refused_clearly(bomb: bytes) -> None:
    with pytest.raises(UnreadableDocument, match="nested deeper than any mail needs"):
        parse(bomb)


def test_more_parts_than_allowed_are_refused() -> None:
    many = b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\ntext\n" * 50 + b"--b--\n"
    with pytest.raises(OverLimit, match="more than 20 parts"):
        parse(many, Reading(limits=Limits(members=20)))


def test_too_many_attachments_are_reported() -> None:
    parsed = parse(eml(attached={f"{at}.txt": b"text" for at in range(102)}))
    assert len(parsed.pages) == 102
    assert (parsed.pages[-1].label, parsed.unreadable) == ("attachments from 100.txt on", (102,))
    assert parsed.warnings[0].startswith("2 of 102 attachments were not read")


def test_attachments_that_are_too_large_together_are_reported() -> None:
    files = {f"{at}.txt": b"text " * 120_000 for at in range(3)}
    parsed = parse(eml(attached=files), Reading(limits=Limits(unpacked_mb=1)))
    assert len(parsed.pages) == 3
    assert parsed.unreadable == (3,)
    assert parsed.warnings[0].startswith("2 of 3 attachments were not read")


def test_outlook_s_own_package_is_named() -> None:
    parsed = parse(eml(attached={"winmail.dat": b"\x78\x9f\x3e\x22"}))
    assert parsed.warnings[0].startswith("The attachment winmail.dat was not read")
    assert parsed.unreadable == (2,)


def test_a_mail_that_is_only_signed_reads_like_any_other() -> None:
    data = eml(attached={"smime.p7s": b"\0"}, kind="application/pkcs7-signature")
    assert parse(data).warnings == ()


def test_names_of_attachments_lose_their_folders() -> None:
    assert parse(eml(attached={"../../etc/note.txt": b"text"})).pages[1].label == "note.txt"


@pytest.mark.parametrize("data", [b"", b"\n\n", b"X-Empty: yes\n\n"])
def test_a_mail_that_says_nothing_is_reported(data: bytes) -> None:
    with pytest.raises(NoText):
        parse(data)


@pytest.mark.parametrize("at", range(0, 100, 7))
def test_a_mail_that_was_cut_off_is_read_as_far_as_it_goes(at: int) -> None:
    whole = eml("Text.", html="<p>Text.</p>", attached={"offer.pdf": OFFER})
    cut = whole[: max(200, len(whole) * at // 100)]
    assert parse(cut).title == "Opening hours"


OUTLOOK = {
    SUBJECT: "Opening hours",
    BODY: "The office closes at five.\r\n",
    HEADERS: "From: Front Desk <desk@example.org>\r\nDate: Thu, 07 Aug 2025 10:00:00 +0200\r\n",
}


def test_a_mail_of_outlook_is_read_with_its_attachments() -> None:
    parsed = parse(msg(OUTLOOK, attachment("offer.pdf", OFFER), attachment("note.txt", b"Please sign.")))
    assert parsed.title == "Opening hours"
    assert parsed.media_type is MediaType.MSG
    assert parsed.pages[0].text.split("\n\n") == [
        "Opening hours",
        "From: Front Desk <desk@example.org>",
        "Date: Thu, 07 Aug 2025 10:00:00 +0200",
        "The office closes at five.",
    ]
    assert [page.label for page in parsed.pages[1:]] == ["offer.pdf, page 1", "offer.pdf, page 2", "note.txt"]


def test_a_page_in_outlook_is_read_without_its_markup() -> None:
    parsed = parse(msg({SUBJECT: "Hours", HTML: b"<p>The office <b>closes</b> at five.</p>"}))
    assert parsed.pages[0].text == "Hours\n\nThe office closes at five."


def test_a_mail_attached_in_outlook_is_read() -> None:
    inner = outlook({SUBJECT: "Inner", BODY: "The inner text."}, 24, attachment("note.txt", b"Innermost."))
    parsed = parse(msg(OUTLOOK, attachment("Inner", inner)))
    assert [page.label for page in parsed.pages] == ["Mail", "Inner, Mail", "Inner, note.txt"]
    assert parsed.pages[1].text == "Inner\n\nThe inner text."


def test_rich_text_alone_is_reported() -> None:
    parsed = parse(msg({SUBJECT: "Hours", RTF: b"LZFu"}))
    assert "rich text" in parsed.warnings[0]
    assert parsed.unreadable == (1,)


def test_pictures_within_a_mail_of_outlook_are_skipped() -> None:
    logo = attachment("logo.png", b"\0" * 30_000, mime="image/png", cid="logo")
    assert parse(msg(OUTLOOK, logo)).warnings == ()


@pytest.mark.parametrize("cut", [20, 600, 1500])
def test_a_damaged_mail_of_outlook_is_refused(cut: int) -> None:
    with pytest.raises(UnreadableDocument):
        parse(msg(OUTLOOK)[:cut])


def test_another_document_of_the_same_make_is_no_mail() -> None:
    with pytest.raises(UnreadableDocument):
        parse(compound({"WordDocument": b"text"}))


def test_streams_that_claim_more_than_the_limit_are_refused() -> None:
    with pytest.raises(OverLimit, match="more than 1 MiB"):
        parse(msg({**OUTLOOK, HTML: b"x" * (1 << 20)}), Reading(limits=Limits(unpacked_mb=1)))


def test_hostile_mails_are_read_as_the_text_they_are() -> None:
    if not SHARED.exists():
        pytest.skip("the hostile mails of the shared data are not here")
    for line in SHARED.read_text("utf-8").splitlines():
        written = json.loads(line)["context"]
        found = parse(eml(written)).pages[0].text
        assert "".join(written.split())[-40:] in "".join(found.split())
