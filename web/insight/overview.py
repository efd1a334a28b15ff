"""The overview: what was asked, how it ended, how fast, and from which documents."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from rag.usage import NEVER_CITED, added
from web.deps import ThePages, TheServices, page_number
from web.insight.columns import chart
from web.insight.period import Period, parts, period
from web.insight.said import Said

router = APIRouter(include_in_schema=False)


@router.get("/overview")
def overview(
    request: Request, services: TheServices, pages: ThePages, days: str = "", page: str = "1"
) -> HTMLResponse:
    """Figures of a period, `days` of it; `page` of the documents that no answer quotes."""
    chosen, today, usage = period(days), services.clock.now().date(), services.usage
    since = chosen.since(today)
    asked = usage.days(since)
    at = page_number(page)
    uncited, listed = usage.never_cited(since, at)
    drawn = parts(asked, since, today)
    return pages.html(
        request,
        "overview.html",
        said=Said(pages.language(request).code),
        period=chosen,
        periods=list(Period),
        counts=added(list(asked.values())),
        ever=bool(asked) or bool(usage.days()),
        parts=drawn,
        chart=chart(drawn),
        thumbs=usage.thumbs(since),
        seconds=usage.seconds(since),
        stages=usage.stages(since),
        cited=usage.most_cited(since),
        uncited=uncited,
        listed=listed,
        page=at,
        last=max(1, -(-uncited // NEVER_CITED)),
        coverage=usage.coverage(since),
    )
