"""What the process that opens documents can no longer do."""

import ctypes
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from ingest.parsers.process import reader
from ingest.parsers.process.confine import readable
from ingest.parsers.process.isolate import ParserProcess
from rag.errors import UnreadableDocument

LINUX = sys.platform == "linux"
LANDLOCK = LINUX and ctypes.CDLL(None).syscall(444, None, ctypes.c_size_t(0), 1) > 0
needs_landlock = pytest.mark.skipif(not LANDLOCK, reason="this kernel has no Landlock")
PROGRAM = """
import os, socket, subprocess, sys
import ingest.parsers.process.child as child

def attempt(data):
    exec(data)
    return "done"

def parse(data, request):
    try:
        outcome = attempt(data)
    except OSError as error:
        outcome = "refused: " + type(error).__name__
    raise child.UnreadableDocument(str(outcome))

child._parsed = parse
child.serve(*map(int, sys.argv[1:]))
"""


@pytest.fixture
def parser(monkeypatch: pytest.MonkeyPatch) -> Iterator[ParserProcess]:
    monkeypatch.setattr(reader, "_PROGRAM", PROGRAM)
    with ParserProcess(30, 768) as process:
        yield process


def outcome(parser: ParserProcess, folder: Path, code: str) -> str:
    """What came of running some code where documents are opened."""
    (folder / "original").write_text(code)
    with pytest.raises(UnreadableDocument) as caught:
        parser.parse(folder / "original", "evil.pdf")
    return str(caught.value)


@needs_landlock
@pytest.mark.parametrize(
    "code",
    [
        "open('/etc/passwd').read()",
        "open('{folder}/canary').read()",
        "os.listdir('{folder}')",
        "os.listdir('/')",
        "open('/proc/%d/environ' % os.getppid()).read()",
        "open('here', 'w')",
        "open('/tmp/there', 'w')",
        "os.mkdir('here')",
        "os.remove('{folder}/canary')",
        "os.symlink('/etc/passwd', 'here')",
        "subprocess.run(['/bin/true'])",
        "os.execv(sys.executable, [sys.executable, '-c', ''])",
    ],
)
def test_files_and_programs_are_out_of_reach(parser: ParserProcess, tmp_path: Path, code: str) -> None:
    (tmp_path / "canary").write_text("secret")
    assert outcome(parser, tmp_path, code.format(folder=tmp_path)).startswith("refused")
    assert (tmp_path / "canary").read_text() == "secret"


@needs_landlock
def test_the_network_is_out_of_reach(parser: ParserProcess, tmp_path: Path) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        code = f"socket.create_connection(('127.0.0.1', {server.getsockname()[1]}), 5)"
        assert outcome(parser, tmp_path, code).startswith("refused")


@pytest.mark.skipif(not LINUX, reason="the limit on files is Linux's")
def test_no_file_grows(parser: ParserProcess, tmp_path: Path) -> None:
    assert outcome(parser, tmp_path, "os.write(os.memfd_create('x'), b'x')").startswith("refused")


def test_nothing_secret_is_inherited(
    parser: ParserProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("FOOTNOTE_DATABASE_URL", "AWS_SECRET_ACCESS_KEY", "HTTPS_PROXY", "PGPASSWORD"):
        monkeypatch.setenv(name, "secret")
    assert "secret" not in outcome(parser, tmp_path, "raise child.UnreadableDocument(repr(os.environ))")


def test_no_open_file_is_inherited(parser: ParserProcess, tmp_path: Path) -> None:
    with (tmp_path / "canary").open("w") as canary:
        os.set_inheritable(canary.fileno(), True)
        code = f"""
for number in range(3, 200):
    try:
        size = os.fstat(number)
    except OSError:
        continue
    if (size.st_dev, size.st_ino) == {(os.fstat(canary.fileno()).st_dev, os.fstat(canary.fileno()).st_ino)}:
        raise child.UnreadableDocument("open")
"""
        assert outcome(parser, tmp_path, code) == "done"


def test_the_folder_it_runs_in_is_empty_and_its_own(parser: ParserProcess, tmp_path: Path) -> None:
    folder = Path(outcome(parser, tmp_path, "raise child.UnreadableDocument(os.getcwd())"))
    assert folder.name.startswith("footnote-reader-")
    assert list(folder.iterdir()) == []


def test_those_who_answer_questions_go_first(parser: ParserProcess, tmp_path: Path) -> None:
    own = os.getpriority(os.PRIO_PROCESS, 0)
    nice = outcome(
        parser, tmp_path, "raise child.UnreadableDocument(str(os.getpriority(os.PRIO_PROCESS, 0)))"
    )
    assert int(nice) == min(own + 5, 19)


def test_the_data_beside_a_checkout_cannot_be_read() -> None:
    root = Path(__file__).resolve().parents[5]
    allowed = [path.resolve() for path in readable()]
    assert root / "ingest" in allowed
    assert not [path for path in (root, root / "data") if any(path.is_relative_to(each) for each in allowed)]
