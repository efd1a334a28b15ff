"""The documents page: what there is, how far each has come, and the ways in and out."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from math import ceil
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import UploadFile

from ingest.intake import DEFAULT_COLLECTION, Arrival
from ingest.sources.register import Source
from rag.errors import UsageError
from rag.types import Document, Status
from web import receipts
from web.batch_progress import of_run, progress
from web.deps import CheckedForm, TheDocument, TheForm, ThePages, TheServices, text
from web.findings import hints, outcome
from web.uploads import Upload, receive
from web.wiring import Services

PER_PAGE = 100
LAST_MOMENT = 250_000_000_000  # seconds since 1970 that a date can hold
QUIET = 300  # seconds without news after which a sync is taken to have been broken off
BUSY = "busy"
STATES = (BUSY, Status.READY, Status.PARTIAL, Status.HELD, Status.FAILED)

router = APIRouter(include_in_schema=False)
router.include_router(receipts.router)


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

    @property
    def group(self) -> str:
        """Which of STATES it is listed under."""
        return BUSY if self.busy else self.document.status


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which part of the list is looked at, and since when its progress is counted."""

    q: str = ""
    state: str = ""
    page: Annotated[int, Query(ge=1)] = 1
    since: Annotated[float | None, Query(ge=0, le=LAST_MOMENT)] = None  # seconds since 1970
    coming: Annotated[int, Query(ge=0, le=1_000_000)] = 0  # files that are still being sent


@router.get("/documents")
def documents(
    request: Request, services: TheServices, pages: ThePages, asked: Annotated[Asked, Depends()]
) -> HTMLResponse:
    """The list, filtered by state and by words of title, source or collection."""
    return _library(request, services, pages, asked)


@router.post("/documents")
def upload(request: Request, services: TheServices, pages: ThePages, form: TheForm) -> Response:
    """Take files in. Each stands for itself: one that is refused keeps none of the others out."""
    files = [file for file in form.getlist("files") if isinstance(file, UploadFile) and file.filename]
    if not files:
        raise UsageError("No file was chosen. Choose at least one, then press Upload.")
    shelf = text(form, "collection") or DEFAULT_COLLECTION
    asked = Asked(since=services.clock.now().timestamp())
    uploads = [receive(services, file, shelf) for file in files]
    return _library(request, services, pages, asked, uploads)


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
    request: Request, services: Services, pages: ThePages, asked: Asked, uploads: list[Upload] | None = None
) -> HTMLResponse:
    everything = _rows(services)
    named = [row for row in everything if _matches(row.document, asked.q)]
    found = [row for row in named if asked.state in ("", row.group)]
    last = max(1, ceil(len(found) / PER_PAGE))
    page = min(asked.page, last)
    now = services.clock.now()
    return pages.html(
        request,
        "documents.html",
        rows=_told(services, found[(page - 1) * PER_PAGE : page * PER_PAGE]),
        found=len(found),
        total=len(everything),
        busy=sum(row.busy for row in everything),
        states=_states(named, asked.state),
        progress=_progress(everything, asked, now),
        now=now.timestamp(),
        query=asked.q,
        state=asked.state,
        page=page,
        last=last,
        since=asked.since,
        uploads=[(each, _twin(each)) for each in uploads or []],
        sources=[_synced(source, now) for source in services.register.all()],
        conversations=services.history.conversations(),
        collections=services.store.collections(),
        default_collection=DEFAULT_COLLECTION,
        max_bytes=services.settings.max_upload_mb * 1024 * 1024,
    )


def _twin(upload: Upload) -> str:
    """The name of the document that has the same content and was here before; empty where there is none."""
    received = upload.received
    return received.document.source if received and received.arrival is Arrival.SAME else ""


def _rows(services: Services) -> list[Row]:
    """Every document, the latest arrival first."""
    stages = services.jobs.active()
    listed = sorted(services.store.documents(), key=lambda document: document.created_at, reverse=True)
    return [Row(document=d, stage=_stage(stages[d.id].stage) if d.id in stages else None) for d in listed]


def _stage(stage: str) -> str:
    return stage or Status.WAITING


def _told(services: Services, rows: list[Row]) -> list[Row]:
    """The rows with what their receipts tell."""
    receipts = services.store.receipts([row.document.id for row in rows])
    return [replace(row, hints=hints(row.document, receipts.get(row.document.id))) for row in rows]


def _states(rows: list[Row], chosen: str) -> list[tuple[str, int]]:
    """How many documents there are in each state; a state without any is left out, unless it was chosen."""
    counts = Counter(row.group for row in rows)
    return [(state, counts[state]) for state in STATES if counts[state] or state == chosen]


def _progress(rows: list[Row], asked: Asked, now: datetime) -> str:
    if asked.since is None:
        return ""
    busy = {row.document.id for row in rows if row.busy}
    since = datetime.fromtimestamp(asked.since, UTC)
    told = progress((r.document for r in rows), busy, since=since, now=now, coming=asked.coming)
    return told.words if told else ""


def _synced(source: Source, now: datetime) -> tuple[Source, str]:
    """A source, and what became of its latest sync, or how far the one has come that is under way."""
    running = source.running
    if running is None or (now - running.at).total_seconds() > QUIET:
        return replace(source, running=None), outcome(source.outcome or {})
    told = of_run(done=running.done, failed=running.failed, total=running.total, rate=running.rate)
    return source, told.words


def _matches(document: Document, query: str) -> bool:
    text = f"{document.title} {document.source} {document.collection}".casefold()
    return all(word in text for word in query.casefold().split())
