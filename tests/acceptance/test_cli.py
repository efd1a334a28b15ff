"""The command line as its users have it: real processes, real models, real files."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared" / "data"
SECONDS = 240  # for one command
SEARCH = {"question", "hits", "ms", "looked_for"}
HIT = {"rank", "score", "document_id", "title", "source", "page", "start", "end", "text", "place"}
CITATION = {
    "marker",
    "document_id",
    "title",
    "source",
    "page",
    "start",
    "end",
    "quote",
    "words",
    "place",
    "dated",
}
ANSWER = {
    "id", "question", "outcome", "answer", "sentences", "confidence", "hits", "generator", "ms",
}  # fmt: skip
ADDED = {
    "added", "updated", "unchanged", "renamed", "deleted", "failed", "pages", "chunks", "seconds",
}  # fmt: skip

LEAVE = """# Leave

Every employee has 30 days of paid leave a year.
Leave that is carried over expires on 31 March.

# Travel

The hotel allowance in Berlin is 120 euros a night.
"""

CANARY = (
    "zyxwabcanarix"  # no ending that stemming would take; in one document, read in one run with the others
)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

Done = subprocess.CompletedProcess[str]


def footnote(*arguments: str | Path, home: Path, **variables: str) -> Done:
    """Run a command."""
    return subprocess.run(
        [sys.executable, "-m", "web.cli", *map(str, arguments)],
        cwd=ROOT,
        env=os.environ | {"FOOTNOTE_HOME": str(home), "FOOTNOTE_READER": "auto"} | variables,
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )


def document(done: Done) -> Any:
    """The one JSON document that a command printed, and nothing else."""
    (line,) = done.stdout.splitlines()
    return json.loads(line)


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """A home that has read a folder of good and bad files."""

    home: Path
    folder: Path
    added: Done

    def run(self, *arguments: str | Path, **variables: str) -> Done:
        return footnote(*arguments, home=self.home, **variables)


def fill(folder: Path) -> None:
    folder.mkdir()
    (folder / "leave.md").write_text(LEAVE)
    (folder / "pump.txt").write_text(
        "The pump must be primed before it is started.\n\nThe seal is changed yearly."
    )
    (folder / "page.html").write_text(
        "<!doctype html><title>Canteen</title><body><nav><a href='/'>Home</a></nav><main><h1>Canteen</h1>"
        "<p>The canteen opens at half past eleven on working days.</p></main></body>"
    )
    shutil.copy(ROOT / "data/sample/documents/incident-report-2025-03.pdf", folder / "report.pdf")
    (folder / "canary.txt").write_text(f"The {CANARY} word stands here alone.")
    (folder / "empty.txt").write_text("")
    (folder / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7\nthis is not one")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    place = tmp_path_factory.mktemp("library")
    fill(place / "docs")
    home = place / "home"
    added = footnote("add", place / "docs", "--json", home=home)
    return Library(home=home, folder=place / "docs", added=added)


@pytest.fixture
def copy(library: Library, tmp_path: Path) -> Library:
    """The same, to be changed."""
    shutil.copytree(library.home, tmp_path / "home")
    shutil.copytree(library.folder, tmp_path / "docs", copy_function=shutil.copy2)
    return Library(home=tmp_path / "home", folder=tmp_path / "docs", added=library.added)


def test_adding_a_folder_takes_the_good_ones_in_and_lists_the_bad_ones_with_reasons(library: Library) -> None:
    assert library.added.returncode == 3, library.added.stderr
    summary = document(library.added)
    assert set(summary) == ADDED
    assert (summary["added"], summary["updated"], summary["unchanged"], summary["deleted"]) == (5, 0, 0, 0)
    assert {failed["source"] for failed in summary["failed"]} == {"empty.txt", "picture.png", "broken.pdf"}
    for failed in summary["failed"]:
        assert set(failed) == {"source", "stage", "reason"}
        assert failed["reason"].endswith(".")
        assert failed["source"] in library.added.stderr
        assert str(library.home) not in failed["reason"]
    assert summary["chunks"] >= summary["added"]
    assert summary["pages"] >= 5


def test_adding_again_reads_nothing_that_was_read(copy: Library) -> None:
    moved = footnote("add", copy.folder / "leave.md", copy.folder / "pump.txt", "--json", home=copy.home)
    again = footnote("add", copy.folder / "leave.md", copy.folder / "pump.txt", "--json", home=copy.home)
    assert (moved.returncode, again.returncode) == (0, 0)
    nothing = {
        "added": 0, "updated": 0, "unchanged": 2, "renamed": 0, "deleted": 0, "failed": [], "pages": 0, "chunks": 0,
        "seconds": 0,
    }  # fmt: skip
    assert document(moved) | {"seconds": 0} == nothing, (
        "the same content in another folder is the same document"
    )
    assert document(again) | {"seconds": 0} == nothing


def test_adding_only_what_cannot_be_read_has_failed(library: Library, tmp_path: Path) -> None:
    done = footnote("add", library.folder / "empty.txt", tmp_path / "nowhere.txt", home=tmp_path / "home")
    assert done.returncode == 1
    assert "nowhere.txt" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(
    not (SHARED / "pdf/damaged").is_dir(), reason="the development data is not beside the project"
)
def test_every_damaged_and_hostile_file_can_be_thrown_at_it(tmp_path: Path) -> None:
    home, folders = tmp_path / "home", [SHARED / "hostile", SHARED / "pdf" / "damaged"]
    done = footnote("add", *folders, "--json", home=home)
    summary = document(done)
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    assert done.returncode == 3
    assert "Traceback" not in done.stderr
    assert summary["added"] + len(summary["failed"]) == len(files)
    assert summary["added"] > 0
    assert all(failed["reason"].endswith(".") for failed in summary["failed"])
    assert footnote("doctor", home=home).returncode == 0


def test_a_search_prints_hits_in_the_agreed_shape(library: Library) -> None:
    done = library.run("search", "How many days of leave are there?", "--json", "--top", "3")
    assert done.returncode == 0, done.stderr
    found = document(done)
    assert set(found) == SEARCH
    assert found["question"] == "How many days of leave are there?"
    assert [hit["rank"] for hit in found["hits"]] == [1, 2, 3]
    assert all(set(hit) == HIT for hit in found["hits"])
    first = found["hits"][0]
    assert (first["source"], first["page"], "30 days" in first["text"]) == ("leave.md", None, True)
    assert first["end"] - first["start"] == len(first["text"])
    scores = [hit["score"] for hit in found["hits"]]
    assert scores == sorted(scores, reverse=True)


def test_a_hit_in_a_pdf_names_its_page(library: Library) -> None:
    hits = document(library.run("search", "incident report root cause", "--json"))["hits"]
    assert [hit["page"] for hit in hits if hit["source"] == "report.pdf"] != []
    assert all(isinstance(hit["page"], int) for hit in hits if hit["source"] == "report.pdf")


def test_an_answer_comes_in_the_agreed_shape_each_quote_in_its_place(library: Library) -> None:
    done = library.run("ask", "How many days of paid leave does every employee have?", "--json")
    assert done.returncode == 0, done.stderr
    answer = document(done)
    assert set(answer) >= ANSWER
    assert (answer["outcome"], answer["generator"]) == ("answered", "quotes")
    assert "30 days" in answer["answer"]
    assert 0 <= answer["confidence"] <= 1
    assert set(answer["ms"]) == {"retrieve", "generate", "total"}
    assert all(set(hit) == HIT for hit in answer["hits"])
    for sentence in answer["sentences"]:
        assert set(sentence) == {"text", "support", "reasons", "citations"}
        assert sentence["support"] == "supported"
        for citation in sentence["citations"]:
            assert set(citation) == CITATION
            assert citation["end"] - citation["start"] == len(citation["quote"])
            assert f"[{citation['marker']}]" in answer["answer"]


def test_what_the_documents_do_not_say_is_declined(library: Library) -> None:
    answer = document(library.run("ask", "Who won the football world cup in 1974?", "--json"))
    assert (answer["outcome"], answer["answer"], answer["sentences"]) == ("not_found", "", [])


def test_people_get_the_answer_with_its_footnotes(library: Library) -> None:
    done = library.run("ask", "When does the canteen open?")
    assert done.returncode == 0, done.stderr
    assert "half past eleven" in done.stdout
    assert "[1]" in done.stdout
    assert "page.html" in done.stdout


@pytest.mark.parametrize(("command", "shape"), [("search", SEARCH), ("ask", ANSWER)])
def test_a_file_of_questions_is_answered_line_by_line_under_their_own_ids(
    library: Library, tmp_path: Path, command: str, shape: set[str]
) -> None:
    questions = tmp_path / "questions.jsonl"
    lines = [
        {"id": "first", "question": "How many days of leave?"},
        {"id": 7, "question": "When is the seal\u2028changed?"},
        {"question": "no id"},
    ]
    questions.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines) + "\n\n")
    done = library.run(command, "--queries", questions)
    assert done.returncode == 0, done.stderr
    found = [json.loads(line) for line in done.stdout.split("\n")[:-1]]
    assert [each["id"] for each in found] == ["first", 7, "3"]
    assert [each["question"] for each in found] == [line["question"] for line in lines]
    assert all(set(each) >= shape for each in found)


def test_a_question_that_cannot_be_asked_keeps_no_other_from_being_answered(
    library: Library, tmp_path: Path
) -> None:
    questions = tmp_path / "questions.jsonl"
    texts = ["", "How many days of leave?", "x" * 5000]
    questions.write_text("\n".join(json.dumps({"id": n, "question": text}) for n, text in enumerate(texts)))
    done = library.run("ask", "--queries", questions)
    assert done.returncode == 3
    outcomes = [json.loads(line)["outcome"] for line in done.stdout.splitlines()]
    assert outcomes == ["error", "answered", "error"]


def test_a_follow_up_is_answered_for_what_the_conversation_means(library: Library, tmp_path: Path) -> None:
    before, asked = "How many days of paid leave are there?", "And who grants them?"
    meant = "And who grants them? (days, paid leave)"
    assert document(library.run("ask", asked, "--after", before, "--json"))["looked_for"] == meant
    assert f"Looked for: {meant}" in library.run("search", asked, "--after", before).stdout
    questions = tmp_path / "questions.jsonl"
    history = [["user", before], ["assistant", "Thirty."]]
    questions.write_text(json.dumps({"id": 1, "question": asked, "history": history}))
    for command in ("ask", "search"):
        assert document(library.run(command, "--queries", questions))["looked_for"] == meant


@pytest.mark.parametrize("content", ["{", "[]", '{"id": 1}', "\xff", '{"question": "?", "history": "x"}'])
def test_a_file_that_holds_no_questions_is_refused_by_line(
    library: Library, tmp_path: Path, content: str
) -> None:
    questions = tmp_path / "questions.jsonl"
    questions.write_bytes(content.encode("latin-1"))
    done = library.run("search", "--queries", questions)
    assert (done.returncode, done.stdout) == (2, "")
    assert "questions.jsonl" in done.stderr
    assert "Traceback" not in done.stderr


def test_documents_are_listed_shown_deleted_and_gone(copy: Library) -> None:
    listed = document(copy.run("docs", "list", "--json"))
    (leave,) = [each for each in listed if each["source"] == "leave.md"]
    assert {each["status"] for each in listed} == {"ready", "failed"}
    shown = document(copy.run("docs", "show", leave["id"], "--json"))
    assert (shown["title"], shown["media_type"], shown["status"]) == ("Leave", "text/markdown", "ready")
    assert copy.run("docs", "verify-deleted", leave["id"]).returncode == 1
    deleted = copy.run("docs", "delete", leave["id"], "--json")
    assert (deleted.returncode, document(deleted)["source"]) == (0, "leave.md")
    verified = copy.run("docs", "verify-deleted", leave["id"], "--json")
    assert (verified.returncode, document(verified)["left"]) == (0, [])
    assert document(copy.run("ask", "How many days of paid leave?", "--json"))["outcome"] == "not_found"
    gone = copy.run("docs", "show", leave["id"])
    assert (gone.returncode, gone.stdout) == (1, "")
    assert "no document" in gone.stderr


def test_what_was_deleted_is_in_no_file_of_the_home(copy: Library) -> None:
    (known,) = [d["id"] for d in document(copy.run("docs", "list", "--json")) if d["source"] == "canary.txt"]
    assert copy.run("docs", "delete", known).returncode == 0
    holding = [
        path.relative_to(copy.home)
        for path in copy.home.rglob("*")
        if path.is_file() and CANARY.encode() in path.read_bytes()
    ]
    assert holding == []


def test_collections_are_kept_apart(copy: Library) -> None:
    assert copy.run("add", copy.folder / "pump.txt", "--collection", "machines").returncode == 0
    found = document(copy.run("search", "leave", "--collection", "machines", "--json"))
    assert {hit["source"] for hit in found["hits"]} == {"pump.txt"}
    listed = document(copy.run("collections", "list", "--json"))
    assert {"name": "machines", "documents": 1} in listed
    unknown = copy.run("search", "leave", "--collection", "machine")
    assert unknown.returncode == 1
    assert "machines" in unknown.stderr


def test_all_is_well_says_the_doctor(library: Library) -> None:
    done = library.run("doctor", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    found = document(done)
    assert found["ok"] is True
    assert all(problems == [] for problems in found["checks"].values())
    assert found["totals"]["documents"] == 8


def test_the_doctor_finds_a_lost_original_and_mends_a_damaged_cache(copy: Library) -> None:
    (cache,) = (copy.home / "caches" / "vectors").glob("*.faiss")
    cache.write_bytes(b"damaged")
    assert copy.run("doctor", "--repair").returncode == 0
    shown = document(copy.run("docs", "list", "--json"))[0]
    (copy.home / "originals" / shown["sha256"][:2] / shown["sha256"]).unlink()
    done = copy.run("doctor")
    assert done.returncode == 1
    assert f"the original of {shown['source']} is missing" in done.stdout


def test_an_unknown_setting_is_refused_with_the_nearest_name(library: Library) -> None:
    done = library.run("search", "leave", "--json", FOOTNOTE_PROT="1")
    assert (done.returncode, done.stdout) == (2, "")
    assert "FOOTNOTE_PORT" in done.stderr


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.org"])
def test_serving_to_other_machines_is_refused(library: Library, host: str) -> None:
    done = library.run("serve", "--host", host, "--port", "0")
    assert done.returncode == 2
    assert "this machine only" in done.stderr


def test_an_unknown_generator_is_refused(library: Library) -> None:
    done = library.run("ask", "leave", FOOTNOTE_GENERATOR="oracle")
    assert done.returncode == 2
    assert "FOOTNOTE_GENERATOR" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((), 2),
        (("ask",), 2),
        (("ask", ""), 2),
        (("search", "x" * 3000), 2),
        (("no-such-command",), 2),
        (("docs", "show", "x"), 1),
        (("add", "ftp://127.0.0.1/x"), 1),
        (("add", "http://127.0.0.1/"), 1),
        (("sync",), 2),
        (("search", "leave", "--top", "0"), 2),
        (("search", "\x1b[31m half \udcff a name"), 0),
    ],
)
def test_wrong_usage_ends_in_the_agreed_code_and_without_a_trace(
    library: Library, arguments: tuple[str, ...], code: int
) -> None:
    done = library.run(*arguments)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    assert "\x1b" not in done.stdout


def test_a_home_that_cannot_be_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = footnote("docs", "list", home=tmp_path / "file" / "home")
    assert done.returncode == 1
    assert "home folder" in done.stderr
    assert "Traceback" not in done.stderr


LOADED = """
import sys, web.cli
try:
    web.cli.app(sys.argv[1:])
finally:
    print(sorted({"torch", "transformers", "sentence_transformers", "fastapi"} & set(sys.modules)), file=sys.stderr)
"""


@pytest.mark.parametrize("command", ["search", "ask"])
def test_a_question_loads_neither_torch_nor_the_web_server(library: Library, command: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOADED, command, "How many days of leave?", "--home", str(library.home)],
        cwd=ROOT, capture_output=True, text=True, timeout=SECONDS,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stderr.splitlines()[-1] == "[]"
