"""Settings, people: who may use it."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from web.deps import ThePages, TheServices

PAGE = "/settings/people"

router = APIRouter()


@router.get(PAGE)
def people(request: Request, services: TheServices, pages: ThePages) -> HTMLResponse:
    """Whoever works at this machine: there are no accounts yet."""
    return pages.html(request, "settings_people.html", host=services.settings.host)
