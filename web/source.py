"""The page that a footnote opens: the stored page with the quote highlighted, and the original to keep."""

from typing import Annotated
from urllib.parse import quote as percent

from fastapi import APIRouter, Query, Request
from fastapi.responses import FileResponse, HTMLResponse, Response

from ingest.parsers.text import decode
from ingest.picture import Pictures
from rag.errors import NotFound
from rag.page_texts import page_texts
from rag.types import Document, Page
from web.deps import TheDocument, ThePages, TheServices, storable, stored_page
from web.pages import digest
from web.reading.about import About, about, openable
from web.reading.find import Hits, find
from web.reading.shown import Found, Quoted, quoted, searched
from web.wiring import Services

LONGEST = 200  # characters that can be looked for
SANDBOX = "sandbox; default-src 'none'"
ANYTHING = "application/octet-stream"

Sought = Annotated[str, Query(max_length=LONGEST)]

router = APIRouter(prefix="/source/{document_id}", include_in_schema=False)


@router.get("/{number:int}")
def source(
    request: Request,
    services: TheServices,
    pages: ThePages,
    document: TheDocument,
    number: int,
    start: int = Query(0, ge=0),
    end: int = Query(0, ge=0),
    quote: str = Query("", max_length=16),
    q: Sought = "",
    hit: int = Query(1, ge=1, le=100_000),
) -> HTMLResponse:
    """A stored page; `quote` is the digest of what stood at ``[start, end)`` when it was quoted.

    Or it is opened at a `hit`, from 1, of what was looked for.
    """
    page, head = stored_page(services, document, number), _about(services, document)
    if query := storable(q).strip():
        shown = searched(document, page, head, _hits(services, document, query), hit)
    else:
        shown = quoted(document, page, head, _quoted(page, start, end, quote))
    return pages.html(request, "source.html", source=shown)


@router.get("/search")
def search(
    request: Request, services: TheServices, pages: ThePages, document: TheDocument, q: Sought = ""
) -> HTMLResponse:
    """The places of a document where something stands."""
    query = storable(q).strip()
    hits = _hits(services, document, query) if query else None
    shown = Found(document=document, about=_about(services, document), query=query, hits=hits)
    return pages.html(request, "found.html", source=shown)


@router.get("/page")
def turn_to(
    request: Request, services: TheServices, pages: ThePages, document: TheDocument, number: int = 1
) -> HTMLResponse:
    """The page of a number that was typed; the last one for a higher number."""
    page = stored_page(services, document, min(max(number, 1), max(document.pages, 1)))
    shown = quoted(document, page, _about(services, document), Quoted())
    return pages.html(request, "source.html", source=shown)


@router.get("/{number:int}/picture")
def picture(
    request: Request,
    services: TheServices,
    document: TheDocument,
    number: int,
    scale: int = Query(2, ge=2, le=4),
) -> Response:
    """The picture of a page, in formats that have pictures; `scale` is in pixels a point."""
    drawable = document.media_type is not None and document.media_type.pictured
    if not drawable or not 1 <= number <= document.pages:
        raise NotFound(f"There is no picture of page {number} of this document.")
    pictures: Pictures = request.app.state.pictures
    drawn = pictures.picture(services.originals.path(document.sha256), number, float(scale))
    return Response(drawn, media_type="image/png")


@router.get("/original")
def original(services: TheServices, document: TheDocument) -> FileResponse:
    """The file as it came in; browsers save it and never show it."""
    return FileResponse(
        services.originals.path(document.sha256),
        media_type=ANYTHING,
        headers=_headers("attachment", document),
    )


@router.get("/open")
def opened(services: TheServices, document: TheDocument) -> Response:
    """The file as browsers show it, where nothing in it can run: a picture, or a text as text."""
    if not openable(document):
        raise NotFound("This kind of document is not shown as it came. Download it, and open it there.")
    path, headers = services.originals.path(document.sha256), _headers("inline", document)
    if document.media_type is not None and document.media_type.pictured:
        return FileResponse(path, media_type=document.media_type.value, headers=headers)
    return Response(decode(path.read_bytes()), media_type="text/plain; charset=utf-8", headers=headers)


def _headers(how: str, document: Document) -> dict[str, str]:
    name = percent(_file_name(document), safe="")
    return {
        "Content-Disposition": f"{how}; filename*=UTF-8''{name}",
        "Content-Security-Policy": SANDBOX,
    }


def _about(services: Services, document: Document) -> About:
    return about(document, services.places.of_document(document.id))


def _hits(services: Services, document: Document, query: str) -> Hits:
    return find(query, page_texts(services.database, document.id))


def _quoted(page: Page, start: int, end: int, quote: str) -> Quoted:
    found = page.text[start:end]
    if found and digest(found) == quote:
        return Quoted(start=start, end=end, text=found, digest=quote)
    return Quoted(changed=bool(quote))


def _file_name(document: Document) -> str:
    return document.source.rstrip("/").rsplit("/", 1)[-1] or "original"
