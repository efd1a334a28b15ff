"""Questions with gold about documents that come without any."""

from dataclasses import replace
from pathlib import Path

import pytest

from rag.errors import UsageError
from web.clozes import asked_about
from web.evaluation_home import Home
from web.evaluation_set import EvaluationSet, load_documents, load_set
from web.lessons import Miner
from web.wiring import Services

LEAVE = "Full-time employees at the Nordwind company get 25 days of paid annual leave a year.\n"
TRAVEL = "A night in a hotel in Oslo may cost at most 110 euros with breakfast, as agreed in 2019.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in (("leave", LEAVE), ("travel", TRAVEL)):
        (tmp_path / f"{name}.txt").write_text(text * 2)
    return tmp_path


def filled(bare: Services, folder: Path) -> tuple[EvaluationSet, Home, dict[str, str]]:
    """The folder as a set, a home that has read it, and the set's names."""
    given = load_documents(folder)
    assert given is not None
    home = Home(bare)
    home.fill(given, lambda *_: None)
    return given, home, given.named(home.documents())


def test_a_folder_of_documents_asks_nothing_by_itself(folder: Path) -> None:
    given = load_documents(folder)
    assert given is not None
    assert (given.questions, given.names) == ((), ("leave.txt", "travel.txt"))


def test_a_folder_with_questions_or_without_documents_is_none_of_documents(tmp_path: Path) -> None:
    assert load_documents(tmp_path) is None
    (tmp_path / "questions.jsonl").write_text("")
    (tmp_path / "leave.txt").write_text(LEAVE)
    assert load_documents(tmp_path) is None
    with pytest.raises(UsageError, match="is not there"):
        load_set(tmp_path / "nothing")


def test_examples_are_made_of_documents_without_questions(bare: Services, folder: Path) -> None:
    _, home, names = filled(bare, folder)
    asked = asked_about(home.passages(), names, None)
    assert asked == asked_about(home.passages(), names, None)
    assert len(asked_about(home.passages(), names, 1)) == 1
    assert {name for each in asked for name in each.gold.documents} == {"leave.txt", "travel.txt"}
    for each in asked:
        (place,) = each.gold.spans
        document = next(one for one in home.documents() if names[one.id] == place.document)
        page = home.page(document.id, place.page or 1)
        assert page.text[place.start : place.end] == each.gold.answers[0]


def test_each_is_shown_beside_its_own_passage(bare: Services, folder: Path) -> None:
    given, home, names = filled(bare, folder)
    given = replace(given, questions=asked_about(home.passages(), names, None))
    examples = list(Miner(home=home, given=given, names=names, negatives=1).examples())
    assert any(each.answers for each in examples)
    for each in examples:
        assert all(each.passage[slice(*answer)].strip() for answer in each.answers)
