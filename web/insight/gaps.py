"""The report of gaps: what people asked and the documents did not say."""

from collections.abc import Mapping
from datetime import UTC, datetime, time

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from rag.gaps import Gap, State
from rag.usage import EVER
from web.deps import CheckedForm, ThePages, TheServices, page_number, storable
from web.insight.gap_file import gap_json, gaps_csv
from web.insight.nearest import nearest
from web.insight.period import Period, period
from web.insight.said import Said
from web.wiring import Services

ON_A_PAGE = 20  # gaps
SHOWN: Mapping[str, frozenset[State]] = {
    "open": frozenset({State.OPEN}),
    "closed": frozenset({State.ANSWERED, State.DISMISSED}),
    "all": frozenset(State),
}

router = APIRouter(include_in_schema=False)


@router.get("/gaps")
def report(
    request: Request,
    services: TheServices,
    pages: ThePages,
    state: str = "open",
    days: str = "all",
    page: str = "1",
) -> HTMLResponse:
    """A page of the gaps in a state, open or closed, that were asked in the last `days`."""
    every, chosen = _gaps(services, days), state if state in SHOWN else "open"
    found = [gap for gap in every if gap.state in SHOWN[chosen]]
    last = max(1, -(-len(found) // ON_A_PAGE))
    at = min(page_number(page), last)
    shown = found[(at - 1) * ON_A_PAGE : at * ON_A_PAGE]
    return pages.html(
        request,
        "gaps.html",
        said=Said(pages.language(request).code),
        gaps=shown,
        nearest=nearest(services.store, shown),
        states=[(name, sum(gap.state in among for gap in every)) for name, among in SHOWN.items()],
        state=chosen,
        period=_period(days),
        periods=list(Period),
        looking=sum(gap.looking for gap in every),
        page=at,
        last=last,
    )


@router.get("/gaps.csv")
def as_csv(services: TheServices, state: str = "all", days: str = "all") -> Response:
    """The gaps as a table for a spreadsheet."""
    found = _some(services, state, days)
    text = "\ufeff" + gaps_csv(found, nearest(services.store, found))  # spreadsheets know UTF-8 by this mark
    headers = {"content-disposition": 'attachment; filename="gaps.csv"'}
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)


@router.get("/gaps.json")
def as_json(services: TheServices, state: str = "all", days: str = "all") -> JSONResponse:
    """The gaps for a program."""
    found = _some(services, state, days)
    near = nearest(services.store, found)
    headers = {"content-disposition": 'attachment; filename="gaps.json"'}
    return JSONResponse({"gaps": [gap_json(gap, near) for gap in found]}, headers=headers)


@router.get("/gaps/{question_id}")
def gap(request: Request, services: TheServices, pages: ThePages, question_id: str) -> HTMLResponse:
    """One gap: how it was asked, why it is one, what comes closest and what closed it."""
    found = services.gaps.find(storable(question_id))
    if found.looking:
        services.look_again_soon()
    said, near = Said(pages.language(request).code), nearest(services.store, [found]).get(found.id)
    return pages.html(request, "gap.html", gap=found, near=near, said=said)


@router.post("/gaps/{question_id}/close", dependencies=[CheckedForm])
def close(services: TheServices, question_id: str) -> RedirectResponse:
    """It will not be documented."""
    services.gaps.dismiss(storable(question_id))
    return RedirectResponse(f"/gaps/{storable(question_id)}", status_code=303)


@router.post("/gaps/{question_id}/reopen", dependencies=[CheckedForm])
def reopen(services: TheServices, question_id: str) -> RedirectResponse:
    """It will, after all."""
    services.gaps.reopen(storable(question_id))
    return RedirectResponse(f"/gaps/{storable(question_id)}", status_code=303)


def _some(services: Services, state: str, days: str) -> list[Gap]:
    return [gap for gap in _gaps(services, days) if gap.state in SHOWN.get(state, SHOWN["all"])]


def _gaps(services: Services, days: str) -> list[Gap]:
    """Those of a period; what was not looked at since documents changed is looked at meanwhile."""
    since = _period(days).since(services.clock.now().date())
    found = services.gaps.all(None if since == EVER else datetime.combine(since, time(), UTC))
    if any(gap.looking or gap.fresh for gap in found):
        services.look_again_soon()
    return found


def _period(days: str) -> Period:
    return period(days) if days in set(Period) else Period.ALL
