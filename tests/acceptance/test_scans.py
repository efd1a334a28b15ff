"""A scan answers like the document it was made of: real processes, real models, the sample's questions."""

import json
import os
import re
import shutil
import subprocess
import sys
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures.scans import photographs, scanned

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "data" / "sample"
SHARE = 0.9  # of the questions that the originals answer
SECONDS = 1200  # for one command; a busy machine recognises a page in ten

pytestmark = [pytest.mark.slow, pytest.mark.timeout(4 * SECONDS)]


def questions() -> list[dict[str, Any]]:
    """The sample's questions about its PDFs."""
    lines = (SAMPLE / "questions.jsonl").read_text("utf-8").splitlines()
    asked = [json.loads(line) for line in lines]
    return [each for each in asked if any(name.endswith(".pdf") for name in each["gold_docs"])]


def scan(source: Path, target: Path) -> None:
    """The sample's documents, each PDF as pictures of its pages."""
    shutil.copytree(source, target)
    for path in target.glob("*.pdf"):
        path.write_bytes(scanned(photographs(path.read_bytes())))


def run(*arguments: str | Path, home: Path) -> subprocess.CompletedProcess[str]:
    """Run a command."""
    return subprocess.run(
        [sys.executable, "-m", "web.cli", *map(str, arguments)],
        cwd=ROOT,
        env=os.environ | {"FOOTNOTE_HOME": str(home), "FOOTNOTE_PARSE_SECONDS": str(SECONDS)},
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )


def answered(documents: Path, home: Path) -> set[str]:
    """The ids of the questions whose answer holds what it should, once these documents were added."""
    added = run("add", documents, "--json", home=home)
    assert added.returncode == 0, added.stderr
    asked = home / "questions.jsonl"
    asked.write_text("".join(json.dumps(each) + "\n" for each in questions()), "utf-8")
    done = run("ask", "--queries", asked, home=home)
    assert done.returncode == 0, done.stderr
    said = {found["id"]: folded(found["answer"]) for found in map(json.loads, done.stdout.splitlines())}
    return {q["id"] for q in questions() if any(folded(answer) in said[q["id"]] for answer in q["answers"])}


def folded(text: str) -> str:
    """The text without footnotes, blanks and case."""
    return re.sub(r"\[\d+\]|\s", "", unicodedata.normalize("NFKC", text)).casefold()


def test_a_scan_answers_what_its_original_answers(tmp_path: Path) -> None:
    scan(SAMPLE / "documents", tmp_path / "scans")
    original = answered(SAMPLE / "documents", tmp_path / "original home")
    scans = answered(tmp_path / "scans", tmp_path / "scanned home")
    lost = original - scans
    assert len(lost) <= (1 - SHARE) * len(original), f"of {len(original)} lost {sorted(lost)}"
