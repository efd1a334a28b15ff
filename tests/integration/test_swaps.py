"""Files that take one another's names: a document goes where its content goes, and none is lost for it."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.intake import Received
from ingest.sources.fetching.fetch import Fetcher
from ingest.sources.register import Kind, Options, Source
from ingest.sources.site import Web
from ingest.summary import Summary
from ingest.sync import Sync
from rag.errors import Refused
from rag.places import LEFT
from tests.factories import Home, answer, opened
from tests.fixtures.web_site import OPEN, reply, site
from tests.integration.test_places import law_broken
from tests.integration.test_sync import counts, document_id

NAMES = "abcdefgh"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "docs"
    made.mkdir()
    return made


@pytest.fixture
def clock() -> Iterator[int]:
    """Seconds since 1970, long ago, each later than the last: a file's time tells whether it is as it was."""
    return iter(range(1_000_000_000, 2_000_000_000))


def write(folder: Path, texts: dict[str, str], at: int) -> None:
    """The folder holds just these files, all changed at this time."""
    for path in folder.iterdir():
        path.unlink()
    for name, text in texts.items():
        path = folder / f"{name}.txt"
        path.write_text(text)
        os.utime(path, (at, at))


def known(home: Home, names: str) -> list[str]:
    """The ids of the documents that lie under these names."""
    return [document_id(home, f"{name}.txt") for name in names]


@pytest.fixture
def synced(home: Home, folder: Path, clock: Iterator[int]) -> Source:
    write(folder, {name: f"about {name}" for name in NAMES}, next(clock))
    source = home.source(folder)
    assert home.sync(source).added == len(NAMES)
    return source


@pytest.mark.parametrize("now", ["ba", "bca", "cab", "bcda", "badc"])
def test_files_that_swap_their_names_keep_their_documents_and_histories(
    home: Home, folder: Path, synced: Source, clock: Iterator[int], now: str
) -> None:
    before = known(home, now)
    answers = [
        home.history.save(answer((home.store, d, f"about {n}"))) for d, n in zip(before, now, strict=True)
    ]
    texts = {name: f"about {name}" for name in NAMES} | dict(
        zip(NAMES, [f"about {name}" for name in now], strict=False)
    )
    write(folder, texts, next(clock))
    home.parser.parsed.clear()
    wanted = {"unchanged": len(NAMES) - len(now), "renamed": len(now)}
    assert counts(home.sync(synced, dry=True)) == wanted
    assert counts(home.sync(synced)) == wanted
    assert known(home, NAMES[: len(now)]) == before
    assert home.parser.parsed == []
    for number, conversation in enumerate(answers):
        ((sentence,),) = [turn.sentences for turn in home.history.turns(conversation)]
        assert sentence.citations[0].document.source == f"{NAMES[number]}.txt"
    assert [place for place in home.places.of_source(synced.id) if place.startswith(LEFT)] == []


@pytest.mark.parametrize("other", ["b", "z"], ids=["one that was there", "a new one"])
def test_a_renamed_file_keeps_its_document_where_another_that_was_edited_takes_its_name(
    home: Home, folder: Path, synced: Source, clock: Iterator[int], other: str
) -> None:
    """A file z may be a with another name; whatever is called a now is not the document that a was."""
    (before,) = known(home, "a")
    texts = {name: f"about {name}" for name in NAMES} | {"a": f"about {other}, edited", "z": "about a"}
    texts.pop(other if other in NAMES else "", None)
    write(folder, texts, next(clock))
    foretold = counts(home.sync(synced, dry=True))
    assert counts(home.sync(synced)) == foretold
    assert (foretold["added"], foretold["renamed"]) == (1, 1)
    assert known(home, "z") == [before]
    assert home.store.document(before).source == "z.txt"
    assert f"about {other}, edited" in home.found("about")


