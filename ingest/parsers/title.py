"""Titles in the properties of documents, which often say nothing. Pure."""

import re

_CHARS = 120  # of a title
_WORDY = re.compile(r"[^\W\d_]{2}")
_MEANINGLESS = re.compile(
    r"(?:microsoft (?:word|powerpoint|excel) - .*|(?:word|powerpoint|excel)[ -](?:document|presentation)"
    r"|powerpoint presentation|(?:untitled|document|dokument|presentation|book|sheet|slide|title)[ -]?\d*"
    r"|.*\.(?:docx?|dotx?|odt|rtf|epub|pptx?|xlsx?|pdf))",
    re.IGNORECASE,
)


def meaningful(title: str | None) -> str:
    """The title on one line and not too long; empty where it is a program's or a file's name."""
    line = one_line(title or "")
    return line if _WORDY.search(line) and not _MEANINGLESS.fullmatch(line) else ""


def one_line(text: str) -> str:
    """A text as a title: on one line, and cut where it is too long for one."""
    return " ".join(text.split())[:_CHARS]
