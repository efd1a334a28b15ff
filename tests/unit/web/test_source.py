import io
import zlib
from urllib.parse import unquote

import pytest
from reportlab.pdfgen.canvas import Canvas
from starlette.testclient import TestClient

from rag.boxes import unpack
from rag.types import Block, BlockKind, Citation, Document, MediaType, Page, Parsed
from tests.unit.web.conftest import Add, ParserHere
from tests.unit.web.markup import tags, text
from web.pages import source_url
from web.wiring import Services

LEAVE = (
    "# Leave\n\nFull-time employees have 30 working days of annual leave.\n\nRequests go to the line manager."
)


def cite(services: Services, document: Document, quote: str, page: int = 1) -> str:
    """The address that a footnote with this quote leads to."""
    start = services.store.page(document.id, page).text.index(quote)
    citation = Citation(
        marker=1, document=document, page=page, start=start, end=start + len(quote), quote=quote
    )
    return source_url(citation)


def pdf(*pages: str) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(400, 300))
    for page in pages:
        for n, line in enumerate(page.split("\n")):
            canvas.drawString(50, 250 - 20 * n, line)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def marked(html: str) -> str:
    return "".join(part.partition("</mark>")[0] for part in html.split("<mark")[1:])


def test_a_footnote_opens_the_text_with_its_quote_marked(
    client: TestClient, services: Services, add: Add
) -> None:
    document = add("leave.md", LEAVE)
    page = client.get(cite(services, document, "30 working days"))
    assert page.status_code == 200
    assert ' id="quote">30 working days' in page.text
    assert "Requests go to the line manager." in text(page.text)
    assert [a["aria-level"] for tag, a in tags(page.text) if a.get("role") == "heading"]


def test_a_quote_that_stands_there_no_longer_is_not_marked_and_that_is_said(
    client: TestClient, services: Services, add: Add
) -> None:
    url = cite(services, add("leave.md", LEAVE), "30 working days")
    add("leave.md", LEAVE.replace("30", "28"))
    page = client.get(url)
    assert page.status_code == 200
    assert "has changed since it was quoted" in text(page.text)
    assert not marked(page.text)


def test_a_footnote_into_a_deleted_document_says_that_it_is_gone(
    client: TestClient, services: Services, add: Add
) -> None:
    document = add("leave.md", LEAVE)
    url = cite(services, document, "30 working days")
    services.intake.delete(document.id)
    page = client.get(url)
    assert page.status_code == 404
    assert "There is no document" in text(page.text)


@pytest.mark.parametrize(
    "span", ["start=0&end=5", "start=0&end=5&quote=0000000000000000", "start=9&end=3&quote=x", ""]
)
def test_nothing_is_marked_without_the_quotes_own_digest(client: TestClient, add: Add, span: str) -> None:
    document = add("leave.md", LEAVE)
    assert not marked(client.get(f"/source/{document.id}/1?{span}").text)


def test_a_quote_in_a_pdf_is_highlighted_over_its_words(
    client: TestClient, services: Services, add: Add
) -> None:
    document = add("leave.pdf", pdf("Leave of absence\nEmployees have thirty days", "Second page"))
    html = client.get(cite(services, document, "thirty days")).text
    (rect,) = [{k: float(v) for k, v in a.items()} for tag, a in tags(html) if tag == "rect"]
    page = services.store.page(document.id, 1)
    boxes = [b for b in unpack(page.words) if page.text[b.start : b.end] in ("thirty", "days")]
    assert rect["x"] <= min(b.left for b in boxes) < max(b.right for b in boxes) <= rect["x"] + rect["width"]
    assert rect["y"] <= min(b.top for b in boxes) < max(b.bottom for b in boxes) <= rect["y"] + rect["height"]
    others = [b for b in unpack(page.words) if page.text[b.start : b.end] in ("have", "absence")]
    assert all(b.right < rect["x"] + rect["width"] / 9 or b.bottom < rect["y"] for b in others)
    (picture,) = [a for tag, a in tags(html) if tag == "svg" and "preserveaspectratio" in a]
    assert picture["viewbox"] == "0 0 400.0 300.0"


