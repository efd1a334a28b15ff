"""The queue: leases, fences, retries."""

import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ingest.intake import Priority
from ingest.jobs import BACK_OFF, LEASE, MAX_ATTEMPTS, Job, JobState, LostLease
from ingest.owner import owner
from tests.factories import Home


def claimed(home: Home, owner: str = "one") -> Job:
    job = home.jobs.claim(owner)
    assert job is not None
    return job


def finish(home: Home, job: Job) -> None:
    with home.database.writing() as connection:
        home.jobs.finish(connection, job)


def fail(home: Home, job: Job, *, retry: bool) -> bool:
    with home.database.writing() as connection:
        return home.jobs.fail(connection, job, retry=retry)


def together(actions: list[Callable[[], object]]) -> list[object]:
    """What each action gave, all started at once, each in a thread of its own."""
    start = threading.Barrier(len(actions))

    def run(action: Callable[[], object]) -> object:
        start.wait()
        return action()

    with ThreadPoolExecutor(len(actions)) as threads:
        return list(threads.map(run, actions))


def test_jobs_are_taken_oldest_first_and_each_once(home: Home) -> None:
    for name in ("a", "b"):
        home.receive(name, name)
    assert [claimed(home).source, claimed(home).source] == ["a", "b"]
    assert home.jobs.claim("another") is None
    home.jobs.release("one")


def test_a_job_of_the_documents_asked_is_taken_and_no_other(home: Home) -> None:
    first, second = (home.receive(name, name).document.id for name in ("a", "b"))
    job = home.jobs.claim("one", [second])
    assert job is not None
    assert job.document_id == second
    assert home.jobs.claim("one", [second]) is None
    assert home.jobs.claim("one", [first]) is not None


def test_one_of_many_who_claim_at_once_gets_the_job(home: Home) -> None:
    home.receive("text")
    given = together([lambda n=n: home.jobs.claim(f"owner {n}") for n in range(8)])
    assert sum(job is not None for job in given) == 1


def test_a_lease_that_ran_out_is_claimed_by_one(home: Home) -> None:
    home.receive("text")
    claimed(home)
    home.clock.advance(seconds=LEASE.seconds + 1)
    given = together([lambda n=n: home.jobs.claim(f"owner {n}") for n in range(8)])
    assert [job.fence for job in given if isinstance(job, Job)] == [2]


def test_a_lease_that_is_renewed_does_not_run_out(home: Home) -> None:
    home.receive("text")
    claimed(home)
    for _ in range(3):
        home.clock.advance(seconds=LEASE.seconds - 1)
        home.jobs.renew("one")
    assert home.jobs.claim("two") is None


def test_what_is_being_done_is_told_for_jobs_that_are_still_held(home: Home) -> None:
    for name in ("a", "b"):
        home.receive(name, name)
    lost, held = claimed(home, "slow"), claimed(home)
    home.clock.advance(seconds=LEASE.seconds - 1)
    home.jobs.renew("one")
    home.clock.advance(seconds=2)
    claimed(home, "quick")
    home.jobs.enter([lost, held], "embedding")
    assert {job.source: job.stage for job in home.jobs.active().values()} == {
        "a": "parsing",
        "b": "embedding",
    }


@pytest.mark.parametrize("late", [finish, lambda home, job: fail(home, job, retry=True)])
def test_an_owner_who_comes_too_late_can_do_nothing(home: Home, late: Callable[[Home, Job], object]) -> None:
    home.receive("text")
    job = claimed(home, "slow")
    home.clock.advance(seconds=LEASE.seconds + 1)
    claimed(home, "quick")
    with pytest.raises(LostLease, match=r"taken over a\.txt"):
        late(home, job)
    (active,) = home.jobs.active().values()
    assert (active.state, active.fence) == (JobState.RUNNING, 2)


def test_a_newer_original_takes_the_job_away_from_who_reads_the_older(home: Home) -> None:
    home.receive("old")
    job = claimed(home)
    home.receive("new")
    newer = claimed(home)
    with pytest.raises(LostLease):
        finish(home, job)
    assert newer.sha256 != job.sha256
    home.jobs.release("one")


def test_the_number_of_a_job_that_is_gone_is_never_given_again(home: Home) -> None:
    home.receive("text")
    job = claimed(home)
    home.intake.delete(job.document_id)
    home.receive("other", "b.txt")
    other = claimed(home)
    with pytest.raises(LostLease):
        fail(home, job, retry=False)
    finish(home, other)


def test_what_is_released_is_free_at_once_and_was_not_tried(home: Home) -> None:
    home.receive("text")
    claimed(home)
    home.jobs.release("one")
    assert claimed(home, "two").attempts == 1


def test_only_ones_own_jobs_are_released(home: Home) -> None:
    home.receive("text")
    claimed(home)
    home.jobs.release("two")
    assert home.jobs.claim("two") is None


def test_a_failure_that_may_pass_is_tried_again_ever_later_and_not_for_ever(home: Home) -> None:
    home.receive("text")
    for attempt in range(1, MAX_ATTEMPTS):
        assert fail(home, claimed(home), retry=True)
        pause = BACK_OFF.total_seconds() * 2 ** (attempt - 1)
        home.clock.advance(seconds=pause - 1)
        assert home.jobs.claim("one") is None
        home.clock.advance(seconds=1)
    assert not fail(home, claimed(home), retry=True)
    home.clock.advance(days=1)
    assert home.jobs.claim("one") is None
    assert home.jobs.active() == {}


def test_a_failure_that_will_not_pass_is_not_tried_again(home: Home) -> None:
    home.receive("text")
    assert not fail(home, claimed(home), retry=False)
    assert home.jobs.claim("one") is None


def test_what_somebody_uploaded_is_read_before_a_bulk_run(home: Home) -> None:
    home.receive("bulk", "bulk.txt", priority=Priority.BULK)
    home.receive("upload", "upload.txt")
    assert [claimed(home).source, claimed(home).source] == ["upload.txt", "bulk.txt"]
    home.jobs.release("one")


def ended() -> str:
    """The name of an owner whose process has ended."""
    code = "from ingest.owner import owner; print(owner())"
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.strip()


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="this system does not list its processes")
def test_the_job_of_a_process_that_ended_is_free_at_once_and_goes_to_one(home: Home) -> None:
    home.receive("text")
    late = claimed(home, ended())
    given = together([lambda n=n: home.jobs.claim(f"owner {n}") for n in range(8)])
    assert [job.fence for job in given if isinstance(job, Job)] == [2]
    with pytest.raises(LostLease):
        finish(home, late)


def test_the_job_of_a_process_that_lives_is_not_free_before_its_lease_has_run_out(home: Home) -> None:
    home.receive("text")
    claimed(home, owner())
    assert home.jobs.claim("two") is None
    home.clock.advance(seconds=LEASE.seconds + 1)
    assert home.jobs.claim("two") is not None


def test_a_finished_job_is_gone(home: Home) -> None:
    home.receive("text")
    finish(home, claimed(home))
    assert home.jobs.active() == {}
