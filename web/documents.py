"""The documents page: what there is, how far each has come, and the ways in and out."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import UploadFile

from ingest.intake import DEFAULT_COLLECTION, Arrival
from ingest.listing import BUSY, Counts, Entry
from rag.errors import UsageError
from rag.types import Document, Status
from web import receipts
from web.batch_progress import progress
from web.deps import CheckedForm, TheDocument, TheForm, ThePages, TheServices, text
from web.findings import hints
from web.library import bulk, collections, sources
from web.library.asked import PER_PAGE, Asked, offered
from web.uploads import Upload, receive
from web.wiring import Services

STATES = (BUSY, Status.READY, Status.PARTIAL, Status.HELD, Status.FAILED)

router = APIRouter(include_in_schema=False)
for routes in (bulk, collections, sources, receipts):  # before a document's own address
    router.include_router(routes.router)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of the list."""

    document: Document
    stage: str | None  # that reading it has come to, None where nobody reads it
    hints: tuple[str, ...] = ()

    @property
    def busy(self) -> bool:
        """Whether its state will change by itself."""
        return self.stage is not None

    @property
    def state(self) -> str:
        """Its status, or the stage that reading it has come to."""
        return self.document.status if self.stage is None else self.stage


@router.get("/documents")
def documents(
    request: Request, services: TheServices, pages: ThePages, asked: Annotated[Asked, Depends()]
) -> HTMLResponse:
    """The list, filtered, sorted and cut into pages."""
    return _library(request, services, pages, asked)


@router.post("/documents")
def upload(request: Request, services: TheServices, pages: ThePages, form: TheForm) -> Response:
    """Take files in. Each stands for itself: one that is refused keeps none of the others out.

    A page that sends many, one by one, asks for no more than what became of each; it may say in which folder one lay.
    """
    files = [file for file in form.getlist("files") if isinstance(file, UploadFile) and file.filename]
    if not files:
        raise UsageError("No file was chosen. Choose at least one, then press Upload.")
    shelf = text(form, "collection") or DEFAULT_COLLECTION
    asked = Asked(since=services.clock.now().timestamp())
    path = text(form, "path") if len(files) == 1 else ""
    uploads = [receive(services, file, shelf, path) for file in files]
    if text(form, "brief"):
        return HTMLResponse(pages.part(request, "_uploads.html", uploads=_shown(uploads)))
    return _library(request, services, pages, asked, uploads)


@router.get("/documents/{document_id}/delete")
def confirm(request: Request, pages: ThePages, document: TheDocument) -> HTMLResponse:
    """Ask before deleting."""
    return pages.html(request, "delete.html", document=document)


@router.post("/documents/{document_id}/delete", dependencies=[CheckedForm])
def delete(services: TheServices, document: TheDocument) -> RedirectResponse:
    """Delete a document; for some minutes that can be undone, then everything that was read from it goes."""
    services.removals.mark([document.id])
    return RedirectResponse("/documents", status_code=303)


def _library(
    request: Request, services: Services, pages: ThePages, asked: Asked, uploads: list[Upload] | None = None
) -> HTMLResponse:
    counts = services.listing.counts(asked.filter)
    found = counts.found(asked.state)
    page, last = asked.shown(found)
    now = services.clock.now()
    return pages.html(
        request,
        "documents.html",
        asked=asked,
        rows=_rows(services, asked, page) if found else [],
        found=found,
        counts=counts,
        states=_states(counts, asked.state),
        progress=_progress(services, counts, asked, now),
        now=now.timestamp(),
        page=page,
        last=last,
        uploads=_shown(uploads or []),
        removals=services.removals.open(),
        kinds=offered(services.listing.kinds()),
        collections=services.store.collections(),
        default_collection=DEFAULT_COLLECTION,
        max_bytes=services.settings.max_upload_mb * 1024 * 1024,
    )


def _shown(uploads: list[Upload]) -> list[tuple[Upload, str]]:
    return [(each, _twin(each)) for each in uploads]


def _twin(upload: Upload) -> str:
    """The name of the document that has the same content and was here before; empty where there is none."""
    received = upload.received
    return received.document.source if received and received.arrival is Arrival.SAME else ""


def _rows(services: Services, asked: Asked, page: int) -> list[Row]:
    """A page of the list, with what the documents' receipts tell."""
    listed = services.listing.entries(asked.filter, asked.order, (page - 1) * PER_PAGE, PER_PAGE)
    found = services.store.receipts([entry.document.id for entry in listed])

    def row(entry: Entry) -> Row:
        document = entry.document
        return Row(document=document, stage=entry.stage, hints=hints(document, found.get(document.id)))

    return [row(entry) for entry in listed]


def _states(counts: Counts, chosen: str) -> list[tuple[str, int]]:
    """How many documents there are in each state; a state without any is left out, unless it was chosen."""
    return [
        (state, counts.states.get(state, 0))
        for state in STATES
        if counts.states.get(state) or state == chosen
    ]


def _progress(services: Services, counts: Counts, asked: Asked, now: datetime) -> str:
    if asked.since is None:
        return ""
    since = datetime.fromtimestamp(asked.since, UTC)
    left = counts.busy + asked.coming
    told = progress(services.listing.finished(since), left=left, since=since, now=now)
    return told.words if told else ""
