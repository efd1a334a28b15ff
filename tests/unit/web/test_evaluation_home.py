from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.measure import Gold
from rag.settings import Settings
from rag.types import Question
from tests.fakes import FakeEmbedder
from web.evaluate import evaluate
from web.evaluation_home import Home, peak_mb
from web.evaluation_set import Asked, EvaluationSet, Text
from web.wiring import Services, open_services


def texts(*given: Text, questions: tuple[Asked, ...] = ()) -> EvaluationSet:
    return EvaluationSet(name="tiny", texts=given, folder=None, files=(), questions=questions)


LEAVE = Text(name="a/1", title="Time off", text="<b>Everybody</b> has 30 days of leave.")
TRAVEL = Text(name="b", title="Travel", text="Trains are booked at the front desk.")
EMPTY = Text(name="c", title="Nothing", text=" \n")


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    url = f"sqlite:///{tmp_path / 'footnote.db'}"
    opened = open_services(Settings(home=tmp_path, database_url=url), FakeEmbedder())
    yield opened
    opened.close()


def silent(*_: object) -> None:
    pass


def test_texts_are_read_verbatim_under_their_ids_and_titles(services: Services) -> None:
    home = Home(services)
    home.fill(texts(LEAVE, TRAVEL), silent)
    read = {document.source: document for document in home.documents()}
    assert {name: read[name].title for name in read} == {"a/1": "Time off", "b": "Travel"}
    assert home.page(read["a/1"].id, 1).text == LEAVE.text


def test_files_are_read_under_their_path_below_the_folder(services: Services, tmp_path: Path) -> None:
    file = tmp_path / "set" / "deep" / "plan.txt"
    file.parent.mkdir(parents=True)
    file.write_text("The plan is simple.")
    given = EvaluationSet(name="files", texts=(), folder=tmp_path / "set", files=(file,), questions=())
    ingest = Home(services).fill(given, silent)
    assert [document.source for document in Home(services).documents()] == ["deep/plan.txt"]
    assert (ingest.pages, ingest.chunks, ingest.failed) == (1, 1, ())


def test_a_document_that_cannot_be_read_is_reported_and_the_rest_is_in(services: Services) -> None:
    seen: list[tuple[str, int, int]] = []
    ingest = Home(services).fill(texts(EMPTY, TRAVEL), lambda *done: seen.append(done))
    assert [(failure.source, failure.stage) for failure in ingest.failed] == [("c", "parsing")]
    assert (ingest.pages, seen) == (1, [("reading", 1, 2), ("reading", 2, 2)])
    assert ingest.seconds > 0


def test_a_set_is_read_searched_and_measured(services: Services) -> None:
    gold = Gold(answerable=True, documents=frozenset({"b"}))
    asked = Asked(id="1", question=Question(text="Where are trains booked?"), gold=gold)
    result = evaluate(services, texts(LEAVE, TRAVEL, questions=(asked,)))
    assert result["retrieval"]["recall@1"] == 1
    assert result["documents"] == 2
    assert result["ingest"]["chunks_per_s"] > 0
    assert result["errors"] == 0


def test_a_filled_home_is_not_read_again(services: Services) -> None:
    Home(services).fill(texts(LEAVE), silent)
    result = evaluate(services, texts(TRAVEL), filled=True)
    assert [document.source for document in Home(services).documents()] == ["a/1"]
    assert result["ingest"]["seconds"] is None


def test_the_peak_is_more_than_this_test_holds() -> None:
    held = bytearray(b"x") * (64 << 20)
    assert peak_mb() > len(held) / (1 << 20)
