from rag.measure import Gold, Place
from rag.training.example import Example
from rag.types import Question
from web.evaluation_home import Home
from web.evaluation_set import Asked, EvaluationSet, Text
from web.lessons import Miner
from web.wiring import Services

LEAVE = Text(name="leave", title="Leave", text="Everybody has 30 days of paid leave a year.")
SICK = Text(name="sick", title="Sickness", text="Whoever is sick has paid days too, as many as it takes.")
AGAIN = Text(
    name="again", title="Leave, again", text="There are 30 days of paid leave, as it says elsewhere."
)


def asked(text: str, document: str, *answers: str, answerable: bool = True) -> Asked:
    whole = next(each.text for each in (LEAVE, SICK, AGAIN) if each.name == document)
    spans = tuple(
        Place(document=document, page=None, start=whole.index(a), end=whole.index(a) + len(a))
        for a in answers
    )
    gold = Gold(answerable=answerable, documents=frozenset({document}), answers=answers, spans=spans)
    return Asked(id=text, question=Question(text=text), gold=gold)


def examples(bare: Services, *questions: Asked) -> list[Example]:
    given = EvaluationSet(name="tiny", texts=(LEAVE, SICK, AGAIN), folder=None, files=(), questions=questions)
    home = Home(bare)
    home.fill(given, lambda *_: None)
    names = {document.id: document.source for document in home.documents()}
    return list(Miner(home=home, given=given, names=names, negatives=2).examples())


def shown(example: Example) -> list[str]:
    return [example.passage[slice(*answer)] for answer in example.answers]


def test_the_gold_passage_is_shown_with_its_answer_and_its_title(bare: Services) -> None:
    first, *_ = examples(bare, asked("How many days of paid leave?", "leave", "30 days", "30"))
    assert first.passage == f"Leave\n{LEAVE.text}"
    assert (shown(first), first.relevant, first.group) == (["30 days", "30"], True, "Leave")


def test_what_else_would_be_found_does_not_answer_unless_it_holds_the_answer(bare: Services) -> None:
    _, *others = examples(bare, asked("How many days of paid leave?", "leave", "30 days"))
    assert [example.passage.splitlines()[0] for example in others] == ["Sickness"]
    assert not any(example.relevant or example.answers for example in others)


def test_the_passage_of_an_unanswerable_question_does_not_answer_it(bare: Services) -> None:
    first, *_ = examples(bare, asked("Who paid the leave?", "leave", answerable=False))
    assert (first.passage, first.relevant, first.answers) == (f"Leave\n{LEAVE.text}", False, ())


def test_a_question_asked_of_several_documents_is_read_beside_its_own_only(bare: Services) -> None:
    template = "How many paid days?"
    made = examples(bare, asked(template, "leave", "30 days"), asked(template, "sick", "as many as it takes"))
    assert [(example.group, shown(example)) for example in made] == [
        ("Leave", ["30 days"]),
        ("Sickness", ["as many as it takes"]),
    ]


def test_without_spans_the_words_of_the_answer_are_looked_for(bare: Services) -> None:
    gold = Gold(answerable=True, documents=frozenset({"leave"}), answers=("30 DAYS",))
    first, *_ = examples(
        bare, Asked(id="q", question=Question(text="How many days of paid leave?"), gold=gold)
    )
    assert (shown(first), first.pointed) == (["30 days"], True)


def test_a_passage_of_another_page_than_the_gold_one_is_no_example(bare: Services) -> None:
    gold = Gold(answerable=True, documents=frozenset({"leave"}), pages=frozenset({("leave", 7)}))
    made = examples(bare, Asked(id="q", question=Question(text="How many days of paid leave?"), gold=gold))
    assert not any(example.relevant for example in made)


def test_without_answers_only_relevance_is_known(bare: Services) -> None:
    first, *_ = examples(bare, asked("Is leave paid?", "leave"))
    assert (first.relevant, first.pointed, first.answers) == (True, False, ())
