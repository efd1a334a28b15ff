"""Settings, doctor: whether all that must hold does hold, looked at on demand, and its repair."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from ingest.doctor import Finding
from web.administration.desk import TheDesk, begun
from web.deps import CheckedForm, ThePages, TheServices
from web.wiring import Services

PAGE = "/settings/doctor"
LISTED = 50  # problems of one check that are shown

router = APIRouter()


@router.get(PAGE)
def doctor(request: Request, pages: ThePages, desk: TheDesk) -> HTMLResponse:
    """What was found the last time."""
    return pages.html(request, "settings_doctor.html", examining=desk.examining.state, listed=LISTED)


@router.post(PAGE, dependencies=[CheckedForm])
def examine(services: TheServices, desk: TheDesk) -> RedirectResponse:
    """Look at everything now."""
    return begun(desk.examining, lambda _: services.doctor.examine(), PAGE)


@router.get(f"{PAGE}/repair")
def confirm(request: Request, pages: ThePages) -> HTMLResponse:
    """Ask before anything is repaired."""
    return pages.html(request, "settings_repair.html")


@router.post(f"{PAGE}/repair", dependencies=[CheckedForm])
def repair(services: TheServices, desk: TheDesk) -> RedirectResponse:
    """Make anew what can be, sweep up, and look again."""
    return begun(desk.examining, lambda _: _repaired(services), PAGE)


def _repaired(services: Services) -> list[Finding]:
    services.doctor.repair()
    return services.doctor.examine()
