"""Syncs that are asked for while a server runs."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ingest.summary import Finished
from ingest.syncer import Syncer
from tests.factories import Home

SOON = 20.0  # seconds


def folder(at: Path, *names: str) -> Path:
    at.mkdir()
    for name in names:
        (at / name).write_text(f"text of {at.name} {name}")
    return at


def test_sources_are_synced_one_after_the_other_and_nobody_waits(home: Home, tmp_path: Path) -> None:
    one = home.source(folder(tmp_path / "one", "a.txt"), "one")
    two = home.source(folder(tmp_path / "two", "b.txt", "c.txt"), "two")
    syncer = Syncer(home.register, lambda: home.syncs)
    syncer.ask(one.name)
    syncer.ask(two.name)
    syncer.ask(two.name)
    syncer.wait(SOON)
    assert syncer.asked == ()
    assert sorted(d.source for d in home.store.documents()) == ["a.txt", "b.txt", "c.txt"]
    assert home.register.named("two").outcome["added"] == 2


def test_one_that_fails_keeps_no_other_from_its_turn(home: Home, tmp_path: Path) -> None:
    home.source(folder(tmp_path / "one", "a.txt"), "one")
    syncer = Syncer(home.register, lambda: home.syncs)
    syncer.ask("gone")
    syncer.ask("one")
    syncer.wait(SOON)
    assert [d.source for d in home.store.documents()] == ["a.txt"]


def test_a_source_that_another_run_is_at_work_on_is_left_to_it(home: Home, tmp_path: Path) -> None:
    source = home.source(folder(tmp_path / "one", "a.txt"), "one")
    syncer = Syncer(home.register, lambda: home.syncs)
    with home.database.turn(f"the sync of {source.name}"):
        syncer.ask("one")
        syncer.wait(SOON)
    assert home.store.documents() == []
    syncer.ask("one")
    syncer.wait(SOON)
    assert [d.source for d in home.store.documents()] == ["a.txt"]


class Slow:
    """A sync that says when it has begun, and ends when it is closed."""

    def __init__(self) -> None:
        self.begun, self.go_on, self.closed = threading.Event(), threading.Event(), threading.Event()

    def run(self, *_: Any) -> Iterator[Finished]:
        try:
            self.begun.set()
            self.go_on.wait(SOON)
            while True:
                yield Finished(source="a", outcome="added")
        finally:
            self.closed.set()


def test_stopping_breaks_off_what_is_under_way_and_begins_nothing_more(home: Home, tmp_path: Path) -> None:
    home.source(folder(tmp_path / "one"), "one")
    home.source(folder(tmp_path / "two"), "two")
    slow: Any = Slow()
    made = []
    syncer = Syncer(home.register, lambda: made.append(slow) or slow)
    syncer.ask("one")
    syncer.ask("two")
    assert slow.begun.wait(SOON)
    assert syncer.asked == ("one", "two")
    stopping = threading.Thread(target=syncer.stop, args=(SOON,))
    stopping.start()
    while not syncer._stopping.is_set():
        pass
    slow.go_on.set()
    stopping.join(SOON)
    assert slow.closed.is_set()
    assert (len(made), syncer.asked) == (1, ())
    syncer.ask("one")
    assert syncer.asked == ()
