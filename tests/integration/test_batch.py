"""`footnote add`: many files, each for itself; interrupt it and run it again."""

import os
from pathlib import Path

import pytest

from ingest import batch
from ingest.sources.folder import walk
from rag.errors import EncryptedDocument, RetryableError
from tests.factories import Home


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "docs"
    (made / "deep" / "er").mkdir(parents=True)
    for name, text in (("a.txt", "about a"), ("deep/b.txt", "about b"), ("deep/er/c.txt", "about c")):
        (made / name).write_text(text)
    return made


def test_every_file_of_a_folder_is_in_under_its_path_below_it(home: Home, folder: Path) -> None:
    summary = home.add(folder)
    assert (summary.added, summary.pages, summary.chunks, summary.failed) == (3, 3, 3, [])
    assert [d.source for d in home.store.documents()] == ["a.txt", "deep/b.txt", "deep/er/c.txt"]
    assert sorted(home.found("about")) == ["about a", "about b", "about c"]


def test_what_has_not_changed_is_passed_over_and_what_has_is_updated(home: Home, folder: Path) -> None:
    home.add(folder)
    (folder / "a.txt").write_text("changed a")
    (folder / "new.txt").write_text("about new")
    home.parser.parsed.clear()
    summary = home.add(folder)
    assert (summary.added, summary.updated, summary.unchanged, summary.done) == (1, 1, 2, 4)
    assert sorted(home.parser.parsed) == ["a.txt", "new.txt"]
    assert sorted(home.found("about changed")) == ["about b", "about c", "about new", "changed a"]


def test_bad_files_are_listed_with_their_reasons_and_the_good_ones_are_in(home: Home, folder: Path) -> None:
    home.parser.planned["deep/b.txt"] = [EncryptedDocument("deep/b.txt needs a password.")]
    (folder / "empty.txt").write_text("")
    (folder / "big.txt").write_bytes(bytes((1 << 20) + 1))
    summary = home.add(folder)
    assert summary.added == 2
    assert {(f.source, f.stage) for f in summary.failed} == {
        ("deep/b.txt", "parsing"),
        ("empty.txt", "parsing"),
        ("big.txt", "storing"),
    }
    assert all(f.reason.endswith(".") and str(folder) not in f.reason for f in summary.failed)
    assert sorted(home.found("about")) == ["about a", "about c"]


def test_every_copy_of_a_bad_file_is_listed_with_its_reason_however_often_it_is_added(
    home: Home, folder: Path
) -> None:
    for name in ("x.zip", "y.zip", "z.zip"):
        (folder / name).write_text("packed")
    home.parser.planned["x.zip"] = [EncryptedDocument("It needs a password.") for _ in range(2)]
    for unchanged in (0, 3):
        summary = home.add(folder)
        assert [(f.source, f.reason) for f in summary.failed] == [
            (name, "It needs a password.") for name in ("x.zip", "y.zip", "z.zip")
        ]
        assert (summary.unchanged, summary.done) == (unchanged, 6)


def test_a_bad_file_is_listed_under_the_name_by_which_it_was_added(home: Home, folder: Path) -> None:
    home.parser.planned["a.txt"] = [EncryptedDocument("It needs a password.") for _ in range(2)]
    home.add(folder)
    (folder / "copy.txt").write_text("about a")
    assert [f.source for f in home.add(folder / "copy.txt").failed] == ["copy.txt"]


def test_a_path_that_is_not_there_is_a_failure_and_no_crash(home: Home, tmp_path: Path) -> None:
    summary = home.add(tmp_path / "nowhere.txt")
    ((failure),) = summary.failed
    assert (failure.source, failure.stage) == ("nowhere.txt", "storing")
    assert "No such file" in failure.reason


def test_a_file_that_is_gone_before_it_is_its_turn_is_listed(home: Home, folder: Path) -> None:
    found = list(walk(folder))
    (folder / "a.txt").unlink()
    run = home.batch()
    assert sorted(finished.source for finished in run.run(found)) == ["a.txt", "deep/b.txt", "deep/er/c.txt"]
    assert [failure.source for failure in run.summary.failed] == ["a.txt"]


