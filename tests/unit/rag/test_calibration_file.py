"""The calibration of a home."""

from pathlib import Path

import pytest

from rag import abstain
from rag.calibration import Calibration, Statement, basis
from rag.calibration_file import NAME, CalibrationFile
from rag.errors import StorageError
from rag.estimate import Estimate

FITTED = Calibration(slope=0.8, intercept=-0.4, threshold=0.6, basis=basis("model:1"))
WRONG = Estimate(value=0.1234, low=0.05, high=0.2, questions=40)
PROMISE = Statement(set="ours", date="2026-01-01", wrong_answers=WRONG, needless_refusals=WRONG)


def test_what_is_kept_comes_back_until_it_is_undone(tmp_path: Path) -> None:
    file = CalibrationFile(tmp_path / "home")
    assert file.load() is None
    file.save(FITTED, PROMISE)
    assert CalibrationFile(tmp_path / "home").load() == (FITTED, PROMISE)
    assert file.reset()
    assert file.load() is None
    assert not file.reset()


def test_what_was_fitted_on_another_confidence_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = CalibrationFile(tmp_path)
    file.save(FITTED, PROMISE)
    assert file.current(basis("model:1")) == FITTED
    assert file.current(basis("model:2")) is None
    monkeypatch.setattr(abstain, "INTERCEPT", abstain.INTERCEPT + 1)
    assert file.current(basis("model:1")) is None


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"calibration": {"slope": 1}, "statement": {}}', "\0"])
def test_a_torn_file_says_what_to_do(tmp_path: Path, text: str) -> None:
    (tmp_path / NAME).write_text(text)
    with pytest.raises(StorageError, match="--calibrate reset"):
        CalibrationFile(tmp_path).load()


def test_the_promise_is_one_sentence() -> None:
    assert str(PROMISE) == (
        "At this setting 12.3 % (5.0 % to 20.0 %) wrong answers, 12.3 % (5.0 % to 20.0 %) needless refusals "
        "(95 % interval)."
    )
