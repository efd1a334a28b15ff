"""The documents page: what there is, how far each has come, and the ways in and out."""

from dataclasses import dataclass
from math import ceil

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import UploadFile

from ingest.intake import DEFAULT_COLLECTION
from rag.errors import UsageError
from rag.types import Document, Status
from web.deps import CheckedForm, TheDocument, TheForm, ThePages, TheServices, text
from web.uploads import Upload, receive
from web.wiring import Services

PER_PAGE = 100

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of the list."""

    document: Document
    state: str  # its status, or the stage that reading it has come to

    @property
    def busy(self) -> bool:
        """Whether its state will change by itself."""
        return self.state not in (Status.READY, Status.FAILED)


@router.get("/documents")
def documents(
    request: Request, services: TheServices, pages: ThePages, q: str = "", page: int = Query(1, ge=1)
) -> HTMLResponse:
    """The list, filtered by words of title, source or collection."""
    return _library(request, services, pages, q, page)


@router.post("/documents")
def upload(request: Request, services: TheServices, pages: ThePages, form: TheForm) -> Response:
    """Take files in. Each stands for itself: one that is refused keeps none of the others out."""
    files = [file for file in form.getlist("files") if isinstance(file, UploadFile) and file.filename]
    if not files:
        raise UsageError("No file was chosen. Choose at least one, then press Upload.")
    shelf = text(form, "collection") or DEFAULT_COLLECTION
    uploads = [receive(services, file, shelf) for file in files]
    return _library(request, services, pages, "", 1, uploads=uploads)


@router.get("/documents/{document_id}/delete")
def confirm(request: Request, pages: ThePages, document: TheDocument) -> HTMLResponse:
    """Ask before deleting."""
    return pages.html(request, "delete.html", document=document)


@router.post("/documents/{document_id}/delete", dependencies=[CheckedForm])
def delete(services: TheServices, document: TheDocument) -> RedirectResponse:
    """Remove a document and everything that was read from it."""
    services.intake.delete(document.id)
    return RedirectResponse("/documents", status_code=303)


def _library(
    request: Request,
    services: Services,
    pages: ThePages,
    query: str,
    page: int,
    *,
    uploads: list[Upload] | None = None,
) -> HTMLResponse:
    everything = _rows(services)
    found = [row for row in everything if _matches(row.document, query)]
    last = max(1, ceil(len(found) / PER_PAGE))
    page = min(page, last)
    return pages.html(
        request,
        "documents.html",
        rows=found[(page - 1) * PER_PAGE : page * PER_PAGE],
        found=len(found),
        total=len(everything),
        busy=sum(row.busy for row in everything),
        query=query,
        page=page,
        last=last,
        uploads=uploads or [],
        conversations=services.history.conversations(),
        collections=services.store.collections(),
        default_collection=DEFAULT_COLLECTION,
        max_bytes=services.settings.max_upload_mb * 1024 * 1024,
    )


def _rows(services: Services) -> list[Row]:
    """Every document, the latest change first."""
    jobs = services.jobs.active()
    listed = sorted(services.store.documents(), key=lambda document: document.created_at, reverse=True)
    return [Row(document=d, state=_state(d, jobs[d.id].stage if d.id in jobs else None)) for d in listed]


def _state(document: Document, stage: str | None) -> str:
    if stage is None:
        return document.status
    return stage or Status.WAITING


def _matches(document: Document, query: str) -> bool:
    text = f"{document.title} {document.source} {document.collection}".casefold()
    return all(word in text for word in query.casefold().split())