def test_a_file_that_was_edited_loses_its_document_to_another_known_one_that_holds_its_content_now(
    home: Home, folder: Path, synced: Source, clock: Iterator[int]
) -> None:
    """By their names b, the edited one, would come first, and be taken for a new version of its document."""
    (before,) = known(home, "b")
    texts = {name: f"about {name}" for name in NAMES} | {"b": "about something else", "g": "about b"}
    write(folder, texts, next(clock))
    foretold = counts(home.sync(synced, dry=True))
    assert counts(home.sync(synced)) == foretold
    assert known(home, "g") == [before]
    assert home.store.document(before).source == "g.txt"


def test_the_content_that_was_overwritten_and_is_nowhere_else_goes(
    home: Home, folder: Path, synced: Source, clock: Iterator[int]
) -> None:
    gone, kept = known(home, "ab")
    write(folder, {name: f"about {name}" for name in NAMES} | {"a": "about b"}, next(clock))
    foretold = counts(home.sync(synced, dry=True))
    assert counts(home.sync(synced)) == foretold == {"unchanged": len(NAMES), "deleted": 1}
    assert list(home.doctor.remains(gone)) == []
    assert home.lies(kept) == ["a.txt", "b.txt"]
    assert "about a" not in home.kept()


def test_files_that_all_hold_the_same_at_once_are_refused_like_a_deletion_of_most(
    home: Home, folder: Path, synced: Source, clock: Iterator[int]
) -> None:
    before = dict(zip(NAMES, known(home, NAMES), strict=True))
    write(folder, dict.fromkeys(NAMES, "down for maintenance"), next(clock))
    for dry in (True, False, False):
        with pytest.raises(Refused, match=r"8 files found.*8 expected, 7 of them.*mass-delete") as caught:
            home.sync(synced, dry=dry)
        assert caught.value.exit_code == 4
    assert {f"about {name}" for name in NAMES[1:]} < set(home.found("about"))
    assert home.problems() == []
    write(folder, {name: f"about {name}" for name in NAMES}, next(clock))
    foretold = counts(home.sync(synced, dry=True))
    assert counts(home.sync(synced)) == foretold == {"updated": 1, "unchanged": 7}
    assert known(home, NAMES) == [before[name] for name in NAMES]
    assert sorted(home.found("about")) == [f"about {name}" for name in NAMES]
    assert law_broken(home) == []


def test_a_source_that_is_registered_anew_after_a_refusal_lets_go_of_what_is_deleted_later(
    home: Home, folder: Path, synced: Source, clock: Iterator[int]
) -> None:
    write(folder, dict.fromkeys(NAMES, "down for maintenance"), next(clock))
    with pytest.raises(Refused):
        home.sync(synced)
    home.register.remove(synced)
    again = home.source(folder, "again")
    write(folder, {name: f"about {name}" for name in NAMES}, next(clock))
    assert counts(home.sync(again)) == {"added": 1, "unchanged": 7, "deleted": 1}
    write(folder, {name: f"about {name}" for name in NAMES[:6]}, next(clock))
    assert counts(home.sync(again)) == {"unchanged": 6, "deleted": 2}
    assert sorted(home.found("about")) == [f"about {name}" for name in NAMES[:6]]


def test_files_that_all_hold_the_same_become_one_document_when_that_is_allowed(
    home: Home, folder: Path, synced: Source, clock: Iterator[int]
) -> None:
    write(folder, dict.fromkeys(NAMES, "the same"), next(clock))
    wanted = {"updated": 1, "unchanged": 7, "deleted": 7}
    assert counts(home.sync(synced, dry=True, allow_mass_delete=True)) == wanted
    assert counts(home.sync(synced, allow_mass_delete=True)) == wanted
    assert home.found("same about") == ["the same"]
    assert home.kept() == {"the same"}


def test_few_files_may_always_come_to_hold_the_same(
    home: Home, folder: Path, synced: Source, clock: Iterator[int]
) -> None:
    write(folder, {name: f"about {name}" for name in NAMES} | dict.fromkeys("abc", "the same"), next(clock))
    assert counts(home.sync(synced)) == {"updated": 1, "unchanged": 7, "deleted": 2}


