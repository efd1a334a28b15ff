"""`footnote eval` as it is called; only the embedder is a stand-in."""

import json
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import structlog
from typer.testing import CliRunner, Result

from rag.calibration import basis
from rag.calibration_file import CalibrationFile
from rag.settings import Settings
from tests.factories import answer
from tests.fakes import FakeEmbedder
from web import wiring
from web.cli import app
from web.evaluation_runs import Runs
from web.wiring import open_services

RUNNER = CliRunner()
BIRDS = ("heron", "stork", "crane", "egret", "bittern")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The home that the environment names, with the stand-in for a model."""
    monkeypatch.setenv("FOOTNOTE_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(wiring, "open_services", partial(open_services, embedder=FakeEmbedder()))
    yield tmp_path / "home"
    structlog.reset_defaults()  # the log went to the standard error of a command that has ended


def evaluated(*arguments: object) -> Result:
    return RUNNER.invoke(app, ["eval", *map(str, arguments)])


def printed(*arguments: object) -> Any:
    found = evaluated(*arguments, "--json")
    assert found.exit_code == 0, found.output
    return json.loads(found.stdout)


def lines(records: Sequence[dict[str, Any]]) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)


def write_set(folder: Path, times: int = 1) -> Path:
    """Birds that the documents know, and as many that they do not."""
    folder.mkdir(exist_ok=True)
    texts = [{"id": bird, "text": f"The {bird} has a nest beside the river Wye."} for bird in BIRDS]
    known = [
        {"id": f"{bird}{n}", "question": f"Where has the {bird} a nest {n}?", "gold_docs": [bird]}
        for bird in BIRDS
        for n in range(times)
    ]
    unknown = [
        {"id": f"u{n}", "question": f"When does train {n} leave platform {n}?"} for n in range(5 * times)
    ]
    (folder / "corpus.jsonl").write_text(lines(texts))
    (folder / "queries.jsonl").write_text(lines([*known, *unknown]))
    return folder


def test_a_run_is_printed_and_kept(tmp_path: Path, home: Path) -> None:
    found = printed(write_set(tmp_path / "birds"))
    assert (found["set"], found["questions"], found["documents"]) == ("birds", 10, 5)
    kept = Runs(home).find("last")
    assert kept.id == found["run"]
    assert kept.result["retrieval"] == found["retrieval"]
    assert len(kept.questions) == 10
    assert not (home / "footnote.db").exists()


def test_people_see_the_measures_and_the_curves(tmp_path: Path) -> None:
    told = evaluated(write_set(tmp_path / "birds"))
    assert told.exit_code == 0
    for row in ("| retrieval recall@5 |", "| declining aurc |", "| recall@k |", "| wrong among them |"):
        assert row in told.stdout, row
    assert "kept as" in told.stderr


def test_runs_are_listed_and_compared(tmp_path: Path) -> None:
    assert evaluated("--runs").exit_code == 0
    folder = write_set(tmp_path / "birds")
    first, second = printed(folder)["run"], printed(folder)["run"]
    assert [each["id"] for each in printed("--runs")] == [first, second]
    assert first in evaluated("--runs").stdout
    found = printed("--compare", first, "last")
    assert (found["before"], found["after"], found["regressions"]) == (first, second, [])
    assert found["measures"]["retrieval.recall@5"]["difference"] == 0
    assert "10 questions" in evaluated("--compare", first, second).stdout


def test_a_named_regression_fails(tmp_path: Path, home: Path) -> None:
    run = printed(write_set(tmp_path / "birds", times=3))["run"]
    file = home / "evaluations" / f"{run}.json"
    kept = json.loads(file.read_text())
    for each in kept["questions"]:
        scores = each["scored"]["scores"]
        scores["retrieval.recall@5"] = None if scores["retrieval.recall@5"] is None else 0.0
    worse = tmp_path / "worse.json"
    worse.write_text(json.dumps(kept))
    failed = evaluated("--compare", run, worse, "--fail-if", "retrieval.recall@5:0.01")
    assert failed.exit_code == 1
    assert "retrieval.recall@5 got worse by 1.000" in failed.stderr
    assert evaluated("--compare", worse, run, "--fail-if", "retrieval.recall@5:0.01").exit_code == 0
    assert evaluated("--compare", run, worse, "--fail-if", "retrieval.recall:0").exit_code == 2


def test_a_home_is_calibrated_to_its_own_questions_and_set_back(tmp_path: Path, home: Path) -> None:
    told = evaluated("--calibrate", write_set(tmp_path / "birds", times=4))
    assert told.exit_code == 0, told.output
    assert "At this setting" in told.stdout
    assert "Without it:" in told.stdout
    kept = CalibrationFile(home).load()
    assert kept is not None
    assert kept[0].basis == basis(FakeEmbedder().fingerprint)
    assert kept[1].needless_refusals.questions == 20
    shown = printed("--calibrate", "show")
    assert (shown["slope"], shown["in_use"]) == (kept[0].slope, True)
    assert str(kept[1]) in evaluated("--calibrate", "show").stdout
    assert printed("--calibrate", "reset") == {"reset": True}
    assert CalibrationFile(home).load() is None
    assert "not calibrated" in evaluated("--calibrate", "show").stdout


def test_a_calibration_of_another_model_is_shown_to_be_out_of_use(tmp_path: Path, home: Path) -> None:
    assert evaluated("--calibrate", write_set(tmp_path / "birds", times=4)).exit_code == 0
    file = home / "calibration.json"
    file.write_text(file.read_text().replace(basis(FakeEmbedder().fingerprint), "0" * 16))
    assert printed("--calibrate", "show")["in_use"] is False
    assert "not in use" in evaluated("--calibrate", "show").stdout


def test_too_few_questions_to_calibrate_are_refused(tmp_path: Path, home: Path) -> None:
    refused = evaluated("--calibrate", write_set(tmp_path / "birds"))
    assert refused.exit_code == 2
    assert "at least 20 of each" in refused.stderr
    assert CalibrationFile(home).load() is None


def test_golden_questions_are_asked_of_the_home(home: Path, tmp_path: Path) -> None:
    assert "This answer was right" in evaluated("--golden").stderr
    (tmp_path / "heron.txt").write_text("The heron has a nest beside the river Wye.")
    assert RUNNER.invoke(app, ["add", str(tmp_path / "heron.txt")]).exit_code == 0
    opened = open_services(Settings(home=home), FakeEmbedder())
    (document,) = opened.store.documents()
    opened.golden.add(
        answer((opened.store, document.id, "river Wye"), question="Where has the heron a nest?")
    )
    opened.close()
    found = printed("--golden")
    assert Runs(home).find("last").settings["calibration"] is None
    assert (found["set"], found["questions"]) == ("golden", 1)
    assert found["retrieval"]["recall@1"] == 1
    assert found["retrieval"]["span_recall@5"] == 1


def test_questions_alone_are_asked_of_the_home(tmp_path: Path) -> None:
    (tmp_path / "heron.txt").write_text("The heron has a nest beside the river Wye.")
    assert RUNNER.invoke(app, ["add", str(tmp_path / "heron.txt")]).exit_code == 0
    ours = tmp_path / "ours.jsonl"
    ours.write_text(lines([{"id": 1, "question": "Where is the heron's nest?", "gold_docs": ["heron.txt"]}]))
    assert printed(ours)["retrieval"]["recall@1"] == 1


@pytest.mark.parametrize(
    "arguments", [[], ["x", "--golden"], ["--runs", "--golden"], ["x", "--calibrate", "y"]]
)
def test_one_thing_is_done_at_a_time(arguments: list[str]) -> None:
    refused = evaluated(*arguments)
    assert refused.exit_code == 2
    assert "Give one of" in refused.stderr


def test_a_set_that_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    refused = evaluated(tmp_path / "nowhere")
    assert refused.exit_code == 2
    assert "nowhere is not there" in refused.stderr
