"""The receipt of a document: what was read of it, what was left out, and what its owner can do about that."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from ingest.jobs import JobState
from rag.places import Place
from rag.receipt import Receipt
from rag.types import Document, Page, Status
from web.deps import CheckedForm, TheDocument, ThePages, TheServices, stored_page
from web.findings import Range, inspection, ranges, shares, standing
from web.reading.view import PageView, pictured, view
from web.wiring import Services

MAX_RANGES = 60  # runs of page numbers that are shown of one kind

router = APIRouter(prefix="/documents/{document_id}", include_in_schema=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A receipt as its template shows it."""

    document: Document
    receipt: Receipt | None
    places: list[Place]
    stage: str | None  # that reading it has come to, None where nobody reads it
    parked: bool  # a reading of it is held back

    @property
    def state(self) -> str:
        """Its status, or the stage that reading it has come to."""
        return self.document.status if self.stage is None else self.stage

    @property
    def standing(self) -> str:
        """How it is with the document, in a sentence."""
        return standing(self.document, self.stage)

    @property
    def inspection(self) -> str:
        """What the screening came to, in a sentence."""
        return inspection(self.receipt) if self.receipt else ""

    @property
    def earlier(self) -> bool:
        """Whether the receipt is that of a reading before the latest."""
        return self.stage is not None or (self.document.reason is not None and not self._held)

    @property
    def releasable(self) -> bool:
        """Whether the screening has left out anything that its owner may want after all."""
        left_out = self.receipt is not None and bool(self.receipt.hidden) and not self.receipt.released
        return self.stage is None and (self.parked or left_out)

    @property
    def listed(self) -> tuple[tuple[str, int, tuple[Range, ...]], ...]:
        """Kinds of pages, how many there are of each, and their numbers."""
        if self.receipt is None:
            return ()
        kinds = (
            ("Recognised in a picture (OCR)", self.receipt.ocr),
            ("Empty", self.receipt.empty),
            ("Unreadable", self.receipt.unreadable),
        )
        return tuple((name, len(numbers), ranges(numbers)[:MAX_RANGES]) for name, numbers in kinds)

    @property
    def hidden_ranges(self) -> tuple[Range, ...]:
        """The pages on which something was hidden."""
        return ranges(self.receipt.hidden_pages)[:MAX_RANGES] if self.receipt else ()

    def more(self, shown: tuple[Range, ...]) -> bool:
        """Whether there may be more page numbers than these."""
        return len(shown) == MAX_RANGES

    @property
    def bars(self) -> tuple[tuple[str, float, float], ...]:
        """Stages, their seconds and their share of the longest."""
        return shares(self.receipt.seconds) if self.receipt else ()

    @property
    def _held(self) -> bool:
        return self.document.status is Status.HELD


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A page as it was read, for its template."""

    document: Document
    page: Page
    view: PageView
    pictured: bool
    notes: tuple[str, ...]


@router.get("")
def receipt(request: Request, services: TheServices, pages: ThePages, document: TheDocument) -> HTMLResponse:
    """The receipt of a document."""
    return pages.html(request, "receipt.html", shown=_shown(services, document))


@router.get("/read/{number:int}")
def read(
    request: Request, services: TheServices, pages: ThePages, document: TheDocument, number: int
) -> HTMLResponse:
    """What the machine read of a page, beside its picture."""
    page = stored_page(services, document, number)
    receipt = services.store.receipts([document.id]).get(document.id)
    shown = Read(
        document=document,
        page=page,
        view=view(page),
        pictured=pictured(document, page),
        notes=_notes(receipt, number) if receipt else (),
    )
    return pages.html(request, "read.html", read=shown)


@router.post("/release", dependencies=[CheckedForm])
def release(services: TheServices, document: TheDocument) -> RedirectResponse:
    """Read it again, overruling what the screening said of it."""
    services.intake.reread(document.id, release=True)
    return _back(document)


@router.post("/reread", dependencies=[CheckedForm])
def reread(services: TheServices, document: TheDocument) -> RedirectResponse:
    """Read its latest original again."""
    services.intake.reread(document.id)
    return _back(document)


@router.post("/cancel", dependencies=[CheckedForm])
def cancel(services: TheServices, document: TheDocument) -> RedirectResponse:
    """Give up reading it, if that is still under way."""
    if document.id in services.jobs.active():
        services.intake.cancel(document.id)
    return _back(document)


def _back(document: Document) -> RedirectResponse:
    return RedirectResponse(f"/documents/{document.id}", status_code=303)


def _shown(services: Services, document: Document) -> Shown:
    job = services.jobs.active().get(document.id)
    return Shown(
        document=document,
        receipt=services.store.receipts([document.id]).get(document.id),
        places=services.places.of_document(document.id),
        stage=None if job is None else job.stage or Status.WAITING,
        parked=_parked(services, document),
    )


def _parked(services: Services, document: Document) -> bool:
    """Whether a job of it is held back; that of a new version is, too, while the version before answers."""
    with services.database.reading() as connection:
        latest = services.jobs.latest(connection, document.id)
        state = latest and services.jobs.pending(connection, document.id, latest[0])
    return state is JobState.HELD


def _notes(receipt: Receipt, number: int) -> tuple[str, ...]:
    kept = "taken in, because it was released" if receipt.released else "left out"
    notes = (
        (receipt.ocr, "Its text was recognised in the picture of the page."),
        (receipt.unreadable, "This page could not be read."),
        (receipt.empty, "No text was found on this page."),
        (receipt.hidden_pages, f"Text that the page does not show was {kept}."),
    )
    return tuple(note for numbers, note in notes if number in numbers)
