"""Collections arranged by hand."""

from dataclasses import replace
from pathlib import Path

import pytest

from ingest.shelves import Moved, Shelves
from rag.errors import AlreadyRunning, NotFound, UsageError
from rag.golden import GoldenSet
from rag.types import Question
from tests.factories import Home, answer


def shelves(home: Home) -> Shelves:
    return Shelves(home.database, home.store)


def listed(home: Home) -> dict[str, int]:
    return {shelf.name: shelf.documents for shelf in shelves(home).all()}


def known(home: Home, name: str) -> int:
    return next(shelf.id for shelf in shelves(home).all() if shelf.name == name)


def test_collections_are_listed_with_what_is_in_them(home: Home) -> None:
    home.upload("12345", "a.txt", collection="letters")
    gone = home.upload("123", "b.txt", collection="letters")
    home.removals.mark([gone])
    shelves(home).make("empty")
    (empty, letters) = shelves(home).all()
    assert (empty.name, empty.documents, empty.size) == ("empty", 0, 0)
    assert (letters.name, letters.documents, letters.size) == ("letters", 1, 5)


def test_a_name_is_taken_once(home: Home) -> None:
    shelves(home).make("letters")
    shelves(home).make("bills")
    with pytest.raises(UsageError, match="already"):
        shelves(home).make(" letters ")
    with pytest.raises(UsageError, match="already"):
        shelves(home).rename(known(home, "bills"), "letters")
    assert set(listed(home)) == {"bills", "letters"}


def test_a_collection_is_renamed_with_its_documents_and_its_sources(home: Home, tmp_path: Path) -> None:
    home.upload("the canarix is yellow", collection="default")
    source = home.source(tmp_path)
    shelves(home).rename(known(home, "default"), "birds")
    assert home.register.named(source.name).collection == "birds"
    assert home.found("canarix", "birds") == ["the canarix is yellow"]
    with pytest.raises(NotFound):
        home.found("canarix", "default")


@pytest.mark.parametrize("name", ["default", 'Ü "10%" _\\'])
def test_what_remembers_a_collection_knows_it_by_its_new_name(home: Home, name: str) -> None:
    known_document = home.upload("The heron is grey.", collection=name)
    looked = Question(text="What is grey?", collections=("letters", name))
    said = replace(answer((home.store, known_document, "grey")), question=looked)
    conversation = home.history.save(said)
    GoldenSet(home.database, home.clock).add(said)
    shelves(home).rename(known(home, name), "birds")
    (golden,) = GoldenSet(home.database, home.clock).all()
    assert golden.collections == ("letters", "birds")
    assert home.conversations.find(conversation).collections == ("letters", "birds")
    _, again = home.history.find(said.id)
    assert again.question == replace(looked, collections=("letters", "birds"))
    assert (again.text, again.looked_for) == (said.text, said.looked_for)


def test_what_only_speaks_of_a_name_is_not_changed_with_it(home: Home) -> None:
    known_document = home.upload('They say "default" here.', collection="default")
    said = answer((home.store, known_document, '"default"'), question='What is "default"?')
    home.history.save(said)
    shelves(home).rename(known(home, "default"), "birds")
    _, again = home.history.find(said.id)
    assert (again.question, again.text) == (said.question, said.text)


def test_a_collection_is_not_renamed_while_a_source_of_it_is_synced(home: Home, tmp_path: Path) -> None:
    home.upload("the canarix is yellow", collection="default")
    source = home.source(tmp_path)
    with home.database.turn(f"the sync of {source.name}"), pytest.raises(AlreadyRunning):
        shelves(home).rename(known(home, "default"), "birds")
    assert listed(home) == {"default": 1}


def test_only_an_empty_collection_can_be_taken_away(home: Home, tmp_path: Path) -> None:
    document = home.upload("the canarix is yellow", collection="default")
    with pytest.raises(UsageError, match="not empty"):
        shelves(home).delete(known(home, "default"))
    home.removals.mark([document])
    with pytest.raises(UsageError, match="not empty"):
        shelves(home).delete(known(home, "default"))
    home.intake.delete(document)
    source = home.source(tmp_path)
    with pytest.raises(UsageError, match="source"):
        shelves(home).delete(known(home, "default"))
    home.register.remove(source)
    shelves(home).delete(known(home, "default"))
    assert listed(home) == {}


def test_documents_move_and_are_found_where_they_are(home: Home) -> None:
    document = home.upload("the canarix is yellow", collection="letters")
    assert shelves(home).move([document], "birds") == Moved(moved=1, tied=0, twins=0)
    assert home.store.document(document).collection == "birds"
    assert home.found("canarix", "birds") == ["the canarix is yellow"]
    assert home.found("canarix", "letters") == []
    assert home.upload("the canarix is yellow", collection="birds") == document


def test_what_is_there_already_stays_where_it_is(home: Home) -> None:
    same = home.upload("the canarix is yellow", "a.txt", collection="letters")
    named = home.upload("another text", "b.txt", collection="letters")
    home.upload("the canarix is yellow", "c.txt", collection="birds")
    home.upload("a third text", "b.txt", collection="birds")
    assert shelves(home).move([same, named], "birds") == Moved(moved=0, tied=0, twins=2)
    assert listed(home) == {"birds": 2, "letters": 2}


def test_what_a_source_keeps_stays_where_it_is(home: Home, tmp_path: Path) -> None:
    (tmp_path / "shelf").mkdir()
    (tmp_path / "shelf" / "a.txt").write_text("the canarix is yellow")
    home.sync(home.source(tmp_path / "shelf"))
    (document,) = home.store.documents()
    assert shelves(home).move([document.id], "birds") == Moved(moved=0, tied=1, twins=0)


def test_moving_to_where_it_is_moves_nothing(home: Home) -> None:
    document = home.upload("the canarix is yellow", collection="letters")
    assert shelves(home).move([document, "none"], "letters") == Moved(moved=0, tied=0, twins=0)
