"""Chunks: exact slices of pages that follow their structure and never outgrow what the embedder reads. Pure."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ingest.atoms import Atom, atoms
from ingest.outline import Path, Section, sections
from rag.ports import Tokenizer
from rag.types import Chunk, Page

TARGET = 230  # word pieces that a chunk aims at
_UNEVEN = 1.25  # by how much a chunk may exceed its even share of a section, for sentences stay whole
_TINY = 4  # a section below this fraction of the target may share a chunk with its neighbour
_HEADING_SHARE = 4  # headings above a chunk take at most this fraction of what is embedded
_LEAST = 8  # word pieces that must remain for the text itself


@dataclass(frozen=True, slots=True, kw_only=True)
class _Placed:
    """An atom with the section it is of."""

    atom: Atom
    section: Section
    room: int  # tokens that its chunk may count


_Run = list[_Placed]  # what becomes a chunk


def chunk_pages(
    pages: Sequence[Page], title: str, tokenizer: Tokenizer, *, limit: int, target: int = TARGET
) -> list[Chunk]:
    """Cut a document into chunks.

    Laws: each chunk is an exact slice of its page; together they hold every character that is no blank,
    once; ``chunk.embedded(title)`` counts at most `limit` word pieces. A chunk that begins within a table has the
    table's head below its headings, so that it is found by the names of its columns. Blocks stay whole up to the limit,
    long ones are cut between sentences, else words, else letters. A heading goes with the text under it.

    Raises:
        ValueError: the title leaves no room for text.
    """
    parts = list(sections(pages))
    heads = _Heads(title, {path for part in parts for path in part.paths}, tokenizer, limit)
    rooms = [limit - max(map(heads.tokens, part.paths)) for part in parts]
    rows = atoms(parts, rooms, tokenizer)
    runs: list[_Run] = []
    for group in _groups(parts, rows, rooms, target):
        room = min(rooms[index] for index in group)
        placed = [
            _Placed(atom=atom, section=parts[index], room=room) for index in group for atom in rows[index]
        ]
        runs += _packed(placed, room, min(target, room))
    return list(_with_blocks([_chunk(run, heads) for run in _checked(runs, tokenizer)], pages))


def _with_blocks(chunks: Sequence[Chunk], pages: Sequence[Page]) -> Iterator[Chunk]:
    """Chunks with the blocks that each touches, which do not overlap and stand in order."""
    blocks = {page.number: page.blocks for page in pages}
    starts = {number: [block.start for block in held] for number, held in blocks.items()}
    ends = {number: [block.end for block in held] for number, held in blocks.items()}
    for chunk in chunks:
        first = bisect_right(ends[chunk.page], chunk.start)
        last = bisect_left(starts[chunk.page], chunk.end)
        yield replace(chunk, blocks=blocks[chunk.page][first:last])


class _Heads:
    """Title and heading paths as they are embedded, cut to size, with their counts."""

    def __init__(self, title: str, paths: set[Path], tokenizer: Tokenizer, limit: int) -> None:
        bare = {path: tuple(part for part in path if part.casefold() != title.casefold()) for path in paths}
        ways = [(path, heading) for path in paths for heading in _shortened(bare[path])]
        counts = tokenizer.count(
            [Chunk(page=1, start=0, end=0, text="", heading=h).embedded(title) for _, h in ways]
        )
        least = tokenizer.count([title])[0]
        if limit - least < _LEAST:
            raise ValueError(f"a title of {least} word pieces leaves no room for text within {limit}")
        most = min(least + limit // _HEADING_SHARE, limit - _LEAST)
        self._chosen: dict[Path, tuple[str, int]] = {}
        for (path, heading), count in zip(ways, counts, strict=True):
            if path not in self._chosen and (count <= most or not heading):
                self._chosen[path] = heading, count

    def text(self, path: Path) -> str:
        return self._chosen[path][0]

    def tokens(self, path: Path) -> int:
        return self._chosen[path][1]


def _shortened(path: Path) -> Iterator[str]:
    """A path joined, then without its outermost headings, then only the beginning of the last, then nothing."""
    for first in range(len(path)):
        yield " > ".join(path[first:])
    words = path[-1].split()[:64] if path else []
    while len(words) > 1:
        words = words[: len(words) // 2]
        yield " ".join(words) + " …"
    yield ""


def _groups(
    parts: Sequence[Section], rows: Sequence[Sequence[Atom]], rooms: Sequence[int], target: int
) -> Iterator[list[int]]:
    """Indices of the sections that are packed together: one each, but for tiny ones and bare headings."""
    sizes = [sum(atom.tokens for atom in row) for row in rows]
    group: list[int] = []
    for index, part in enumerate(parts):
        together = [*group, index]
        room, size = min(rooms[each] for each in together), sum(sizes[each] for each in group)
        if group and part.page is parts[group[0]].page:
            leading = all(parts[each].bare for each in group) and size <= room // 2
            trailing = part.bare and (index + 1 == len(parts) or parts[index + 1].page is not part.page)
            tiny = min(size, sizes[index]) < target // _TINY and part.level >= parts[group[0]].level
            fits = size + sizes[index] <= (room if trailing else target)
            if leading or (fits and (trailing or tiny)):
                group = together
                continue
        if group:
            yield group
        group = [index]
    if group:
        yield group


def _packed(placed: Sequence[_Placed], room: int, target: int) -> list[_Run]:
    """Runs of atoms up to the target; what leads on to the next atom goes with it where that fits."""
    target = _even(_size(placed), target)
    runs: list[_Run] = [[]]
    size = 0
    for each in placed:
        run, tokens = runs[-1], each.atom.tokens
        leading = all(before.atom.loose for before in run)
        if run and size + tokens > (room if leading else target):
            carried = [] if leading else _leading_on(run, room - tokens)
            if carried:
                del run[-len(carried) :]
            runs.append(carried)
            size = sum(before.atom.tokens for before in carried)
        runs[-1].append(each)
        size += tokens
    if len(runs) > 1 and size < target // _TINY and _size(runs[-2]) + size <= room:
        runs[-2:] = [runs[-2] + runs[-1]]
    return runs


def _even(tokens: int, target: int) -> int:
    """What each chunk of a section aims at, so that none is a full one's small rest."""
    shares = max(1, -(-tokens // target))
    return min(target, int(_UNEVEN * tokens / shares) + 1)


def _checked(runs: Sequence[_Run], tokenizer: Tokenizer) -> Iterator[_Run]:
    """The runs; those that count too much taken apart.

    Counts add up over blanks. Where atoms meet within a word (none of usual length is cut), they may not.
    """
    seamed = [any(a.atom.end == b.atom.start for a, b in pairwise(run)) for run in runs]
    texts = [_slice(run) for run, seam in zip(runs, seamed, strict=True) if seam]
    counts = iter(tokenizer.count(texts) if texts else ())
    for run, seam in zip(runs, seamed, strict=True):
        if seam and next(counts) > run[0].room:
            yield from ([each] for each in run)
        else:
            yield run


def _leading_on(run: Sequence[_Placed], room: int) -> list[_Placed]:
    """The last atoms of a run that lead on to what follows it, as far as there is room for them."""
    carried: list[_Placed] = []
    for each in reversed(run):
        room -= each.atom.tokens
        if not each.atom.loose or room < 0:
            break
        carried.insert(0, each)
    return carried


def _size(run: Sequence[_Placed]) -> int:
    return sum(each.atom.tokens for each in run)


def _chunk(run: Sequence[_Placed], heads: _Heads) -> Chunk:
    first, section = run[0], run[0].section
    start, end = first.atom.start, run[-1].atom.end
    return Chunk(
        page=section.page.number,
        start=start,
        end=end,
        text=_slice(run),
        heading=heads.text(section.path_at(start)),
    )


def _slice(run: Sequence[_Placed]) -> str:
    return run[0].section.page.text[run[0].atom.start : run[-1].atom.end]
