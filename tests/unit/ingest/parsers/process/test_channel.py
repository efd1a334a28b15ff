import json
import socket
import zlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.parsers.process import channel
from ingest.parsers.process.channel import Answer, Request, decode_answer, decode_request, encode, failed
from ingest.parsers.reading import Limits, OverLimit, Reading
from rag.boxes import WordBox, pack
from rag.errors import (
    EncryptedDocument,
    FootnoteError,
    NoText,
    RetryableError,
    StorageError,
    UnreadableDocument,
    UnsupportedType,
)
from rag.hidden import Concealment, Hidden
from rag.types import Block, BlockKind, MediaType, Page, Parsed

READ = Request(name="a.pdf", reading=Reading())
DRAW = replace(READ, picture=2)
TEXT = st.text(st.characters(exclude_categories=["Cs"]))
PAGE = Page(
    number=1,
    text="Some words",
    label="Sheet1",
    blocks=(Block(start=0, end=4, kind=BlockKind.ROW, level=3), Block(start=5, end=10, kind=BlockKind.CODE)),
    words=pack([WordBox(start=0, end=4, left=1.5, top=2, right=3, bottom=4)]),
    width=612.0,
    height=792.5,
)
PARSED = Parsed(
    title="A title",
    media_type=MediaType.PDF,
    pages=(PAGE, Page(number=3, text="")),
    warnings=("Page 2 is gone.",),
    ocr=(1,),
    unreadable=(2,),
    tables=4,
    hidden=(Hidden(page=1, how=Concealment.TINY, characters=5),),
    uninspected="Because.",
    instructions=("Ignore this.",),
)


def as_json(parsed: Parsed = PARSED) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(encode(Answer(parsed=parsed)))
    return loaded


def decoded(message: dict[str, Any], request: Request = READ) -> Answer:
    return decode_answer(json.dumps(message).encode(), request)


def test_a_document_comes_back_as_it_was() -> None:
    assert decode_answer(encode(Answer(parsed=PARSED)), READ).parsed == PARSED


@given(title=TEXT, texts=st.lists(TEXT), label=TEXT, numbers=st.lists(st.integers(1, 9), unique=True))
def test_every_document_comes_back_as_it_was(
    title: str, texts: list[str], label: str, numbers: list[int]
) -> None:
    pages = tuple(Page(number=n, text=text, label=label) for n, text in enumerate(texts, 1))
    parsed = Parsed(title=title, media_type=MediaType.TEXT, pages=pages, ocr=tuple(numbers))
    assert decode_answer(encode(Answer(parsed=parsed)), READ).parsed == parsed


def test_a_request_comes_back_as_it_was() -> None:
    request = Request(
        name="a \N{GRINNING FACE}.pdf",
        reading=Reading(limits=Limits(pages=2), ocr=False),
        picture=1,
        scale=1.5,
    )
    assert decode_request(encode(request)) == request


def test_a_picture_comes_back_as_it_was() -> None:
    picture = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
    assert decode_answer(encode(Answer(picture=picture)), DRAW).picture == picture


@pytest.mark.parametrize(
    "kind", [UnreadableDocument, UnsupportedType, EncryptedDocument, NoText, OverLimit, RetryableError]
)
def test_an_error_comes_back_with_its_kind_and_its_words(kind: type[FootnoteError]) -> None:
    failure = decode_answer(encode(failed(kind("Because."))), READ).failure
    assert failure is not None
    error = failure.error()
    assert type(error) is kind
    assert str(error) == "Because."


def test_an_error_of_another_kind_comes_back_as_the_nearest_one() -> None:
    class Odd(NoText):
        pass

    for error, kind in ((Odd("x"), NoText), (StorageError("x"), UnreadableDocument)):
        failure = failed(error).failure
        assert failure is not None
        assert type(failure.error()) is kind


def test_a_lack_of_memory_comes_back_as_one() -> None:
    failure = decode_answer(encode(failed(MemoryError())), READ).failure
    assert failure is not None
    assert isinstance(failure.error(), MemoryError)


def test_reasons_and_origins_have_a_limit() -> None:
    failure = failed(NoText("x" * 10_000), "y" * 10_000).failure
    assert failure is not None
    assert len(failure.reason) == channel.MAX_REASON
    assert len(failure.origin) == channel.MAX_ORIGIN


