from contextlib import closing
from pathlib import Path

import pytest

from rag.calibration import Calibration, Statement, basis
from rag.calibration_file import CalibrationFile
from rag.estimate import Estimate
from rag.measure import Gold
from rag.settings import Settings
from rag.types import Outcome, Question
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


def silent(*_: object) -> None:
    pass


def test_texts_are_read_verbatim_under_their_ids_and_titles(bare: Services) -> None:
    home = Home(bare)
    home.fill(texts(LEAVE, TRAVEL), silent)
    read = {document.source: document for document in home.documents()}
    assert {name: read[name].title for name in read} == {"a/1": "Time off", "b": "Travel"}
    assert home.page(read["a/1"].id, 1).text == LEAVE.text


def test_files_are_read_under_their_path_below_the_folder(bare: Services, tmp_path: Path) -> None:
    file = tmp_path / "set" / "deep" / "plan.txt"
    file.parent.mkdir(parents=True)
    file.write_text("The plan is simple.")
    given = EvaluationSet(name="files", texts=(), folder=tmp_path / "set", files=(file,), questions=())
    ingest = Home(bare).fill(given, silent)
    assert [document.source for document in Home(bare).documents()] == ["deep/plan.txt"]
    assert (ingest.pages, ingest.chunks, ingest.failed) == (1, 1, ())


def test_a_document_that_cannot_be_read_is_reported_and_the_rest_is_in(bare: Services) -> None:
    seen: list[tuple[str, int, int]] = []
    ingest = Home(bare).fill(texts(EMPTY, TRAVEL), lambda *done: seen.append(done))
    assert [(failure.source, failure.stage) for failure in ingest.failed] == [("c", "parsing")]
    assert (ingest.pages, seen) == (1, [("reading", 1, 2), ("reading", 2, 2)])
    assert ingest.seconds > 0


def test_a_set_is_read_searched_and_measured(bare: Services) -> None:
    gold = Gold(answerable=True, documents=frozenset({"b"}))
    asked = Asked(id="1", question=Question(text="Where are trains booked?"), gold=gold)
    result = evaluate(bare, texts(LEAVE, TRAVEL, questions=(asked,))).result
    assert result["retrieval"]["recall@1"] == 1
    assert result["documents"] == 2
    assert result["ingest"]["chunks_per_s"] > 0
    assert result["errors"] == 0


def test_a_filled_home_is_not_read_again(bare: Services) -> None:
    Home(bare).fill(texts(LEAVE), silent)
    result = evaluate(bare, texts(TRAVEL), filled=True).result
    assert [document.source for document in Home(bare).documents()] == ["a/1"]
    assert result["ingest"]["seconds"] is None


def test_what_is_declined_is_answered_when_one_insists(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, threshold=1.0)
    with closing(open_services(settings, FakeEmbedder())) as opened:
        home = Home(opened)
        home.fill(texts(TRAVEL), silent)
        question = Question(text="Where are trains booked?")
        declined, insisted = home.ask(question), home.insist(question)
    assert (declined.outcome, insisted.outcome) == (Outcome.NOT_FOUND, Outcome.ANSWERED)
    assert declined.confidence == insisted.confidence


def test_a_home_answers_by_its_calibration_and_raw_without_it(bare: Services, tmp_path: Path) -> None:
    wary = Calibration(slope=1, intercept=-5, threshold=0.9, basis=basis(bare.fingerprint))
    none = Estimate(value=0, low=0, high=1, questions=1)
    promise = Statement(set="s", date="2026-01-01", wrong_answers=none, needless_refusals=none)
    CalibrationFile(tmp_path).save(wary, promise)
    question = Question(text="Where are trains booked at the front desk?")
    Home(bare, raw=True).fill(texts(TRAVEL), silent)
    raw, calibrated = Home(bare, raw=True).ask(question), Home(bare).ask(question)
    assert calibrated.confidence == pytest.approx(wary.apply(raw.confidence))
    assert calibrated.confidence < raw.confidence
    assert calibrated.outcome is Outcome.NOT_FOUND


def test_the_peak_is_more_than_this_test_holds() -> None:
    held = bytearray(b"x") * (64 << 20)
    assert peak_mb() > len(held) / (1 << 20)
