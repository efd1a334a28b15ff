"""Whatever stands in a question, a title or a reader's words is text in the reports, never markup."""

from dataclasses import replace
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest

from rag.feedback import Reason, Verdict
from rag.gaps import Gap
from rag.questions import Asked, Closing, Kind
from rag.usage import Cited, Counts, Coverage, Spent
from tests.unit.web.markup import skeleton, text
from tests.unit.web.test_hostile import HARMLESS, OURS, PAGES, theirs
from tests.unit.web.test_render import ANSWER, DOCUMENT, PASSAGE
from web.insight.columns import chart
from web.insight.gap_file import safe
from web.insight.period import Part, Period
from web.insight.said import Said

NOW = datetime(2026, 1, 1, tzinfo=UTC)
FRAME = {
    "csrf": "token", "writer": "", "recent": list, "languages": (), "said": Said("en"), "period": Period.ALL,
    "periods": list(Period),
}  # fmt: skip


def asked(hostile: str, *, answered: bool) -> Asked:
    closing = Closing(
        document_id="d", title=hostile, page=1, start=0, end=1, quote=hostile, closed_at=NOW
    )  # fmt: skip
    return Asked(
        id="a", text=hostile, collections=(hostile,), asked_at=NOW, kind=Kind.BAD, reason="wrong", words=hostile,
        near=(), cited=(), seq=0, tried=0, dismissed=False, closing=closing if answered else None, stale=False,
        vector=None,
    )  # fmt: skip


def gap(hostile: str, *, answered: bool = False) -> Gap:
    return Gap(questions=(asked(hostile, answered=answered),), looking=True)


def near(hostile: str) -> tuple[object, object]:
    document = replace(DOCUMENT, title=hostile, source=hostile, collection=hostile)
    return document, replace(PASSAGE.chunk, text=hostile)


def report(hostile: str) -> str:
    return PAGES.render(
        "gaps.html",
        gaps=[gap(hostile), gap(hostile, answered=True)],
        nearest={"a": near(hostile)},
        states=[("open", 1), ("closed", 1), ("all", 2)],
        state="all",
        looking=1,
        page=1,
        last=2,
        **FRAME,
    )


def one(hostile: str) -> str:
    return PAGES.render("gap.html", gap=gap(hostile, answered=True), near=near(hostile), **FRAME)


def overview(hostile: str) -> str:
    counts = Counts(asked=3, answered=1, partly=1, declined=1)
    part = Part(first=date(2026, 1, 1), last=date(2026, 1, 1), counts=counts)
    named = Cited(id="d", title=hostile, collection=hostile, answers=1)
    return PAGES.render(
        "overview.html",
        counts=counts,
        ever=True,
        parts=[part],
        chart=chart([part]),
        thumbs=(1, 1),
        seconds=Spent(name="total", median=1, most=2),
        stages=[Spent(name=hostile, median=1, most=2)],
        cited=[named],
        uncited=1,
        listed=[named],
        page=1,
        last=1,
        coverage=[Coverage(collection=hostile, documents=1, cited=1)],
        **FRAME,
    )


def thumbs(hostile: str) -> str:
    verdict = Verdict(good=False, reason=Reason.OTHER, words=hostile + ".")
    answer = SimpleNamespace(id=ANSWER.id)
    return PAGES.render("_feedback.html", answer=answer, csrf="token", verdict_of=lambda _: verdict)


@pytest.mark.parametrize("rendered", [report, one, overview, thumbs])
def test_the_markup_of_a_report_does_not_depend_on_its_texts(rendered) -> None:
    expected = skeleton(rendered(HARMLESS))
    for hostile in [*OURS, *theirs()]:
        assert skeleton(rendered(hostile)) == expected, hostile
    for hostile in OURS:
        html = text(rendered(hostile)).replace("\0", "")
        assert " ".join(hostile.replace("\0", "").split()) in html, hostile


@pytest.mark.parametrize("formula", ["=1+1", "+1", "-1", "@A1", "\t=1", "\r=1", " =1", "|calc", "＝1"])
def test_what_a_spreadsheet_would_run_is_marked_as_text(formula: str) -> None:
    assert safe(formula).startswith("'")
    assert safe("Who pays = whom?") == "Who pays = whom?"
