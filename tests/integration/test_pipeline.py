"""From job to published version, and what becomes of those that fail."""

import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from sqlalchemy import Connection

from ingest import pipeline
from ingest.intake import Arrival
from ingest.jobs import LEASE, MAX_ATTEMPTS, Job
from rag.errors import EncryptedDocument, RetryableError
from rag.types import Status
from tests.factories import Home
from tests.fakes import FakeEmbedder


def test_a_document_is_found_by_its_words_once_it_was_read(home: Home) -> None:
    home.receive("first page of herons\fsecond page of storks")
    (result,) = home.work()
    assert (result.pages, result.chunks, result.failure) == (2, 2, None)
    assert home.found("storks")[0] == "second page of storks"
    (document,) = home.store.documents()
    assert (document.status, document.title) == (Status.READY, "a.txt")


def test_one_unreadable_document_fails_alone_and_says_why(home: Home) -> None:
    home.parser.planned["b"] = [EncryptedDocument("b needs a password.")]
    for name in "abc":
        home.receive(f"text of {name}", name)
    results = {result.job.source: result for result in home.work()}
    assert [results[name].failure is None for name in "abc"] == [True, False, True]
    failure = results["b"].failure
    assert failure is not None
    assert (failure.stage, failure.reason, results["b"].again) == ("parsing", "b needs a password.", False)
    assert {d.source: (d.status, d.reason) for d in home.store.documents()} == {
        "a": (Status.READY, None),
        "b": (Status.FAILED, "b needs a password."),
        "c": (Status.READY, None),
    }


def test_a_bug_in_a_parser_fails_its_document_without_showing_a_trace(home: Home) -> None:
    home.parser.planned["b"] = [KeyError("/srv/secret/path")]
    home.receive("text", "b")
    (result,) = home.work()
    assert result.failure is not None
    assert "secret" not in result.failure.reason
    assert home.store.documents()[0].reason == pipeline.UNEXPECTED


def test_an_update_that_cannot_be_read_keeps_the_old_version_answering(home: Home) -> None:
    known = home.upload("the heron")
    home.parser.planned["a.txt"] = [EncryptedDocument("It needs a password.")]
    home.upload("the stork")
    document = home.store.document(known)
    assert (document.status, document.reason) == (Status.READY, "It needs a password.")
    assert home.found("heron stork") == ["the heron"]
    assert home.kept() == {"the heron", "the stork"}, "the failed one may be looked at"


def test_a_failed_document_that_is_given_again_waits_again(home: Home) -> None:
    home.parser.planned["a.txt"] = [EncryptedDocument("It needs a password.")]
    known = home.upload("text")
    document = home.receive("text").document
    assert (document.id, document.status, document.reason) == (known, Status.WAITING, None)
    home.work()
    assert home.store.document(known).status is Status.READY


def test_a_failed_update_is_forgotten_when_the_published_version_is_given_again(home: Home) -> None:
    known = home.upload("old")
    home.parser.planned["a.txt"] = [EncryptedDocument("It needs a password.")]
    home.upload("new")
    home.receive("old")
    assert home.store.document(known).reason is None
    assert home.kept() == {"old"}


def test_what_may_pass_is_tried_again_until_it_has_passed(home: Home) -> None:
    home.parser.planned["a.txt"] = [RetryableError("Busy.")]
    known = home.receive("text").document.id
    (result,) = home.work()
    assert result.again
    assert home.store.document(known).status is Status.WAITING
    assert home.work() == []
    home.clock.advance(minutes=1)
    (result,) = home.work()
    assert result.failure is None
    assert home.store.document(known).status is Status.READY


def test_what_does_not_pass_is_given_up_and_says_why(home: Home) -> None:
    home.parser.planned["a.txt"] = [RetryableError("Busy.")] * 10
    known = home.receive("text").document.id
    tried = []
    for _ in range(10):
        tried += home.work()
        home.clock.advance(hours=1)
    assert [result.again for result in tried] == [True] * (MAX_ATTEMPTS - 1) + [False]
    document = home.store.document(known)
    assert (document.status, document.reason) == (Status.FAILED, "Busy.")


class Fussy(FakeEmbedder):
    """Cannot embed texts that hold a word."""

    def __init__(self, word: str, error: Exception) -> None:
        self.word = word
        self.error = error

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if any(self.word in text for text in texts):
            raise self.error
        return super().embed(texts)


def test_a_text_that_cannot_be_embedded_fails_its_own_document_only(home: Home) -> None:
    home.embedder = Fussy("poison", MemoryError())
    for name, text in (("a", "good"), ("b", "poison"), ("c", "also good")):
        home.receive(text, name)
    results = {result.job.source: result.failure for result in home.work()}
    assert results["a"] is None
    assert results["c"] is None
    assert results["b"] is not None
    assert results["b"].stage == "embedding"
    assert sorted(home.found("good")) == ["also good", "good"]


@pytest.mark.parametrize("error", [RetryableError("Busy."), RuntimeError("bug")])
def test_an_update_that_cannot_be_embedded_keeps_the_old_version_answering(
    home: Home, error: Exception
) -> None:
    home.upload("the heron")
    home.embedder = Fussy("stork", error)
    home.upload("the stork")
    home.embedder = FakeEmbedder()
    assert home.found("heron") == ["the heron"]


