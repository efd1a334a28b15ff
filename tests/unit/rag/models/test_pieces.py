import json
from pathlib import Path

import pytest

from rag.errors import ModelError
from rag.models.pieces import WordPieces

START, END = 101, 102


def test_marks_are_not_counted(pieces: WordPieces) -> None:
    assert pieces.count(["", "annual leave", "footnotes"]) == [0, 2, 2]


def test_a_long_text_is_counted_to_its_end(pieces: WordPieces) -> None:
    assert pieces.count(["leave " * 5000]) == [5000]


def test_a_text_stands_between_its_marks(pieces: WordPieces) -> None:
    [ids] = pieces.encode(["annual leave"], 256)
    assert (ids[0], ids[-1], len(ids)) == (START, END, 4)


def test_a_text_too_long_keeps_its_beginning_and_its_end_mark(pieces: WordPieces) -> None:
    [whole] = pieces.encode(["one two three four five six"], 256)
    [cut] = pieces.encode(["one two three four five six"], 5)
    assert cut == [*whole[:4], END]


def test_half_a_surrogate_pair_is_read_as_a_question_mark(pieces: WordPieces) -> None:
    assert pieces.encode(["a\ud800b"], 256) == pieces.encode(["a?b"], 256)


def test_a_tokenizer_without_marks_is_refused(source: Path, tmp_path: Path) -> None:
    bare = json.loads((source / "tokenizer.json").read_bytes()) | {"post_processor": None}
    (tmp_path / "tokenizer.json").write_text(json.dumps(bare))
    with pytest.raises(ModelError, match="0 marks"):
        WordPieces(tmp_path / "tokenizer.json")
