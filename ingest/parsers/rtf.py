"""Rich text (RTF): paragraphs, headings, items and table rows; hidden text stays out.

striprtf makes text of it, and knows no structure. So what makes structure is replaced before by signs of the
private area of Unicode, which pass through it, and looked for afterwards.
"""

import re
from collections.abc import Iterator

from ingest.parsers import archive
from ingest.parsers.budget import Budget
from ingest.parsers.draft import Draft
from ingest.parsers.hiding import left_out
from ingest.parsers.reading import Reading, textless
from ingest.parsers.record import lines
from ingest.parsers.title import meaningful
from rag.hidden import Concealment
from rag.types import BlockKind, MediaType, Parsed

_CELL, _ROW_STARTS, _ROW_ENDS, _ITEM, _HIDES, _SHOWS, _HEADING = range(0xE8F0, 0xE8F7)  # heading: and 8 more
_CONTROL = re.compile(
    r"\\(?:(?P<sign>cell|row|trowd|listtext|pntext)(?![a-zA-Z])(?:-?\d{1,10})? ?"
    r"|outlinelevel(?P<level>[0-8])(?!\d) ?"
    r"|(?P<hides>v)(?![a-zA-Z0-9]) ?|(?P<shows>v0|plain)(?![a-zA-Z0-9]) ?|[^a-zA-Z])"
    r"|(?P<brace>[{}])"
)
_SIGNS = {"cell": _CELL, "row": _ROW_ENDS, "trowd": _ROW_STARTS, "listtext": _ITEM, "pntext": _ITEM}
_HIDDEN = re.compile(f"{chr(_HIDES)}([^{chr(_SHOWS)}]*){chr(_SHOWS)}?")
_ANY = re.compile(f"[{chr(_CELL)}-{chr(_HEADING + 8)}]")
_HEADED = re.compile(f"[{chr(_HEADING)}-{chr(_HEADING + 8)}]")
_MARK = re.compile(r"\s*(?:(?P<bullet>[·•\uf0b7o§-])|(?P<number>\S{1,12}))\s+")
_BINARY = re.compile(rb"\\bin(\d{0,10}) ?")
_FONT = re.compile(r"\\f(\d{1,9})(?!\d).*?\\fcharset(\d{1,9})", re.DOTALL)
_FONT_CHARS = 200  # of what is said about one font
_PICTURE = re.compile(rb"[0-9a-fA-F\r\n]{1000,}")  # nothing that is read looks so
_TITLE = re.compile(r"\{\\title\s([^{}\\]{1,500})\}")


def parse(data: bytes, name: str, reading: Reading = Reading()) -> Parsed:
    """Read rich text: one page.

    Raises:
        NoText: it shows no text.
        OverLimit: it has more cells than the limit.
        UnreadableDocument: it is damaged.
    """
    source = _PICTURE.sub(b"", _without_binary(data)).decode("latin-1")
    with archive.sound(name, "an RTF document"):
        text = _text(source)
    hidden = sum(len(_ANY.sub("", found[1]).strip()) for found in _HIDDEN.finditer(text))
    draft = Draft()
    shown = text if reading.keep_hidden else _HIDDEN.sub("", text)
    tables = _write(draft, shown, Budget(name, reading.limits))
    if draft.empty:
        raise textless(name)
    title = _TITLE.search(source)
    return Parsed(
        title=meaningful(title[1] if title else "") or draft.heading(),
        media_type=MediaType.RTF,
        pages=(draft.page(),),
        tables=tables,
        hidden=left_out({Concealment.STYLE: hidden}),
    )


def _without_binary(data: bytes) -> bytes:
    """The source without embedded bytes, whose number stands before them."""
    pieces, start = [], 0
    while found := _BINARY.search(data, start):
        pieces.append(data[start : found.start()])
        start = found.end() + int(found[1] or 0)
    return b"".join((*pieces, data[start:]))


def _text(source: str) -> str:
    from striprtf.striprtf import rtf_to_text

    source = _with_plain_fonts(source)
    source = source.replace("{\\field{", "{\\field {")  # else the link's address is written into the text
    text: str = rtf_to_text("".join(_marked(source)), errors="replace")  # type: ignore[no-untyped-call]
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # halves of emoji joined


def _with_plain_fonts(source: str) -> str:
    """The source with no more in its table of fonts than striprtf needs, whose search in it can last for ever."""
    from striprtf.striprtf import font_table_group

    table: str = font_table_group(source)  # type: ignore[no-untyped-call]
    fonts = (_FONT.search(entry[-_FONT_CHARS:]) for entry in table.split(";"))
    plain = "\n".join(f"{{\\f{font[1]}\\fcharset{font[2]} x;}}" for font in fonts if font)
    return source.replace(table, f"{{\\fonttbl\n{plain}}}", 1) if table else source


def _marked(source: str) -> Iterator[str]:
    """The source with signs where rows, cells, headings, items and hidden text begin or end."""
    hidden, outer, start = False, [], 0
    for found in _CONTROL.finditer(source):
        yield source[start : found.start() if found["sign"] in ("cell", "row") else found.end()]
        start, before = found.end(), hidden
        if found["brace"] == "{":
            outer.append(hidden)
        elif found["brace"]:
            hidden = outer.pop() if outer else False
        elif found["hides"] or found["shows"]:
            hidden = bool(found["hides"])
        elif found["sign"] or found["level"]:
            yield _sign(_SIGNS[found["sign"]] if found["sign"] else _HEADING + int(found["level"]))
        if hidden != before:
            yield _sign(_HIDES if hidden else _SHOWS)
    yield source[start:]


def _sign(code: int) -> str:
    return f"\\u{code - 0x10000}{{}}"  # the braces: nothing stands in for it


def _write(draft: Draft, text: str, budget: Budget) -> int:
    """Write blocks and count tables: rows that follow each other directly are one."""
    tables, rows = 0, list[list[str]]()
    *pieces, rest = text.split(chr(_ROW_ENDS))
    for piece in pieces:
        between, _, row = piece.partition(chr(_ROW_STARTS))
        if _ANY.sub("", between).strip():
            tables += _write_rows(draft, rows)
            rows = []
            _write_lines(draft, between)
        rows.append([" ".join(_ANY.sub("", cell).split()) for cell in row.split(chr(_CELL))])
        budget.take(len(rows[-1]))
    tables += _write_rows(draft, rows)
    _write_lines(draft, rest)
    return tables


def _write_rows(draft: Draft, rows: list[list[str]]) -> int:
    for row in lines([row[:-1] or row for row in rows]):  # behind the last cell stands nothing
        draft.add(BlockKind.ROW, row)
    return int(bool(rows))


def _write_lines(draft: Draft, text: str) -> None:
    for paragraph in text.split("\n"):
        level = _HEADED.search(paragraph)
        bare = _ANY.sub("", paragraph)
        mark = _MARK.match(bare) if chr(_ITEM) in paragraph else None
        if level:
            draft.add(BlockKind.HEADING, bare, ord(level[0]) - _HEADING + 1)
        elif mark:
            draft.add(BlockKind.ITEM, bare[mark.end() :], 0, "• " if mark["bullet"] else f"{mark['number']} ")
        else:
            draft.add(BlockKind.PARAGRAPH, bare)
