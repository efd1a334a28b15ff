"""A reader taught from the command line, and used: real processes, real models."""

import json
from pathlib import Path

import pytest

from tests.acceptance.test_cli import document, footnote

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

PLACES = "Oslo Berlin Paris Madrid Rome Vienna Dublin Athens Lisbon Warsaw Prague Riga".split()


def question_set(folder: Path) -> Path:
    folder.mkdir()
    records = [(f"d{at}", place, 90 + at) for at, place in enumerate(PLACES)]
    corpus = [
        {
            "id": name,
            "title": f"Travel to {place}",
            "text": f"In {place} the hotel allowance is {fee} euros a night.",
        }
        for name, place, fee in records
    ]
    queries = [
        {
            "id": name,
            "question": f"How much may a night in {place} cost?",
            "gold_docs": [name],
            "answers": [f"{fee} euros"],
        }
        for name, place, fee in records
    ]
    for name, lines in (("corpus", corpus), ("queries", queries)):
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    return folder


@pytest.fixture(scope="module")
def taught(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("taught")
    done = footnote(
        *(
            "train-reader",
            question_set(folder / "travel"),
            "--out",
            folder / "reader",
            "--epochs",
            "1",
            "--json",
        ),
        home=folder / "home",
    )
    assert done.returncode == 0, done.stderr
    (folder / "told.json").write_text(json.dumps(document(done)))
    progress = [json.loads(line) for line in done.stderr.splitlines() if line.startswith('{"step"')]
    assert progress[-1]["step"] == progress[-1]["steps"]
    return folder


def test_it_says_what_it_was_taught_and_what_it_knows_of_the_rest(taught: Path) -> None:
    told, card = (
        json.loads(path.read_text()) for path in (taught / "told.json", taught / "reader" / "card.json")
    )
    (named,) = card["sets"]
    assert (named["name"], named["questions"]) == ("travel", len(PLACES))
    assert card["recipe"]["epochs"] == 1
    assert card["examples"] + card["held_out"]["examples"] == 2 * len(PLACES)
    assert {key: told[key] for key in ("sets", "recipe", "held_out")} == {
        key: card[key] for key in ("sets", "recipe", "held_out")
    }


def test_only_the_examples_are_kept_in_the_work_folder(taught: Path) -> None:
    (kept,) = (taught / "home" / "training").iterdir()
    assert kept.suffix == ".jsonl"


def test_another_goes_on_from_it_and_says_so(taught: Path) -> None:
    options = (
        "--from",
        taught / "reader",
        "--out",
        taught / "next",
        "--epochs",
        "1",
        "--seed",
        "1",
        "--json",
    )
    done = footnote("train-reader", taught / "travel", *options, home=taught / "home")
    assert done.returncode == 0, done.stderr
    card, before = (json.loads((taught / name / "card.json").read_text()) for name in ("next", "reader"))
    assert card["recipe"]["start"] == before["files"]["reader.safetensors"]
    assert card["before"]["sets"] == before["sets"]


def test_it_is_used_where_it_is_named(taught: Path) -> None:
    home, named = taught / "home", {"FOOTNOTE_READER": str(taught / "reader")}
    file = taught / "allowances.md"
    file.write_text("# Travel\n\nIn Berlin the hotel allowance is 120 euros a night.\n")
    assert footnote("add", file, home=home).returncode == 0
    plain = document(footnote("search", "hotel in Berlin", "--json", home=home))
    read = document(footnote("search", "hotel in Berlin", "--json", home=home, **named))
    assert read["hits"][0]["score"] > plain["hits"][0]["score"]
    rows = document(footnote("models", "list", "--json", home=home, **named))
    assert [(row["kind"], row["name"]) for row in rows if row["in_use"]][-1] == ("reader", "reader")
    assert document(footnote("models", "check", "--json", home=home, **named))["reader"].endswith("reader")


def test_a_folder_without_a_reader_is_named(taught: Path, tmp_path: Path) -> None:
    done = footnote("search", "hotel", home=taught / "home", FOOTNOTE_READER=str(tmp_path))
    assert done.returncode == 1
    assert "There is no reader in" in done.stderr
    assert "Traceback" not in done.stderr
