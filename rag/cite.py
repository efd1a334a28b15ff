"""The law of citations: a quote is the very characters at its place on a stored page. And how writers cite: [n]."""

import re
from dataclasses import dataclass, field, replace

from rag.sentences import Span, split
from rag.types import Citation, Page

_MARKER = re.compile(r"[ \t]{0,4}\[\s{0,4}(\d{1,4}(?:\s{0,4}[,;–-]\s{0,4}\d{1,4}){0,20})\s{0,4}\]")
_LEADING = re.compile(rf"(?:{_MARKER.pattern})+")
_QUOTED = re.compile(
    r'"[^"\n]{1,2000}"|“[^”\n]{1,2000}”|„[^“”\n]{1,2000}[“”]|«[^»\n]{1,2000}»|‘[^’\n]{1,2000}’(?!\w)'
    r"|`{3}.{1,8000}?`{3}|`[^`\n]{1,2000}`",
    re.DOTALL,
)
_NUMBERS = re.compile(r"(\d{1,4})(?:\s*[–-]\s*(\d{1,4}))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """A sentence somebody wrote, and the numbers that it cites."""

    text: str  # without the markers taken for citations; all others stand where they stood
    markers: tuple[int, ...]  # each once, in order; all were shown
    unknown: tuple[int, ...] = ()  # numbers in brackets that were not shown
    end: int = field(default=0, compare=False)  # where it ends in that text, with the markers behind it


def stands(citation: Citation, page: Page | None) -> bool:
    """Whether the page still holds the quote at the place that the citation names."""
    return (
        page is not None
        and page.number == citation.page
        and 0 <= citation.start < citation.end <= len(page.text)
        and page.text[citation.start : citation.end] == citation.quote
    )


def read(text: str, shown: int, start: int = 0) -> tuple[Cited, ...]:
    """The sentences of a text whose writer was shown passages 1 to ``shown``, each with what it cites.

    From ``start`` on, where a sentence begins; of what stands before only open quotation marks matter.

    Law: every marker is one that was shown and that does not stand inside quoted text or code. A bracket with any
    number that was not shown cites nothing. Markers behind the stop belong to the sentence before.
    """
    quoted = [found.span() for found in _QUOTED.finditer(text)]
    found: list[Cited] = []
    for first, last in split(text[start:]):
        begin, end = start + first, start + last
        lead = _LEADING.match(text, begin, end) if found else None
        body = lead.end() if lead and not _inside(begin, quoted) else begin
        if body > begin:
            found[-1] = _joined(found[-1], _read(text, begin, body, quoted, shown))
        if text[body:end].strip():
            found.append(_read(text, body, end, quoted, shown))
    return tuple(found)


def _inside(at: int, quoted: list[Span]) -> bool:
    return any(first <= at < last for first, last in quoted)


def _joined(before: Cited, markers: Cited) -> Cited:
    return replace(
        before,
        end=markers.end,
        markers=tuple(dict.fromkeys((*before.markers, *markers.markers))),
        unknown=tuple(dict.fromkeys((*before.unknown, *markers.unknown))),
    )


def _read(text: str, start: int, end: int, quoted: list[Span], shown: int) -> Cited:
    kept, markers, unknown, at = "", list[int](), list[int](), start
    for found in _MARKER.finditer(text, start, end):
        if _inside(found.start(1), quoted):
            continue
        numbers = _numbers(found.group(1))
        if all(1 <= number <= shown for number in numbers):
            markers += numbers
            kept, at = kept + text[at : found.start()], found.end()
        else:
            unknown += [number for number in numbers if not 1 <= number <= shown]
    kept = " ".join((kept + text[at:end]).split())
    every, strange = (tuple(dict.fromkeys(each)) for each in (markers, unknown))
    return Cited(text=kept, markers=every, unknown=strange, end=end)


def _numbers(inside: str) -> list[int]:
    """The numbers of a bracket, ranges counted out; of one too wide to be meant, its ends."""
    found: list[int] = []
    for first, last in _NUMBERS.findall(inside):
        low, high = int(first), int(last or first)
        found += range(low, high + 1) if 0 <= high - low <= 20 else (low, high)
    return found
