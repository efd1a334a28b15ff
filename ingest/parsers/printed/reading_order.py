"""The lines of a page in the order in which people read them. Pure.

PDFium's order is that of the page's content. Here headers and footers go to the ends of the page, text
columns follow one another, and within a column lines run from top to bottom, tables row by row.
"""

from bisect import bisect_right
from collections.abc import Iterator
from itertools import groupby, pairwise
from operator import attrgetter
from statistics import median

from ingest.parsers.printed.lines import Line, as_drawn, levels, part, words
from ingest.parsers.printed.rows import rows
from ingest.parsers.printed.text_layer import TextLayer

_MARGIN = 0.12  # of the page's height: where headers and footers stand,
_APART = 0.9  # and their least distance to the text, of the letters' height
_GUTTER = 0.9  # of the letters' height: a narrower gap is a blank, not the space between columns
_COLUMN_LINES = 6  # fewer lines on both sides of a gap are a table or chance
_PROSE_WORDS = 3  # a column of prose has at least so many words a line, in the median,
_PROSE_FILL = 0.75  # reaches so far across its column,
_PROSE_CELLS = 0.2  # is cut by wide gaps on no more of its lines,
_PROSE_FLOW = 0.25  # and on so many goes on with a sentence, that of both columns together
_SIDE_LINES = 4  # beside each other: fewer lines are a cell of a table, drawn before the next one
_MARK, _MARK_CHARS = 0.75, 8  # of the usual letters' height, and length: what may be a raised mark
_REACH = 200  # lines looked at on either side of a jump, so that no page takes quadratic time


def lines(layer: TextLayer) -> list[Line]:
    """The lines of a text layer in reading order, those of a table's row with its number."""
    drawn = as_drawn(layer)
    if sum(line.sideways for line in drawn) > 0.2 * len(drawn):
        return drawn  # text that runs up or down the page is in order by other rules than these
    head, body, foot = _margins(drawn, layer.height)
    stretches = [part for stretch in _columns(body, layer) for part in _drawn_apart(stretch)]
    return rows([levels(head), *map(_levels, stretches), levels(foot)], layer)


def _levels(stretch: list[Line]) -> list[list[Line]]:
    """From top to bottom; but raised marks that were drawn apart from their lines of prose go to the end."""
    if all(_below(line, before) for before, line in pairwise(stretch)):
        return [[line] for line in stretch]
    limit = _MARK * median(line.size for line in stretch)
    marks = [line for line in stretch if line.size < limit and len(line.text) <= _MARK_CHARS]
    if not marks:
        return levels(stretch)
    text = levels([line for line in stretch if line.size >= limit or len(line.text) > _MARK_CHARS])
    tops = [level[0].top for level in text]

    def is_in_table(mark: Line) -> bool:
        level = text[max(0, bisect_right(tops, mark.middle) - 1)] if text else [mark]
        return (len(level) > 1 or level[0].tabular) and mark.middle <= level[0].bottom

    placed = [mark for mark in marks if is_in_table(mark)]
    loose = [[mark] for mark in marks if not is_in_table(mark)]
    return [*levels([*(line for level in text for line in level), *placed]), *loose]


def _below(line: Line, before: Line) -> bool:
    return line.middle > before.middle and not line.level_with(before)


def _margins(drawn: list[Line], height: float) -> tuple[list[Line], list[Line], list[Line]]:
    """Headers, body and footers: in the margin, and by a clear space apart from what is in the page."""
    first, last = _MARGIN * height, (1 - _MARGIN) * height
    inner = [line for line in drawn if line.bottom > first and line.top < last]
    if not inner:
        return [], drawn, []
    upper, lower = min(line.top for line in inner), max(line.bottom for line in inner)
    heads = sorted((line for line in drawn if line.bottom <= first), key=attrgetter("bottom"), reverse=True)
    feet = sorted((line for line in drawn if line.top >= last), key=attrgetter("top"))
    for line in heads:
        if line.bottom <= upper - _APART * line.size:
            break
        upper = min(upper, line.top)
    for line in feet:
        if line.top >= lower + _APART * line.size:
            break
        lower = max(lower, line.bottom)
    head = [line for line in heads if line.bottom <= upper]
    foot = [line for line in feet if line.top >= lower]
    outside = {line.first for line in (*head, *foot)}
    body = [line for line in drawn if line.first not in outside] if outside else drawn
    return head, body, foot


