"""`footnote backup` and `restore` as people call them."""

import io
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from rag.settings import load
from web.cli import app
from web.wiring import open_services

RUNNER = CliRunner()


def run(*arguments: str) -> Result:
    return RUNNER.invoke(app, arguments)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with a file that waits to be read, in a folder of its own to run in."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FOOTNOTE_HOME", str(tmp_path / "home"))
    opened = open_services(load())
    opened.intake.receive(io.BytesIO(b"the heron stands in the reeds"), name="heron.txt", collection="birds")
    opened.close()
    return tmp_path / "home"


def test_a_home_is_saved_and_restored_elsewhere(tmp_path: Path) -> None:
    saved = run("backup", "b.tar", "--json")
    assert saved.exit_code == 0, saved.output
    told = json.loads(saved.stdout)
    assert told["bytes"] == (tmp_path / "b.tar").stat().st_size
    assert (told["documents"], told["originals"], told["failed"], told["database"]) == (1, 1, [], True)
    restored = run("restore", "b.tar", "--home", str(tmp_path / "other"), "--json")
    assert restored.exit_code == 0, restored.output
    told = json.loads(restored.stdout)
    assert (told["originals"], told["problems"], told["totals"]["documents"]) == (1, [], 1)
    listed = run("docs", "list", "--home", str(tmp_path / "other"))
    assert "birds/heron.txt" in listed.stdout


def test_a_backup_without_an_original_is_done_in_part_and_says_whose(home: Path) -> None:
    (original,) = home.glob("originals/??/*")
    original.unlink()
    saved = run("backup", "b.tar", "--json")
    assert saved.exit_code == 3
    assert json.loads(saved.stdout)["failed"] == [
        {"source": "heron.txt", "stage": "backup", "reason": "its original is missing"}
    ]
    restored = run("restore", "b.tar", "--home", "other")
    assert restored.exit_code == 3
    assert "heron.txt: its original is missing" in restored.stderr
    assert "doctor: the original of heron.txt is missing" in restored.stderr


def test_a_file_that_is_there_is_wrong_usage_and_a_home_that_is_there_is_refused() -> None:
    assert run("backup", "b.tar").exit_code == 0
    again = run("backup", "b.tar")
    assert (again.exit_code, again.stdout) == (2, "")
    assert "already" in again.stderr
    over = run("restore", "b.tar")
    assert over.exit_code == 4
    assert "left alone" in over.stderr


def test_what_is_no_backup_is_told(tmp_path: Path) -> None:
    (tmp_path / "b.tar").write_text("no tar")
    wrong = run("restore", "b.tar", "--home", "other")
    assert wrong.exit_code == 1
    assert "Nothing was restored" in wrong.stderr


def test_the_settings_of_then_are_pointed_at(tmp_path: Path) -> None:
    (tmp_path / "footnote.toml").write_text('voice = "Be brief."\ngenerator_key = "hunter2"\n')
    assert run("backup", "b.tar").exit_code == 0
    restored = run("restore", "b.tar", "--home", "other")
    assert "footnote.toml" in restored.stderr
    assert (tmp_path / "other" / "footnote.toml").read_text() == 'voice = "Be brief."\n'
