import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.boxes import Rect, WordBox, covering, pack, unpack
from rag.errors import StorageError

coordinates = st.integers(0, 1_500_000).map(lambda hundredths: hundredths / 100)


@st.composite
def word_boxes(draw: st.DrawFn) -> list[WordBox]:
    boxes, at = [], 0
    for gap, length in draw(st.lists(st.tuples(st.integers(0, 5), st.integers(1, 30)), max_size=20)):
        left, top, right, bottom = (draw(coordinates) for _ in range(4))
        start = at + gap
        at = start + length
        boxes.append(WordBox(start=start, end=at, left=left, top=top, right=right, bottom=bottom))
    return boxes


def word(start: int, end: int, left: float, top: float, right: float, bottom: float) -> WordBox:
    return WordBox(start=start, end=end, left=left, top=top, right=right, bottom=bottom)


TWO_LINES = pack(
    [
        word(0, 3, 10, 10, 30, 20),
        word(4, 9, 35, 10, 70, 20),
        word(10, 14, 10, 22, 40, 32),
    ]
)


@given(word_boxes())
def test_what_is_packed_comes_out_again(words: list[WordBox]) -> None:
    assert list(unpack(pack(words))) == words


def test_no_words_make_no_bytes() -> None:
    assert pack([]) == b""
    assert covering(b"", 0, 100) == ()


def test_words_of_one_line_share_a_rectangle() -> None:
    assert covering(TWO_LINES, 0, 9) == (Rect(left=10, top=10, right=70, bottom=20),)


def test_a_quote_over_two_lines_has_a_rectangle_for_each() -> None:
    assert covering(TWO_LINES, 4, 14) == (
        Rect(left=35, top=10, right=70, bottom=20),
        Rect(left=10, top=22, right=40, bottom=32),
    )


def test_one_letter_is_enough_to_cover_its_word() -> None:
    assert covering(TWO_LINES, 6, 7) == (Rect(left=35, top=10, right=70, bottom=20),)


def test_blanks_between_words_and_empty_spans_cover_nothing() -> None:
    assert covering(TWO_LINES, 3, 4) == ()
    assert covering(TWO_LINES, 14, 90) == ()


def test_text_from_right_to_left_is_merged_as_well() -> None:
    words = pack([word(0, 3, 60, 10, 90, 20), word(4, 7, 20, 10, 55, 20)])
    assert covering(words, 0, 7) == (Rect(left=20, top=10, right=90, bottom=20),)


@pytest.mark.parametrize("damaged", [b"\x01damaged", b"\x07" + TWO_LINES[1:], TWO_LINES[:-9]])
def test_damaged_bytes_are_reported(damaged: bytes) -> None:
    with pytest.raises(StorageError, match="Read the document again"):
        covering(damaged, 0, 5)
