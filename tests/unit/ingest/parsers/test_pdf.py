import io

import pypdf
import pytest
from pypdf.generic import ArrayObject, FloatObject, NameObject, StreamObject
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from ingest.clean import clean
from ingest.parsers import pdf
from ingest.parsers.printed import text_layer
from ingest.parsers.reading import Limits, OverLimit, Reading
from rag.boxes import Rect, covering
from rag.errors import EncryptedDocument, NoText, UnreadableDocument
from rag.types import BlockKind, Page, Parsed
from tests.fixtures.documents import HEIGHT, WIDTH, both, lines, picture, rewritten, table
from tests.fixtures.documents import pdf as make

LOREM = (
    "Lorem ipsum dolor sit amet consectetur",
    "adipiscing elit sed do eiusmod tempor in",
    "ut labore et dolore magna aliqua ut enim",
    "ad minim veniam quis nostrud exercitation",
    "ullamco laboris nisi ut aliquip ex ea commo",
    "duis aute irure dolor in reprehenderit vol",
    "velit esse cillum dolore eu fugiat nulla pa",
    "excepteur sint occaecat cupidatat non proi",
)


def parse(data: bytes) -> Parsed:
    return pdf.parse(data, "some.pdf")


def where(page: Page, quote: str) -> Rect:
    start = page.text.index(quote)
    (rect,) = covering(page.words, start, start + len(quote))
    return rect


def kinds(page: Page) -> list[tuple[BlockKind, str]]:
    return [(block.kind, page.text[block.start : block.end]) for block in page.blocks]


def test_words_are_found_where_they_are_drawn() -> None:
    page = parse(make(lines("Hello wide world", left=100, top=200, size=20))).pages[0]
    assert page.text == "Hello wide world"
    assert (page.width, page.height) == pytest.approx((WIDTH, HEIGHT), abs=0.01)
    rect = where(page, "Hello")
    assert (rect.left, rect.bottom) == pytest.approx((100, 205), abs=3)
    assert rect.bottom - rect.top == pytest.approx(22, abs=3)
    assert where(page, "world").left > where(page, "wide").right > rect.right


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_boxes_follow_the_rotation_of_the_page(turn: int) -> None:
    upright = make(lines("Hello", left=100, top=200, size=20))
    page = parse(rewritten(upright, lambda writer: writer.pages[0].rotate(turn))).pages[0]
    rect = where(page, "Hello")
    middle = {
        90: (HEIGHT - 193, 122),
        180: (WIDTH - 122, HEIGHT - 193),
        270: (193, WIDTH - 122),
    }[turn]
    assert ((rect.left + rect.right) / 2, (rect.top + rect.bottom) / 2) == pytest.approx(middle, abs=6)
    assert (page.width > page.height) == (turn != 180)


def test_boxes_are_measured_from_the_crop_box() -> None:
    def crop(writer: pypdf.PdfWriter) -> None:
        box = [FloatObject(side) for side in (50, 100, WIDTH - 20, HEIGHT - 30)]
        writer.pages[0][NameObject("/CropBox")] = ArrayObject(box)

    whole = where(parse(make(lines("Hello", left=100, top=200))).pages[0], "Hello")
    page = parse(rewritten(make(lines("Hello", left=100, top=200)), crop)).pages[0]
    cropped = where(page, "Hello")
    assert (page.width, page.height) == pytest.approx((WIDTH - 70, HEIGHT - 130), abs=0.1)
    assert (whole.left - cropped.left, whole.top - cropped.top) == pytest.approx((50, 30), abs=0.1)


def test_the_lines_of_a_paragraph_are_one_block_and_a_gap_opens_another() -> None:
    drawn = both(lines(*LOREM[:3]), lines(*LOREM[3:5], top=140))
    assert kinds(parse(make(drawn)).pages[0]) == [
        (BlockKind.PARAGRAPH, "\n".join(LOREM[:3])),
        (BlockKind.PARAGRAPH, "\n".join(LOREM[3:5])),
    ]


