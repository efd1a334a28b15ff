"""Gaps: put together by meaning, closed by a later document, open again when it goes. On both databases."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import select

from rag.errors import NotFound, TooLarge
from rag.feedback import Feedback, Reason, Verdict
from rag.gaps import Gap, Gaps, State
from rag.questions import Kind, Questions
from rag.talk_tables import feedback, gap_answers, gaps, question_vectors, turns
from rag.types import Answer, Question
from tests.factories import Home, answer
from tests.fakes import FakeEmbedder

HERON = "What colour is the heron?"
CLOSES = "The heron is grey."
THRESHOLD = 0.0  # of the confidence: the embedder only counts words


class Counting(FakeEmbedder):
    """Remembers what it embedded."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def embed(self, texts):
        self.seen += texts
        return super().embed(texts)


def looking(home: Home, *, ask: Callable[[Question], Answer] | None = None, embedder=None) -> Gaps:
    quoter = home.answerer(threshold=THRESHOLD)
    return Gaps(
        database=home.database,
        questions=Questions(home.database, home.embedder.fingerprint),
        embedder=lambda: embedder or home.embedder,
        ask=ask or quoter.answer,
        clock=home.clock,
    )


def declined(home: Home, question: str = HERON, **more: str) -> Answer:
    """A question that was asked and not answered, in a conversation of its own."""
    said = replace(answer(question=question), **more)
    home.history.save(said)
    return said


def only(found: list[Gap]) -> Gap:
    (gap,) = found
    return gap


def test_without_questions_there_are_no_gaps(home: Home) -> None:
    assert looking(home).all() == []
    assert looking(home).look_again(9) == 0


def test_questions_that_mean_the_same_are_one_gap(home: Home) -> None:
    home.upload("The stork is white.")
    first = declined(home)
    home.clock.advance(seconds=60)
    declined(home, "what colour is the heron")
    declined(home, "And the bird?", looked_for="What colour is the grey heron?")
    declined(home, "Who pays for parking?")
    found = looking(home)
    assert len(found.all()) == 3  # not embedded yet: only what is alike letter by letter is together
    assert found.look_again(9) == 0
    heron, parking = found.all()
    assert (len(heron.questions), heron.state, heron.kinds) == (3, State.OPEN, {Kind.MISSING: 3})
    assert heron.first < heron.last
    assert dict(heron.wordings)["What colour is the grey heron?"] == 1
    assert parking.text == "Who pays for parking?"
    assert found.find(first.id).id == heron.id


def test_a_question_that_was_asked_again_in_its_place_counts_once(home: Home) -> None:
    home.upload("The stork is white.")
    before = answer(question=HERON)
    conversation = home.history.save(before)
    again = answer(question=HERON)
    home.history.save(again, conversation, replaces=before.id)
    assert [each.id for each in only(looking(home).all()).questions] == [again.id]


def test_no_question_is_embedded_twice_and_other_embedders_have_their_own_vectors(home: Home) -> None:
    declined(home)
    embedder = Counting()
    for _ in range(2):
        looking(home, embedder=embedder).look_again(9)
    assert embedder.seen == [HERON]
    other = Questions(home.database, "another")
    assert [each.vector for each in other.all()] == [None]


def test_a_later_document_that_answers_closes_the_gap_and_opens_it_again_when_it_goes(home: Home) -> None:
    home.upload("The stork is white.", "stork.txt")
    declined(home)
    found = looking(home, ask=lambda question: home.answerer(threshold=0.99).answer(question))
    assert not only(found.all()).looking
    known = home.upload(CLOSES, "heron.txt")
    assert only(found.all()).looking
    assert found.look_again(9) == 0
    assert (only(found.all()).state, only(found.all()).looking) == (State.OPEN, False)  # nobody is sure
    home.upload("Bees hum.", "bees.txt")
    closing = looking(home)
    assert closing.look_again(9) == 0
    gap = only(closing.all())
    assert gap.state is State.ANSWERED
    assert gap.closing is not None
    assert (gap.closing.document_id, gap.closing.quote) == (known, CLOSES)
    home.intake.delete(known)
    assert list(home.doctor.remains(known)) == []
    assert only(closing.all()).state is State.OPEN
    assert only(closing.all()).looking


def test_a_document_that_is_marked_for_removal_closes_nothing(home: Home) -> None:
    declined(home)
    known = home.upload(CLOSES)
    found = looking(home)
    found.look_again(9)
    assert only(found.all()).state is State.ANSWERED
    home.removals.mark([known])
    assert only(found.all()).state is State.OPEN
    (removal,) = home.removals.open()
    home.removals.undo(removal.batch)
    assert only(found.all()).state is State.ANSWERED


def test_a_new_version_that_says_it_no_more_opens_the_gap_again(home: Home) -> None:
    declined(home)
    home.upload(CLOSES)
    found = looking(home)
    found.look_again(9)
    home.clock.advance(seconds=1)
    home.upload("Storks are white.")
    silent = looking(home, ask=lambda question: replace(answer(), question=question))
    assert only(silent.all()).looking
    silent.look_again(9)
    assert only(silent.all()).state is State.OPEN


