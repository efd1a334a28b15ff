"""Headers and footers that run through the pages of a document. Pure."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ingest.offsets import Edit
from rag.boxes import unpack_arrays
from rag.types import Page

_MARGIN = 0.1  # of a page's height, at its top and at its foot
_PLACE = 4.0  # points by which a line in the margin may move from page to page
_FEWEST = 3  # pages that make a line a running one,
_SHARE_IN_MARGIN = 0.1  # and their share of the document: in the margin at one place,
_SHARE_AT_EDGE = 0.4  # or first or last on its page, wherever that is
_TITLE = 1.3  # times the height of the page's letters: those of a title
_NUMBERS = 4  # at either end of a line that may be the page's
_TOP, _FOOT = -1, -2  # in place of a place: the first and the last line of a page
_PAGE_NUMBER = re.compile(r"(?:page|seite|página|pagina|p|of|von|de|di|sur|[ivxlc]+|[\W\d_])+")
_NUMBER = re.compile(r"(?<!\d)\d{1,4}(?!\d)")

_Key = tuple[str, int]  # what the line says, a page number as its distance from the page's own, and its place


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    """A line at the top or foot of a page."""

    page: int
    cut: Edit
    keys: tuple[_Key, ...]  # of the ways to read it: any one that runs makes it a running line
    says_nothing: bool  # but the page's number
    is_title: bool  # at the top, in letters much larger than those of the page


def running_lines(pages: Sequence[Page]) -> Mapping[int, tuple[Edit, ...]]:
    """For each page number the cuts that free the page of running headers and footers.

    A line runs if, page numbers aside, it stands in the margin of several pages at one place, or is the
    first or the last of many pages. The first of each is left where it is, since what it says may stand
    nowhere else, if it is set as a title or runs through a part of the document only; but not if it is
    no more than a page number.
    """
    found: dict[_Key, list[_Candidate]] = defaultdict(list)
    for page in pages:
        for line in _candidates(page):
            for key in line.keys:
                found[key].append(line)
    cuts: dict[int, set[Edit]] = defaultdict(set)
    for (_, place), lines in found.items():
        share = _SHARE_IN_MARGIN if place >= 0 else _SHARE_AT_EDGE
        if len({line.page for line in lines}) >= max(_FEWEST, share * len(pages)):
            for line in lines[_keeps_first(lines, len(pages)) :]:
                cuts[line.page].add(line.cut)
    return {number: tuple(sorted(edits)) for number, edits in cuts.items()}


def _keeps_first(lines: Sequence[_Candidate], pages: int) -> bool:
    everywhere = len({line.page for line in lines}) >= _SHARE_AT_EDGE * pages
    return not lines[0].says_nothing and (lines[0].is_title or not everywhere)


def _candidates(page: Page) -> Iterator[_Candidate]:
    spans, boxes = unpack_arrays(page.words)
    if not len(spans) or "\n" not in page.text:
        return  # a page of one line is not made of a header alone
    breaks = np.array([match.end() for match in re.finditer("\n", page.text)], dtype=np.int64)
    line_of = np.searchsorted(breaks, spans[:, 0], side="right")
    firsts = np.flatnonzero(np.diff(line_of, prepend=-1))
    tops = np.minimum.reduceat(boxes[:, 1], firsts)
    bottoms = np.maximum.reduceat(boxes[:, 3], firsts)
    starts, ends = np.concatenate(([0], breaks)), np.concatenate((breaks, [len(page.text)]))
    heights = boxes[:, 3] - boxes[:, 1]
    large = (heights[firsts] > _TITLE * np.median(heights)) & (bottoms < page.height / 3)

    def candidate(index: int, place: int) -> _Candidate:
        line = line_of[firsts[index]]
        return _candidate(page, int(starts[line]), int(ends[line]), place, bool(large[index]))

    yield candidate(int(tops.argmin()), _TOP)
    yield candidate(int(bottoms.argmax()), _FOOT)
    outside = (bottoms <= page.height * _MARGIN) | (tops >= page.height * (1 - _MARGIN))
    for index in np.flatnonzero(outside).tolist():
        yield candidate(index, max(0, round(tops[index] / _PLACE)))


def _candidate(page: Page, start: int, end: int, place: int, is_title: bool) -> _Candidate:
    said = " ".join(page.text[start:end].casefold().split())
    readings = {said, *(_relative(said, number, page.number) for number in _page_numbers(said))}
    return _Candidate(
        page=page.number,
        cut=(start, end, ""),
        keys=tuple((reading, place) for reading in readings),
        says_nothing=_PAGE_NUMBER.fullmatch(said) is not None,
        is_title=is_title,
    )


def _page_numbers(said: str) -> list[re.Match[str]]:
    """The numbers in a line that may be its page's: the first ones and the last ones."""
    numbers = list(_NUMBER.finditer(said))
    return numbers if len(numbers) <= 2 * _NUMBERS else numbers[:_NUMBERS] + numbers[-_NUMBERS:]


def _relative(said: str, number: re.Match[str], page: int) -> str:
    return f"{said[: number.start()]}#{int(number[0]) - page}#{said[number.end() :]}"