def _columns(drawn: list[Line], layer: TextLayer) -> Iterator[list[Line]]:
    """Stretches of one column: lines of prose beside each other, drawn row by row, are cut at the gutter."""
    gutter = _gutter(drawn, layer)
    if gutter is None:
        yield drawn
        return
    halves = (half for line in drawn for half in _halves(line, gutter, layer))
    for across, run in groupby(halves, key=lambda line: line.left < gutter < line.right):
        stretch = list(run)
        if across:
            yield stretch
        else:
            yield [line for line in stretch if line.left <= gutter]
            yield [line for line in stretch if line.left > gutter]


def _gutter(drawn: list[Line], layer: TextLayer) -> float | None:
    """The x of a gap that runs down through lines of prose on both its sides, if there is one."""
    gapped = [line for line in drawn if line.gap > _GUTTER * line.size]
    if len(gapped) < _COLUMN_LINES:
        return None
    x = median(layer.boxes[[line.gap_at for line in gapped], 0].tolist()) - 0.01
    pairs = [pair for line in gapped if len(pair := _halves(line, x, layer)) == 2]
    if len(pairs) < max(_COLUMN_LINES, 0.6 * len(gapped)):
        return None
    lefts, rights = ([pair[side] for pair in pairs] for side in (0, 1))
    flowing = sum(_goes_on(line) for pair in pairs for line in pair) / (2 * len(pairs))
    return x if flowing >= _PROSE_FLOW and _is_prose(lefts) and _is_prose(rights) else None


def _goes_on(line: Line) -> bool:
    """Whether a line starts as in the middle of a sentence, as far as its script can tell."""
    return line.text[0].isalpha() and not line.text[0].isupper()


def _is_prose(side: list[Line]) -> bool:
    width = max(line.right for line in side) - min(line.left for line in side)
    fill = median(line.right - line.left for line in side) / max(width, 1e-6)
    cut = sum(line.tabular for line in side) / len(side)
    return fill >= _PROSE_FILL and cut <= _PROSE_CELLS and words(side) >= _PROSE_WORDS


def _halves(line: Line, gutter: float, layer: TextLayer) -> list[Line]:
    """The line, or its two parts where no word stands across the gutter."""
    if line.gap <= _GUTTER * line.size:
        return [line]
    boxes = layer.boxes[line.first : line.end]
    beyond = boxes[:, 0] > gutter
    cut = int(beyond.argmax())
    if not cut or not beyond[cut:].all() or boxes[cut - 1, 2] > gutter:
        return [line]
    middle = line.first + cut
    return [part(line, layer, line.first, middle), part(line, layer, middle, line.end)]


def _drawn_apart(stretch: list[Line]) -> Iterator[list[Line]]:
    """Pieces of a stretch that were drawn one after the other but stand beside each other, as columns do."""
    start = 0
    for at in range(1, len(stretch)):
        before, line = stretch[at - 1], stretch[at]
        jumps = line.middle < before.middle and not line.level_with(before) and line.beside(before)
        if jumps and _is_column(stretch, start, at):
            yield stretch[start:at]
            start = at
    yield stretch[start:]


def _is_column(stretch: list[Line], start: int, at: int) -> bool:
    """Whether a column of text begins with line `at`, and not the next cell of a row or table."""
    opening = stretch[at]
    left: list[Line] = []
    for line in reversed(stretch[max(start, at - _REACH) : at]):
        if not line.beside(opening) or line.bottom < opening.top:
            break
        left.append(line)
    edge = max((line.right for line in left if line.right <= opening.left), default=opening.left)
    right: list[Line] = []
    for line in stretch[at : at + _REACH]:
        if line.left < edge or (right and not _below(line, right[-1])):
            break
        right.append(line)
    if len(levels(left)) < _SIDE_LINES:
        return len(right) > 2 * _SIDE_LINES
    return not (min(words(left), words(right)) < _PROSE_WORDS and _aligned(left, right))


def _aligned(left: list[Line], right: list[Line]) -> bool:
    """Whether the lines of the two sides stand on the same base lines, as the columns of a table do."""
    shared = sum(1 for level in levels([*left, *right]) if len(level) > 1)
    counts = len(levels(left)), len(levels(right))
    return shared >= max(0.8 * min(counts), 0.5 * max(counts))
