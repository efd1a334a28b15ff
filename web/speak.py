"""The language that a reader chooses for the pages."""

from urllib.parse import urlsplit

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse

from rag.errors import UsageError
from web.deps import TheForm, ThePages, text
from web.language import COOKIE

YEAR = 365 * 24 * 3600  # seconds

router = APIRouter(include_in_schema=False)


@router.post("/language")
def speak(request: Request, pages: ThePages, form: TheForm) -> RedirectResponse:
    """Remember the language, and go back to the page it was chosen on."""
    chosen = text(form, "language")
    if chosen not in pages.languages:
        raise UsageError("The pages do not speak that language. Choose one of those at the foot of a page.")
    came_from = urlsplit(request.headers.get("referer", ""))
    back = f"/{came_from.path.lstrip('/')}" + (f"?{came_from.query}" if came_from.query else "")
    response = RedirectResponse(back, status_code=303)
    response.set_cookie(COOKIE, chosen, max_age=YEAR, httponly=True, samesite="strict", path="/")
    return response
