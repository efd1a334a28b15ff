"""A folder that is kept in step: what is new, changed, renamed or gone, and what must never happen to the rest."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select

from ingest import batch, names, sync
from ingest.jobs import MAX_ATTEMPTS
from ingest.sources.folder import Found
from ingest.sources.register import Kind, Options, Source
from ingest.summary import Summary, Tally
from ingest.sync import BROKEN_OFF
from rag.errors import AlreadyRunning, EncryptedDocument, Refused, RetryableError
from rag.tables import changes, documents, jobs, places, sources
from rag.types import Status
from tests.factories import Home, answer

LONG_AGO = 1_000_000_000  # seconds since 1970


def write(folder: Path, *names: str, text: str = "about {}", at: int = LONG_AGO) -> None:
    """Files that say they were last changed long ago."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.format(name))
        os.utime(path, (at, at))


@pytest.fixture(autouse=True)
def _settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files count as changed long ago, whose time no test can set: their marks tell whether they are as they were."""
    monkeypatch.setattr("ingest.sources.folder.TICK", 0)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "docs"
    write(made, "a.txt", "b.txt", "c.txt", "sub/d.txt", "sub/e.txt")
    return made


@pytest.fixture
def source(home: Home, folder: Path) -> Source:
    return home.source(folder)


@pytest.fixture
def synced(home: Home, source: Source) -> Source:
    assert home.sync(source).added == 5
    return source


def counts(summary: Summary) -> dict[str, int]:
    names = ("added", "updated", "unchanged", "renamed", "deleted")
    return {n: getattr(summary, n) for n in names if getattr(summary, n)} | (
        {"failed": len(summary.failed)} if summary.failed else {}
    )


def rows(home: Home) -> list[object]:
    """Everything that a sync could change."""
    with home.database.reading() as connection:
        return [
            tuple(row)
            for table in (documents, places, jobs, sources, changes)
            for row in connection.execute(select(table).order_by(*table.primary_key.columns))
        ]


def document_id(home: Home, name: str) -> str:
    with home.database.reading() as connection:
        query = select(places.c.document_id).where(places.c.name == name)
        return str(connection.execute(query).scalar_one())


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that were opened."""
    names: list[str] = []
    real = Found.open

    @contextmanager
    def noted(found: Found) -> Iterator[object]:
        names.append(found.source)
        with real(found) as file:
            yield file

    monkeypatch.setattr(Found, "open", noted)
    return names


def test_everything_is_new_the_first_time(home: Home, synced: Source) -> None:
    assert {d.source for d in home.store.documents(status=Status.READY)} == {
        "a.txt", "b.txt", "c.txt", "sub/d.txt", "sub/e.txt",
    }  # fmt: skip
    assert len(home.places.of_source(synced.id)) == 5


