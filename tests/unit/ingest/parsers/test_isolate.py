import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.parsers import isolate
from ingest.parsers.isolate import ParserProcess
from rag.errors import (
    EncryptedDocument,
    ParserCrashed,
    RetryableError,
    StorageError,
    UnreadableDocument,
    UnsupportedType,
)
from rag.types import MediaType
from tests.fixtures.documents import NAMES, SAMPLES, lines, pdf

MEMORY_MB = 768


@pytest.fixture(scope="module")
def parser() -> Iterator[ParserProcess]:
    with ParserProcess(timeout=30, memory_mb=MEMORY_MB) as process:
        yield process


def stored(folder: Path, data: bytes) -> Path:
    path = folder / "original"
    path.write_bytes(data)
    return path


def child(parser: ParserProcess) -> int:
    assert parser._process is not None
    return parser._process.pid


def program(monkeypatch: pytest.MonkeyPatch, parse: str) -> None:
    """Children started from now on parse with this function."""
    body = f"import sys, os, time, ingest.parsers.isolate as i\n{parse}\ni._parsed = parse\n"
    monkeypatch.setattr(isolate, "_PROGRAM", body + "i.serve(*map(int, sys.argv[1:]))")


@pytest.mark.parametrize("kind", MediaType)
def test_each_kind_comes_back_whole(parser: ParserProcess, tmp_path: Path, kind: MediaType) -> None:
    parsed = parser.parse(stored(tmp_path, SAMPLES[kind]), NAMES[kind])
    assert parsed.media_type is kind
    assert parsed.pages[0].text


def test_pages_are_cleaned(parser: ParserProcess, tmp_path: Path) -> None:
    path = stored(tmp_path, pdf(lines("All rules of this docu-", "ment hold.")))
    assert parser.parse(path, "rules.pdf").pages[0].text == "All rules of this document hold."


def test_reasons_come_back_as_they_were_raised(parser: ParserProcess, tmp_path: Path) -> None:
    with pytest.raises(UnsupportedType, match=r"^photo\.txt is a picture"):
        parser.parse(stored(tmp_path, b"\x89PNG\r\n\x1a\n..."), "photo.txt")


def test_a_missing_original_is_a_storage_error(parser: ParserProcess, tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="Add the document again") as caught:
        parser.parse(tmp_path / "gone", "report.pdf")
    assert str(tmp_path) not in str(caught.value)


def test_the_child_stays_warm_between_files(parser: ParserProcess, tmp_path: Path) -> None:
    path = stored(tmp_path, b"words")
    parser.parse(path, "a.txt")
    before = child(parser)
    parser.parse(path, "b.txt")
    assert child(parser) == before


def test_a_killed_child_is_replaced(parser: ParserProcess, tmp_path: Path) -> None:
    path = stored(tmp_path, b"words")
    parser.parse(path, "a.txt")
    os.kill(child(parser), signal.SIGKILL)
    assert parser._process is not None
    parser._process.wait()
    assert parser.parse(path, "b.txt").pages[0].text == "words"


def test_a_crash_is_this_files_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program(monkeypatch, "def parse(path, name): os.abort()")
    path = stored(tmp_path, b"words")
    with ParserProcess(timeout=30, memory_mb=MEMORY_MB) as parser:
        with pytest.raises(ParserCrashed, match=rf"evil\.pdf .* {MEMORY_MB} MiB"):
            parser.parse(path, "evil.pdf")
        monkeypatch.undo()
        assert parser.parse(path, "good.txt").pages[0].text == "words"


def test_a_file_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program(monkeypatch, "def parse(path, name): time.sleep(600)")
    with (
        ParserProcess(timeout=0.2, memory_mb=MEMORY_MB) as parser,
        pytest.raises(ParserCrashed, match=r"longer than the limit of 0\.2 seconds"),
    ):
        parser.parse(stored(tmp_path, b"words"), "slow.pdf")


def test_a_file_that_takes_too_much_memory_is_given_up(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program(monkeypatch, f"def parse(path, name): return bytearray({2 * MEMORY_MB} << 20)")
    with (
        ParserProcess(timeout=30, memory_mb=MEMORY_MB) as parser,
        pytest.raises(ParserCrashed, match=rf"limit of {MEMORY_MB} MiB"),
    ):
        parser.parse(stored(tmp_path, b"words"), "huge.pdf")


def test_a_parsers_own_mistake_is_the_files_failure(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program(monkeypatch, "def parse(path, name): return {}['surprise']")
    with (
        ParserProcess(timeout=30, memory_mb=MEMORY_MB) as parser,
        pytest.raises(UnreadableDocument, match=r"^odd\.pdf could not be read") as caught,
    ):
        parser.parse(stored(tmp_path, b"words"), "odd.pdf")
    assert "surprise" not in str(caught.value)


def test_threads_take_turns(parser: ParserProcess, tmp_path: Path) -> None:
    texts = {f"{n}.txt": f"words of {n}" for n in range(12)}
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    found: dict[str, str] = {}

    def read(name: str) -> None:
        found[name] = parser.parse(tmp_path / name, name).pages[0].text

    threads = [threading.Thread(target=read, args=(name,)) for name in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == texts


def test_the_child_ends_with_its_parent(tmp_path: Path) -> None:
    script = (
        "import os; from ingest.parsers.isolate import ParserProcess\n"
        "parser = ParserProcess(timeout=30, memory_mb=768); parser.warm()\n"
        "print(parser._process.pid, flush=True); os._exit(1)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=Path.cwd())
    _until_gone(int(done.stdout))


def _until_gone(pid: int) -> None:
    """Returns when a process that is not ours to wait for has ended; pytest's timeout is the limit."""
    pause = threading.Event()
    while _alive(pid):
        pause.wait(0.02)


def _alive(pid: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_closing_ends_the_child(tmp_path: Path) -> None:
    with ParserProcess(timeout=30, memory_mb=MEMORY_MB) as parser:
        parser.parse(stored(tmp_path, b"words"), "a.txt")
        pid = child(parser)
    assert not _alive(pid)


def test_an_encrypted_file_is_told_apart_through_the_process(parser: ParserProcess, tmp_path: Path) -> None:
    from reportlab.lib.pdfencrypt import StandardEncryption

    locked = pdf(lines("Secret"), encrypt=StandardEncryption("open sesame", strength=128))
    with pytest.raises(EncryptedDocument):
        parser.parse(stored(tmp_path, locked), "secret.pdf")


def test_a_reader_that_does_not_start_is_nobody_s_fault_but_the_machine_s(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(isolate, "_PROGRAM", "raise SystemExit(1)")
    (tmp_path / "a.txt").write_text("Hello.")
    with (
        ParserProcess(timeout=5, memory_mb=512) as process,
        pytest.raises(RetryableError, match="not be started"),
    ):
        process.parse(tmp_path / "a.txt", "a.txt")
