"""Conversations: what they keep, and what they give back when documents have changed or gone."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from rag.conversations import TITLE_CHARS
from rag.errors import NotFound, UsageError
from rag.packed import GONE
from rag.talk_tables import turns
from rag.types import Outcome, Question
from tests.factories import Home, answer


def stored_text(home: Home) -> str:
    """Everything that the table of turns holds."""
    with home.database.reading() as connection:
        return "".join(connection.execute(select(turns.c.answer)).scalars())


def test_a_conversation_gives_back_its_answers_in_order(home: Home) -> None:
    known = home.upload("The heron is grey.")
    first = answer((home.store, known, "heron is grey"), question="What is grey?")
    conversation = home.history.save(first)
    assert home.history.save(answer(question="And then?"), conversation) == conversation
    again, second = home.history.turns(conversation)
    assert (again.id, again.sentences, again.ms) == (first.id, first.sentences, {"total": 1.0})
    assert (second.question.text, second.outcome) == ("And then?", Outcome.NOT_FOUND)


def test_the_words_that_answer_are_kept_with_their_quote(home: Home) -> None:
    given = answer((home.store, home.upload("The heron is grey."), "heron is grey"))
    (sentence,) = given.sentences
    (citation,) = sentence.citations
    named = replace(sentence, citations=(replace(citation, words=(9, 13)),))
    (again,) = home.history.turns(home.history.save(replace(given, sentences=(named,))))
    assert again.sentences == (named,)


def test_the_newest_conversation_comes_first_and_bears_its_question(home: Home) -> None:
    old = home.history.save(answer(question="Old?"))
    home.clock.advance(seconds=1)
    new = home.history.save(answer(question="New\n  and " + "long " * 50))
    titles = {c.id: c.title for c in home.conversations.recent()}
    assert list(titles) == [new, old]
    assert titles[old] == "Old?"
    assert titles[new].startswith("New and long long")
    assert len(titles[new]) <= TITLE_CHARS
    home.clock.advance(seconds=1)
    home.history.save(answer(question="More?"), old)
    assert [c.id for c in home.conversations.recent()] == [old, new]


def test_a_sentence_whose_quote_stands_no_longer_is_not_shown(home: Home) -> None:
    one, other = home.upload("The heron is grey.", "a.txt"), home.upload("The stork is white.", "b.txt")
    conversation = home.history.save(
        answer((home.store, one, "The heron is grey."), (home.store, other, "The stork is white."))
    )
    home.upload("The heron was grey.", "a.txt")
    (shown,) = home.history.turns(conversation)
    assert ([s.text for s in shown.sentences], shown.notice) == (["The stork is white."], GONE)


def test_deleting_a_document_takes_its_quotes_out_of_what_is_stored(home: Home) -> None:
    one, other = home.upload("The heron is grey.", "a.txt"), home.upload("The stork is white.", "b.txt")
    conversation = home.history.save(
        answer((home.store, one, "The heron is grey."), (home.store, other, "The stork is white."))
    )
    home.intake.delete(one)
    assert "heron" not in stored_text(home)
    assert "stork" in stored_text(home)
    (shown,) = home.history.turns(conversation)
    assert ([s.text for s in shown.sentences], shown.notice) == (["The stork is white."], GONE)
    assert list(home.doctor.remains(one)) == []


def test_an_answer_that_outlived_its_document_is_saved_without_its_quotes(home: Home) -> None:
    one, other = home.upload("The heron is grey.", "a.txt"), home.upload("The stork is white.", "b.txt")
    late = answer((home.store, one, "The heron is grey."), (home.store, other, "The stork is white."))
    home.intake.delete(one)
    conversation = home.history.save(late)
    assert "heron" not in stored_text(home)
    assert list(home.doctor.remains(one)) == []
    (shown,) = home.history.turns(conversation)
    assert ([s.text for s in shown.sentences], shown.notice) == (["The stork is white."], GONE)


def test_a_deleted_conversation_is_gone(home: Home) -> None:
    known = home.upload("The heron is grey.")
    conversation = home.history.save(answer((home.store, known, "heron")))
    home.history.delete(conversation)
    assert home.conversations.recent() == []
    assert stored_text(home) == ""
    for gone in (home.history.turns, home.history.delete):
        with pytest.raises(NotFound, match="no such conversation"):
            gone(conversation)


def test_nothing_is_saved_to_a_conversation_that_is_not_there(home: Home) -> None:
    with pytest.raises(NotFound):
        home.history.save(answer(), "f" * 32)
    assert stored_text(home) == ""


def test_the_collections_asked_are_remembered(home: Home) -> None:
    asked = replace(answer(), question=Question(text="Why?", collections=("left", "right")))
    (shown,) = home.history.turns(home.history.save(asked))
    assert shown.question.collections == ("left", "right")


def test_any_text_comes_back_as_it_was(home: Home) -> None:
    quote = "Zeile\n„Grüße“ 🎉 </script> \\u0000 'x' --"
    known = home.upload(quote)
    (shown,) = home.history.turns(home.history.save(answer((home.store, known, quote), question=quote)))
    assert (shown.question.text, shown.sentences[0].citations[0].quote) == (quote, quote)


def test_what_no_database_holds_is_refused_in_words(home: Home) -> None:
    with pytest.raises(UsageError, match="No database can hold this"):
        home.history.save(answer(question="half a pair: \ud800"))
    assert home.conversations.recent() == []