def test_where_nothing_changed_no_file_is_opened_and_no_worker_is_made(
    home: Home, synced: Source, opened: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(home, "worker", lambda: pytest.fail("a worker was made"))
    monkeypatch.setattr(home.embedder, "embed", lambda texts: pytest.fail("something was embedded"))
    assert counts(home.sync(synced)) == {"unchanged": 5}
    assert opened == []


def test_exactly_what_changed_is_opened_and_read(
    home: Home, folder: Path, synced: Source, opened: list[str]
) -> None:
    write(folder, "a.txt", text="about a, but other", at=LONG_AGO + 1)
    write(folder, "new.txt")
    (folder / "c.txt").unlink()
    (folder / "b.txt").rename(folder / "sub" / "moved.txt")
    home.parser.parsed.clear()
    summary = home.sync(synced)
    assert counts(summary) == {"added": 1, "updated": 1, "unchanged": 2, "renamed": 1, "deleted": 1}
    assert sorted(opened) == ["a.txt", "new.txt", "sub/moved.txt"]
    assert sorted(home.parser.parsed) == ["a.txt", "new.txt"]
    assert len(home.found("about")) == 5


def test_a_change_of_the_same_size_is_seen_by_its_time(home: Home, folder: Path, synced: Source) -> None:
    write(folder, "a.txt", text="ABOUT {}", at=LONG_AGO + 1)
    assert counts(home.sync(synced)) == {"updated": 1, "unchanged": 4}


def test_a_change_right_after_a_sync_is_seen_although_size_and_time_are_the_same(
    home: Home, folder: Path, source: Source
) -> None:
    path = folder / "a.txt"
    path.write_text("about A")
    now = path.stat().st_mtime_ns
    home.sync(source)
    path.write_text("about B")
    os.utime(path, ns=(now, now))
    assert counts(home.sync(source)) == {"updated": 1, "unchanged": 4}
    assert "about B" in home.found("about")


def test_two_files_of_the_same_size_and_time_that_swap_their_names_are_seen_to(
    home: Home, folder: Path, synced: Source
) -> None:
    one, other = document_id(home, "a.txt"), document_id(home, "b.txt")
    (folder / "a.txt").rename(folder / "aside")
    (folder / "b.txt").rename(folder / "a.txt")
    (folder / "aside").rename(folder / "b.txt")
    assert counts(home.sync(synced)) == {"unchanged": 3, "renamed": 2}
    assert (home.lies(one), home.lies(other)) == (["b.txt"], ["a.txt"])


def test_a_change_that_sets_size_and_time_back_is_seen(home: Home, folder: Path, synced: Source) -> None:
    write(folder, "a.txt", text="ABOUT {}")
    assert counts(home.sync(synced)) == {"updated": 1, "unchanged": 4}
    assert "ABOUT a.txt" in home.found("about")


def test_what_an_earlier_version_marked_is_looked_into_once_and_not_read_again(
    home: Home, synced: Source, opened: list[str]
) -> None:
    with home.database.writing() as connection:
        connection.execute(places.update().values(changed=0))
    home.parser.parsed.clear()
    for _ in range(2):
        assert counts(home.sync(synced)) == {"unchanged": 5}
    assert (len(opened), home.parser.parsed) == (5, [])


def test_a_file_that_was_only_touched_is_looked_into_once(
    home: Home, folder: Path, synced: Source, opened: list[str]
) -> None:
    write(folder, "a.txt", at=LONG_AGO + 1)
    for _ in range(2):
        assert counts(home.sync(synced)) == {"unchanged": 5}
    assert opened == ["a.txt"]


def test_a_renamed_file_keeps_its_document_its_history_and_takes_the_new_name(
    home: Home, folder: Path, synced: Source
) -> None:
    known = document_id(home, "a.txt")
    conversation = home.history.save(answer((home.store, known, "about a.txt")))
    (folder / "a.txt").rename(folder / "z.txt")
    home.parser.parsed.clear()
    summary = home.sync(synced)
    assert counts(summary) == {"unchanged": 4, "renamed": 1}
    document = home.store.document(known)
    assert (document.source, document.title, home.lies(known)) == ("z.txt", "z.txt", ["z.txt"])
    assert home.parser.parsed == []
    (turn,) = home.history.turns(conversation)
    assert turn.sentences[0].citations[0].document.source == "z.txt"


def test_a_renamed_document_with_a_title_of_its_own_keeps_it(
    home: Home, folder: Path, synced: Source
) -> None:
    known = document_id(home, "a.txt")
    with home.database.writing() as connection:
        connection.execute(documents.update().where(documents.c.id == known).values(title="On herons"))
    (folder / "a.txt").rename(folder / "z.txt")
    home.sync(synced)
    assert (home.store.document(known).source, home.store.document(known).title) == ("z.txt", "On herons")


def test_a_whole_folder_that_was_renamed_is_renamed_and_nothing_is_read(
    home: Home, folder: Path, synced: Source
) -> None:
    (folder / "sub").rename(folder / "elsewhere")
    home.parser.parsed.clear()
    assert counts(home.sync(synced)) == {"unchanged": 3, "renamed": 2}
    assert home.parser.parsed == []


def test_the_old_version_answers_until_the_new_one_is_published(
    home: Home, folder: Path, synced: Source
) -> None:
    write(folder, "a.txt", text="about the stork", at=LONG_AGO + 1)
    seen: list[list[str]] = []
    embed = home.embedder.embed

    def look_first(texts: list[str]) -> object:
        if any("stork" in text for text in texts):
            home.embedder.embed = embed  # type: ignore[method-assign]
            seen.append(home.found("about a.txt"))
        return embed(texts)

    home.embedder.embed = look_first  # type: ignore[method-assign, assignment]
    home.sync(synced)
    assert "about a.txt" in seen[0]
    assert "about the stork" not in seen[0]
    assert "about the stork" in home.found("stork")


def test_files_in_a_folder_that_may_not_be_looked_into_are_not_deleted(
    home: Home, folder: Path, synced: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    scandir = os.scandir

    def refuse(path: str) -> object:
        if str(path).endswith("sub"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    with monkeypatch.context() as patch:
        patch.setattr(os, "scandir", refuse)
        summary = home.sync(synced)
    assert [(f.source, "cannot be opened" in f.reason) for f in summary.failed] == [("sub", True)]
    stale = {place.name: bool(place.trouble) for place in home.places.of_source(synced.id).values()}
    assert {name for name, trouble in stale.items() if trouble} == {"sub/d.txt", "sub/e.txt"}
    assert (summary.unchanged, summary.deleted, len(home.found("about"))) == (3, 0, 5)
    assert counts(home.sync(synced)) == {"unchanged": 5}


def test_files_that_cannot_even_be_looked_at_are_listed_and_not_deleted(
    home: Home, folder: Path, synced: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    stat = Path.stat

    def refuse(path: Path, **options: bool) -> os.stat_result:
        if path.parent.name == "sub":
            raise PermissionError(13, "Permission denied", str(path))
        return stat(path, **options)

    monkeypatch.setattr(Path, "stat", refuse)
    summary = home.sync(synced)
    assert summary.deleted == 0
    assert len(home.found("about")) == 5


@pytest.mark.parametrize("how", ["empty", "missing"])
def test_a_folder_that_is_suddenly_empty_or_missing_is_refused_with_the_counts(
    home: Home, folder: Path, synced: Source, how: str
) -> None:
    away = folder.rename(folder.with_name("away"))
    if how == "empty":
        folder.mkdir()
    for dry in (True, False):
        with pytest.raises(
            Refused, match=r"0 files found in .*docs, 5 expected: aborted.*mass-delete"
        ) as caught:
            home.sync(synced, dry=dry)
        assert caught.value.exit_code == 4
    assert len(home.found("about")) == 5
    folder.rmdir() if how == "empty" else None
    away.rename(folder)
    assert counts(home.sync(synced)) == {"unchanged": 5}


def test_a_folder_that_lost_most_of_its_files_is_refused_but_what_is_new_is_in(
    home: Home, folder: Path, synced: Source
) -> None:
    for name in ("a.txt", "b.txt", "c.txt"):
        (folder / name).unlink()
    write(folder, "new.txt")
    with pytest.raises(Refused, match=r"3 files found .* 5 expected"):
        home.sync(synced)
    assert len(home.found("about")) == 6
    assert counts(home.sync(synced, allow_mass_delete=True)) == {"unchanged": 3, "deleted": 3}
    assert len(home.found("about")) == 3


def test_everything_may_go_when_that_is_allowed(home: Home, folder: Path, synced: Source) -> None:
    for path in folder.rglob("*.txt"):
        path.unlink()
    assert counts(home.sync(synced, allow_mass_delete=True)) == {"deleted": 5}
    assert (home.store.documents(), home.kept()) == ([], set())


def test_few_files_may_always_go(home: Home, folder: Path, synced: Source) -> None:
    for name in ("a.txt", "b.txt"):
        (folder / name).unlink()
    assert counts(home.sync(synced)) == {"unchanged": 3, "deleted": 2}


def test_a_rehearsal_changes_nothing_and_foretells_what_is_done_then(
    home: Home, folder: Path, synced: Source
) -> None:
    write(folder, "a.txt", text="other", at=LONG_AGO + 1)
    write(folder, "new.txt", "sub/newer.txt", text="new and the same")
    write(folder, "copy.txt", text="about sub/d.txt")
    (folder / "c.txt").unlink()
    (folder / "b.txt").rename(folder / "z.txt")
    before = rows(home)
    foretold = home.sync(synced, dry=True)
    assert rows(home) == before
    assert counts(foretold) == {"added": 1, "updated": 1, "unchanged": 4, "renamed": 1, "deleted": 1}
    assert counts(home.sync(synced)) == counts(foretold)


def test_a_rehearsal_tells_of_files_that_cannot_be_opened(
    home: Home, folder: Path, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(found: Found) -> object:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Found, "open", refuse)
    foretold, done = home.sync(source, dry=True), home.sync(source)
    assert [f.reason for f in foretold.failed] == [f.reason for f in done.failed]
    assert len(done.failed) == 5


def test_two_syncs_of_a_source_at_once_cannot_meet(home: Home, folder: Path, source: Source) -> None:
    running = home.syncs.run(source, Summary())
    next(running)
    with pytest.raises(AlreadyRunning, match="docs") as caught:
        home.sync(source)
    assert caught.value.exit_code == 75
    assert len(list(running)) == 4
    assert counts(home.sync(source)) == {"unchanged": 5}


def test_another_source_is_synced_meanwhile(home: Home, folder: Path, source: Source, tmp_path: Path) -> None:
    write(tmp_path / "other", "x.txt")
    running = home.syncs.run(source, Summary())
    next(running)
    assert counts(home.sync(home.source(tmp_path / "other", "other"))) == {"added": 1}
    list(running)


def test_a_sync_that_broke_off_lets_the_next_one_in(home: Home, source: Source) -> None:
    running = home.syncs.run(source, Summary())
    next(running)
    running.close()
    assert len(home.sync(source).failed) == 0
    assert len(home.found("about")) == 5


def test_each_file_is_told_with_how_many_there_are(home: Home, folder: Path, source: Source) -> None:
    assert [finished.total for finished in home.syncs.run(source, Summary())] == [5] * 5
    (folder / "a.txt").unlink()
    (folder / "b.txt").rename(folder / "z.txt")
    tally = Tally(began=0)
    for finished in home.syncs.run(source, Summary()):
        tally.note(finished)
    assert (tally.done, tally.total, tally.slow, tally.left(9)) == (4, 4, 1, 0)


def test_a_sync_under_way_says_how_far_it_has_come_until_it_ends(
    home: Home, folder: Path, synced: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sync, "NEWS", 0)
    write(folder, "a.txt", "b.txt", text="other {}")
    running = home.syncs.run(home.register.named("docs"), Summary())
    for _ in range(4):
        next(running)
    told = home.register.named("docs")
    assert told.running is not None
    assert (told.running.done, told.running.failed, told.running.total) == (4, 0, 5)
    assert (told.outcome or {})["added"] == 5
    list(running)
    assert home.register.named("docs").running is None


def test_what_failed_is_listed_again_and_not_read_again(
    home: Home, folder: Path, source: Source, opened: list[str]
) -> None:
    home.parser.planned["a.txt"] = [EncryptedDocument("a.txt needs a password.")]
    first = home.sync(source)
    opened.clear()
    home.parser.parsed.clear()
    again = home.sync(source)
    assert [f.reason for f in first.failed] == [f.reason for f in again.failed] == ["a.txt needs a password."]
    assert (opened, home.parser.parsed) == ([], [])
    assert counts(home.sync(source, dry=True)) == counts(again)


def test_both_of_two_copies_that_fail_are_listed_by_every_sync(
    home: Home, folder: Path, source: Source
) -> None:
    write(folder, "a.txt", "copy.txt", text="the same")
    home.parser.planned["a.txt"] = [EncryptedDocument("It needs a password.")]
    for _ in range(2):
        summary = home.sync(source)
        assert sorted(f.source for f in summary.failed) == ["a.txt", "copy.txt"]
        assert {f.reason for f in summary.failed} == {"It needs a password."}


def test_what_failed_is_read_when_it_was_mended(home: Home, folder: Path, source: Source) -> None:
    home.parser.planned["a.txt"] = [EncryptedDocument("a.txt needs a password.")]
    home.sync(source)
    write(folder, "a.txt", text="opened", at=LONG_AGO + 1)
    assert counts(home.sync(source)) == {"added": 1, "unchanged": 4}


def test_what_failed_for_reasons_that_may_pass_is_tried_again_by_the_next_sync(
    home: Home, folder: Path, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch.time, "sleep", lambda seconds: home.clock.advance(seconds=seconds * 50))
    home.parser.planned["a.txt"] = [RetryableError("Busy.")] * MAX_ATTEMPTS
    assert [f.reason for f in home.sync(source).failed] == ["Busy."]
    assert counts(home.sync(source)) == {"added": 1, "unchanged": 4}


def test_a_file_that_changes_while_it_is_read_is_listed_and_read_by_the_next_sync(
    home: Home, folder: Path, synced: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = folder / "a.txt"
    write(folder, "a.txt", text="half ", at=LONG_AGO + 1)
    copy = home.originals._copy

    def copy_while_written(*args: object) -> object:
        with path.open("a") as file:
            file.write("and half")
        return copy(*args)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(home.originals, "_copy", copy_while_written)
        (failure,) = home.sync(synced).failed
    assert "being changed while it was read" in failure.reason
    assert "about a.txt" in home.found("about")
    assert counts(home.sync(synced)) == {"updated": 1, "unchanged": 4}
    assert "half and half" in home.found("half")


def test_what_a_killed_sync_took_in_is_read_by_the_next(home: Home, folder: Path, source: Source) -> None:
    class Killed(BaseException):
        pass

    def die(*_: object, **__: object) -> object:
        raise Killed

    parse, release = home.parser.parse, home.jobs.release
    home.parser.parse = home.jobs.release = die  # type: ignore[method-assign, assignment]
    with pytest.raises(Killed):
        home.sync(source)
    home.parser.parse, home.jobs.release = parse, release  # type: ignore[method-assign]
    assert home.jobs.active()
    home.clock.advance(minutes=2)
    assert counts(home.sync(source, dry=True)) == {"added": 5}
    assert counts(home.sync(source)) == {"added": 5}
    assert len(home.found("about")) == 5


def test_an_update_that_a_killed_sync_took_in_is_read_by_the_next(
    home: Home, folder: Path, synced: Source
) -> None:
    write(folder, "a.txt", text="the stork", at=LONG_AGO + 1)
    (found,) = (each for each in batch_items(folder) if each.source == "a.txt")
    with found.open() as file:
        home.intake.receive(
            file, name="a.txt", origin=found.origin, mark=found.mark, source_id=synced.id, priority=0
        )
    assert counts(home.sync(synced)) == {"updated": 1, "unchanged": 4}
    assert "the stork" in home.found("stork")


def batch_items(folder: Path) -> list[Found]:
    from ingest.sources.folder import walk

    return list(walk(folder))


def test_a_source_that_is_removed_leaves_its_documents_and_another_may_take_them_up(
    home: Home, folder: Path, synced: Source
) -> None:
    home.register.remove(synced)
    assert len(home.found("about")) == 5
    again = home.source(folder, "again")
    assert counts(home.sync(again)) == {"unchanged": 5}
    (folder / "a.txt").unlink()
    assert counts(home.sync(again)) == {"unchanged": 4, "deleted": 1}


def test_the_latest_outcome_is_kept_with_the_source(home: Home, folder: Path, synced: Source) -> None:
    home.parser.planned["new.txt"] = [EncryptedDocument("It needs a password.")]
    write(folder, "new.txt")
    home.sync(synced)
    outcome = home.register.named("docs").outcome
    assert outcome is not None
    assert (outcome["unchanged"], outcome["failed"]) == (
        5, [{"source": "new.txt", "stage": "parsing", "reason": "It needs a password."}],
    )  # fmt: skip


def test_a_refusal_is_kept_with_the_source_until_a_sync_is_done(
    home: Home, folder: Path, synced: Source
) -> None:
    for path in folder.rglob("*.txt"):
        path.unlink()
    home.clock.advance(days=1)
    with pytest.raises(Refused) as caught:
        home.sync(synced)
    refused = home.register.named("docs")
    assert refused.synced_at == home.clock.now()
    assert (refused.outcome or {})["error"] == str(caught.value)
    home.sync(synced, allow_mass_delete=True)
    assert (home.register.named("docs").outcome or {})["error"] == ""


def test_a_sync_that_broke_off_says_so_with_the_source(home: Home, source: Source) -> None:
    running = home.syncs.run(source, Summary())
    next(running)
    running.close()
    assert (home.register.named("docs").outcome or {})["error"] == BROKEN_OFF


def test_a_sync_that_finds_another_at_work_leaves_the_outcome_alone(home: Home, source: Source) -> None:
    running = home.syncs.run(source, Summary())
    next(running)
    with pytest.raises(AlreadyRunning):
        home.sync(source)
    assert home.register.named("docs").outcome is None
    list(running)


def test_two_copies_that_become_one_under_a_new_name_are_one_renamed(
    home: Home, folder: Path, synced: Source
) -> None:
    write(folder, "copy.txt", text="about a.txt")
    home.sync(synced)
    known = document_id(home, "a.txt")
    (folder / "copy.txt").unlink()
    (folder / "a.txt").rename(folder / "z.txt")
    foretold = counts(home.sync(synced, dry=True))
    assert counts(home.sync(synced)) == foretold == {"unchanged": 4, "renamed": 1}
    assert home.lies(known) == ["z.txt"]


def test_a_file_whose_path_is_too_long_to_be_looked_up_is_kept(
    home: Home, folder: Path, synced: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(names, "MAX_ORIGIN", 150)
    deep = folder / "/".join("x" * 60 for _ in range(4))
    deep.mkdir(parents=True)
    write(deep, "one.txt", "other.txt")
    assert counts(home.sync(synced, dry=True)) == counts(home.sync(synced)) == {"added": 2, "unchanged": 5}
    for dry in (True, False):
        assert counts(home.sync(synced, dry=dry)) == {"unchanged": 7}
    assert "about one.txt" in home.found("about")


def test_a_rehearsal_knows_files_that_were_added_by_hand_and_a_collection_however_it_is_spelt(
    home: Home, folder: Path
) -> None:
    source = home.register.add("docs", Kind.FOLDER, str(folder), "cafe\u0301", Options())
    for _ in home.batch("caf\u00e9").run(batch_items(folder)):
        pass
    write(folder, "a.txt", text="other", at=LONG_AGO + 1)
    foretold = counts(home.sync(source, dry=True))
    assert counts(home.sync(source)) == foretold == {"updated": 1, "unchanged": 4}


def test_a_copy_of_a_file_that_a_killed_sync_left_waiting_is_counted_as_foretold(
    home: Home, folder: Path, synced: Source
) -> None:
    home.receive("about new", "elsewhere.txt", priority=0)
    write(folder, "new.txt", "newer.txt", text="about new")
    foretold = counts(home.sync(synced, dry=True))
    assert counts(home.sync(synced)) == foretold == {"added": 1, "unchanged": 6}


def test_a_document_deleted_by_its_owner_comes_back_with_the_next_sync(
    home: Home, folder: Path, synced: Source
) -> None:
    home.intake.delete(document_id(home, "a.txt"))
    assert counts(home.sync(synced)) == {"added": 1, "unchanged": 4}


def test_a_document_deleted_while_its_file_goes_disturbs_nothing(
    home: Home, folder: Path, synced: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "a.txt").unlink()
    forget = home.intake.forget

    def delete_first(place: object) -> bool:
        home.intake.delete(document_id(home, "a.txt"))
        return forget(place)  # type: ignore[arg-type]

    monkeypatch.setattr(home.intake, "forget", delete_first)
    assert counts(home.sync(synced)) == {"unchanged": 4}
    assert len(home.found("about")) == 4
