"""Processes killed at random, runs that meet, and runs begun again: small twins of tests/reliability."""

from pathlib import Path

import pytest

from ingest.pipeline import CUT_SHORT
from tests.reliability import kill_storm, restart, two_crons
from tests.reliability.processes import Home, problems, state
from tests.reliability.quick import KILLER

pytestmark = pytest.mark.slow


def test_after_processes_were_killed_at_random_every_file_is_one_document(tmp_path: Path) -> None:
    found = kill_storm.run(Home(root=tmp_path / "storm"), files=30, kills=5, seed=1)
    assert sum(found.storm.killed.values()) == 5
    assert (found.state.ready, found.state.failed) == (28, 2), "two are damaged"
    assert found.state.wrong == ()
    assert found.cut_short == 0
    assert all("doctor --repair" in problem for problem in found.before_repair)
    assert found.after_repair == []


@pytest.mark.parametrize(("command", "processes"), [("sync", 2), ("add", 2)])
def test_runs_that_meet_on_a_folder_take_each_file_in_once(
    tmp_path: Path, command: str, processes: int
) -> None:
    home = Home(root=tmp_path / "crons")
    found = two_crons.run(home, files=20, rounds=2, processes=processes, command=command)
    assert found.wrong == ()
    assert found.embedded == found.written == 22


def test_a_run_begun_again_embeds_nothing_that_was_published(tmp_path: Path) -> None:
    found = restart.run(Home(root=tmp_path / "restart"), files=50, command="add")
    assert found.published > 0
    assert found.again == 0
    assert found.summary == {"added": 50 - found.published, "updated": 0, "unchanged": found.published}
    assert found.third == {"added": 0, "updated": 0, "unchanged": 50}
    assert (found.state.ready, found.state.wrong, found.problems) == (50, (), [])


def test_a_file_that_ends_every_process_takes_no_other_down_with_it(tmp_path: Path) -> None:
    home = Home(root=tmp_path / "killer")
    home.docs.mkdir(parents=True)
    for number in range(8):
        text = KILLER if number == 4 else f"Heron {number} is grey."
        (home.docs / f"{number}.txt").write_text(text)
    assert home.call("source", "add", str(home.docs))[0] == 0
    while home.start("sync").wait(60) < 0:
        pass
    assert state(home).wrong == ()
    assert problems(home) == []
    assert [(d.source, d.reason) for d in home.documents() if d.reason] == [("4.txt", CUT_SHORT)]
    assert sum(d.reason is None for d in home.documents()) == 7
