"""Which documents a question looks at."""

from datetime import UTC, datetime

from rag.scope import Scope

DAY = datetime(2026, 5, 4, tzinfo=UTC)
PDF = "application/pdf"


def test_an_empty_scope_holds_everything() -> None:
    assert Scope().holds("a/b.pdf", PDF, DAY)
    assert not Scope()


def test_a_pattern_matches_a_whole_source_whatever_its_case() -> None:
    scope = Scope(sources=("policies/*", "*2024*"))
    assert scope.holds("Policies/leave.pdf", PDF, DAY)
    assert scope.holds("report-2024.pdf", PDF, DAY)
    assert not scope.holds("old/policies/leave.pdf", PDF, DAY)


def test_types_are_matched_exactly() -> None:
    assert Scope(types=(PDF,)).holds("a", PDF, DAY)
    assert not Scope(types=(PDF,)).holds("a", "text/html", DAY)


def test_a_time_span_takes_its_beginning_and_leaves_its_end() -> None:
    assert Scope(since=DAY).holds("a", PDF, DAY)
    assert not Scope(until=DAY).holds("a", PDF, DAY)
