"""Which documents a question looks at, as people say it."""

from datetime import UTC, datetime

import pytest

from rag.errors import UsageError
from rag.scope import Scope
from web.narrowing import scope


def test_nothing_said_means_everything() -> None:
    assert scope({}) == Scope()
    assert scope({"sources": [], "types": [], "since": None, "until": ""}) == Scope()


def test_types_have_short_names() -> None:
    assert scope({"types": ["PDF", "html"]}).types == ("application/pdf", "text/html")


def test_the_last_day_is_within() -> None:
    found = scope({"since": "2026-03-01", "until": "2026-03-31"})
    assert found.since == datetime(2026, 3, 1, tzinfo=UTC)
    assert found.until == datetime(2026, 4, 1, tzinfo=UTC)


def test_a_type_that_is_none_is_answered_with_those_there_are() -> None:
    with pytest.raises(UsageError, match="docx"):
        scope({"types": ["word"]})


@pytest.mark.parametrize("day", ["yesterday", "2026-02-30", "9999-12-31"])
def test_a_day_that_is_none_is_refused_with_an_example(day: str) -> None:
    with pytest.raises(UsageError, match="2026-03-31"):
        scope({"until": day})