def test_a_page_of_a_pdf_has_its_picture(client: TestClient, add: Add) -> None:
    document = add("leave.pdf", pdf("One", "Two"))
    first, second = (client.get(f"/source/{document.id}/{n}/picture") for n in (1, 2))
    assert first.headers["content-type"] == "image/png"
    assert first.content != second.content
    assert client.get(f"/source/{document.id}/3/picture").status_code == 404


def test_a_text_has_no_picture(client: TestClient, add: Add) -> None:
    document = add("leave.md", LEAVE)
    assert client.get(f"/source/{document.id}/1/picture").status_code == 404


def test_pages_of_a_pdf_lead_to_their_neighbours(client: TestClient, add: Add) -> None:
    document = add("leave.pdf", pdf("One", "Two", "Three"))
    around = {
        a["rel"]: a["href"]
        for tag, a in tags(client.get(f"/source/{document.id}/2").text)
        if a.get("rel") in ("prev", "next")
    }
    assert around == {"prev": f"/source/{document.id}/1", "next": f"/source/{document.id}/3"}


@pytest.mark.parametrize("number", ["0", "2", "99999999999999999999", "-1", "x", "1/2"])
def test_a_page_that_is_not_there_is_not_found(client: TestClient, add: Add, number: str) -> None:
    document = add("leave.md", LEAVE)
    assert client.get(f"/source/{document.id}/{number}").status_code == 404


def test_a_document_that_was_not_read_yet_says_so(client: TestClient, services: Services) -> None:
    received = services.intake.receive(io.BytesIO(b"text"), name="new.txt")
    page = client.get(f"/source/{received.document.id}/1")
    assert page.status_code == 404
    assert "none yet" in text(page.text)


@pytest.mark.parametrize(
    "name",
    ["leave.md", 'a"b\r\nSet-Cookie: x=1.md', "Urlaub für alle – 休暇.md", "semi;colon=.md", "%2e%2e.md"],
)
def test_the_original_comes_as_an_attachment_under_its_name(client: TestClient, add: Add, name: str) -> None:
    document = add(name, LEAVE)
    response = client.get(f"/source/{document.id}/original")
    assert response.content == LEAVE.encode()
    kind, _, shown = response.headers["content-disposition"].partition("; filename*=UTF-8''")
    assert kind == "attachment"
    assert unquote(shown) == document.source
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["content-type"] == "application/octet-stream"
    assert response.headers["content-security-policy"].startswith("sandbox")
    assert "set-cookie" not in response.headers


def test_an_original_that_is_gone_from_the_disk_says_what_to_do(
    client: TestClient, services: Services, add: Add
) -> None:
    document = add("leave.pdf", pdf("One"))
    services.originals.path(document.sha256).unlink()
    for path in ("original", "1/picture"):
        response = client.get(f"/source/{document.id}/{path}")
        assert response.status_code == 404
        assert "Add the file again" in text(response.text)
        assert str(services.settings.home) not in response.text


def test_a_picture_that_cannot_be_drawn_is_an_error_of_its_own(
    client: TestClient, services: Services, add: Add
) -> None:
    document = add("leave.pdf", pdf("One"))
    services.originals.path(document.sha256).write_bytes(b"%PDF-1.4 broken")
    assert client.get(f"/source/{document.id}/1/picture").status_code == 422
    assert client.get(f"/source/{document.id}/1").status_code == 200


def test_a_text_of_megabytes_is_shown_around_its_quote_only(
    client: TestClient, services: Services, add: Add
) -> None:
    words = " ".join(f"w{zlib.crc32(str(n).encode())}" for n in range(35_000))
    document = add("long.txt", f"{words}\n\nThe needle is here.\n\n{words}")
    page = client.get(cite(services, document, "The needle is here."))
    assert len(page.content) < 200_000
    assert marked(page.text).endswith("The needle is here.")
    assert "characters above are not shown" in text(page.text)
    assert "characters below are not shown" in text(page.text)