def test_larger_and_bold_lines_are_headings_by_rank() -> None:
    drawn = both(
        lines("Annual report", size=20),
        lines(*LOREM[:3], top=110),
        lines("Outlook", top=170, font="Helvetica-Bold"),
        lines(*LOREM[3:6], top=190),
    )
    page = parse(make(drawn)).pages[0]
    headings = [block for block in page.blocks if block.kind is BlockKind.HEADING]
    assert [page.text[block.start : block.end] for block in headings] == ["Annual report", "Outlook"]
    assert headings[0].level < headings[1].level


def test_rows_of_a_table_stay_whole() -> None:
    rows = [("Item", "2023", "2024"), ("Net sales", "1,200", "1,345"), ("Costs of sales", "(800)", "(851)")]
    page = parse(make(both(lines(*LOREM[:4]), table(rows, top=150)))).pages[0]
    assert kinds(page)[1:] == [(BlockKind.ROW, " ".join(row)) for row in rows]


def test_list_items_are_told_apart() -> None:
    page = parse(
        make(lines("1. Ask your manager in writing and", "wait for the answer", "2. Book the trip"))
    ).pages[0]
    assert kinds(page) == [
        (BlockKind.ITEM, "1. Ask your manager in writing and\nwait for the answer"),
        (BlockKind.ITEM, "2. Book the trip"),
    ]


@pytest.mark.parametrize("row_by_row", [False, True], ids=["column by column", "row by row"])
def test_two_columns_do_not_interleave(row_by_row: bool) -> None:
    right = [text.upper() for text in LOREM]
    if row_by_row:
        pairs = [
            both(lines(a, left=72, top=100 + 13 * n, size=9), lines(b, left=320, top=100 + 13 * n, size=9))
            for n, (a, b) in enumerate(zip(LOREM, right, strict=True))
        ]
        drawn = both(*pairs)
    else:
        drawn = both(lines(*LOREM, left=72, size=9), lines(*right, left=320, size=9))
    text = " ".join(parse(make(both(lines("Two columns of one page", top=50), drawn))).pages[0].text.split())
    assert text == " ".join(["Two columns of one page", *LOREM, *right])


def test_a_sentence_goes_on_at_the_head_of_the_next_column() -> None:
    drawn = both(lines(*LOREM, left=72, size=9), lines("goes on here", "and there.", left=320, size=9))
    assert kinds(parse(make(drawn)).pages[0]) == [
        (BlockKind.PARAGRAPH, "\n".join([*LOREM, "goes on here", "and there."]))
    ]


def test_an_entry_of_the_outline_makes_its_line_a_heading() -> None:
    def outline(canvas: Canvas) -> None:
        canvas.bookmarkPage("here")
        canvas.addOutlineEntry("1.2 Scope of the rules", "here", level=0)

    page = parse(make(both(outline, lines("Scope of the rules", *LOREM[:2])))).pages[0]
    assert kinds(page)[0] == (BlockKind.HEADING, "Scope of the rules")


def test_a_line_end_hyphen_is_read_and_cleaned_away() -> None:
    parsed = parse(make(lines("All rules of this docu-", "ment are in force from today on.")))
    page = clean(parsed).pages[0]
    assert page.text == "All rules of this document are in force from today on."
    start = page.text.index("document")
    assert len(covering(page.words, start, start + len("document"))) == 2


def test_the_title_is_that_of_the_properties_if_it_says_something() -> None:
    drawn = both(lines("Annual report", size=24), lines(*LOREM, top=120))
    assert parse(make(drawn, title="Report for 2024")).title == "Report for 2024"
    for meaningless in ("untitled", "Microsoft Word - draft7.docx", "0000320193-23-000006", "scan.pdf"):
        assert parse(make(drawn, title=meaningless)).title == "Annual report"


def test_without_properties_or_a_large_heading_there_is_no_title() -> None:
    assert parse(make(lines(*LOREM), title="untitled")).title == ""


def test_a_page_without_text_is_a_warning() -> None:
    parsed = parse(make(lines("Words"), picture, picture, lines("More")))
    assert [page.text for page in parsed.pages] == ["Words", "", "", "More"]
    assert parsed.warnings == ("No text was found on pages 2-3: empty, or a picture without text.",)