def test_what_was_tried_is_not_tried_again_until_documents_change(home: Home) -> None:
    asked: list[str] = []

    def ask(question: Question) -> Answer:
        asked.append(question.text)
        return replace(answer(), question=question)

    declined(home)
    home.upload("The stork is white.")
    for _ in range(3):
        looking(home, ask=ask).look_again(9)
    assert asked == [HERON]
    home.upload("The stork is black.")
    looking(home, ask=ask).look_again(9)
    assert asked == [HERON, HERON]


def test_only_as_many_are_tried_as_there_is_time_for_and_the_rest_next(home: Home) -> None:
    asked: list[str] = []

    def ask(question: Question) -> Answer:
        asked.append(question.text)
        home.clock.advance(seconds=2)
        return replace(answer(), question=question)

    for name in ("one", "two", "three"):
        declined(home, f"Who is {name}?")
        home.clock.advance(seconds=1)
    home.upload("The stork is white.")
    assert looking(home, ask=ask).look_again(3) == 1
    assert looking(home, ask=ask).look_again(3) == 0
    assert asked == ["Who is three?", "Who is two?", "Who is one?"]


def test_a_bad_answer_is_a_gap_which_only_a_later_document_closes(home: Home) -> None:
    old = home.upload(CLOSES, "old.txt")
    said = answer((home.store, old, CLOSES), question=HERON)
    home.history.save(said)
    found, opinions = looking(home), Feedback(home.database, home.clock)
    opinions.give(said.id, Verdict(good=False, reason=Reason.OUTDATED, words="It is blue now."))
    home.upload("The stork is white.", "stork.txt")
    found.look_again(9)
    gap = only(found.all())
    assert (gap.state, gap.kinds, gap.reasons) == (State.OPEN, {Kind.BAD: 1}, {"outdated": 1})
    assert (gap.questions[0].words, gap.questions[0].cited) == ("It is blue now.", (old,))
    new = home.upload("The heron is blue: what colour is the heron? Blue.", "new.txt")
    found.look_again(9)
    closing = only(found.all()).closing
    assert closing is not None
    assert closing.document_id == new
    opinions.take_back(said.id)
    assert found.all() == []


def test_a_gap_is_closed_and_reopened_by_hand_with_all_that_is_like_it(home: Home) -> None:
    first = declined(home)
    declined(home, "what colour is the heron")
    found = looking(home)
    found.dismiss(first.id)
    assert only(found.all()).state is State.DISMISSED
    declined(home, "WHAT COLOUR IS THE HERON")  # asked again: it stays closed
    home.upload(CLOSES)
    found.look_again(9)
    assert only(found.all()).state is State.DISMISSED
    found.reopen(first.id)
    assert only(found.all()).looking
    with pytest.raises(NotFound):
        found.dismiss("f" * 32)


def test_a_question_of_a_collection_that_is_gone_is_no_error(home: Home) -> None:
    said = answer(question=HERON)
    home.history.save(replace(said, question=Question(text=HERON, collections=("gone",))))
    home.upload(CLOSES)
    found = looking(home)
    assert found.look_again(9) == 0
    assert only(found.all()).state is State.OPEN


def test_two_do_not_look_at_the_same_time(home: Home) -> None:
    declined(home)
    home.upload(CLOSES)
    with home.database.turn("gaps"):
        assert looking(home).look_again(9) == 0
    assert only(looking(home).all()).looking


def test_a_deleted_conversation_takes_along_all_that_is_kept_of_its_questions(home: Home) -> None:
    said = answer(question=HERON)
    conversation = home.history.save(said)
    Feedback(home.database, home.clock).give(said.id, Verdict(good=False))
    home.upload(CLOSES)
    looking(home).look_again(9)
    home.history.delete(conversation)
    with home.database.reading() as connection:
        for table in (turns, gaps, gap_answers, question_vectors, feedback):
            assert connection.execute(select(table)).first() is None, table.name


def test_a_conversation_that_is_deleted_while_its_question_is_asked_again_leaves_nothing(home: Home) -> None:
    said = answer(question=HERON)
    conversation = home.history.save(said)
    home.upload(CLOSES)

    def ask(question: Question) -> Answer:
        home.history.delete(conversation)
        return replace(answer(), question=question)

    assert looking(home, ask=ask).look_again(9) == 0
    with home.database.reading() as connection:
        assert connection.execute(select(gaps)).first() is None


def test_questions_before_a_day_are_left_out(home: Home) -> None:
    declined(home, "Who was first?")
    home.clock.advance(seconds=3 * 86_400)
    late = declined(home, "Who was last?")
    assert [gap.id for gap in looking(home).all(home.clock.now())] == [late.id]


def test_a_verdict_is_changed_and_taken_back(home: Home) -> None:
    said = declined(home)
    opinions = Feedback(home.database, home.clock)
    assert opinions.of(said.id) is None
    opinions.give(said.id, Verdict(good=True))
    opinions.give(said.id, bad := Verdict(good=False, reason=Reason.WRONG, words="No."))
    assert opinions.of(said.id) == bad
    opinions.take_back(said.id)
    opinions.take_back(said.id)
    assert opinions.of(said.id) is None


def test_a_verdict_needs_an_answer_and_few_words(home: Home) -> None:
    said = declined(home)
    opinions = Feedback(home.database, home.clock)
    with pytest.raises(NotFound, match="no such answer"):
        opinions.give("f" * 32, Verdict(good=True))
    with pytest.raises(TooLarge, match="501 characters; 500 is the most"):
        opinions.give(said.id, Verdict(good=False, words="x" * 501))
    assert opinions.of(said.id) is None
