"""Many documents at once: deleted, moved, read again; and deletions undone."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData

from rag.errors import UsageError
from web.csrf import FIELD
from web.deps import TheForm, TheServices, storable, text
from web.library.asked import Asked, asked_by
from web.wiring import Services

MOST_FIELDS = 5000  # of a form in which documents are named one by one; all that match need no names

router = APIRouter(include_in_schema=False)


async def _long_form(request: Request) -> AsyncIterator[FormData]:
    """A form with a field for each document chosen. Raises Refused without its CSRF token."""
    async with request.form(max_files=0, max_fields=MOST_FIELDS) as sent:
        request.app.state.pages.csrf.check(request, sent.get(FIELD))
        yield sent


@router.post("/documents/bulk")
def bulk(services: TheServices, form: Annotated[FormData, Depends(_long_form)]) -> RedirectResponse:
    """Do one thing with the documents chosen, or with all that the filter lets through."""
    asked = asked_by(form)
    chosen = services.listing.ids(asked.filter) if text(form, "all") else _ids(form)
    if not chosen:
        raise UsageError(
            "No document was chosen. Tick those that are meant, then choose what to do with them."
        )
    return _back(asked, **_done(services, text(form, "do"), chosen, text(form, "to")))


@router.post("/documents/undo")
def undo(services: TheServices, form: TheForm) -> RedirectResponse:
    """Bring back what was deleted together."""
    return _back(asked_by(form), did="back", count=services.removals.undo(text(form, "batch")))


def _ids(form: FormData) -> list[str]:
    return [storable(each) for each in form.getlist("id") if isinstance(each, str)]


def _done(services: Services, what: str, chosen: list[str], to: str) -> dict[str, Any]:
    """What was done, and with how many. Raises UsageError."""
    match what:
        case "delete":
            services.removals.mark(chosen)
            return {}
        case "reread":
            return {"did": "reread", "count": services.intake.reread_all(chosen)}
        case "move" if to:
            moved = services.shelves.move(chosen, to)
            return {"did": "moved", "count": moved.moved, "tied": moved.tied, "twins": moved.twins}
        case "move":
            raise UsageError("The documents were not moved. Name the collection that they shall go to.")
    raise UsageError("It was not said what to do with the documents. Choose one of the buttons.")


def _back(asked: Asked, **done: Any) -> RedirectResponse:
    """To the list as it was; what the page was is forgotten, for there may be no such page any more."""
    return RedirectResponse(asked.address(**{name: value for name, value in done.items() if value}), 303)
