"""Deleting by hand: at once for everybody who reads, undone without a trace, and carried out in the end."""

from pathlib import Path

import pytest
from sqlalchemy import select

from ingest.removal import GRACE
from rag.errors import NotFound
from rag.tables import documents, removals
from tests.factories import Home, answer


def everything(home: Home) -> list[tuple[object, ...]]:
    """All that is stored of documents, as rows."""
    with home.database.reading() as connection:
        return [tuple(row) for row in connection.execute(select(documents).order_by(documents.c.id))]


def test_a_deletion_holds_from_its_commit_on_for_search_pages_answers_and_lists(home: Home) -> None:
    known = home.upload("the canarix is yellow")
    home.upload("the heron is grey", "b.txt")
    conversation = home.history.save(answer((home.store, known, "the canarix is yellow")))
    caught_up = home.caches.catch_up()
    assert home.removals.mark([known]) == 1
    assert home.found("canarix") == ["the heron is grey"]
    assert home.caches.catch_up() == caught_up  # no cache has heard of it
    assert [d.source for d in home.store.documents()] == ["b.txt"]
    with pytest.raises(NotFound):
        home.store.document(known)
    with pytest.raises(NotFound):
        home.store.page(known, 1)
    assert home.history.turns(conversation)[0].sentences == ()


def test_what_is_deleted_crowds_nothing_out_of_what_is_found(home: Home) -> None:
    many = [home.upload(f"the canarix is yellow {n}", f"{n}.txt") for n in range(120)]
    home.upload("the canarix is green in the end of all", "last.txt")
    home.removals.mark(many)
    assert home.found("canarix is yellow") == ["the canarix is green in the end of all"]


def test_undoing_brings_everything_back_exactly_as_it_was(home: Home) -> None:
    known = home.upload("the canarix is yellow")
    conversation = home.history.save(answer((home.store, known, "the canarix is yellow")))
    before = everything(home)
    home.removals.mark([known])
    (removal,) = home.removals.open()
    assert (removal.documents, removal.due_at) == (1, home.clock.now() + GRACE)
    assert home.removals.undo(removal.batch) == 1
    assert everything(home) == before
    assert home.found("canarix") == ["the canarix is yellow"]
    assert len(home.history.turns(conversation)[0].sentences) == 1
    assert home.removals.open() == []


def test_it_is_carried_out_when_its_time_has_come_and_then_nothing_is_left(home: Home) -> None:
    known = home.upload("the canarix is yellow")
    home.removals.mark([known])
    (removal,) = home.removals.open()
    home.clock.advance(seconds=GRACE.total_seconds() - 1)
    assert home.removals.carry_out() == 0
    home.clock.advance(seconds=1)
    assert home.removals.open() == []
    with pytest.raises(NotFound):
        home.removals.undo(removal.batch)
    assert home.removals.carry_out() == 1
    assert everything(home) == []
    assert list(home.doctor.remains(known)) == []
    with home.database.reading() as connection:
        assert connection.execute(select(removals)).all() == []


def test_a_removal_that_was_undone_meanwhile_is_not_carried_out(home: Home) -> None:
    known = home.upload("the canarix is yellow")
    home.removals.mark([known])
    home.removals.undo(home.removals.open()[0].batch)
    home.intake.delete_marked(known, home.clock.now() + 2 * GRACE)
    assert home.store.document(known).source == "a.txt"


def test_what_was_deleted_together_comes_back_together(home: Home) -> None:
    one, two, three = (home.upload(f"text {n}", f"{n}.txt") for n in range(3))
    assert home.removals.mark([one, two]) == 2
    home.clock.advance(seconds=1)
    assert home.removals.mark([two, three, "none"]) == 1
    latest, earlier = home.removals.open()
    assert (latest.documents, earlier.documents) == (1, 2)
    home.removals.undo(earlier.batch)
    assert {d.id for d in home.store.documents()} == {one, two}


def test_a_file_that_comes_in_again_brings_its_document_back(home: Home) -> None:
    known = home.upload("the canarix is yellow")
    home.removals.mark([known])
    assert home.upload("the canarix is yellow") == known
    assert home.found("canarix") == ["the canarix is yellow"]
    assert home.removals.open() == []


def test_deleting_at_once_needs_no_grace(home: Home) -> None:
    known = home.upload("the canarix is yellow")
    home.removals.mark([known])
    home.intake.delete(known)
    assert everything(home) == []


def test_the_worker_carries_out_what_is_due_between_its_jobs(home: Home) -> None:
    known = home.upload("the canarix is yellow")
    home.removals.mark([known])
    home.clock.advance(seconds=GRACE.total_seconds())
    home.receive("the heron is grey", "b.txt")
    worker = home.worker()
    worker.run(lambda _: worker.stop())
    assert [d.source for d in home.store.documents()] == ["b.txt"]
    assert list(home.doctor.remains(known)) == []


def test_a_sync_carries_out_what_is_due_before_it_looks(home: Home, tmp_path: Path) -> None:
    folder = tmp_path / "shelf"
    folder.mkdir()
    known = home.upload("the canarix is yellow")
    home.removals.mark([known])
    home.clock.advance(seconds=GRACE.total_seconds())
    home.sync(home.source(folder))
    assert everything(home) == []
