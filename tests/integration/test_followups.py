"""Follow-up questions, from the conversation to the passages and back into the history."""

import json

from sqlalchemy import update

from rag.events import PassagesFound
from rag.talk_tables import turns
from rag.types import Question, Turn
from tests.factories import Home, answer

PUMPS = "The warranty on a large pump lasts three years. Postage for parts is paid by the customer."
CANTEEN = "The canteen opens at noon. Postage of letters is paid at its till."
ASKED = Question(
    text="Who pays the postage for it?",
    history=(Turn(question="How long is the warranty on a large pump?", answer="Three years."),),
)
MEANT = "Who pays the postage for it? (warranty, large pump)"


def filled(home: Home) -> Home:
    home.upload(PUMPS, "pumps.txt")
    home.upload(CANTEEN, "canteen.txt")
    return home


def test_a_follow_up_finds_what_the_conversation_means(home: Home) -> None:
    answerer = filled(home).answerer(threshold=0)
    alone = answerer.answer(Question(text="What about it?"))
    found = answerer.answer(Question(text="What about it?", history=ASKED.history))
    assert found.passages[0].document.source == "pumps.txt"
    assert found.passages[0].score > alone.passages[0].score


def test_an_answer_says_what_was_looked_for_beside_what_was_asked(home: Home) -> None:
    first, *_, done = filled(home).answerer(threshold=0).stream(ASKED)
    assert isinstance(first, PassagesFound)
    assert first.looked_for == done.answer.looked_for == MEANT  # type: ignore[union-attr]
    assert done.answer.question == ASKED  # type: ignore[union-attr]


def test_a_question_that_stands_alone_looks_for_itself(home: Home) -> None:
    text = "At what time does the canteen in the main building open?"
    asked = Question(text=text, history=ASKED.history)
    assert filled(home).answerer().answer(asked).looked_for == ""


def test_a_conversation_remembers_what_was_looked_for(home: Home) -> None:
    found = filled(home).answerer(threshold=0).answer(ASKED)
    conversation = home.history.save(found)
    (again,) = home.history.turns(conversation)
    assert again.looked_for == MEANT


def test_a_conversation_from_before_that_was_kept_still_opens(home: Home) -> None:
    conversation = home.history.save(answer(question="Old?"))
    with home.database.writing() as connection:
        packed = json.loads(connection.execute(turns.select()).one().answer)
        del packed["looked_for"]
        connection.execute(update(turns).values(answer=json.dumps(packed)))
    (again,) = home.history.turns(conversation)
    assert (again.question.text, again.looked_for) == ("Old?", "")
