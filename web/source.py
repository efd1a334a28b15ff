"""The page that a footnote opens: the stored page with the quote highlighted, and the original to keep."""

from dataclasses import dataclass
from urllib.parse import quote as percent

from fastapi import APIRouter, Query, Request
from fastapi.responses import FileResponse, HTMLResponse, Response

from ingest.picture import Pictures
from rag.boxes import Rect, covering
from rag.errors import NotFound
from rag.types import Document, Page
from web.deps import TheDocument, ThePages, TheServices, stored_page
from web.page_view import PageView, pictured, view
from web.pages import digest

SCALE = 2.0  # pixels a point: sharp on a phone, 150 to 250 KB a page
MARGIN = 1.5  # points that a highlight stands out around its words

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A page as its template shows it."""

    document: Document
    page: Page
    view: PageView
    pictured: bool  # whether its picture is shown
    rects: tuple[Rect, ...]
    quote: str  # empty where none was asked for, or where it stands no longer
    changed: bool  # the page no longer has the quote where the link says
    query: str  # the span as a query string, for the link back


@router.get("/source/{document_id}/{number:int}")
def source(
    request: Request,
    services: TheServices,
    pages: ThePages,
    document: TheDocument,
    number: int,
    start: int = Query(0, ge=0),
    end: int = Query(0, ge=0),
    quote: str = Query("", max_length=16),
) -> HTMLResponse:
    """A stored page; `quote` is the digest of what stood at ``[start, end)`` when it was quoted."""
    shown = _source(document, stored_page(services, document, number), start, end, quote)
    return pages.html(request, "source.html", source=shown)


@router.get("/source/{document_id}/{number:int}/picture")
def picture(request: Request, services: TheServices, document: TheDocument, number: int) -> Response:
    """The picture of a page, in formats that have pictures."""
    drawable = document.media_type is not None and document.media_type.pictured
    if not drawable or not 1 <= number <= document.pages:
        raise NotFound(f"There is no picture of page {number} of this document.")
    pictures: Pictures = request.app.state.pictures
    drawn = pictures.picture(services.originals.path(document.sha256), number, SCALE)
    return Response(drawn, media_type="image/png")


@router.get("/source/{document_id}/original")
def original(services: TheServices, document: TheDocument) -> FileResponse:
    """The file as it came in; browsers save it and never show it."""
    return FileResponse(
        services.originals.path(document.sha256),
        media_type="application/octet-stream",
        headers={
            "Content-Disposition": f"attachment; filename*=UTF-8''{percent(_file_name(document), safe='')}",
            "Content-Security-Policy": "sandbox; default-src 'none'",
        },
    )


def _source(document: Document, page: Page, start: int, end: int, quote: str) -> Source:
    found = page.text[start:end]
    stands = bool(found) and digest(found) == quote
    start, end = (start, end) if stands else (0, 0)
    return Source(
        document=document,
        page=page,
        view=view(page, start, end),
        pictured=pictured(document, page),
        rects=tuple(_wider(rect) for rect in covering(page.words, start, end)) if stands else (),
        quote=found if stands else "",
        changed=bool(quote) and not stands,
        query=f"start={start}&end={end}&quote={quote}" if stands else "",
    )


def _wider(rect: Rect) -> Rect:
    return Rect(
        left=rect.left - MARGIN,
        top=rect.top - MARGIN,
        right=rect.right + MARGIN,
        bottom=rect.bottom + MARGIN,
    )


def _file_name(document: Document) -> str:
    return document.source.rstrip("/").rsplit("/", 1)[-1] or "original"
