"""Conversations among many: found by what was said, pinned, called otherwise; and answers that take another's place."""

from dataclasses import replace

import pytest

from rag.conversations import LATEST, MOST_CHARS
from rag.errors import NotFound, TooLarge, UsageError
from rag.types import Question
from tests.factories import Home, answer


def asked(
    home: Home, question: str, conversation: str | None = None, replaces: str | None = None
) -> tuple[str, str]:
    """The conversation and the answer."""
    given = answer(question=question)
    home.clock.advance(seconds=1)
    return home.history.save(given, conversation, replaces=replaces), given.id


def questions(home: Home, conversation: str, at: str | None = None) -> list[str]:
    return [kept.answer.question.text for kept in home.history.line(conversation, at)]


def found(home: Home, query: str) -> list[str]:
    return [hit.conversation.title for hit in home.conversations.search(query, 10)[0]]


def test_pinned_conversations_stand_above_the_latest(home: Home) -> None:
    first, _ = asked(home, "First?")
    for n in range(LATEST + 1):
        asked(home, f"Number {n}?")
    home.conversations.pin(first, pinned=True)
    recent = home.conversations.recent()
    assert [each.title for each in recent[:2]] == ["First?", f"Number {LATEST}?"]
    assert (len(recent), recent[0].pinned) == (1 + LATEST, True)
    home.conversations.pin(first, pinned=False)
    assert first not in [each.id for each in home.conversations.recent()]


def test_a_conversation_is_called_what_its_reader_calls_it(home: Home) -> None:
    known, _ = asked(home, "Why?")
    home.conversations.rename(known, "  Über \n alles ")
    assert home.conversations.find(known).title == "Über alles"
    assert found(home, "ÜBER") == ["Über alles"]
    for title, wrong in ((" \n", UsageError), ("x" * (MOST_CHARS + 1), TooLarge)):
        with pytest.raises(wrong):
            home.conversations.rename(known, title)
    assert home.conversations.find(known).title == "Über alles"


def test_conversations_are_found_by_titles_questions_and_answers(home: Home) -> None:
    known = home.upload("The Größe of the heron is grey.")
    home.history.save(answer((home.store, known, "Größe of the heron"), question="What is grey?"))
    asked(home, "What is 100% white?")
    assert found(home, "GRÖSSE") == found(home, "größe heron") == ["What is grey?"]
    assert found(home, "what") == ["What is 100% white?", "What is grey?"]
    assert found(home, "100%") == ["What is 100% white?"]
    assert found(home, "_") == found(home, "stork") == []
    assert len(found(home, "")) == 2
    (hit,), total = home.conversations.search("heron", 10)
    assert (hit.question, total) == ("What is grey?", 1)


def test_what_a_deleted_document_said_finds_nothing_any_more(home: Home) -> None:
    known = home.upload("The heron is grey.")
    home.history.save(answer((home.store, known, "The heron is grey.")))
    assert found(home, "heron") == ["Why?"]
    home.intake.delete(known)
    assert found(home, "heron") == []


def test_a_search_gives_a_part_of_what_is_found_and_how_many_there_are(home: Home) -> None:
    for n in range(5):
        asked(home, f"Number {n}?")
    hits, total = home.conversations.search("number", 2, 2)
    assert ([hit.conversation.title for hit in hits], total) == (["Number 2?", "Number 1?"], 5)


def test_a_conversation_remembers_where_it_looked_last(home: Home) -> None:
    where = replace(answer(), question=Question(text="Why?", collections=("left", "right")))
    known = home.history.save(where)
    assert home.conversations.find(known).collections == ("left", "right")
    home.history.save(answer(), known)
    assert home.conversations.find(known).collections == ()


def test_an_answer_takes_the_place_of_another_and_of_all_behind_it(home: Home) -> None:
    known, first = asked(home, "One?")
    _, second = asked(home, "Two?", known)
    asked(home, "Three?", known)
    _, other = asked(home, "Two, really?", known, replaces=second)
    assert questions(home, known) == ["One?", "Two, really?"]
    assert questions(home, known, second) == ["One?", "Two?", "Three?"]
    assert [kept.versions for kept in home.history.line(known)] == [(first,), (second, other)]
    assert home.history.find(second)[1].question.text == "Two?"


def test_what_was_replaced_meanwhile_is_replaced_where_it_stood(home: Home) -> None:
    known, first = asked(home, "One?")
    asked(home, "One, said elsewhere?", known, replaces=first)
    asked(home, "One, said here?", known, replaces=first)
    assert questions(home, known) == ["One, said here?"]


def test_nothing_takes_the_place_of_what_is_not_in_the_conversation(home: Home) -> None:
    known, _ = asked(home, "One?")
    other, elsewhere = asked(home, "Two?")
    with pytest.raises(NotFound):
        asked(home, "Three?", known, replaces=elsewhere)
    assert (questions(home, known), questions(home, other)) == (["One?"], ["Two?"])
    with pytest.raises(NotFound):
        home.history.line(known, elsewhere)


def test_a_conversation_goes_with_all_its_versions(home: Home) -> None:
    known, first = asked(home, "One?")
    asked(home, "One, really?", known, replaces=first)
    home.history.delete(known)
    assert not home.history.has(first)
    for gone in (home.conversations.find, home.history.line):
        with pytest.raises(NotFound, match="no such conversation"):
            gone(known)
