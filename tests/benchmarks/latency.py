"""How long people wait: for a search and an answer in a warm process, for a command and a server from their start.

    python tests/benchmarks/latency.py FOLDER [--runs 10] [--home DIR]

FOLDER is read into a throw-away home first, unless DIR is a home that has read it (converted models are taken from
FOOTNOTE_MODELS or made once). Questions are headings of its documents, so that no set of questions is needed. Prints
medians and 95th percentiles.
"""

import argparse
import json
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

from rag.estimate import percentile
from rag.settings import load
from rag.types import BlockKind, Question, Status
from web.wiring import Services, open_services

QUESTIONS = 300
SEED = 7
Row = tuple[str, list[float]]


def main() -> None:
    """Print one row a measure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--home", type=Path)
    given = parser.parse_args()
    os.environ.setdefault("FOOTNOTE_MODELS", str(load().model_folder))
    with tempfile.TemporaryDirectory() as folder:
        home = given.home or Path(folder)
        if given.home is None:
            footnote("add", str(given.folder), "--home", str(home), "--json")
        questions = headings(home)
        rows = [
            *warm(home, questions),
            *(
                (f"{name} from the command line, s", commands(name, home, questions[: given.runs]))
                for name in ("search", "ask")
            ),
            ("serve, start to first answer, s", served(home, questions[0], given.runs)),
        ]
    print(f"| {given.folder.name}, {len(questions)} questions | p50 | p95 |\n| --- | --- | --- |")
    for name, values in rows:
        print(f"| {name} | {statistics.median(values):.2f} | {percentile(values, 95):.2f} |")


def footnote(*arguments: str) -> str:
    """Run a command of the product to its end; exit code 3, done in part, is fine."""
    done = subprocess.run([sys.executable, "-m", "web.cli", *arguments], capture_output=True, text=True)
    if done.returncode not in (0, 3):
        raise SystemExit(done.stderr)
    return done.stdout


def headings(home: Path) -> list[str]:
    """Headings of the stored documents as questions, a fixed random choice."""
    services = open_services(load(home=home))
    found = {
        heading
        for document in services.store.documents(status=Status.READY)
        for heading in _of(services, document.id)
    }
    services.close()
    return [
        f"What does it say about {text}?"
        for text in random.Random(SEED).sample(sorted(found), k=min(QUESTIONS, len(found)))
    ]


def _of(services: Services, document_id: str) -> list[str]:
    page = services.store.page(document_id, 1)
    return [page.text[b.start : b.end][:100] for b in page.blocks if b.kind is BlockKind.HEADING]


def warm(home: Path, questions: list[str]) -> list[Row]:
    """Milliseconds of each search and each answer, embedding included, once everything is loaded."""
    services = open_services(load(home=home), warm=True)
    services.answerer.answer(Question(text="warm up"))
    asked = [Question(text=text) for text in questions]
    searched = [timed(lambda one=one: services.retriever.retrieve(one, 10)) * 1000 for one in asked]  # type: ignore[misc]
    answered = [timed(lambda one=one: services.answerer.answer(one)) * 1000 for one in asked]  # type: ignore[misc]
    services.close()
    return [("search, warm process, ms", searched), ("whole answer, warm process, ms", answered)]


def commands(name: str, home: Path, questions: list[str]) -> list[float]:
    """Seconds from the start of the command until it has printed and ended."""
    return [
        timed(lambda text=text: footnote(name, text, "--home", str(home), "--json")) for text in questions
    ]  # type: ignore[misc]


def served(home: Path, question: str, runs: int) -> list[float]:
    """Seconds from the start of the server until the first answer is there."""
    return [timed(lambda: _serve_once(home, question)) for _ in range(runs)]


def _serve_once(home: Path, question: str) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "web.cli", "serve", "--port", str(port), "--home", str(home)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as server:
        try:
            _ask(port, question)
        finally:
            server.kill()


def _ask(port: int, question: str) -> None:
    body = json.dumps({"question": question}).encode()
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(f"http://127.0.0.1:{port}/api/v1/ask", body, headers)
    for _ in range(1000):
        try:
            with urllib.request.urlopen(request) as answer:
                json.load(answer)
            return
        except ConnectionRefusedError:
            time.sleep(0.01)
        except urllib.error.URLError as error:
            if not isinstance(error.reason, ConnectionRefusedError):
                raise
            time.sleep(0.01)


def timed(function: Callable[[], object]) -> float:
    """Seconds that a call takes."""
    began = time.perf_counter()
    function()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
