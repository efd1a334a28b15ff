"""Golden questions: kept from answers, gone with their documents, and asked again."""

import json
from dataclasses import replace

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from rag.errors import NotFound, UsageError
from rag.golden import GoldenSet
from rag.talk_tables import golden_quotes, turns
from rag.types import Outcome, Question
from tests.factories import Home, answer
from web.evaluation_golden import golden_set
from web.evaluation_set import EvaluationSet


def golden(home: Home) -> GoldenSet:
    return GoldenSet(home.database, home.clock)


def asked_again(home: Home) -> EvaluationSet:
    return golden_set(golden(home).all(), home.store)


def test_a_right_answer_is_kept_with_its_question_and_quotes(home: Home) -> None:
    known = home.upload("The heron is grey. It is patient.")
    said = answer(
        (home.store, known, "The heron is grey."), (home.store, known, "patient"), question="What is grey?"
    )
    golden(home).add(said)
    (kept,) = golden(home).all()
    assert (kept.id, kept.question, kept.answerable, kept.created_at) == (
        said.id, "What is grey?", True, home.clock.now(),
    )  # fmt: skip
    assert [(q.document_id, q.page, q.start, q.text) for q in kept.quotes] == [
        (known, 1, 0, "The heron is grey."), (known, 1, 25, "patient"),
    ]  # fmt: skip
    assert golden(home).ids() == {said.id}


def test_a_question_is_golden_once_by_its_latest_answer(home: Home) -> None:
    known = home.upload("The heron is grey.")
    for _ in range(2):
        latest = answer((home.store, known, "grey"), question="What?")
        golden(home).add(latest)
        golden(home).add(latest)
    assert golden(home).ids() == {latest.id}


def test_what_is_taken_back_is_gone(home: Home) -> None:
    known = home.upload("The heron is grey.")
    said = answer((home.store, known, "grey"))
    golden(home).add(said)
    golden(home).remove(said.id)
    golden(home).remove(said.id)
    assert golden(home).all() == []


def test_a_follow_up_question_is_kept_as_it_was_understood(home: Home) -> None:
    golden(home).add(replace(answer(question="And the stork?"), looked_for="What colour is the stork?"))
    assert [each.question for each in golden(home).all()] == ["What colour is the stork?"]


def test_a_deleted_document_takes_its_golden_quotes_along(home: Home) -> None:
    one, other = home.upload("The heron is grey.", "a.txt"), home.upload("The stork is white.", "b.txt")
    golden(home).add(answer((home.store, one, "grey"), (home.store, other, "white"), question="Both?"))
    golden(home).add(answer((home.store, one, "grey"), question="One?"))
    home.intake.delete(one)
    assert list(home.doctor.remains(one)) == []
    assert {each.question: [q.text for q in each.quotes] for each in golden(home).all()} == {
        "Both?": ["white"], "One?": [],
    }  # fmt: skip
    assert [each.question.text for each in asked_again(home).questions] == ["Both?"]


def test_an_answer_that_outlived_its_document_is_kept_without_its_quotes(home: Home) -> None:
    known = home.upload("The heron is grey.")
    late = answer((home.store, known, "grey"))
    home.intake.delete(known)
    golden(home).add(late)
    assert golden(home).all()[0].quotes == ()


def test_golden_quotes_are_found_where_a_new_version_moved_them(home: Home) -> None:
    known = home.upload("The heron is grey.")
    golden(home).add(answer((home.store, known, "heron is grey")))
    home.upload("Birds of the river. The heron is grey.")
    ((span,),) = (each.gold.spans for each in asked_again(home).questions)
    assert home.store.page(known, 1).text[span.start : span.end] == "heron is grey"
    assert (span.document, span.page) == (known, None)


def test_a_golden_quote_that_a_new_version_lost_is_beyond_reach(home: Home) -> None:
    known = home.upload("The heron is grey.")
    golden(home).add(answer((home.store, known, "heron is grey")))
    home.upload("The stork is white.")
    ((span,),) = (each.gold.spans for each in asked_again(home).questions)
    assert (span.document, span.page) == (known, 0)


def test_a_question_that_was_rightly_declined_is_golden_too(home: Home) -> None:
    declined = replace(answer(question="Who?"), question=Question(text="Who?", collections=("left",)))
    golden(home).add(declined)
    (asked,) = asked_again(home).questions
    assert (asked.gold.answerable, asked.question.collections) == (False, ("left",))


def test_without_golden_questions_it_is_said_how_to_get_some(home: Home) -> None:
    with pytest.raises(UsageError, match="This answer was right"):
        asked_again(home)


def test_an_answer_is_found_with_its_conversation(home: Home) -> None:
    known = home.upload("The heron is grey.")
    said = answer((home.store, known, "grey"))
    conversation = home.history.save(said)
    found, again = home.history.find(said.id)
    assert (found, again.id, again.sentences) == (conversation, said.id, said.sentences)
    with pytest.raises(NotFound, match="no such answer"):
        home.history.find("f" * 32)


def test_a_declined_question_is_remembered_with_what_came_closest(home: Home) -> None:
    known = home.upload("The heron is grey.")
    found = home.retriever.retrieve(Question(text="heron"), 10)
    closest = replace(answer(question="Why grey?"), passages=found, confidence=0.07)
    asked_at = home.clock.now()
    home.history.save(closest)
    home.clock.advance(seconds=1)
    home.history.save(replace(answer((home.store, known, "grey")), passages=found))
    with home.database.reading() as connection:
        declined, answered = connection.execute(select(turns).order_by(turns.c.created_at))
    kept = json.loads(declined.answer)
    assert (declined.question, kept["outcome"], kept["confidence"]) == ("Why grey?", Outcome.NOT_FOUND, 0.07)
    assert kept["nearest"] == [passage.chunk_id for passage in found]
    assert kept["nearest"]
    assert declined.created_at == asked_at
    assert json.loads(answered.answer)["nearest"] == []


def test_no_golden_quote_refers_to_nothing(home: Home) -> None:
    golden(home).add(answer(question="Why?"))
    (kept,) = golden(home).ids()
    row = {
        "golden_id": kept,
        "number": 1,
        "document_id": "f" * 32,
        "page": 1,
        "start": 0,
        "end": 1,
        "quote": "x",
    }
    with pytest.raises(IntegrityError), home.database.writing() as connection:
        connection.execute(insert(golden_quotes).values(row))
