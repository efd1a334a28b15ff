"""Files made to kill, swell, hang or spy on whatever opens them: each fails alone, with its limit named."""

import itertools
import re
import shutil
import subprocess
import sys
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from ingest import batch
from ingest.parsers.process import reader
from ingest.parsers.process.isolate import ParserProcess
from rag.errors import UnreadableDocument
from rag.types import MediaType, Status
from tests.factories import Home
from tests.fixtures import bombs
from tests.fixtures.documents import SAMPLES, lines, pdf

MEMORY_MB = 1024
SECONDS = 5.0  # enough for a bomb to show what it is
PARENT_MB = 64  # that a killer file may cost whoever has it read
SAMPLE = Path(__file__).resolve().parents[2] / "data" / "sample" / "documents"
LIMITS = "FOOTNOTE_PARSE_(MEMORY_MB|SECONDS|PAGES|PIXELS)"
linux = pytest.mark.skipif(sys.platform != "linux", reason="limits on memory are measured on Linux")


@pytest.fixture(scope="module")
def parser() -> Iterator[ParserProcess]:
    with ParserProcess(SECONDS, MEMORY_MB) as process:
        yield process


def stored(folder: Path, data: bytes) -> Path:
    path = folder / "original"
    path.write_bytes(data)
    return path


def memory_mb(field: str) -> float:
    """This process's own, now (VmRSS) or at its height (VmHWM)."""
    lines_ = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines_ if line.startswith(f"{field}:"))


@contextmanager
def little_memory() -> Iterator[None]:
    """The block costs this process next to no memory, not even for a moment."""
    Path("/proc/self/clear_refs").write_text("5")  # the height starts again from here
    before = memory_mb("VmRSS")
    yield
    assert memory_mb("VmHWM") - before < PARENT_MB


@linux
@pytest.mark.slow
@pytest.mark.parametrize(
    ("bomb", "name"),
    [
        (bombs.flate_bomb, "flate.pdf"),
        (bombs.pages_bomb, "pages.pdf"),
        (bombs.forms_bomb, "forms.pdf"),
        (bombs.png_bomb, "picture.png"),
    ],
    ids=["flate", "pages", "forms", "png"],
)
def test_a_bomb_ends_at_a_limit_that_is_named(
    parser: ParserProcess, tmp_path: Path, bomb: Callable[[], bytes], name: str
) -> None:
    path = stored(tmp_path, bomb())
    with little_memory(), pytest.raises(UnreadableDocument, match=LIMITS):
        parser.parse(path, name)
    assert parser.parse(stored(tmp_path, b"words"), "next.txt").pages[0].text == "words"


@linux
@pytest.mark.slow
@pytest.mark.parametrize("bomb", [bombs.path_bomb, bombs.picture_bomb], ids=["paths", "picture"])
def test_a_heavy_page_is_read_or_ends_at_a_limit_that_is_named(
    parser: ParserProcess, tmp_path: Path, bomb: Callable[[], bytes]
) -> None:
    path = stored(tmp_path, bomb())
    with little_memory():
        ended = outcome(lambda: parser.parse(path, "heavy.pdf").pages[0].text)
    assert re.search(f"Some words to be read|{LIMITS}|heavy.pdf holds no text", ended)


@linux
@pytest.mark.slow
@pytest.mark.parametrize(
    "bomb", [bombs.flate_bomb, bombs.path_bomb, bombs.picture_bomb, bombs.forms_bomb],
    ids=["flate", "paths", "picture", "forms"],
)  # fmt: skip
def test_a_bomb_is_drawn_or_refused(parser: ParserProcess, tmp_path: Path, bomb: Callable[[], bytes]) -> None:
    path = stored(tmp_path, bomb())
    with little_memory():
        ended = outcome(lambda: parser.picture(path, 1, 2.0).hex())
    assert ended.startswith((b"\x89PNG".hex(), "Page 1 cannot be drawn"))


def outcome(act: Callable[[], str]) -> str:
    """What comes of it, or why nothing does."""
    try:
        return act()
    except UnreadableDocument as error:
        return str(error)


def test_the_flate_bomb_is_small_and_what_it_says() -> None:
    assert len(bombs.flate_bomb()) < 2_000
    assert zlib.decompress(bombs.deflated_zeros(3)) == bytes(3 << 20)