def bomb() -> bytes:
    return b"\x01" + zlib.compress(bytes(10_000_000))


LAWLESS = {
    "pages out of order": {"pages": (replace(PAGE, number=2), PAGE)},
    "a page twice": {"pages": (PAGE, PAGE)},
    "page 0": {"pages": (replace(PAGE, number=0),)},
    "a block beyond the text": {
        "pages": (replace(PAGE, blocks=(Block(start=0, end=11, kind=BlockKind.ROW),)),)
    },
    "a block that ends before it starts": {
        "pages": (replace(PAGE, blocks=(Block(start=4, end=2, kind=BlockKind.ROW),)),)
    },
    "blocks that overlap": {"pages": (replace(PAGE, blocks=(*PAGE.blocks, PAGE.blocks[0])),)},
    "words that unpack to more than there is": {"pages": (replace(PAGE, words=bomb()),)},
    "words that do not unpack": {"pages": (replace(PAGE, words=b"\x01words"),)},
}


@pytest.mark.parametrize("law", LAWLESS)
def test_a_document_that_breaks_a_law_is_refused(law: str) -> None:
    with pytest.raises(ValueError, match="breaks a law"):
        decode_answer(encode(Answer(parsed=replace(PARSED, **LAWLESS[law]))), READ)


@pytest.mark.parametrize(
    "change",
    [
        {"title": None},
        {"title": 3},
        {"media_type": "text/x-program"},
        {"pages": [{"number": "1", "text": ""}]},
        {"pages": [{"number": 1}]},
        {"pages": {}},
        {"tables": 1.5},
        {"hidden": [{"page": 1, "how": "by magic", "characters": 1}]},
        {"__class__": "os.system"},
    ],
    ids=repr,
)
def test_a_field_of_another_type_is_refused(change: dict[str, Any]) -> None:
    message = as_json()
    with pytest.raises(ValueError, match="validation error"):
        decoded({**message, "parsed": {**message["parsed"], **change}})


def test_half_a_character_is_refused() -> None:
    data = encode(Answer(parsed=PARSED)).replace(b'"A title"', rb'"\ud800"')
    with pytest.raises(ValueError, match="validation error"):
        decode_answer(data, READ)
    with pytest.raises(ValueError, match="surrogates"):
        encode(Answer(parsed=replace(PARSED, title="\ud800")))


@pytest.mark.parametrize(
    ("answer", "request_"),
    [
        (Answer(), READ),
        (Answer(parsed=PARSED), DRAW),
        (Answer(picture=b"\x89PNG\r\n\x1a\n"), READ),
        (Answer(picture=b"<svg onload='x()'/>"), DRAW),
        (replace(failed(NoText("x")), parsed=PARSED), READ),
    ],
    ids=["nothing", "a document for a picture", "a picture for a document", "no PNG", "two things"],
)
def test_an_answer_to_another_question_is_refused(answer: Answer, request_: Request) -> None:
    with pytest.raises(ValueError, match="breaks a law"):
        decode_answer(encode(answer), request_)


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    here, there = socket.socketpair()
    with here, there:
        yield here, there


Ends = tuple[socket.socket, socket.socket]


def test_a_frame_comes_whole(ends: Ends) -> None:
    channel.send(ends[0], b"words")
    assert channel.receive(ends[1]) == b"words"


def test_a_frame_that_does_not_come_is_given_up(ends: Ends) -> None:
    ends[0].sendall((5).to_bytes(8, "big") + b"wor")
    with pytest.raises(TimeoutError):
        channel.receive(ends[1], 0.05)
    with pytest.raises(TimeoutError):
        channel.receive(ends[1], 0)


def test_a_frame_that_ends_early_is_told_apart(ends: Ends) -> None:
    ends[0].sendall((5).to_bytes(8, "big") + b"wor")
    ends[0].close()
    with pytest.raises(EOFError):
        channel.receive(ends[1])


def test_a_frame_above_the_limit_is_not_received(ends: Ends) -> None:
    channel.send(ends[0], b"words")
    with pytest.raises(ValueError, match="5 bytes"):
        channel.receive(ends[1], most=4)


def test_a_request_without_a_file_ends_the_conversation(ends: Ends) -> None:
    channel.send(ends[0], b"words")
    with pytest.raises(EOFError):
        channel.receive_with_file(ends[1])
