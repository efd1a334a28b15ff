import json
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import UsageError
from rag.measure import Place
from rag.types import Turn
from tests.factories import document
from web.evaluation_set import brings_documents, load_set, spread


def write(file: Path, records: Iterable[dict[str, Any]]) -> None:
    file.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")


def texts(folder: Path, *questions: dict[str, Any]) -> Path:
    write(
        folder / "corpus.jsonl",
        [{"id": "a", "title": "Leave", "text": "30 days."}, {"id": "b/c", "text": "No."}],
    )
    write(
        folder / "queries.jsonl", [{"id": "1", "question": "How many?"} | question for question in questions]
    )
    return folder


def files(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("text")
    return folder


def test_a_corpus_of_texts_is_read_with_its_questions(tmp_path: Path) -> None:
    found = load_set(texts(tmp_path, {"gold_docs": ["a"], "answers": ["30"], "spans": [[0, 2]]}))
    assert (found.names, found.folder, found.texts[0].title) == (("a", "b/c"), None, "Leave")
    gold = found.questions[0].gold
    assert gold.answerable
    assert (gold.documents, gold.answers) == (frozenset("a"), ("30",))
    assert gold.spans == (Place(document="a", page=None, start=0, end=2),)


def test_files_are_named_by_their_path_below_the_documents_folder(tmp_path: Path) -> None:
    files(tmp_path, "documents/x/leave.pdf", "documents/y/plan.md", "README.md")
    write(
        tmp_path / "questions.jsonl",
        [{"id": 1, "question": "?", "gold_docs": ["plan.md"], "gold_pages": [2, 3]}],
    )
    found = load_set(tmp_path)
    assert found.folder == tmp_path / "documents"
    assert found.names == ("x/leave.pdf", "y/plan.md")
    assert found.questions[0].gold.documents == {"y/plan.md"}
    assert found.questions[0].gold.pages == {("y/plan.md", 2), ("y/plan.md", 3)}


def test_without_a_documents_folder_the_questions_are_no_document(tmp_path: Path) -> None:
    files(tmp_path, "a.pdf", ".hidden/b.pdf")
    write(tmp_path / "queries.jsonl", [{"id": 1, "question": "?"}])
    assert load_set(tmp_path).names == ("a.pdf",)


def test_as_many_pages_as_documents_belong_to_them_one_by_one(tmp_path: Path) -> None:
    found = load_set(texts(tmp_path, {"gold_docs": ["a", "b/c"], "gold_pages": [4, 7]}))
    assert found.questions[0].gold.pages == {("a", 4), ("b/c", 7)}


def test_a_question_without_gold_documents_is_unanswerable_unless_it_says_otherwise(tmp_path: Path) -> None:
    found = load_set(texts(tmp_path, {}, {"gold_docs": ["a"]}, {"answerable": True}, {"answerable": False}))
    assert [question.gold.answerable for question in found.questions] == [False, True, True, False]


def test_the_history_becomes_earlier_turns(tmp_path: Path) -> None:
    said = [["user", "Leave?"], ["assistant", "30 days."], ["user", "And sick?"], ["assistant", "Paid."]]
    found = load_set(texts(tmp_path, {"history": said}))
    assert found.questions[0].question.history == (
        Turn(question="Leave?", answer="30 days."),
        Turn(question="And sick?", answer="Paid."),
    )


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "line 2 is not JSON"),
        ('{"id": 1}', "line 2 has no question"),
        ("[]", "line 2 has no id and no question"),
        ('{"id": 1, "question": "?", "gold_docs": ["x"]}', "line 2 names the gold document 'x'"),
    ],
)
def test_what_does_not_fit_is_named_with_its_line(tmp_path: Path, line: str, said: str) -> None:
    texts(tmp_path, {"gold_docs": ["a"]})
    with (tmp_path / "queries.jsonl").open("a") as questions:
        questions.write(line + "\n")
    with pytest.raises(UsageError, match=said):
        load_set(tmp_path)


def test_a_file_of_questions_asks_about_what_a_home_has_read(tmp_path: Path) -> None:
    write(
        tmp_path / "ours.jsonl",
        [
            {"id": 1, "question": "?", "gold_docs": ["leave.pdf"]},
            {"id": 2, "question": "?", "gold_docs": ["b" * 32], "gold_pages": [2]},
        ],
    )
    there = [document(id="a" * 32, source="people/leave.pdf"), document(id="b" * 32, source="plan.md")]
    found = load_set(tmp_path / "ours.jsonl", there)
    assert (found.name, found.names) == ("ours", ("a" * 32, "b" * 32))
    assert [each.gold.documents for each in found.questions] == [{"a" * 32}, {"b" * 32}]
    assert not brings_documents(tmp_path / "ours.jsonl")


def test_a_name_that_two_documents_of_a_home_have_is_not_guessed(tmp_path: Path) -> None:
    write(tmp_path / "queries.jsonl", [{"id": 1, "question": "?", "gold_docs": ["leave.pdf"]}])
    assert not brings_documents(tmp_path)
    twins = [document(id="a" * 32, source="x/leave.pdf"), document(id="b" * 32, source="y/leave.pdf")]
    with pytest.raises(UsageError, match=r"names the gold document 'leave\.pdf'"):
        load_set(tmp_path, twins)
    assert load_set(tmp_path, twins[:1]).questions[0].gold.documents == {"a" * 32}


def test_a_follow_up_question_may_be_written_out_beside_it(tmp_path: Path) -> None:
    said = [["user", "Leave?"], ["assistant", "30 days."]]
    found = load_set(texts(tmp_path, {"history": said, "standalone": "Sick leave?"}, {}))
    follow_up, plain = found.questions
    assert follow_up.standalone is not None
    assert (follow_up.gold.follow_up, follow_up.standalone.text) == (True, "Sick leave?")
    assert (plain.gold.follow_up, plain.standalone) == (False, None)


def test_a_set_is_known_again_until_its_questions_or_documents_change(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    one, two = (load_set(texts(tmp_path / name, {"gold_docs": ["a", "b/c"]})) for name in ("one", "two"))
    assert one.fingerprint == two.fingerprint
    assert load_set(texts(tmp_path / "two", {"gold_docs": ["a"]})).fingerprint != one.fingerprint
    files(tmp_path / "three", "queries.jsonl", "a.txt")
    (tmp_path / "three" / "queries.jsonl").write_text("")
    before = load_set(tmp_path / "three").fingerprint
    (tmp_path / "three" / "a.txt").write_text("other text")
    assert load_set(tmp_path / "three").fingerprint != before


def test_a_folder_without_questions_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"queries\.jsonl or questions\.jsonl"):
        load_set(tmp_path)


@given(st.integers(0, 50), st.none() | st.integers(0, 60))
def test_a_limit_spreads_over_all_questions_and_repeats_none(count: int, limit: int | None) -> None:
    chosen = spread(list(range(count)), limit)  # type: ignore[arg-type]
    assert len(chosen) == (count if limit is None else min(count, limit))
    assert sorted(set(chosen)) == list(chosen)
    gaps = {later - earlier for earlier, later in pairwise(chosen)}
    assert not gaps or max(gaps) - min(gaps) <= 1
