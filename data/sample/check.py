"""Checks the questions against the documents: every gold answer stands where it is said to stand.

    python data/sample/check.py

Prints what is wrong, one line each, and ends with exit code 1 if anything is. Needs pypdfium2 and trafilatura.
"""

import json
import re
import sys
import unicodedata
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
DOCUMENTS = HERE / "documents"
LINE_END_HYPHEN = re.compile(r"(?<=[a-z])[\u0002\u00ad\ufffe](?:\r?\n)?|(?<=[a-z])-\r?\n(?=[a-z])")


def pages(path: Path) -> list[str]:
    """Return the text of each page of ``path``, with joined hyphens and single blanks."""
    if path.suffix == ".pdf":
        return [plain(text) for text in _pdf(path)]
    if path.suffix == ".html":
        return [plain(_main_text(path))]
    return [plain(path.read_text(encoding="utf-8"))]


def plain(text: str) -> str:
    """Join words that were divided at a line end, undo ligatures, make all blanks one."""
    joined = LINE_END_HYPHEN.sub("", text)
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", joined))


def _pdf(path: Path) -> list[str]:
    from pypdfium2 import PdfDocument

    with PdfDocument(path) as document:
        return [document[number].get_textpage().get_text_range() for number in range(len(document))]


def _main_text(path: Path) -> str:
    from trafilatura import extract

    return extract(path.read_bytes(), include_tables=True) or ""


def faults(question: dict[str, Any]) -> list[str]:
    """Say what is wrong with one question; nothing if it is sound."""
    if not question["answerable"]:
        return ["unanswerable, yet has gold"] if question["gold_docs"] or question["answers"] else []
    missing = [name for name in question["gold_docs"] if not (DOCUMENTS / name).is_file()]
    if missing or not question["gold_docs"]:
        return [f"no such document: {missing}"]
    found: list[str] = []
    for name in question["gold_docs"]:
        found += _faults_in(name, question)
    return found


def _faults_in(name: str, question: dict[str, Any]) -> list[str]:
    texts = pages(DOCUMENTS / name)
    if (DOCUMENTS / name).suffix == ".pdf" and not question.get("gold_pages"):
        return [f"{name}: a question on a PDF needs its pages"]
    gold = [texts[number - 1] for number in question.get("gold_pages", [1])]
    return [
        f"{name}: {answer!r} does not stand on page {question.get('gold_pages', [1])}"
        for answer in question["answers"]
        if not any(answer in text for text in gold)
    ]


def main() -> int:
    """Check every question and return the exit code."""
    lines = (HERE / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    questions = [json.loads(line) for line in lines]
    wrong = [f"{question['id']}: {fault}" for question in questions for fault in faults(question)]
    if len({question["id"] for question in questions}) < len(questions):
        wrong.append("two questions have the same id")
    answerable = sum(question["answerable"] for question in questions)
    print(*wrong, f"{len(questions)} questions, {answerable} answerable, {len(wrong)} faults", sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
