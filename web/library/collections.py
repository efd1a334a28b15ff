"""The page of all collections."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from web.deps import TheForm, ThePages, TheServices, text

router = APIRouter(prefix="/documents/collections", include_in_schema=False)


@router.get("")
def collections(request: Request, services: TheServices, pages: ThePages) -> HTMLResponse:
    """Every collection with what is in it."""
    return pages.html(request, "library_collections.html", shelves=services.shelves.all())


@router.post("")
def make(services: TheServices, form: TheForm) -> RedirectResponse:
    """Make an empty one."""
    services.shelves.make(text(form, "name"))
    return _back()


@router.post("/{shelf_id:int}/rename")
def rename(services: TheServices, shelf_id: int, form: TheForm) -> RedirectResponse:
    """Call one otherwise."""
    services.shelves.rename(shelf_id, text(form, "name"))
    return _back()


@router.post("/{shelf_id:int}/delete")
def delete(services: TheServices, shelf_id: int, form: TheForm) -> RedirectResponse:  # noqa: ARG001, checked
    """Take an empty one away."""
    services.shelves.delete(shelf_id)
    return _back()


def _back() -> RedirectResponse:
    return RedirectResponse("/documents/collections", 303)