def during(home: Home, name: str, action: Callable[[], object]) -> None:
    """Have something done while a document is being read."""
    parse = home.parser.parse

    def parse_and_act(path: Path, source: str, *, keep_hidden: bool = False) -> object:
        parsed = parse(path, source)
        if source == name:
            home.parser.parse = parse  # type: ignore[method-assign]
            action()
        return parsed

    home.parser.parse = parse_and_act  # type: ignore[method-assign, assignment]


def test_a_document_that_is_deleted_while_it_is_read_stays_deleted(home: Home) -> None:
    known = home.receive("the heron").document.id
    during(home, "a.txt", lambda: home.intake.delete(known))
    home.work()
    assert home.store.documents() == []
    assert home.found("heron") == []
    assert home.kept() == set()


def test_a_document_that_is_given_anew_while_it_is_read_ends_as_the_newer(home: Home) -> None:
    home.receive("the heron")
    during(home, "a.txt", lambda: home.receive("the stork"))
    home.work()
    home.work()
    assert home.found("heron stork") == ["the stork"]
    assert home.kept() == {"the stork"}


def test_an_owner_who_was_only_slow_cannot_publish_over_who_took_over(home: Home) -> None:
    home.receive("text")

    def take_over() -> None:
        home.clock.advance(seconds=LEASE.seconds + 1)
        assert [result.failure for result in home.work()] == [None]
        home.receive("newer")
        assert [result.failure for result in home.work()] == [None]

    during(home, "a.txt", take_over)
    worker = home.worker()
    job = worker.claim()
    assert job is not None
    (late,) = worker.do([job])
    assert late.failure is not None
    assert home.found("text newer") == ["newer"]


def test_an_upload_during_a_publication_waits_its_turn_and_neither_fails(home: Home) -> None:
    home.receive("the heron")
    finish, uploads, threads = home.jobs.finish, [], []

    def finish_while_uploaded(connection: Connection, job: Job) -> None:
        finish(connection, job)
        threads.append(threading.Thread(target=lambda: uploads.append(home.receive("the stork"))))
        threads[0].start()
        threads[0].join(0.5)  # by then it waits for what this transaction has locked

    home.jobs.finish = finish_while_uploaded  # type: ignore[method-assign]
    worker = home.worker()
    job = worker.claim()
    assert job is not None
    (result,) = worker.do([job])
    home.jobs.finish = finish  # type: ignore[method-assign]
    threads[0].join()
    assert result.failure is None
    assert [received.arrival for received in uploads] == [Arrival.UPDATED]
    home.work()
    assert home.found("heron stork") == ["the stork"]


def test_a_job_whose_owners_keep_dying_is_given_up(home: Home) -> None:
    known = home.receive("text").document.id
    for n in range(pipeline.MAX_CLAIMS):
        assert home.jobs.claim(f"owner {n}") is not None
        home.clock.advance(seconds=LEASE.seconds + 1)
    (result,) = home.work()
    assert result.failure is not None
    assert home.store.document(known).reason == pipeline.CUT_SHORT
    assert home.parser.parsed == []


def test_what_was_claimed_and_not_reached_is_given_back(home: Home) -> None:
    for n in range(10):
        home.receive(f"text {n}", f"{n}")
    worker = home.worker()
    doing = worker.do(iter(worker.claim, None))
    next(doing)
    doing.close()
    assert all(job.attempts == 0 for job in home.jobs.active().values())
    home.work()
    assert len(home.found("text")) == 10


def test_a_missing_original_is_a_failure_with_advice(home: Home) -> None:
    received = home.receive("text")
    home.originals.path(received.document.sha256).unlink()
    (result,) = home.work()
    assert result.failure is not None
    assert "Add the file again" in result.failure.reason
    home.receive("text")
    home.work()
    assert home.found("text") == ["text"]


def test_each_document_is_published_as_it_is_done_and_not_at_the_end(home: Home) -> None:
    many = "\f".join(f"page {n}" for n in range(pipeline.TOGETHER))
    home.receive(many, "large.txt")
    for n in range(pipeline.AHEAD + 2):
        home.receive("text", f"{n}.txt")
    worker = home.worker()
    doing: Iterator[object] = worker.do(iter(worker.claim, None))
    next(doing)
    assert [d.source for d in home.store.documents(status=Status.READY)] == ["large.txt"]
    list(doing)


def test_a_worker_that_was_stopped_takes_no_more_jobs(home: Home) -> None:
    home.receive("text")
    worker = home.worker()
    worker.stop()
    assert list(worker.drain()) == []
    assert worker.claim() is None


def test_a_worker_in_a_thread_reads_what_comes_in_and_stops_when_told(home: Home) -> None:
    worker = home.worker()
    worker.start()
    try:
        known = home.receive("the heron").document.id
        deadline = 400
        while home.store.document(known).status is not Status.READY and deadline:
            worker._stopping.wait(0.05)
            deadline -= 1
    finally:
        worker.stop(30)
    assert home.found("heron") == ["the heron"]


def test_a_database_that_fails_for_a_while_does_not_end_the_worker(home: Home) -> None:
    worker = home.worker()
    claim, tried = home.jobs.claim, []

    def fail_first(owner: str, among: Sequence[str] | None = None) -> Job | None:
        tried.append(owner)
        if len(tried) == 1:
            raise RetryableError("The database did not answer.")
        return claim(owner, among)

    home.jobs.claim = fail_first  # type: ignore[method-assign]
    known = home.receive("text").document.id
    seen: list[object] = []

    def report(result: object) -> None:
        seen.append(result)
        worker.stop(0)

    worker.run(report)
    assert len(seen) == 1
    assert home.store.document(known).status is Status.READY
