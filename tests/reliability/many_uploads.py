"""Very many small uploads, while others stall and one has no end.

    python -m tests.reliability.many_uploads FOLDER [--files 10000] [--batch 50] [--clients 4] [--stalled 8] [--real]

A server of its own takes the files in over HTTP, so many in a request, from so many clients that try again whenever
they are told to wait. Meanwhile some uploads stop half-way, one pretends to have 5 GiB, and somebody asks again and
again whether the server lives. In the end each file must be one document that was read. FOLDER is made, and must not
be there yet.
"""

import argparse
import re
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from rag.types import Status
from tests.integration.wire import DOOR, Wire, chunk, head, part
from tests.reliability.processes import Home, kill, problems

ADDRESS = re.compile(rb"http://127\.0\.0\.1:(\d+)")
PATIENCE = 600  # seconds
HUGE = 5 << 30  # bytes
BLOCK = chunk(b"x" * (1 << 20))


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What it came to."""

    answers: Counter[int]  # to batches, by HTTP status
    taking: float  # seconds until all had been taken in
    reading: float  # seconds until all had been read
    alive: tuple[float, ...]  # seconds until the server said that it lives
    stalled: Counter[int]  # answers to those that stopped half-way
    huge: tuple[int, int]  # the answer to the one without an end, and the bytes that it could send
    documents: int
    wrong: tuple[str, ...]


def run(home: Home, *, files: int, batch: int, clients: int, stalled: int) -> Outcome:
    """Serve, upload, and wait until all was read."""
    home.root.mkdir(parents=True)
    with serving(home) as port, ExitStack() as stack:
        idle = [stack.enter_context(_stalled(port)) for _ in range(stalled)]
        watch = stack.enter_context(_watching(port))
        pool = stack.enter_context(ThreadPoolExecutor(clients + 1))
        client = stack.enter_context(_client(port))
        huge = pool.submit(_huge, port)
        began = time.monotonic()
        batches = [range(start, min(start + batch, files)) for start in range(0, files, batch)]
        answers = sum(pool.map(lambda numbers: _upload(client, numbers), batches), Counter[int]())
        taken = time.monotonic()
        _read(client)
        read = time.monotonic()
        gone = Counter(wire.answer().status for wire in idle)
    return Outcome(
        answers=answers,
        taking=taken - began,
        reading=read - began,
        alive=tuple(watch),
        stalled=gone,
        huge=huge.result(),
        documents=len(home.documents()),
        wrong=(*_left(home, files), *problems(home)),
    )


@contextmanager
def serving(home: Home) -> Iterator[int]:
    """The port of a server over the home."""
    process = home.start("serve", "--port", "0")
    try:
        yield _port(home.root / "serve.log")
        process.terminate()
        process.wait(60)
    finally:
        kill(process)


def _port(log: Path) -> int:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if found := ADDRESS.search(log.read_bytes()):
            return int(found[1])
        time.sleep(0.05)
    raise AssertionError(f"the server does not start: {log.read_text()}")


def _upload(client: httpx.Client, numbers: range) -> Counter[int]:
    """One request; again for as long as we are told to wait."""
    sent = [("file", (f"note {n}.txt", f"Heron {n} is grey.".encode())) for n in numbers]
    answers = Counter[int]()
    while True:
        answer = client.post(DOOR, files=sent)
        answers[answer.status_code] += 1
        if answer.status_code != httpx.codes.TOO_MANY_REQUESTS:
            return answers
        time.sleep(int(answer.headers["Retry-After"]))


def _stalled(port: int) -> Wire:
    wire = Wire(port)
    wire.socket.settimeout(PATIENCE)
    wire.send(head(length=1 << 20) + part() + b"The heron")
    return wire


def _huge(port: int) -> tuple[int, int]:
    with Wire(port) as wire:
        wire.send(head() + chunk(part()))
        sent = wire.flood(BLOCK, HUGE)
        return wire.answer().status, sent


@contextmanager
def _watching(port: int) -> Iterator[list[float]]:
    """How long each answer of /healthz takes, asked all the while."""
    took: list[float] = []
    done = threading.Event()

    def watch() -> None:
        with _client(port) as client:
            while not done.wait(0.1):
                began = time.monotonic()
                client.get("/healthz").raise_for_status()
                took.append(time.monotonic() - began)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield took
    finally:
        done.set()
        thread.join()


def _read(client: httpx.Client) -> None:
    """Wait until nothing waits to be read any more."""
    waiting = {"status": Status.WAITING, "limit": 1}
    while client.get(DOOR, params=waiting).json()["total"]:
        time.sleep(2)


def _client(port: int) -> httpx.Client:
    return httpx.Client(
        base_url=f"http://127.0.0.1:{port}", headers={"X-Footnote-Client": "many"}, timeout=PATIENCE
    )


def _left(home: Home, files: int) -> list[str]:
    """Each file is one document that was read, with one original; nothing else lies there."""
    names = Counter(document.source for document in home.documents())
    unread = [document.source for document in home.documents() if document.status is not Status.READY]
    originals = [path for path in (home.root / "home" / "originals").rglob("*") if path.is_file()]
    counts = {
        "files are missing or there twice": sum((names - Counter(_names(files))).values())
        + sum((Counter(_names(files)) - names).values()),
        "documents were not read": len(unread),
        "originals are missing or too many": abs(len(originals) - files),
    }
    return [f"{number} {what}" for what, number in counts.items() if number]


def _names(files: int) -> Iterator[str]:
    return (f"note {n}.txt" for n in range(files))


def main() -> None:
    """Go, and print the figures."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("folder", type=Path)
    options.add_argument("--files", type=int, default=10_000)
    options.add_argument("--batch", type=int, default=50)
    options.add_argument("--clients", type=int, default=4)
    options.add_argument("--stalled", type=int, default=8)
    options.add_argument("--real", action="store_true", help="with the real embedder")
    chosen = options.parse_args()
    home = Home(root=chosen.folder, real=chosen.real)
    found = run(home, files=chosen.files, batch=chosen.batch, clients=chosen.clients, stalled=chosen.stalled)
    print(f"{chosen.files} files: taken in after {found.taking:.0f} s, read after {found.reading:.0f} s")
    print(f"answers to batches of {chosen.batch} from {chosen.clients} clients: {dict(found.answers)}")
    print(f"answers to {chosen.stalled} uploads that stalled: {dict(found.stalled)}")
    print(f"answer to the one of 5 GiB: {found.huge[0]}, after {found.huge[1] >> 20} MiB")
    ranked = sorted(found.alive)
    print(
        f"/healthz: {len(ranked)} answers, median {_ms(ranked, 0.5)} ms, 99 % {_ms(ranked, 0.99)} ms,",
        end=" ",
    )
    print(f"longest {_ms(ranked, 1)} ms")
    print(f"{found.documents} documents; {'; '.join(found.wrong) or 'nothing wrong'}")


def _ms(ranked: list[float], share: float) -> str:
    return f"{ranked[round(share * (len(ranked) - 1))] * 1000:.0f}"


if __name__ == "__main__":
    main()
