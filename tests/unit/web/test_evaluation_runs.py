"""Runs are kept, found again, and compared."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rag.errors import NotFound, UsageError
from rag.measure import Gold
from rag.scorecard import MEASURES, Scored
from rag.settings import Settings
from rag.types import Question
from web.evaluate import Examined
from web.evaluation_comparison import Limit, as_json, as_text, compare, limit
from web.evaluation_report import measures, risk_curve
from web.evaluation_runs import Run, Runs, of
from web.evaluation_set import Asked, EvaluationSet

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
RECALL = "retrieval.recall@5"


def scored(recall: float | None, *, answerable: bool = True, confidence: float = 0.5) -> Scored:
    right = recall == 1
    scores = dict.fromkeys(MEASURES) | {RECALL: recall, "declining.wrong_answers": float(not right)}
    return Scored(
        answerable=answerable,
        answered=True,
        declined=False,
        confidence=confidence,
        right=right,
        scores=scores,
    )


def run(*each: Scored, name: str = "ours", settings: Settings | None = None, writer: str = "quotes") -> Run:
    asked = [
        Asked(id=f"q{number}", question=Question(text=f"Question {number}?"), gold=Gold(answerable=True))
        for number in range(len(each))
    ]
    given = EvaluationSet(name=name, texts=(), folder=None, files=(), questions=tuple(asked))
    result = {"set": name, "questions": len(each)} | measures(each)
    curves = {"recall": [[1, 0.5], [2, 0.75]], "risk": risk_curve(each)}
    examined = Examined(result=result, questions=tuple(zip(asked, each, strict=True)), curves=curves)
    return of(examined, given, settings or Settings(), NOW, writer=writer)


def recalls(*values: float | None, **more: Settings) -> Run:
    return run(*map(scored, values), **more)


def test_a_run_comes_back_as_it_was_kept(tmp_path: Path) -> None:
    kept = Runs(tmp_path).save(recalls(1, 0, None))
    assert kept.id == "20260102T030405Z-ours"
    (found,) = Runs(tmp_path).all()
    assert found == replace(kept, curves=found.curves, settings=found.settings)
    assert json.dumps(found.curves) == json.dumps(kept.curves)
    assert found.version
    assert found.settings["embedder"] == Settings().embedder
    assert found.settings["writer"] == "quotes"


def test_nothing_secret_is_kept_with_a_run(tmp_path: Path) -> None:
    url = "postgresql+psycopg://me:hunter2@db/footnote"
    Runs(tmp_path).save(recalls(1, settings=Settings(database_url=url, home=tmp_path)))
    kept = "".join(file.read_text() for file in tmp_path.rglob("*") if file.is_file())
    assert "hunter2" not in kept
    assert str(tmp_path) not in kept


def test_curves_lie_beside_the_run_as_pictures(tmp_path: Path) -> None:
    kept = Runs(tmp_path).save(recalls(1, 0))
    pictures = sorted((tmp_path / "evaluations").glob("*.svg"))
    assert [picture.name for picture in pictures] == [f"{kept.id}-recall.svg", f"{kept.id}-risk.svg"]
    assert all("<polyline" in picture.read_text() for picture in pictures)


def test_two_runs_of_one_second_are_both_kept(tmp_path: Path) -> None:
    runs = Runs(tmp_path)
    ids = [runs.save(recalls(value)).id for value in (0, 1, 1)]
    assert len({*ids}) == 3
    assert [each.id for each in runs.all()] == sorted(ids)


def test_a_run_is_found_by_id_by_its_beginning_by_path_and_as_one_of_the_last(tmp_path: Path) -> None:
    runs = Runs(tmp_path)
    first, second = runs.save(recalls(0, name="a")), runs.save(recalls(1, name="b"))
    assert runs.find(first.id).id == first.id
    assert runs.find("20260102T030405Z-b").id == second.id
    assert runs.find("last").id == second.id
    assert runs.find("last-1").id == first.id
    assert runs.find(str(tmp_path / "evaluations" / f"{first.id}.json")).id == first.id
    with pytest.raises(UsageError, match="2 runs begin with 2026"):
        runs.find("2026")
    for missing in ("1999", "last-2"):
        with pytest.raises(NotFound, match=f"no run {missing}"):
            runs.find(missing)
    with pytest.raises(NotFound, match="no run last"):
        Runs(tmp_path / "elsewhere").find("last")


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"questions": [{}]}', '{"questions": [], "other": 1}'])
def test_a_file_that_is_no_run_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "other.json").write_text(text)
    with pytest.raises(UsageError, match=r"other\.json is no run"):
        Runs(tmp_path).find(str(tmp_path / "other.json"))


def test_a_name_of_a_set_makes_no_path(tmp_path: Path) -> None:
    kept = Runs(tmp_path).save(recalls(1, name="../../x y"))
    assert (tmp_path / "evaluations" / f"{kept.id}.json").is_file()
    assert "/" not in kept.id


def test_a_comparison_lists_what_was_won_and_lost() -> None:
    found = as_json(compare(recalls(1, 1, 0, None), recalls(1, 0, 1, 1)))
    recall = found["measures"][RECALL]
    assert (recall["won"], recall["lost"], recall["questions"]) == (["q2"], ["q1"], 3)
    assert (recall["before"], recall["after"], recall["difference"]) == (0.6667, 0.6667, 0)
    assert recall["interval"][0] < 0 < recall["interval"][1]
    assert found["measures"]["declining.wrong_answers"]["won"] == ["q2", "q3"]
    assert found["same_set"]


def broken(before: Sequence[float], after: Sequence[float], text: str = f"{RECALL}:0.01") -> list[Limit]:
    return list(compare(recalls(*before), recalls(*after), [limit(text)]).broken)


def test_a_fall_beyond_chance_and_limit_is_a_regression() -> None:
    assert [each.measure for each in broken([1] * 100, [0] * 10 + [1] * 90)] == [RECALL]
    assert broken([1] * 100, [0] * 10 + [1] * 90, f"{RECALL}:0.2") == []


def test_a_fall_that_may_be_chance_is_none() -> None:
    assert broken([1, 1, 0, 1], [0, 1, 1, 0]) == []


def test_a_rise_is_none_but_for_what_should_be_low() -> None:
    assert broken([0] * 50, [1] * 50) == []
    assert broken([0] * 50, [1] * 50, "declining.wrong_answers:0") == []
    (found,) = broken([1] * 50, [0] * 50, "declining.wrong_answers:0")
    assert found.measure == "declining.wrong_answers"


def test_the_order_of_confidence_is_compared_too() -> None:
    def asked(sure: float, unsure: float) -> Run:
        yes, no = scored(1, confidence=sure), scored(0, answerable=False, confidence=unsure)
        return run(*[yes, no] * 40)

    found = compare(
        asked(0.9, 0.1), asked(0.1, 0.9), [limit("declining.auroc:0.5"), limit("declining.aurc:0.1")]
    )
    change = found.changes["declining.auroc"]
    assert (change.before, change.after, change.difference.value) == (1, 0, -1)
    assert {each.measure for each in found.broken} == {"declining.auroc", "declining.aurc"}


def test_the_text_names_the_questions_and_the_settings_that_differ() -> None:
    before, after = recalls(1, 0), recalls(0, 0, settings=Settings(passages=3))
    told = as_text(compare(before, after))
    assert "2 questions; settings that differ: passages" in told
    assert f"{RECALL}, lost:\n  q0  Question 0?" in told
    assert "| retrieval.recall@5 | 0.500 | 0.000 | -0.500 |" in told


def test_only_the_same_questions_are_compared() -> None:
    assert len(compare(recalls(1, 0, 1), recalls(1, 0)).questions) == 2
    other = recalls(1)
    other = replace(other, questions=(replace(other.questions[0], question="Something else?"),))
    with pytest.raises(UsageError, match="no question in common"):
        compare(recalls(1), other)


def test_a_limit_names_a_measure_and_a_number() -> None:
    assert limit(f"{RECALL}:0.02") == Limit(measure=RECALL, worse=0.02)
    assert limit(RECALL).worse == 0
    with pytest.raises(
        UsageError, match=r"no measure retrieval\.recall5. The nearest is retrieval\.recall@5"
    ):
        limit("retrieval.recall5:0.01")
    with pytest.raises(UsageError, match="'much' is no number"):
        limit(f"{RECALL}:much")
    with pytest.raises(UsageError, match=r"citations\.recall was not measured"):
        compare(recalls(1), recalls(1), [limit("citations.recall:0.1")])


def test_runs_by_the_same_setting_that_another_model_wrote_are_told_apart() -> None:
    before, after = run(scored(1)), run(scored(1), writer="owner/model@0a1b2c3d")
    assert "settings that differ: writer" in as_text(compare(before, after))
