"""`footnote source` and `footnote sync`, with the services of a test behind them."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from web import cli
from web.commands import syncing
from web.wiring import Services


@pytest.fixture(autouse=True)
def _opened(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def opened(*_: Any, **__: Any) -> Iterator[Services]:
        yield services

    monkeypatch.setattr(syncing, "services", opened)


def footnote(*arguments: str) -> Result:
    return CliRunner().invoke(cli.app, arguments)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "docs"
    made.mkdir()
    for name in "abcd":
        (made / f"{name}.txt").write_text(f"about {name}")
    assert footnote("source", "add", str(made)).exit_code == 0
    return made


def test_a_refused_sync_is_listed_with_its_source(folder: Path) -> None:
    assert footnote("sync").exit_code == 0
    for path in folder.iterdir():
        path.unlink()
    assert footnote("sync").exit_code == 4
    listed = footnote("source", "list").stdout
    assert "0 failed: 0 files found in" in listed
    assert "--allow-mass-delete" in listed
    (source,) = json.loads(footnote("source", "list", "--json").stdout)
    assert source["synced_at"]
    assert source["outcome"]["error"].startswith("0 files found")
    assert footnote("sync", "--allow-mass-delete").exit_code == 0
    assert "0 files found" not in footnote("source", "list").stdout


def test_each_source_is_listed_with_what_became_of_its_own_files(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "z.txt").write_text("about z")
    footnote("source", "add", str(other))
    told = json.loads(footnote("sync", "--json").stdout)
    assert told["added"] == 5
    sources = json.loads(footnote("source", "list", "--json").stdout)
    assert {source["name"]: source["outcome"]["added"] for source in sources} == {"docs": 4, "other": 1}


def test_a_source_that_was_not_synced_yet_says_so(folder: Path) -> None:
    assert "(not synced yet)" in footnote("source", "list").stdout