def test_a_file_that_changes_while_it_is_read_leaves_the_old_version_as_it_was(
    home: Home, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.add(folder)
    path = folder / "a.txt"
    path.write_text("half ")
    os.utime(path, ns=(0, 0))
    copy = home.originals._copy

    def copy_while_written(*args: object) -> object:
        with path.open("a") as file:
            file.write("and half")
        return copy(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(home.originals, "_copy", copy_while_written)
    summary = home.add(path)
    assert [failure.stage for failure in summary.failed] == ["storing"]
    assert "being changed" in summary.failed[0].reason
    assert home.jobs.active() == {}
    assert "about a" in home.found("about")
    assert "about a" in home.kept()
    assert len(home.kept()) == 3


def test_a_run_that_was_interrupted_is_finished_by_the_next(home: Home, folder: Path) -> None:
    run = home.batch()
    parse, calls = home.parser.parse, []

    def interrupted(path: Path, name: str, *, keep_hidden: bool = False) -> object:
        calls.append(name)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return parse(path, name)

    home.parser.parse = interrupted  # type: ignore[method-assign, assignment]
    with pytest.raises(KeyboardInterrupt):
        list(run.run(walk(folder)))
    home.parser.parse = parse  # type: ignore[method-assign]
    summary = home.add(folder)
    assert summary.done == 3
    assert summary.failed == []
    assert sorted(home.found("about")) == ["about a", "about b", "about c"]


def test_a_failure_that_passes_is_waited_for(
    home: Home, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch.time, "sleep", lambda seconds: home.clock.advance(seconds=seconds * 10))
    home.parser.planned["a.txt"] = [RetryableError("Busy.")]
    assert home.add(folder).added == 3


def test_files_that_another_worker_reads_are_waited_for(
    home: Home, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = home.worker()
    claim, taken = home.jobs.claim, []

    def other_was_quicker(owner: str, among: object = None) -> object:
        if not taken and (job := claim(other._owner)):
            taken.append(job)
            return None
        return claim(owner, among)  # type: ignore[arg-type]

    monkeypatch.setattr(home.jobs, "claim", other_was_quicker)
    monkeypatch.setattr(batch.time, "sleep", lambda _: list(other.do(iter(taken[:1]))))
    summary = home.add(folder)
    assert (summary.added, summary.failed) == (3, [])


def test_a_file_that_is_deleted_while_it_waits_is_told(
    home: Home, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = home.jobs.claim

    def delete_first(owner: str, among: list[str]) -> object:
        home.intake.delete(among[0])
        home.jobs.claim = claim  # type: ignore[method-assign]
        return claim(owner, among)

    home.jobs.claim = delete_first  # type: ignore[method-assign, assignment]
    summary = home.add(folder)
    assert (summary.added, [f.reason for f in summary.failed]) == (2, [batch.DELETED])


def test_two_runs_over_one_folder_at_once_take_each_file_in_once(home: Home, folder: Path) -> None:
    from tests.integration.test_jobs import together

    for n in range(12):
        (folder / f"{n}.txt").write_text(f"about {n}")
    summaries = together([lambda: home.add(folder), lambda: home.add(folder)])
    assert [summary.failed for summary in summaries] == [[], []]  # type: ignore[attr-defined]
    assert len(home.store.documents()) == 15
    assert len(home.store.hits(range(1, 100))) == 15


def test_names_that_are_no_text_stay_apart(home: Home, tmp_path: Path) -> None:
    folder = tmp_path / "odd"
    folder.mkdir()
    for name in (b"\xff.txt", b"\xfe.txt"):
        Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).write_bytes(b"about %d" % name[0])
    assert home.add(folder).added == 2
    assert {d.source for d in home.store.documents()} == {"\\xff.txt", "\\xfe.txt"}
    assert home.add(folder).unchanged == 2


def test_a_path_with_detours_is_the_same_file(home: Home, folder: Path) -> None:
    home.add(folder / "a.txt")
    assert home.add(folder / "deep" / ".." / "a.txt").unchanged == 1
