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
from tests.completions import (
    Act,
    Server,
    begin,
    dribbles,
    ending,
    in_turn,
    line,
    refuses,
    repeats,
    says,
)

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
        (says(end=b'data: {"choices": [{"delta": {"content": [1]}}]}\n\n'), "no chat completion"),
        (says(end=b"data: " + b"[" * 100_000 + b"\n\n"), "no chat completion"),
        (says(end=b"data: " + b"x" * 3_000_000), "no chat completion"),
        (says(end=b""), "ended in the middle"),
        (
            refuses(200, '{"error": {"message": "no such model"}}', "application/json"),
            "200: no such model\\.",
        ),
        (refuses(503, '{"object": "error", "message": "full"}'), "answered with 503: full\\."),
        (refuses(418, "{}"), "answered with 418: {}\\."),
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


HALF = {"length": "its limit of tokens", "content_filter": "held back the rest"}


@pytest.mark.parametrize(("reason", "complaint"), HALF.items())
def test_an_answer_that_the_server_cut_off_is_not_taken_for_a_whole_one(
    server: Server, reason: str, complaint: str
) -> None:
    server.act = says("Two", end=ending(reason))
    pieces = generator(server.address, model="m").stream(ASKED)
    assert next(pieces) == "Two"
    with pytest.raises(GeneratorFailed, match=complaint):
        next(pieces)


@pytest.mark.parametrize("reason", ["stop", "eos_token"])
def test_an_answer_that_ends_by_its_reason_is_whole_without_a_word_at_the_end(
    server: Server, reason: str
) -> None:
    server.act = says("Two", " years.", end=ending(reason))
    assert written(server.address, model="m") == "Two years."


def test_an_answer_that_just_ends_is_told_to_end_in_the_middle(server: Server) -> None:
    server.act = says("Two", end=b"")
    pieces = generator(server.address, model="m").stream(ASKED)
    assert next(pieces) == "Two"
    with pytest.raises(GeneratorFailed, match="ended in the middle"):
        next(pieces)


def test_letters_that_come_in_halves_and_lines_that_break_within_a_text_are_whole(server: Server) -> None:
    said = "ü加\u2028\u0085👍"
    event = f'data: {{"choices": [{{"delta": {{"content": "{said}"}}}}]}}\r\n\r\n'.encode()
    server.act = dribbles(event + b"data: [DONE]\r\n\r\n")
    assert written(server.address, model="m") == said


def test_more_than_was_asked_for_is_cut_off(server: Server) -> None:
    server.act = says("x" * 900_000)
    said = []
    with pytest.raises(GeneratorFailed, match="its limit of tokens"):
        said.extend(generator(server.address, model="m", tokens=50).stream(ASKED))
    assert "".join(said) == "x" * 50 * remote.LONGEST


@pytest.mark.parametrize("said", [b": wait\n\n", b'data: {"choices": []}\n\n', b"\n"])
def test_a_server_that_says_nothing_of_worth_without_end_is_left_when_its_time_is_up(
    server: Server, said: bytes
) -> None:
    server.act = repeats(said)
    with pytest.raises(GeneratorFailed, match="took longer than"):
        written(server.address, model="m", seconds=0.3)
    assert server.left.wait(20)


def test_a_complaint_without_end_is_not_read_to_its_end(server: Server) -> None:
    def act(to: BaseHTTPRequestHandler) -> None:
        to.send_response(500)
        to.end_headers()
        while True:
            to.wfile.write(b"no " * 1000)

    server.act = act
    with pytest.raises(GeneratorFailed, match="answered with 500: no no"):
        written(server.address, model="m")
    assert server.left.wait(20)


def test_no_question_goes_where_a_server_sends_it_on_to(server: Server) -> None:
    elsewhere = Server()

    def act(to: BaseHTTPRequestHandler) -> None:
        to.send_response(307)
        to.send_header("Location", f"{elsewhere.address}/chat/completions")
        to.end_headers()

    server.act = act
    with pytest.raises(GeneratorFailed, match="sends elsewhere"):
        written(server.address, model="m", key="secret")
    assert elsewhere.asked == []
    elsewhere.close()


def test_a_server_that_is_busy_for_a_moment_is_asked_once_more(server: Server) -> None:
    server.act = in_turn(refuses(429, "later", retry_after="0"), says("Two years."))
    assert written(server.address, model="m") == "Two years."
    assert len(server.asked) == 2
    server.act = refuses(429, "later", retry_after="0")
    with pytest.raises(GeneratorFailed, match="answered with 429: later"):
        written(server.address, model="m")
    assert len(server.asked) == 4


@pytest.mark.parametrize("after", ["", "6", "Wed, 21 Oct 2015 07:28:00 GMT", "-1", "soon"])
def test_a_server_that_does_not_say_to_come_again_soon_is_not_waited_for(server: Server, after: str) -> None:
    server.act = refuses(429, "later", retry_after=after)
    with pytest.raises(GeneratorFailed, match="answered with 429: later"):
        written(server.address, model="m")
    assert len(server.asked) == 1


def test_a_connection_that_is_gone_before_the_first_word_is_made_anew(server: Server) -> None:
    def hangs_up(to: BaseHTTPRequestHandler) -> None:
        to.close_connection = True

    server.act = in_turn(hangs_up, says("Two years."))
    assert written(server.address, model="m") == "Two years."


def test_the_next_server_is_asked_where_one_fails_before_its_first_word(server: Server) -> None:
    broken = Server()
    broken.act = says(end=b'data: {"error": "overloaded"}\n\n')
    assert written(broken.address, server.address, model="m") == "Two years."
    broken.close()


@pytest.mark.parametrize("address", ["http://127.0.0.1:99999/v1", "http://[::1/v1"])
def test_an_address_that_cannot_be_is_no_accident_of_the_program(address: str) -> None:
    with pytest.raises(GeneratorFailed, match=r"is not there|broke off"):
        written(address, model="m")


def test_a_key_goes_as_it_is_without_what_surrounds_it(server: Server) -> None:
    written(server.address, model="m", key="\u00fcber\n")
    assert [key.encode("latin-1") for key in server.keys if key] == ["Bearer über".encode()]


def test_an_endless_answer_ends_with_its_time(server: Server) -> None:
    def act(to: BaseHTTPRequestHandler) -> None:
        begin(to)
        while True:
            to.wfile.write(line("on and "))

    server.act = act
    with pytest.raises(GeneratorFailed, match="took longer than"):
        for _ in generator(server.address, model="m", tokens=10**9, seconds=0.3).stream(ASKED):
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
