"""A generator on a server, which is a real one here and behaves as it is told."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from rag.errors import GeneratorFailed
from rag.message import Message
from rag.models import remote
from rag.models.remote import RemoteGenerator
from tests.completions import Act, Server, begin, line, refuses, says

ASKED = [Message(role="user", content="How long?")]


@pytest.fixture
def server() -> Iterator[Server]:
    opened = Server()
    yield opened
    opened.close()


def generator(*addresses: str, **options: Any) -> RemoteGenerator:
    return RemoteGenerator(addresses, **{"room": 4000, "tokens": 50, "seconds": 20.0} | options)


def written(*addresses: str, **options: Any) -> str:
    return "".join(generator(*addresses, **options).stream(ASKED))


def test_the_answer_comes_piece_by_piece_from_the_model_that_the_server_names(server: Server) -> None:
    asked = generator(server.address)
    assert asked.name == server.address
    assert list(asked.stream(ASKED)) == ["Two", " years."]
    assert asked.name == "small-model"
    assert server.asked == [
        {
            "model": "small-model",
            "messages": [{"role": "user", "content": "How long?"}],
            "stream": True,
            "max_tokens": 50,
            "temperature": 0,
            "seed": 0,
        }
    ]


def test_the_model_and_the_key_are_those_that_were_given(server: Server) -> None:
    assert written(server.address + "/", model="big-model", key="secret") == "Two years."
    assert (server.asked[0]["model"], server.keys) == ("big-model", ["Bearer secret"])


def test_a_server_that_is_not_there_is_named() -> None:
    with pytest.raises(GeneratorFailed, match=r"127\.0\.0\.1:9/v1 is not there"):
        written("http://127.0.0.1:9/v1", model="m")


def test_the_next_server_is_asked_where_one_is_not_there_or_busy(server: Server) -> None:
    busy = Server()
    busy.act = refuses(503)
    assert written("http://127.0.0.1:9/v1", busy.address, server.address, model="m") == "Two years."
    assert len(busy.asked) == 1
    busy.close()


def test_once_something_was_written_no_other_server_is_asked(server: Server) -> None:
    broken = Server()
    broken.act = says("Two", end=b'data: {"error": {"message": "out of memory"}}\n\n')
    said = []
    with pytest.raises(GeneratorFailed, match="out of memory"):
        said.extend(generator(broken.address, server.address, model="m").stream(ASKED))
    assert server.asked == []
    broken.close()


def test_a_connection_that_breaks_in_the_middle_is_told(server: Server) -> None:
    def act(to: BaseHTTPRequestHandler) -> None:
        to.send_response(200)
        to.send_header("Content-Length", "100000")
        to.end_headers()
        to.wfile.write(line("Two"))
        to.close_connection = True

    server.act = act
    pieces = generator(server.address, model="m").stream(ASKED)
    assert next(pieces) == "Two"
    with pytest.raises(GeneratorFailed, match="broke off"):
        next(pieces)


@pytest.mark.parametrize(
    ("act", "complaint"),
    [
        (refuses(401), "refuses the key"),
        (refuses(404, "no model\n m"), "answered with 404: no model m"),
        (refuses(500, "x" * 900), "answered with 500: x{200}\\."),
        (says(end=b"data: {broken\n\n"), "no chat completion"),
        (says(end=b'data: {"choices": [{}]}\n\n'), "no chat completion"),
        (says(end=b"data: 7\n\n"), "no chat completion"),
    ],
)
def test_what_goes_wrong_is_said(server: Server, act: Act, complaint: str) -> None:
    server.act = act
    with pytest.raises(GeneratorFailed, match=complaint):
        written(server.address, model="m")


@pytest.mark.parametrize("models", [{"data": []}, {}, [], "none"])
def test_a_server_that_names_no_model_is_told_about(server: Server, models: object) -> None:
    server.models = models
    with pytest.raises(GeneratorFailed, match="FOOTNOTE_GENERATOR_MODEL"):
        written(server.address)


def test_a_server_that_says_nothing_is_waited_for_so_long_and_no_longer(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote, "SILENCE", 0.2)
    waits = threading.Event()

    def act(to: BaseHTTPRequestHandler) -> None:
        begin(to)
        waits.wait(20)

    server.act = act
    with pytest.raises(GeneratorFailed, match="said nothing for"):
        written(server.address, model="m")
    waits.set()


def test_an_endless_answer_ends_with_its_time(server: Server) -> None:
    def act(to: BaseHTTPRequestHandler) -> None:
        begin(to)
        while True:
            to.wfile.write(line("on and "))

    server.act = act
    with pytest.raises(GeneratorFailed, match="took longer than"):
        for _ in generator(server.address, model="m", seconds=0.3).stream(ASKED):
            pass
    assert server.left.wait(20)


def test_whoever_leaves_ends_the_connection(server: Server) -> None:
    def act(to: BaseHTTPRequestHandler) -> None:
        begin(to)
        while True:
            to.wfile.write(line("on and "))

    server.act = act
    pieces = generator(server.address, model="m").stream(ASKED)
    next(pieces)
    pieces.close()
    assert server.left.wait(20)


def test_tokens_are_guessed_rather_too_high(server: Server) -> None:
    assert generator(server.address).count(["", "word", "加班"]) == [1, 2, 3]
