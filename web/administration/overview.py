"""Settings: each page in a line, what needs somebody first."""

from datetime import timedelta

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from web.administration import models, storage
from web.administration.desk import TheDesk
from web.deps import ThePages, TheServices

OLD = timedelta(days=7)  # a backup that is older is worth a word
LOW = 0.05  # share of the disk that should be free

router = APIRouter()


@router.get("/settings")
def overview(request: Request, services: TheServices, pages: ThePages, desk: TheDesk) -> HTMLResponse:
    """How it stands with everything."""
    stock, latest = services.stock(), services.backup.latest()
    sources = services.register.all()
    examined = desk.examining.state
    return pages.html(
        request,
        "settings.html",
        stock=stock,
        index=storage.index(services, stock.change),
        low=stock.free_bytes < stock.disk_bytes * LOW,
        plan=models.plan(services),
        embedder=services.settings.embedder,
        latest=latest,
        old=latest is not None and services.clock.now() - latest["at"] > OLD,
        sources=len(sources),
        troubled=sum(bool(each.outcome and _troubled(each.outcome)) for each in sources),
        voices=len(services.voices.own()),
        general=bool(services.voices.general),
        examined=examined,
        problems=sum(len(finding.problems) for finding in examined.result or ()),
    )


def _troubled(outcome: dict[str, object]) -> bool:
    return any(outcome.get(name) for name in ("failed", "error", "trouble"))
