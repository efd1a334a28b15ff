from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.measure import Gold, Place
from rag.settings import Settings
from rag.training.example import Example
from rag.types import Question
from tests.fakes import FakeEmbedder
from web.evaluation_home import Home
from web.evaluation_set import Asked, EvaluationSet, Text
from web.lessons import Miner
from web.wiring import Services, open_services

LEAVE = Text(name="leave", title="Leave", text="Everybody has 30 days of paid leave a year.")
SICK = Text(name="sick", title="Sickness", text="Whoever is sick has paid days too, as many as it takes.")
AGAIN = Text(
    name="again", title="Leave, again", text="There are 30 days of paid leave, as it says elsewhere."
)


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    url = f"sqlite:///{tmp_path / 'footnote.db'}"
    opened = open_services(Settings(home=tmp_path, database_url=url), FakeEmbedder())
    yield opened
    opened.close()


def asked(text: str, document: str, *answers: str, answerable: bool = True) -> Asked:
    whole = next(each.text for each in (LEAVE, SICK, AGAIN) if each.name == document)
    spans = tuple(
        Place(document=document, page=None, start=whole.index(a), end=whole.index(a) + len(a))
        for a in answers
    )
    gold = Gold(answerable=answerable, documents=frozenset({document}), answers=answers, spans=spans)
    return Asked(id=text, question=Question(text=text), gold=gold)


def examples(services: Services, *questions: Asked) -> list[Example]:
    given = EvaluationSet(name="tiny", texts=(LEAVE, SICK, AGAIN), folder=None, files=(), questions=questions)
    home = Home(services)
    home.fill(given, lambda *_: None)
    names = {document.id: document.source for document in home.documents()}
    return list(Miner(home=home, given=given, names=names, negatives=2).examples())


def shown(example: Example) -> list[str]:
    return [example.passage[slice(*answer)] for answer in example.answers]


def test_the_gold_passage_is_shown_with_its_answer_and_its_title(services: Services) -> None:
    first, *_ = examples(services, asked("How many days of paid leave?", "leave", "30 days", "30"))
    assert first.passage == f"Leave\n{LEAVE.text}"
    assert (shown(first), first.relevant, first.group) == (["30 days", "30"], True, "Leave")


def test_what_else_would_be_found_does_not_answer_unless_it_holds_the_answer(services: Services) -> None:
    _, *others = examples(services, asked("How many days of paid leave?", "leave", "30 days"))
    assert [example.passage.splitlines()[0] for example in others] == ["Sickness"]
    assert not any(example.relevant or example.answers for example in others)


def test_the_passage_of_an_unanswerable_question_does_not_answer_it(services: Services) -> None:
    first, *_ = examples(services, asked("Who paid the leave?", "leave", answerable=False))
    assert (first.passage, first.relevant, first.answers) == (f"Leave\n{LEAVE.text}", False, ())


def test_a_question_asked_of_several_documents_is_read_beside_its_own_only(services: Services) -> None:
    template = "How many paid days?"
    made = examples(
        services, asked(template, "leave", "30 days"), asked(template, "sick", "as many as it takes")
    )
    assert [(example.group, shown(example)) for example in made] == [
        ("Leave", ["30 days"]),
        ("Sickness", ["as many as it takes"]),
    ]


def test_without_spans_the_words_of_the_answer_are_looked_for(services: Services) -> None:
    gold = Gold(answerable=True, documents=frozenset({"leave"}), answers=("30 DAYS",))
    first, *_ = examples(
        services, Asked(id="q", question=Question(text="How many days of paid leave?"), gold=gold)
    )
    assert (shown(first), first.pointed) == (["30 days"], True)


def test_a_passage_of_another_page_than_the_gold_one_is_no_example(services: Services) -> None:
    gold = Gold(answerable=True, documents=frozenset({"leave"}), pages=frozenset({("leave", 7)}))
    made = examples(
        services, Asked(id="q", question=Question(text="How many days of paid leave?"), gold=gold)
    )
    assert not any(example.relevant for example in made)


def test_without_answers_only_relevance_is_known(services: Services) -> None:
    first, *_ = examples(services, asked("Is leave paid?", "leave"))
    assert (first.relevant, first.pointed, first.answers) == (True, False, ())
