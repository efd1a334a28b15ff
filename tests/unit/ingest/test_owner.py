import subprocess
import sys
from pathlib import Path

import pytest

from ingest import owner as owners
from ingest.owner import gone, owner

NAME = "from ingest.owner import owner; print(owner(), flush=True); input()"


def test_two_owners_of_one_process_have_two_names_and_neither_is_gone() -> None:
    one, other = owner(), owner()
    assert one != other
    assert len(one) <= 64, "the column of the table"
    assert not gone(one)
    assert not gone(other)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="this system does not list its processes")
def test_an_owner_is_gone_when_its_process_was_killed() -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", NAME], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with child:
        assert child.stdout is not None
        name = child.stdout.readline().strip()
        assert not gone(name)
        child.kill()
        child.wait()
        assert gone(name)


def test_another_process_with_the_number_of_one_that_ended_is_another() -> None:
    here, pid, started, rest = owner().split("-")
    assert gone(f"{here}-{pid}-{int(started or 0) + 1}-{rest}") is bool(here)


@pytest.mark.parametrize("name", ["", "one", "-1-2-3", "f" * 16 + "-1-2-3", "1234-abcdef012345"])
def test_nobody_knows_of_an_owner_elsewhere_whether_it_is_gone(name: str) -> None:
    assert not gone(name)


def test_where_processes_are_not_listed_nobody_is_gone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    before = owner()
    monkeypatch.setattr(owners, "_PROC", tmp_path)
    assert not gone(before)
    assert not gone(owner())
