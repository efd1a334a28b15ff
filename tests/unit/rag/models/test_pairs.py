from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.errors import ModelError
from rag.models.pairs import LENGTH, QUESTION, Pair, Pairs

PASSAGE = "Staff handbook\nThe tarn dispenser weighs 4 kg and holds two litres."


@pytest.fixture(scope="module")
def pairs(source: Path) -> Pairs:
    return Pairs(source / "tokenizer.json")


def words(pair: Pair, passage: str) -> list[str]:
    return [passage[start:end] for start, end in pair.places]


def test_a_passage_of_usual_length_is_one_row_between_marks(pairs: Pairs) -> None:
    ((pair,),) = pairs.rows("How heavy is it?", [PASSAGE])
    assert (pair.ids[0], pair.ids[pair.first - 1], pair.ids[-1]) == (101, 102, 102)
    assert len(pair.ids) == pair.first + len(pair.places) + 1
    assert pair.types == (0,) * pair.first + (1,) * (len(pair.places) + 1)
    assert words(pair, PASSAGE)[:4] == ["Staff", "handbook", "The", "tar"]


def test_an_answer_is_found_among_the_pieces(pairs: Pairs) -> None:
    ((pair,),) = pairs.rows("How heavy is it?", [PASSAGE])
    start = PASSAGE.index("4 kg")
    first, last = pair.pieces(start, start + 4) or (0, 0)
    assert PASSAGE[pair.places[first - pair.first][0] : pair.places[last - pair.first][1]] == "4 kg"
    assert pair.pieces(10_000, 10_010) is None


def test_a_long_passage_becomes_overlapping_windows_that_leave_nothing_out(pairs: Pairs) -> None:
    passage = " ".join(f"number {n} of many" for n in range(400))
    (windows,) = pairs.rows("Which?", [passage])
    assert len(windows) > 1
    assert all(len(pair.ids) <= LENGTH for pair in windows)
    ends = [pair.places[-1][1] for pair in windows]
    starts = [pair.places[0][0] for pair in windows]
    assert starts[0] == 0
    assert ends[-1] == len(passage)
    assert all(start < end for start, end in zip(starts[1:], ends, strict=False))


def test_of_a_long_question_the_beginning_is_read(pairs: Pairs) -> None:
    ((pair,),) = pairs.rows("why " * 500, [PASSAGE])
    assert pair.first == QUESTION + 2
    assert words(pair, PASSAGE)[-1] == "."


@given(question=st.text(max_size=80), passage=st.text(max_size=300))
@settings(deadline=None)
def test_places_lie_in_the_passage_in_order(pairs: Pairs, question: str, passage: str) -> None:
    for pair in pairs.rows(question, [passage])[0]:
        assert len(pair.ids) <= LENGTH
        assert all(0 <= start <= end <= len(passage) for start, end in pair.places)
        assert list(pair.places) == sorted(pair.places)


def test_half_surrogates_do_no_harm(pairs: Pairs) -> None:
    passage = "a\ud800 tarn"
    ((pair,),) = pairs.rows("\udfff?", [passage])
    assert words(pair, passage)[-1] == "n"


def test_a_tokenizer_of_another_kind_is_refused(tmp_path: Path) -> None:
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel

    Tokenizer(WordLevel({"a": 0, "?": 1}, unk_token="?")).save(str(tmp_path / "tokenizer.json"))
    with pytest.raises(ModelError, match=r"\[CLS\]"):
        Pairs(tmp_path / "tokenizer.json")
