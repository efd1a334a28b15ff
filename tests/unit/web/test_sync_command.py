"""`footnote source` and `footnote sync`, with the services of a test behind them."""

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from web import cli
from web.commands import adding, running, syncing
from web.wiring import Services


@pytest.fixture(autouse=True)
def _opened(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def opened(*_: Any, **__: Any) -> Iterator[Services]:
        yield services

    for module in (adding, running, syncing):
        monkeypatch.setattr(module, "services", opened)


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


def events(result: Result) -> list[dict[str, Any]]:
    """The lines of JSON that tell of single files."""
    return [json.loads(line) for line in result.stderr.splitlines() if line.startswith('{"')]


def test_each_line_of_a_sync_tells_how_many_there_are_and_the_time_that_is_left(folder: Path) -> None:
    told = [each for each in events(footnote("sync", "--json")) if "done" in each]
    assert [(each["sync"], each["done"], each["total"]) for each in told] == [
        ("docs", n, 4) for n in (1, 2, 3, 4)
    ]
    assert told[0]["left"] > 0
    assert told[-1]["left"] == 0


def test_a_source_that_there_is_not_is_wrong_usage_and_those_there_are_are_named(folder: Path) -> None:
    told = footnote("sync", "nosuch", "docs")
    assert told.exit_code == 2
    assert "no source named nosuch. Those there are: docs." in told.stderr


def test_a_list_that_is_down_is_listed_with_its_reason(folder: Path, services: Services) -> None:
    services.register.record(services.register.named("docs"), {"failed": [], "trouble": "It answered 503."})
    assert "0 failed: It answered 503." in footnote("source", "list").stdout


@pytest.mark.parametrize(
    ("location", "names"),
    [
        ("http://127.0.0.1:8971/", ["127.0.0.1-8971", "127.0.0.1-8971-2"]),
        ("http://a.test/a.html?x=1", ["a.html-x-1", "a.html-x-1-2"]),
        ("http://a.test/~~~/", ["source", "source-2"]),
    ],
)
def test_a_source_without_a_name_gets_one_from_its_address(location: str, names: list[str]) -> None:
    for name in names:
        made = footnote("source", "add", location, "--kind", "page", "--json")
        assert json.loads(made.stdout)["name"] == name


def test_a_folder_inside_another_source_is_refused(folder: Path) -> None:
    (folder / "sub").mkdir()
    told = footnote("source", "add", str(folder / "sub"))
    assert (told.exit_code, "--exclude" in told.stderr) == (2, True)


@pytest.mark.parametrize("bad", ["ftp://x/y", "http://", "nowhere.txt"])
def test_what_cannot_be_read_is_listed_and_costs_no_other(folder: Path, bad: str) -> None:
    told = footnote("add", str(folder / "a.txt"), bad, "--json")
    report = json.loads(told.stdout)
    assert (told.exit_code, report["added"]) == (3, 1)
    assert [(each["source"], bool(each["reason"])) for each in report["failed"]] == [(bad, True)]
    assert footnote("add", bad, "--json").exit_code == 1


def test_a_folder_without_files_is_said_to_be_empty(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    told = footnote("add", str(tmp_path / "empty"))
    assert (told.exit_code, "No files found" in told.stderr) == (0, True)


def test_a_worker_tells_what_it_finishes_as_lines_of_json(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, data in (("a.txt", b"about a"), ("b.pdf", b"%PDF-1.7 nothing")):
        services.intake.receive(io.BytesIO(data), name=name)

    def all_that_waits(report: Any) -> None:
        for result in services.worker.drain():
            report(result)

    monkeypatch.setattr(services.worker, "run", all_that_waits)
    told = [json.loads(line) for line in footnote("work", "--json").stdout.splitlines()]
    assert {(each["source"], each["outcome"], bool(each["reason"])) for each in told} == {
        ("a.txt", "ready", False), ("b.pdf", "failed", True),
    }  # fmt: skip
