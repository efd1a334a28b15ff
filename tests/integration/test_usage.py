"""Figures of what was asked, counted by either database."""

import json
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import ColumnClause, Connection, column, insert, select, table

from migrations.run import ensure
from rag.database import Database
from rag.feedback import Feedback, Verdict
from rag.tables import Utc
from rag.talk_tables import gaps
from rag.types import Answer, Outcome, Support
from rag.usage import Counts, Coverage, Spent, Usage, added
from tests.factories import Home, SetClock, answer

ROOT = Path(__file__).resolve().parents[2]
DAY = 86_400  # seconds
FIRST = date(2026, 1, 1)  # of the clock that tests set


def figures(home: Home) -> Usage:
    return Usage(home.database)


def asked(home: Home, *cited: str, seconds: float = 0.0, partly: bool = False, **stages: float) -> Answer:
    said = answer(*((home.store, known, "heron") for known in cited))
    if partly:
        doubtful = replace(said.sentences[0], support=Support.PARTLY)
        said = replace(said, sentences=(doubtful, *said.sentences[1:]))
    ms = {name: 1000 * each for name, each in stages.items()}
    said = replace(said, ms=ms | {"total": 1000 * seconds})
    home.history.save(said)
    return said


def test_without_questions_every_figure_is_nothing(home: Home) -> None:
    found = figures(home)
    assert (found.days(), found.thumbs(), found.seconds(), found.stages()) == ({}, (0, 0), None, [])
    assert (found.most_cited(), found.never_cited(), found.coverage()) == ([], (0, []), [])
    assert added([]) == Counts()


def test_questions_are_counted_by_day_and_by_how_they_ended(home: Home) -> None:
    known = home.upload("The heron is grey.")
    asked(home, known)
    asked(home)
    home.clock.advance(seconds=2 * DAY)
    asked(home, known, partly=True)
    home.history.save(replace(answer(), outcome=Outcome.ERROR))
    days = figures(home).days()
    assert days == {
        FIRST: Counts(asked=2, answered=1, declined=1),
        date(2026, 1, 3): Counts(asked=2, partly=1),
    }
    assert days[date(2026, 1, 3)].failed == 1
    assert added(list(days.values())) == Counts(asked=4, answered=1, partly=1, declined=1)
    assert list(figures(home).days(date(2026, 1, 2))) == [date(2026, 1, 3)]


def test_thumbs_are_counted(home: Home) -> None:
    opinions = Feedback(home.database, home.clock)
    for good in (True, False, True):
        opinions.give(asked(home).id, Verdict(good=good))
    assert figures(home).thumbs() == (2, 1)
    assert figures(home).thumbs(date(2026, 1, 2)) == (0, 0)


def test_the_times_are_those_that_half_and_95_of_100_answers_do_not_exceed(home: Home) -> None:
    for n in range(1, 101):
        asked(home, seconds=n, retrieve=n / 10, generate=n / 2)
    found = figures(home)
    assert found.seconds() == Spent(name="total", median=50.0, most=95.0)
    assert found.stages() == [
        Spent(name="generate", median=25.0, most=47.5), Spent(name="retrieve", median=5.0, most=9.5),
    ]  # fmt: skip


def test_one_answer_is_its_own_median(home: Home) -> None:
    asked(home, seconds=2)
    assert figures(home).seconds() == Spent(name="total", median=2.0, most=2.0)


def test_documents_are_ranked_by_the_answers_that_quote_them_and_the_others_listed(home: Home) -> None:
    often = home.upload("One heron.", "a.txt")
    once = home.upload("The heron.", "b.txt")
    never = home.upload("No heron.", "c.txt", collection="shelf")
    asked(home, often, once)
    home.clock.advance(seconds=2 * DAY)
    asked(home, often, often)
    found = figures(home)
    assert [(each.id, each.answers) for each in found.most_cited()] == [(often, 2), (once, 1)]
    assert [each.id for each in found.most_cited(most=1)] == [often]
    count, listed = found.never_cited()
    assert (count, [(each.id, each.collection) for each in listed]) == (1, [(never, "shelf")])
    assert found.never_cited(page=2) == (1, [])
    assert found.coverage() == [
        Coverage(collection="default", documents=2, cited=2), Coverage(collection="shelf", documents=1, cited=0),
    ]  # fmt: skip
    later = date(2026, 1, 2)
    assert [(each.id, each.answers) for each in found.most_cited(later)] == [(often, 1)]
    assert [each.id for each in found.never_cited(later)[1]] == [once, never]
    assert found.coverage(later)[0].cited == 1


def test_a_document_that_is_to_be_removed_is_in_no_figure(home: Home) -> None:
    known = home.upload("One heron.")
    asked(home, known)
    home.removals.mark([known])
    found = figures(home)
    assert (found.most_cited(), found.never_cited(), found.coverage()) == ([], (0, []), [])


def test_turns_of_the_tables_before_get_their_figures(database_url: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    with closing(Database(database_url)) as database:
        with database.migrating() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "0005")
        with database.writing() as connection:
            begin(connection)
        ensure(database)
        found = Usage(database)
        assert found.days() == {FIRST: Counts(asked=3, answered=1, partly=1, declined=1)}
        assert found.seconds() == Spent(name="total", median=2.0, most=3.0)
        assert [each.name for each in found.stages()] == ["retrieve"]
        with database.reading() as connection:
            assert connection.execute(select(gaps.c.turn_id, gaps.c.tried)).all() == [("3" * 32, -1)]


def begin(connection: Connection) -> None:
    """A conversation as it was kept before there were figures."""
    now = SetClock().now()
    said = table("conversations", *columns("id title"), column("created_at", Utc), column("updated_at", Utc))
    given = table("turns", *columns("id conversation_id number question answer"), column("created_at", Utc))
    connection.execute(insert(said).values(id="c" * 32, title="Why?", created_at=now, updated_at=now))
    for n, kept in enumerate(PACKED, 1):
        values = {"id": str(n) * 32, "conversation_id": "c" * 32, "number": n, "question": "Why?"}
        connection.execute(insert(given).values(answer=kept, created_at=now, **values))


def columns(names: str) -> list[ColumnClause[Any]]:
    return [column(name) for name in names.split()]


def packed(outcome: str, ms: dict[str, float], *support: str) -> str:
    """An answer as it was kept before there were figures."""
    said = [{"text": "Yes.", "support": each, "citations": []} for each in support]
    rest = {"collections": [], "confidence": 0.5, "generator": "quotes", "notice": ""}
    return json.dumps({"outcome": outcome, "sentences": said, "ms": ms, **rest})


PACKED = (
    packed("answered", {"retrieve": 500.0, "total": 1000.0}, "supported"),
    packed("answered", {"total": 2000.0}, "supported", "partly"),
    packed("not_found", {"total": 3000.0}),
)