def test_a_slide_is_called_by_its_name_and_its_quote_marked_in_its_text(
    client: TestClient, services: Services, parser: ParserHere, add: Add
) -> None:
    slides = tuple(Page(number=n, text=f"Slide {n} says so.", label=f"Slide {n}") for n in (1, 2, 3))
    parser.planned["talk.pptx"] = Parsed(title="Talk", media_type=MediaType.PPTX, pages=slides)
    document = add("talk.pptx", "x")
    page = client.get(cite(services, document, "says so", page=2)).text
    assert "Slide 2 Page of 3" in text(page)
    assert "Page 2 of 3" not in text(page)
    assert ' id="quote">says so' in page
    assert [tag for tag, _ in tags(page) if tag in ("img", "blockquote")] == []
    assert client.get(f"/source/{document.id}/2/picture").status_code == 404


def test_rows_of_a_sheet_have_their_numbers_beside_them(
    client: TestClient, parser: ParserHere, add: Add
) -> None:
    rows = (
        Block(start=0, end=4, kind=BlockKind.ROW, level=7),
        Block(start=5, end=9, kind=BlockKind.ROW, level=9),
    )
    sheet = Page(number=1, text="Pump\nSeal", label="Prices", blocks=rows)
    parser.planned["prices.xlsx"] = Parsed(title="Prices", media_type=MediaType.XLSX, pages=(sheet,))
    page = client.get(f"/source/{add('prices.xlsx', 'x').id}/1").text
    assert "7Pump 9Seal" in text(page)
    assert [a["scope"] for tag, a in tags(page) if tag == "th"] == ["row", "row"]


def test_a_damaged_page_of_a_pdf_is_shown_without_a_picture(
    client: TestClient, parser: ParserHere, add: Add
) -> None:
    lost = Page(number=2, text="")
    whole = Page(number=1, text="Whole.", width=400, height=300)
    parser.planned["a.pdf"] = Parsed(
        title="A", media_type=MediaType.PDF, pages=(whole, lost), unreadable=(2,)
    )
    document = add("a.pdf", "x")
    shown = [client.get(f"/source/{document.id}/{n}").text for n in (1, 2)]
    assert ["<img" in page for page in shown] == [True, False]


def labels(html: str) -> set[str]:
    """What the links and buttons of a page are called that bear no words."""
    return {a["aria-label"] for _, a in tags(html) if "aria-label" in a}


def test_a_document_is_searched_and_each_place_leads_to_its_page(client: TestClient, add: Add) -> None:
    document = add(
        "leave.pdf", pdf("Annual leave is 30 days", "Nothing here", "Leave is paid\nand LEAVE is free")
    )
    found = client.get(f"/source/{document.id}/search?q=leave").text
    assert "3 places on 2 pages." in text(found)
    where = [a["href"] for tag, a in tags(found) if tag == "a" and "q=leave&hit=" in a["href"]]
    assert [url.partition("/source/" + document.id)[2] for url in where] == [
        "/1?q=leave&hit=1#quote",
        "/3?q=leave&hit=1#quote",
        "/3?q=leave&hit=2#quote",
    ]
    page = client.get(where[1]).text
    assert [a["class"] for tag, a in tags(page) if tag == "g"] == ["current", "hit"]
    assert [a["class"] for tag, a in tags(page) if tag == "mark"] == ["current", "hit"]
    assert "Place 2 of 3" in text(page)
    around = [a["href"] for tag, a in tags(page) if a.get("data-key") in ("hit-before", "hit-after")]
    assert around == [where[0], where[2]]


@pytest.mark.parametrize("query", ["", "%20", "-", "zebra", "%00", "%ED%A0%80", "a" * 200])
def test_a_search_that_finds_nothing_says_so(client: TestClient, add: Add, query: str) -> None:
    document = add("leave.md", LEAVE)
    page = client.get(f"/source/{document.id}/search?q={query}")
    assert page.status_code == 200
    assert "does not stand in this document" in text(page.text) or "what you are looking for" in text(
        page.text
    )


@pytest.mark.parametrize("span", ["q=zebra", "q=leave&hit=99", "q=leave&hit=100000", "q=%20&hit=2", "q=-"])
def test_a_page_opened_at_a_place_that_is_not_there_is_shown(client: TestClient, add: Add, span: str) -> None:
    document = add("leave.md", LEAVE)
    page = client.get(f"/source/{document.id}/1?{span}")
    assert page.status_code == 200
    assert "Requests go to the line manager." in text(page.text)


