"""Answers in a generator's words: checked like any other, and never lost when it fails."""

from collections.abc import Sequence

import pytest

from rag.answer import BROKE_OFF, IN_QUOTES, NOT_BORNE_OUT
from rag.errors import NotFound, UsageError
from rag.events import AnswerDone, AnswerEvent, Drafted, PassagesFound, SentenceChecked
from rag.types import Answer, Outcome, Question, Support, Turn
from rag.voices import Voices
from tests.factories import Home
from tests.fakes import FakeGenerator

TEXT = "The heron is grey and stands in the reeds. The stork is white and nests on the roof of the town hall."
ASKED = Question(text="Where does the white stork nest?")
TOLD = "The white stork nests on the roof of the town hall [1]. "
INVENTED = "It was bought in Hamburg in 1873 by Mr Lindqvist [1]."


@pytest.fixture
def shelf(home: Home) -> Home:
    home.upload(TEXT, "birds.txt")
    return home


def stream(
    home: Home, generator: FakeGenerator, question: Question = ASKED, **options: object
) -> list[AnswerEvent]:
    return list(home.answerer(0.0, generator=generator, **options).stream(question))


def done(events: Sequence[AnswerEvent]) -> Answer:
    last = events[-1]
    assert isinstance(last, AnswerDone)
    return last.answer


def quoted(home: Home) -> list[str]:
    return [sentence.text for sentence in home.answerer(0.0).answer(ASKED).sentences]


def test_a_written_answer_streams_what_is_written_then_what_is_checked_then_itself(shelf: Home) -> None:
    events = stream(shelf, FakeGenerator("The white stork nests ", "on the roof of the town hall [1]."))
    kinds = [type(event) for event in events]
    assert kinds == [PassagesFound, Drafted, Drafted, SentenceChecked, AnswerDone]
    answer = done(events)
    (sentence,) = answer.sentences
    assert sentence.text == "The white stork nests on the roof of the town hall."
    assert (sentence.support, len(sentence.citations)) == (Support.SUPPORTED, 1)
    assert (answer.outcome, answer.generator, answer.notice) == (Outcome.ANSWERED, "fake-writer", "")


def test_what_is_not_borne_out_beside_what_is_gets_marked_or_left_out(shelf: Home) -> None:
    marked = done(stream(shelf, FakeGenerator(TOLD, INVENTED)))
    assert [sentence.support for sentence in marked.sentences] == [Support.SUPPORTED, Support.UNSUPPORTED]
    left_out = done(stream(shelf, FakeGenerator(TOLD, INVENTED), keep_unsupported=False))
    assert [sentence.support for sentence in left_out.sentences] == [Support.SUPPORTED]


@pytest.mark.parametrize("keep", [True, False])
def test_where_nothing_that_was_written_is_borne_out_the_answer_is_in_quotes(shelf: Home, keep: bool) -> None:
    answer = done(stream(shelf, FakeGenerator(INVENTED), keep_unsupported=keep))
    assert [sentence.text for sentence in answer.sentences] == quoted(shelf)
    assert (answer.generator, answer.notice) == ("quotes", f"{NOT_BORNE_OUT} {IN_QUOTES}")


def test_a_generator_that_writes_nothing_leaves_quotes(shelf: Home) -> None:
    assert done(stream(shelf, FakeGenerator())).generator == "quotes"


def test_a_generator_that_is_not_there_loses_no_question(shelf: Home) -> None:
    answer = done(stream(shelf, FakeGenerator(fails="The language model is not there.")))
    assert [sentence.text for sentence in answer.sentences] == quoted(shelf)
    assert (answer.generator, answer.notice) == ("quotes", f"The language model is not there. {IN_QUOTES}")


def test_what_was_checked_before_a_generator_broke_off_is_kept_and_said_to_end_there(shelf: Home) -> None:
    answer = done(stream(shelf, FakeGenerator(TOLD, "And it also", fails="It fell over.")))
    assert [sentence.support for sentence in answer.sentences] == [Support.SUPPORTED]
    assert (answer.generator, answer.notice) == ("fake-writer", f"It fell over. {BROKE_OFF}")


def test_a_generator_that_breaks_off_behind_nothing_that_stands_leaves_quotes(shelf: Home) -> None:
    answer = done(stream(shelf, FakeGenerator(INVENTED, " And more. ", "And it", fails="It fell over.")))
    assert (answer.generator, answer.notice) == ("quotes", f"It fell over. {IN_QUOTES}")


def test_a_question_that_is_declined_is_not_given_to_a_generator(shelf: Home) -> None:
    generator = FakeGenerator(TOLD)
    answer = shelf.answerer(1.0, generator=generator).answer(ASKED)
    assert (answer.outcome, generator.shown) == (Outcome.NOT_FOUND, [])


def test_a_generator_is_shown_passages_voice_conversation_and_what_is_meant(shelf: Home) -> None:
    generator = FakeGenerator(TOLD)
    turn = Turn(question="Where does the white stork nest?", answer="On the roof. [1]")
    done(
        stream(
            shelf,
            generator,
            Question(text="And the grey heron?", history=(turn,)),
            voice=lambda _: "Be brief.",
        )
    )
    ((system, asked, answered, user),) = generator.shown
    assert system.content.endswith("Be brief.")
    assert (asked.content, answered.content) == (turn.question, "On the roof. (1)")
    assert TEXT in user.content
    assert "heron" in user.content.rpartition("Question: ")[2]


def test_a_collection_is_spoken_about_in_its_own_voice_and_several_in_the_general_one(shelf: Home) -> None:
    voices = Voices(shelf.database, "Be brief.")
    (name,) = {document.collection for document in shelf.store.documents()}
    assert (voices.about(name), voices.of({name}), voices.own()) == ("Be brief.", "Be brief.", {})
    voices.give(name, "  Say\0 you. ")
    generator = FakeGenerator(TOLD)
    done(stream(shelf, generator, ASKED, voice=voices.of))
    assert generator.shown[0][0].content.endswith("Say you.")
    assert voices.of({name, "another"}) == "Be brief."
    assert voices.own() == {name: "Say you."}
    voices.give(name, "")
    assert voices.about(name) == "Be brief."


def test_a_voice_for_no_collection_or_without_end_is_refused(shelf: Home) -> None:
    voices = Voices(shelf.database)
    (name,) = {document.collection for document in shelf.store.documents()}
    with pytest.raises(NotFound, match="no collection nowhere"):
        voices.give("nowhere", "Be brief.")
    with pytest.raises(NotFound, match="no collection nowhere"):
        voices.about("nowhere")
    with pytest.raises(UsageError, match="2,001 characters"):
        voices.give(name, "a" * 2001)
    assert voices.own() == {}


def test_whoever_leaves_stops_the_generator(shelf: Home) -> None:
    generator = FakeGenerator(TOLD, "More of it. ", "And more.")
    events = shelf.answerer(0.0, generator=generator).stream(ASKED)
    assert any(isinstance(event, Drafted) for event in (next(events), next(events), next(events)))
    events.close()  # type: ignore[attr-defined]
    assert generator.closed


def test_a_document_that_goes_while_it_is_written_about_is_not_cited(shelf: Home) -> None:
    answers = shelf.answerer(0.0, generator=FakeGenerator(TOLD)).stream(ASKED)
    next(answers)
    shelf.intake.delete(shelf.store.documents()[0].id)
    answer = done(list(answers))
    assert [sentence.citations for sentence in answer.sentences if sentence.citations] == []
