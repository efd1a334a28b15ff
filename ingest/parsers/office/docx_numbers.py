"""The numbers that Word puts before paragraphs, which are not in their text: "1. ", "4.2 ", "(b) "."""

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from ingest.parsers.office.docx_styles import W
from ingest.parsers.office.numerals import numeral

_PLACE = re.compile(r"%([1-9])")
_DEPTHS = 9


@dataclass(frozen=True, slots=True)
class _Level:
    form: str = "decimal"
    text: str = ""
    start: int = 1


class Numbering:
    """Counts through the lists of a document as its paragraphs are read in order."""

    def __init__(self, root: Any) -> None:
        """`root` is the numbering part, None where the document has no lists."""
        lists = () if root is None else root.findall(f"{W}abstractNum")
        self._levels = {each.get(f"{W}abstractNumId", ""): _levels(each) for each in lists}
        self._kinds: dict[str, str] = {}  # of each list, what counts it: lists of a kind count on
        self._starts: dict[tuple[str, int], int] = {}
        self._counts: dict[str, list[int]] = defaultdict(lambda: [0] * _DEPTHS)
        self._begun: set[tuple[str, int]] = set()
        for each in () if root is None else root.findall(f"{W}num"):
            self._add(each)

    def mark(self, number: str, depth: int) -> str:
        """What stands before the next paragraph of a list at a depth from 0; empty where nothing does."""
        kind = self._kinds.get(number)
        level = self._level(kind, depth)
        if kind is None or level is None or not 0 <= depth < _DEPTHS:
            return ""
        counts = self._counts[kind]
        if (number, depth) in self._starts and (number, depth) not in self._begun:
            counts[depth] = self._starts[number, depth] - 1
        self._begun.add((number, depth))
        counts[depth] = max(counts[depth] + 1, level.start if not counts[depth] else 0)
        counts[depth + 1 :] = [0] * (_DEPTHS - depth - 1)
        return self._shown(kind, level, counts)

    def _add(self, element: Any) -> None:
        number, kind = element.get(f"{W}numId", ""), element.find(f"{W}abstractNumId")
        self._kinds[number] = kind.get(f"{W}val", "") if kind is not None else ""
        for override in element.iter(f"{W}lvlOverride"):
            start = _value(override, "startOverride")
            if start.isdecimal():
                self._starts[number, int(override.get(f"{W}ilvl", "0"))] = int(start)

    def _level(self, kind: str | None, depth: int) -> _Level | None:
        return self._levels.get(kind or "", {}).get(depth)

    def _shown(self, kind: str, level: _Level, counts: list[int]) -> str:
        if level.form == "bullet":
            return "• "

        def counted(place: re.Match[str]) -> str:
            depth = int(place[1]) - 1
            above = self._level(kind, depth) or _Level()
            return numeral(counts[depth] or above.start, above.form)

        text = _PLACE.sub(counted, level.text).strip()
        return f"{text} " if text else ""


def _levels(element: Any) -> dict[int, _Level]:
    found = {}
    for each in element.findall(f"{W}lvl"):
        start = _value(each, "start")
        found[int(each.get(f"{W}ilvl", "0"))] = _Level(
            form=_value(each, "numFmt") or "decimal",
            text=_value(each, "lvlText"),
            start=int(start) if start.isdecimal() else 1,
        )
    return found


def _value(element: Any, child: str) -> str:
    found = element.find(W + child)
    return str(found.get(f"{W}val", "")) if found is not None else ""
