"""Uploads that stall, trickle, flood or break off, over real connections."""

import socket
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from ingest.intake import Priority
from tests.integration.wire import DOOR, END, Server, Wire, chunk, eventually, head, part, serving
from tests.reliability import many_uploads
from tests.reliability.processes import Home

MEBIBYTE = 1 << 20
BLOCK = b"x" * MEBIBYTE
HOURS = 10_000.0  # seconds
GIBIBYTES = 5 << 30
PROBLEM = "urn:footnote:problem:"
OPEN_FILES = Path("/proc/self/fd")


@pytest.fixture
def spool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the server keeps what is being received."""
    folder = tmp_path / "spool"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def serve(tmp_path: Path, spool: Path) -> Iterator[Callable[..., Server]]:
    """A server with these settings; in the end it holds on to nothing that was being received."""
    with ExitStack() as stack:

        def started(**settings: Any) -> Server:
            usual = {"max_upload_mb": 8, "stall_seconds": HOURS, "upload_seconds": HOURS}
            return stack.enter_context(serving(tmp_path / "home", **usual | settings))

        yield started
        assert eventually(lambda: held(spool) == 0)


def held(spool: Path) -> int:
    """How many unnamed files this process holds open there; they are on no list but that of open files."""
    if not OPEN_FILES.is_dir():
        pytest.skip("this system does not list the open files of a process")
    found = 0
    for each in OPEN_FILES.iterdir():
        try:
            found += str(each.readlink()).startswith(str(spool))
        except FileNotFoundError:  # it was closed meanwhile
            continue
    return found


def begun(server: Server, *, name: str = "a.txt", size: int = 3 * MEBIBYTE) -> Wire:
    """An upload of which only a part comes."""
    wire = server.wire()
    wire.send(head(length=8 * MEBIBYTE) + part(name) + b"x" * size)
    return wire


def test_an_upload_that_stalls_is_cut_off_while_others_go_on(
    serve: Callable[..., Server], spool: Path
) -> None:
    server = serve(stall_seconds=3)
    with begun(server) as wire:
        assert eventually(lambda: held(spool) == 1)
        assert server.get("/healthz").status == 200
        assert server.upload(b"Heron.", "other.txt").status == 202
        answer = wire.answer()
        assert wire.closed()
    assert (answer.status, answer.json["type"]) == (408, f"{PROBLEM}too-slow")
    assert answer.json["detail"].startswith("Nothing came for 3 seconds, so the request was given up")
    assert answer.headers["connection"] == "close"
    assert eventually(lambda: held(spool) == 0)
    assert [document.source for document in server.services.store.documents()] == ["other.txt"]
    assert len(server.files()) == 1, "the other's original"


def test_an_upload_that_trickles_is_cut_off_in_the_end(serve: Callable[..., Server], spool: Path) -> None:
    server = serve(upload_seconds=2)
    with begun(server) as wire:
        while not wire.answered(within=0.05):
            wire.send(b"x")
        answer = wire.answer()
    assert answer.status == 408
    assert "not come in whole after 2 seconds" in answer.json["detail"]
    assert "FOOTNOTE_UPLOAD_SECONDS" in answer.json["detail"]
    assert eventually(lambda: held(spool) == 0)
    assert server.files() == []


@pytest.mark.parametrize("path", ["/documents", "/ask", "/api/v1/ask", "/api/v1/search"])
def test_any_request_that_stalls_is_cut_off(serve: Callable[..., Server], path: str) -> None:
    server = serve(stall_seconds=0.5)
    with server.wire() as wire:
        if path.startswith("/api/"):
            wire.send(head(path, length=1000, accept="text/html", kind="application/json") + b"{")
        else:
            wire.send(head(path, length=1000, accept="text/html") + part())
        answer = wire.answer()
    assert answer.status == 408
    assert "Nothing came for 0.5 seconds" in answer.text
    assert ("<html" in answer.text) == (not path.startswith("/api/"))


def test_a_page_that_is_looked_at_for_long_is_not_cut_off(serve: Callable[..., Server]) -> None:
    server = serve(stall_seconds=0.001, upload_seconds=0.001)
    assert server.get("/documents").status == 200
    assert server.get("/readyz").status == 200


@pytest.mark.parametrize("path", ["/documents", DOOR])
def test_an_upload_that_breaks_off_leaves_nothing_and_is_nobodys_fault(
    serve: Callable[..., Server], spool: Path, capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture, path: str
) -> None:  # fmt: skip
    server = serve()
    with server.wire() as wire:
        wire.send(head(path, length=8 * MEBIBYTE) + part(field="files") + 3 * BLOCK)
        assert eventually(lambda: held(spool) == 1)
    assert eventually(lambda: held(spool) == 0)
    assert server.get("/healthz").status == 200
    logged = capsys.readouterr()
    assert "unforeseen" not in logged.out + logged.err
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []
    assert server.files() == []


def test_more_uploads_at_once_than_are_received_are_told_to_wait(
    serve: Callable[..., Server], spool: Path
) -> None:
    server = serve(max_uploads=2)
    with begun(server) as first, begun(server):
        assert eventually(lambda: held(spool) == 2)
        answer = server.upload(b"Heron.")
        assert (answer.status, answer.json["type"]) == (429, f"{PROBLEM}too-many")
        assert int(answer.headers["retry-after"]) > 0
        assert "2 is the most (FOOTNOTE_MAX_UPLOADS)" in answer.json["detail"]
        assert [server.get(path).status for path in ("/healthz", "/documents", DOOR)] == [200, 200, 200]
        assert server.services.store.documents() == []
        first.socket.close()
        assert eventually(lambda: server.upload(b"Heron.").status == 202)


def test_while_too_many_documents_wait_no_more_are_taken_in(serve: Callable[..., Server]) -> None:
    server = serve(max_waiting=2)
    intake = server.services.intake
    for name in ("a", "b", "c"):
        with (server.services.settings.home / name).open("w+b") as file:
            file.write(name.encode())
            file.seek(0)
            intake.receive(file, name=f"bulk {name}", priority=Priority.BULK)
    assert [server.upload(f"Heron {n}.".encode(), f"{n}.txt").status for n in range(4)] == [
        202,
        202,
        429,
        429,
    ]
    answer = server.upload(b"Heron.")
    assert int(answer.headers["retry-after"]) > 0
    assert "2 uploaded documents wait to be read" in answer.json["detail"]
    assert "FOOTNOTE_MAX_WAITING" in answer.json["detail"]
    server.work()
    assert server.upload(b"Heron.").status == 202
    assert len(server.services.store.documents()) == 6


def test_an_upload_that_says_it_is_huge_is_refused_before_it_comes(serve: Callable[..., Server]) -> None:
    server = serve()
    with server.wire() as wire:
        wire.send(head(length=GIBIBYTES, Expect="100-continue"))
        answer = wire.answer()
    assert (answer.status, answer.json["type"]) == (413, f"{PROBLEM}too-large")
    assert "9 MiB" in answer.json["detail"]


@pytest.mark.parametrize("declared", [True, False])
def test_a_huge_upload_is_refused_long_before_its_end(
    serve: Callable[..., Server], spool: Path, declared: bool
) -> None:
    server = serve()
    with server.wire() as wire:
        if declared:
            wire.send(head(length=GIBIBYTES) + part())
            sent = wire.flood(BLOCK, GIBIBYTES)
        else:
            wire.send(head() + chunk(part()))
            sent = wire.flood(chunk(BLOCK), GIBIBYTES)
        answer = wire.answer()
    assert answer.status == 413
    assert sent < GIBIBYTES // 20
    assert eventually(lambda: held(spool) == 0)
    assert server.files() == []
    assert server.services.store.documents() == []


@pytest.mark.parametrize(
    ("status", "begin"),
    [
        (413, head(length=16 * MEBIBYTE)),
        (403, head(length=16 * MEBIBYTE).replace(b"X-Footnote-Client", b"X-Other")),
        (404, head("/api/v1/nowhere", length=16 * MEBIBYTE).replace(b"Length: 16777216", b"Length: 1048576")),
    ],
)
def test_a_refusal_reaches_even_a_client_that_first_sends_everything(
    serve: Callable[..., Server], status: int, begin: bytes
) -> None:
    server = serve()
    with server.wire() as wire:
        wire.send(begin + b"x" * (1 if status == 404 else 16) * MEBIBYTE)
        assert wire.answer().status == status
        assert wire.closed()


def test_a_refusal_does_not_wait_for_a_client_that_never_stops(serve: Callable[..., Server]) -> None:
    server = serve()
    with server.wire() as wire:
        wire.send(head())
        with pytest.raises((BrokenPipeError, ConnectionResetError)):
            wire.pour(chunk(b"x" * 4096))
    assert server.get("/healthz").status == 200


def test_after_an_upload_that_came_whole_the_connection_stays(serve: Callable[..., Server]) -> None:
    server = serve()
    with server.wire() as wire:
        for n in range(2):
            body = part(f"{n}.txt") + f"Heron {n}.".encode() + END
            wire.send(head(length=len(body)) + body)
            assert wire.answer().status == 202
    assert len(server.services.store.documents()) == 2


def test_an_upload_in_many_small_pieces_is_taken(serve: Callable[..., Server]) -> None:
    server = serve()
    with server.wire() as wire:
        wire.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in head() + b"".join(chunk(bytes([one])) for one in part() + b"Heron." + END) + b"0\r\n\r\n":
            wire.send(bytes([byte]))
        assert wire.answer().status == 202
    server.work()
    assert server.services.store.documents()[0].size == len("Heron.")


@pytest.mark.slow
def test_many_uploads_wait_their_turn_and_every_file_is_one_document(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOOTNOTE_MAX_WAITING", "20")
    monkeypatch.setenv("FOOTNOTE_STALL_SECONDS", "2")
    monkeypatch.setenv("FOOTNOTE_MAX_UPLOAD_MB", "8")
    home = Home(root=tmp_path / "many")
    found = many_uploads.run(home, files=100, batch=10, clients=4, stalled=3)
    assert found.wrong == ()
    assert (found.documents, found.answers[202]) == (100, 10)
    assert set(found.answers) <= {202, 429}
    assert found.stalled == {408: 3}
    assert found.huge[0] == 413
    assert found.alive