@pytest.mark.parametrize("percent", range(100))
def test_a_pdf_cut_short_is_read_or_refused(parser: ParserProcess, tmp_path: Path, percent: int) -> None:
    whole = pdf(*(lines(f"Rule {number} holds.") for number in range(30)))
    read_or_refused(parser, stored(tmp_path, whole[: len(whole) * percent // 100]))


@pytest.mark.slow
@pytest.mark.parametrize("name", [path.name for path in sorted(SAMPLE.glob("*.pdf"))])
def test_a_sample_cut_short_at_each_percent_is_read_or_refused(tmp_path: Path, name: str) -> None:
    whole = (SAMPLE / name).read_bytes()
    with ParserProcess(30, MEMORY_MB) as patient:
        for percent in range(100):
            read_or_refused(patient, stored(tmp_path, whole[: len(whole) * percent // 100]))


def read_or_refused(parser: ParserProcess, path: Path) -> None:
    """With text on its pages or a reason; no crash and no hang."""
    ended = outcome(lambda: " ".join(page.text for page in parser.parse(path, "cut.pdf").pages))
    assert ended.strip()
    assert "FOOTNOTE_PARSE_" not in ended


@pytest.fixture
def canary() -> Iterator[tuple[str, list[str]]]:
    """A web server's address, and who connected to it."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def handle(self) -> None:
            asked.append(str(self.client_address))

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    thread.join()
    server.server_close()


NOSY = {"nosy.pdf": bombs.nosy_pdf, "nosy.html": bombs.nosy_html, "nosy.docx": bombs.nosy_docx}


@pytest.mark.parametrize("name", NOSY)
def test_a_nosy_document_reaches_nothing(
    parser: ParserProcess, tmp_path: Path, canary: tuple[str, list[str]], name: str
) -> None:
    url, asked = canary
    secret = tmp_path / "secret.txt"
    secret.write_text("The password is heliotrope.")
    parsed = parser.parse(stored(tmp_path, NOSY[name](url, str(secret))), name)
    assert "Some words to be read" in parsed.pages[0].text
    assert "heliotrope" not in repr(parsed)
    if parsed.media_type is MediaType.PDF:
        assert parser.picture(tmp_path / "original", 1, 1.0)
    assert asked == []


@linux
@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
@pytest.mark.parametrize("name", NOSY)
def test_a_nosy_document_does_not_even_try(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """What the child asks of the kernel once it is ready: no program, no connection, no file of somebody's."""
    secret = tmp_path / "secret.txt"
    secret.write_text("The password is heliotrope.")
    path = stored(tmp_path, NOSY[name]("http://127.0.0.1:9", str(secret)))
    with ParserProcess(60, MEMORY_MB) as process:
        process.warm()
        with traced(process._reading._readers[0].pid, tmp_path / "trace") as trace:
            process.parse(path, name)
    calls = trace.read_text()
    assert "recvmsg" in calls
    assert "secret.txt" not in calls
    assert not [line for line in calls.splitlines() if " execve(" in line or " connect(" in line]


@contextmanager
def traced(pid: int | None, trace: Path) -> Iterator[Path]:
    """What a process asks of the kernel during the block, but for reading and memory."""
    command = ["strace", "-f", "-p", str(pid), "-o", str(trace), "-e", "trace=process,network,file"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as tracer:
        assert tracer.stderr is not None
        said = tracer.stderr.readline()
        if "attached" not in said:
            tracer.wait()
            pytest.skip(f"strace may not look at processes here: {said.strip()}")
        yield trace
        tracer.terminate()


STUB = """
import os, sys, time
import ingest.parsers.process.child as child

real = child._parsed

def parse(data, request):
    if "abort" in request.name:
        os.abort()
    if "kill" in request.name:
        os.kill(0, 9)
    if "hang" in request.name:
        time.sleep(600)
    if "swell" in request.name:
        bytearray(8 << 30)
    return real(data, request)

child._parsed = parse
child.serve(*map(int, sys.argv[1:]))
"""
KILLERS = ("abort.txt", "hang.txt", "kill.txt", "swell.txt")


def no_waiting(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Time flies between two attempts."""
    monkeypatch.setattr(batch.time, "sleep", lambda seconds: home.clock.advance(seconds=seconds * 10))


@pytest.mark.slow
def test_a_batch_with_killer_files_ends_with_all_others_ready(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "_PROGRAM", STUB)
    no_waiting(home, monkeypatch)
    folder = tmp_path / "documents"
    folder.mkdir()
    good = [f"{letter}.txt" for letter in "bglz"]
    for name in itertools.chain(good, KILLERS):
        (folder / name).write_text(f"Some words of {name}.")
    (folder / "page.pdf").write_bytes(SAMPLES[MediaType.PDF])
    with ParserProcess(1, MEMORY_MB) as home.parser:  # type: ignore[assignment]
        home.add(folder)
    ended = {document.source: document for document in home.store.documents()}
    assert {name for name, document in ended.items() if document.status is Status.READY} == {
        *good,
        "page.pdf",
    }
    for name in KILLERS:
        assert ended[name].status is Status.FAILED
        assert "FOOTNOTE_PARSE_" in (ended[name].reason or "")
    assert "parser crashed" in (ended["abort.txt"].reason or "")


@linux
@pytest.mark.slow
def test_a_batch_with_a_real_bomb_ends_with_all_others_ready(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    no_waiting(home, monkeypatch)
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "bomb.pdf").write_bytes(bombs.flate_bomb())
    (folder / "hostile.pdf").write_bytes(bombs.forms_bomb())
    (folder / "good.pdf").write_bytes(SAMPLES[MediaType.PDF])
    (folder / "words.txt").write_text("Some words.")
    with ParserProcess(SECONDS, MEMORY_MB) as home.parser:  # type: ignore[assignment]
        home.add(folder)
    ended = {document.source: document.status for document in home.store.documents()}
    assert ended == {
        "bomb.pdf": Status.FAILED,
        "hostile.pdf": Status.FAILED,
        "good.pdf": Status.READY,
        "words.txt": Status.READY,
    }
