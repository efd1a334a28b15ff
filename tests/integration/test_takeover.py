"""A process that is stopped past its lease: one other takes its job over, and it cannot publish when it wakes."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.exc import OperationalError

from ingest import jobs
from rag.tables import changes
from rag.tables import jobs as jobs_table
from rag.types import Status
from tests.factories import Home, opened

ROOT = Path(__file__).resolve().parents[2]
LEASE_SECONDS = 1.0

CHILD = """
import sys
from datetime import timedelta
from pathlib import Path
from rag.clock import SystemClock
from ingest import jobs, pipeline
from tests.factories import opened
import tests.factories

jobs.LEASE = timedelta(seconds=float(sys.argv[3]))
pipeline.BEAT = jobs.LEASE.total_seconds() / 4
tests.factories.SetClock = SystemClock
with opened(sys.argv[1], Path(sys.argv[2])) as home:
    if sys.argv[4] == "slow":
        parse = home.parser.parse

        def parse_slowly(path, name, **options):
            print("parsing", flush=True)
            input()
            return parse(path, name, **options)

        home.parser.parse = parse_slowly
    else:
        print("ready", flush=True)
        input()
    for result in home.worker().drain():
        print(result.failure.reason if result.failure else "published", flush=True)
"""


def start(url: str, folder: Path, role: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", CHILD, url, str(folder), str(LEASE_SECONDS), role], cwd=ROOT,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


def line(child: "subprocess.Popen[str]") -> str:
    assert child.stdout is not None
    return child.stdout.readline().strip()


def go(child: "subprocess.Popen[str]") -> str:
    """Let it go on, and all that it says from then on."""
    said, _ = child.communicate("\n", timeout=120)
    return said


def stop(child: "subprocess.Popen[str]", url: str) -> None:
    """Stop it where it is not in the middle of renewing its lease, for then all others would wait for it."""
    os.kill(child.pid, signal.SIGSTOP)
    while not writable(url):
        os.kill(child.pid, signal.SIGCONT)
        time.sleep(0.05)
        os.kill(child.pid, signal.SIGSTOP)


def writable(url: str) -> bool:
    """Whether nobody holds the job, a little later, when what was under way on the server has ended."""
    time.sleep(0.1)
    lite = url.startswith("sqlite")
    engine = create_engine(url, connect_args={"timeout": 0} if lite else {})
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE" if lite else "SELECT 1 FROM jobs FOR UPDATE NOWAIT")
    except OperationalError:
        return False
    finally:
        engine.dispose()
    return True


def lapsed(home: Home) -> bool:
    with home.database.reading() as connection:
        until = connection.execute(select(jobs_table.c.lease_until)).scalar_one()
    return bool(until < home.clock.now())


@pytest.mark.slow
def test_a_process_that_is_stopped_past_its_lease_is_replaced_once_and_publishes_nothing_when_it_wakes(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rag.clock import SystemClock

    monkeypatch.setattr("tests.factories.SetClock", SystemClock)
    monkeypatch.setattr(jobs, "LEASE", jobs.timedelta(seconds=LEASE_SECONDS))
    with opened(database_url, tmp_path / "home") as home:
        known = home.receive("the heron").document.id
        slow = start(database_url, tmp_path / "home", "slow")
        others = [start(database_url, tmp_path / "home", "other") for _ in range(2)]
        try:
            assert line(slow) == "parsing"
            assert [line(other) for other in others] == ["ready", "ready"]
            stop(slow, database_url)
            while not lapsed(home):
                time.sleep(0.1)
            said = [go(other) for other in others]
            assert sorted(said) == ["", "published\n"]
            os.kill(slow.pid, signal.SIGCONT)
            assert "taken over" in go(slow)
        finally:
            for child in (slow, *others):
                child.kill()
                child.wait()
        assert home.store.document(known).status is Status.READY
        with home.database.reading() as connection:
            assert len(connection.execute(select(changes)).all()) == 1, "published more than once"
        assert home.found("heron") == ["the heron"]
        assert home.problems() == []