def test_what_a_killed_sync_left_half_swapped_is_put_right_by_the_next(
    home: Home, folder: Path, synced: Source, clock: Iterator[int]
) -> None:
    class Killed(BaseException):
        pass

    before = known(home, "ba")
    write(folder, {name: f"about {name}" for name in NAMES} | {"a": "about b", "b": "about a"}, next(clock))
    first = home.intake.receive

    def once(*data: Any, **options: Any) -> Received:
        home.intake.receive = die  # type: ignore[method-assign, assignment]
        return first(*data, **options)

    def die(*_: object, **__: object) -> object:
        raise Killed

    home.intake.receive = once  # type: ignore[method-assign]
    with pytest.raises(Killed):
        home.sync(synced)
    home.intake.receive = first  # type: ignore[method-assign]
    assert sorted(home.found("about")) == [f"about {name}" for name in NAMES]
    assert home.problems() == []
    home.sync(synced)
    assert known(home, "ab") == before
    assert sorted(home.found("about")) == [f"about {name}" for name in NAMES]
    assert law_broken(home) == []


def told(home: Home, source: Source, *, dry: bool) -> str:
    """What a sync of a site says at its end."""
    web, summary = Web(Fetcher(allow=OPEN), home.originals), Summary()
    syncs = Sync(
        database=home.database, intake=home.intake, places=home.places, register=home.register, batch=home.batch,
        site=web.site,
    )  # fmt: skip
    try:
        for _ in (syncs.rehearse if dry else syncs.run)(source, summary):
            pass
    except Refused as refused:
        return str(refused)
    return str(counts(summary))


def test_a_site_that_shows_one_page_for_all_addresses_is_refused_too(home: Home) -> None:
    with site() as here:
        paths = [f"/{name}" for name in NAMES]
        listed = "".join(f"<url><loc>{here.url(path)}</loc></url>" for path in paths)
        here.replies["/sitemap.xml"] = reply(f"<urlset>{listed}</urlset>", kind="application/xml")
        source = home.register.add(
            "site", Kind.SITEMAP, here.url("/sitemap.xml"), "default", Options(delay=0.0)
        )
        for text in ("about {}", "Please log in.", "about {}"):
            for path in paths:
                here.page(path, text=text.format(path))
            foretold, done = told(home, source, dry=True), told(home, source, dry=False)
            assert foretold == done
            assert ("8 expected, 7 of them" in done) is (text == "Please log in.")
            assert len(home.store.documents()) == 8
    assert all(any(f"about {path}<" in text for text in home.found("about")) for path in paths)


MOVES = st.dictionaries(st.sampled_from(NAMES), st.sampled_from(NAMES), min_size=1)


@settings(max_examples=15)
@given(st.lists(MOVES, min_size=1, max_size=3))
def test_however_contents_move_each_stays_in_its_document(moves: list[dict[str, str]]) -> None:
    """``moves``: each name of the folder, and whose content is found under it now."""
    with tempfile.TemporaryDirectory() as base, opened(f"sqlite:///{base}/a.db", Path(base) / "home") as home:
        folder = Path(base) / "docs"
        folder.mkdir()
        source, lies = home.source(folder), dict[str, str]()
        for at, names in enumerate([{n: n for n in NAMES}, *moves], 1_000_000_000):
            write(folder, {name: f"about {content}" for name, content in names.items()}, at)
            foretold = counts(home.sync(source, dry=True, allow_mass_delete=True))
            assert counts(home.sync(source, allow_mass_delete=True)) == foretold
            now = {content: document_id(home, f"{name}.txt") for name, content in names.items()}
            assert {c: d for c, d in now.items() if c in lies} == {c: d for c, d in lies.items() if c in now}
            assert sorted(home.found("about")) == sorted({f"about {content}" for content in names.values()})
            assert law_broken(home) == []
            lies = now
        assert home.problems() == []