def test_a_broken_page_costs_only_itself() -> None:
    def break_second(writer: pypdf.PdfWriter) -> None:
        kids = writer.root_object["/Pages"]["/Kids"]  # type: ignore[index]
        kids[1] = NameObject("/Nothing")

    parsed = parse(rewritten(make(lines("One"), lines("Two"), lines("Three")), break_second))
    assert [page.text for page in parsed.pages][::2] == ["One", "Three"]
    assert parsed.warnings == ("Nothing could be read on page 2: damaged.",)


def test_a_page_count_that_lies_is_not_followed_to_its_end() -> None:
    parsed = parse(make(lines("One")).replace(b"/Count 1", b"/Count 99999"))
    assert len(parsed.pages) == 101
    assert parsed.warnings == ("Nothing could be read on pages 2-101 and those after them: damaged.",)


def test_pypdf_is_asked_where_pdfium_makes_no_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_layer, "_characters", lambda _: ("", range(0)))
    parsed = parse(make(lines("Found by the second reader")))
    assert parsed.pages[0].text == "Found by the second reader"
    assert parsed.pages[0].words == b""
    assert parsed.warnings == (
        "On page 1 text was found without its positions: quotes there are not highlighted.",
    )


def test_pictures_alone_are_no_text() -> None:
    with pytest.raises(NoText, match="holds no text on any page"):
        parse(make(picture, picture))


def test_a_document_with_more_pages_than_the_limit_is_refused() -> None:
    reading = Reading(limits=Limits(pages=2))
    assert len(pdf.parse(make(lines("One"), lines("Two")), "two.pdf", reading).pages) == 2
    with pytest.raises(OverLimit, match="FOOTNOTE_PARSE_PAGES"):
        pdf.parse(make(lines("One"), lines("Two"), lines("Three")), "three.pdf", reading)


def test_a_password_to_open_is_named_as_the_reason() -> None:
    with pytest.raises(EncryptedDocument, match="password"):
        parse(make(lines("Secret"), encrypt=StandardEncryption("open sesame", strength=128)))


def test_a_password_for_changes_only_does_not_keep_readers_out() -> None:
    locked = StandardEncryption("", ownerPassword="owner", canCopy=0, strength=128)
    assert parse(make(lines("Public"), encrypt=locked)).pages[0].text == "Public"


@pytest.mark.parametrize("data", [b"%PDF-1.7", b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n", make(lines("x"))[:200]])
def test_a_damaged_file_is_unreadable(data: bytes) -> None:
    with pytest.raises(UnreadableDocument, match=r"^some\.pdf is damaged"):
        parse(data)


def test_characters_beyond_the_basic_plane_keep_the_boxes_in_place() -> None:
    page = parse(_with_unicode("\U0001d7d8 rest")).pages[0]
    assert page.text == "\U0001d7d8 rest"
    assert where(page, "rest").left > where(page, "\U0001d7d8").left


def _with_unicode(text: str) -> bytes:
    """A PDF whose letters are mapped to `text` by a ToUnicode table."""
    codes = {chr(ord("A") + n): letter for n, letter in enumerate(text.replace(" ", ""))}
    back = {letter: code for code, letter in codes.items()}
    drawn = "".join(" " if letter == " " else back[letter] for letter in text)
    rows = "\n".join(
        f"<{ord(code):02x}> <{letter.encode('utf-16-be').hex()}>" for code, letter in codes.items()
    )
    table = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        "/CMapName /Odd def /CMapType 2 def 1 begincodespacerange <00> <ff> endcodespacerange\n"
        f"{len(codes)} beginbfchar\n{rows}\nendbfchar endcmap end end"
    )

    def map_letters(writer: pypdf.PdfWriter) -> None:
        stream = StreamObject()
        stream.set_data(table.encode())
        fonts = writer.pages[0]["/Resources"]["/Font"]  # type: ignore[index]
        for font in fonts.values():
            font.get_object()[NameObject("/ToUnicode")] = writer._add_object(stream)

    return rewritten(make(lines(drawn)), map_letters)


def test_a_document_read_twice_is_the_same() -> None:
    data = make(lines(*LOREM), title="Same")
    assert parse(data) == parse(io.BytesIO(data).getvalue())