def test_a_search_that_is_too_long_is_refused(client: TestClient, add: Add) -> None:
    assert client.get(f"/source/{add('leave.md', LEAVE).id}/search?q={'a' * 201}").status_code == 422


def test_the_head_of_a_source_tells_where_it_is_from(client: TestClient, add: Add) -> None:
    document = add("leave-2025.md", LEAVE, collection="staff")
    page = text(client.get(f"/source/{document.id}/1").text)
    for told in ("Markdown", "As of 2025", "staff", document.sha256[:8], "Uploaded as “leave-2025.md”"):
        assert told in page


def test_a_number_that_is_typed_opens_its_page_and_too_high_a_one_the_last(
    client: TestClient, add: Add
) -> None:
    document = add("leave.pdf", pdf("One", "Two", "Three"))
    for typed, shown in ((2, 2), (99, 3), (0, 1), (-5, 1)):
        page = client.get(f"/source/{document.id}/page?number={typed}").text
        assert f"Page {shown} of 3" in text(page)
    assert client.get(f"/source/{document.id}/page?number=x").status_code == 422


@pytest.mark.parametrize(("scale", "status"), [("2", 200), ("4", 200), ("1", 422), ("5", 422), ("x", 422)])
def test_a_picture_is_drawn_in_a_few_sizes_only(
    client: TestClient, add: Add, scale: str, status: int
) -> None:
    document = add("leave.pdf", pdf("One"))
    assert client.get(f"/source/{document.id}/1/picture?scale={scale}").status_code == status


def test_a_larger_picture_is_sharper(client: TestClient, add: Add) -> None:
    from PIL import Image

    document = add("leave.pdf", pdf("One"))
    drawn = [client.get(f"/source/{document.id}/1/picture?scale={scale}").content for scale in (2, 4)]
    assert [Image.open(io.BytesIO(each)).size for each in drawn] == [(800, 600), (1600, 1200)]


def test_an_original_is_shown_only_where_nothing_in_it_can_run(client: TestClient, add: Add) -> None:
    script = "<script>alert(1)</script>"
    plain = client.get(f"/source/{add('leave.txt', f'Leave {script}').id}/open")
    assert plain.headers["content-type"] == "text/plain; charset=utf-8"
    assert plain.headers["x-content-type-options"] == "nosniff"
    assert plain.headers["content-security-policy"].startswith("sandbox")
    assert plain.text == f"Leave {script}"
    for name, data in (("leave.pdf", pdf("One")), ("leave.html", f"<p>Some leave for all.</p>{script}")):
        document = add(name, data)
        assert client.get(f"/source/{document.id}/open").status_code == 404
        assert "Open the original" not in text(client.get(f"/source/{document.id}/1").text)


def test_a_text_in_another_encoding_is_shown_as_it_reads(client: TestClient, add: Add) -> None:
    document = add("urlaub.txt", "Urlaub für alle Mitarbeiter über achtzehn".encode("utf-16"))
    assert client.get(f"/source/{document.id}/open").text == "Urlaub für alle Mitarbeiter über achtzehn"


def test_a_page_without_text_says_so(client: TestClient, parser: ParserHere, add: Add) -> None:
    pages = (Page(number=1, text="Whole.", width=400, height=300), Page(number=2, text=""))
    parser.planned["a.pdf"] = Parsed(title="A", media_type=MediaType.PDF, pages=pages)
    assert "There is no text on this page." in text(client.get(f"/source/{add('a.pdf', 'x').id}/2").text)


def test_a_source_speaks_german(client: TestClient, add: Add) -> None:
    document = add("leave.pdf", pdf("One", "Two"))
    german = {"accept-language": "de"}
    page = client.get(f"/source/{document.id}/1", headers=german).text
    assert "Über dieses Dokument" in text(page)
    assert {"Nächste Seite", "In diesem Dokument suchen"} <= labels(page)
    assert "1 Stelle auf 1 Seite." in text(
        client.get(f"/source/{document.id}/search?q=two", headers=german).text
    )
