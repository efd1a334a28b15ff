"""Web pages: trafilatura finds the main text, its headings, lists and tables; the boilerplate stays out."""

import re
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import Any

from ingest.parsers.draft import Draft
from ingest.parsers.markup.items import Items
from ingest.parsers.markup.unseen import cut, reveal
from ingest.parsers.reading import Reading
from ingest.parsers.text import decode
from ingest.parsers.title import one_line
from rag.errors import NoText, UnreadableDocument
from rag.types import BlockKind, MediaType, Parsed

_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_XML_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")
_WHATWG = {"iso-8859-1": "cp1252", "latin-1": "cp1252", "latin1": "cp1252", "us-ascii": "cp1252"}
_HEAD_BYTES = 4096
_BLOCKS = {
    "p": BlockKind.PARAGRAPH,
    "quote": BlockKind.PARAGRAPH,
    "head": BlockKind.HEADING,
    "item": BlockKind.ITEM,
    "row": BlockKind.ROW,
    "code": BlockKind.CODE,
}
_SHORTEST = "25"  # characters; trafilatura's own 250 throws short pages back together with their menus
_DEEPEST = 254  # elements around an element
_BLOCK = "div | p | ul | ol | dl | table | pre | blockquote | section | article | figure | h1 | h2 | h3 | h4 | h5 | h6"
_DEEP = (
    "The page nests its elements deeper than any web page needs: what stands deeper, and all that follows it, is "
    "missing. Save the page as text or PDF and add that."
)
_ALL_HIDDEN = (
    "The page hides all its text until its scripts have run, so what its readers see could not be told from what "
    "they do not see. Everything was read."
)


def parse(data: bytes, name: str, reading: Reading = Reading()) -> Parsed:
    """Read a web page: one page with the main text and without markup, nor what its readers do not see.

    Raises:
        NoText: it shows no text.
        UnreadableDocument: its elements are nested too deep to be read.
    """
    source = _decoded(data)
    declared = _XML_DECLARATION.match(source)
    try:
        return _read(source[declared.end() :] if declared else source, name, reading)
    except RecursionError as error:
        raise _nested(name) from error


def _nested(name: str) -> UnreadableDocument:
    return UnreadableDocument(
        f"{name} cannot be read: its elements are nested deeper than any web page needs. "
        "Save the page as text or PDF and add that."
    )


def _decoded(data: bytes) -> str:
    """Text by byte order mark, as UTF-8, by the page's own word, or by the likeliest encoding."""
    declared = _CHARSET.search(data[:_HEAD_BYTES])
    encoding = declared[1].decode("ascii").lower() if declared else "utf-8"
    try:
        if not encoding.startswith("iso-2022"):  # whose bytes all look like ASCII
            data.decode("utf-8")
            return decode(data)
    except UnicodeDecodeError:
        pass
    try:
        return decode(data.decode(_WHATWG.get(encoding, encoding), "strict").encode("utf-8", "replace"))
    except (LookupError, UnicodeError):
        return decode(data)


def _read(source: str, name: str, reading: Reading) -> Parsed:
    """The visible page; where everything on it is hidden at first, all of it, as not inspected."""
    import trafilatura

    tree = trafilatura.load_html(source)
    if tree is None:
        raise _blank(name)
    cut_off = _cut_off(tree)
    hidden = () if reading.keep_hidden else cut(tree)
    if reading.keep_hidden:
        reveal(tree)
    try:
        parsed = _parsed(tree, name)
    except NoText:
        if cut_off:
            raise _nested(name) from None
        if not hidden:
            raise
        everything = _read(source, name, replace(reading, keep_hidden=True))
        return replace(everything, uninspected=_ALL_HIDDEN)
    warnings = (*parsed.warnings, _DEEP) if cut_off else parsed.warnings
    return replace(parsed, hidden=hidden, warnings=warnings, unreadable=(1,) if cut_off else ())


def _cut_off(tree: Any) -> bool:
    """Whether libxml2 stopped reading: at its deepest, it drops the rest of the page without a word."""
    return bool(tree.xpath(f"boolean(//*[count(ancestor::*) >= {_DEEPEST}])"))


def _parsed(tree: Any, name: str) -> Parsed:
    draft = Draft()
    warnings: tuple[str, ...] = ()
    body = _main_text(tree)
    reader = _Reader(draft)
    if body is not None:
        reader.read(body)
    if draft.empty:
        warnings = ("No main text was recognised, so everything the page shows was read.",)
        for line in _everything(tree).splitlines():
            draft.add(BlockKind.PARAGRAPH, line)
    if draft.empty:
        raise _blank(name)
    return Parsed(
        title=_title(tree) or draft.heading(),
        media_type=MediaType.HTML,
        pages=(draft.page(),),
        warnings=warnings,
        tables=reader.tables,
    )


def _blank(name: str) -> NoText:
    return NoText(f"{name} shows no text. If a browser shows some, save the page from there and add that.")


def _main_text(tree: Any) -> Any:
    """What trafilatura takes for the main text, as its tree; None where it finds none."""
    import trafilatura
    from trafilatura.settings import DEFAULT_CONFIG

    config = deepcopy(DEFAULT_CONFIG)
    config["DEFAULT"]["MIN_EXTRACTED_SIZE"] = _SHORTEST
    page = _framed(deepcopy(tree))
    found = trafilatura.bare_extraction(page, include_comments=False, include_tables=True, config=config)
    return getattr(found, "body", None)


def _framed(tree: Any) -> Any:
    """The page in the elements in which trafilatura looks for its text.

    Where nothing is marked as the main text, it keeps little but paragraphs, unless all stands in an article.
    Within what a page itself calls its main text, it passes over captions, and divisions that hold bare text;
    and everywhere over what is only hidden from those who listen to the page.
    """
    from lxml import etree
    from trafilatura.xpaths import BODY_XPATH

    etree.strip_attributes(tree, "aria-hidden")
    for element in tree.xpath(".//main//figure[.//figcaption]"):
        element.tag = "div"
    for element in tree.xpath(
        f".//main//figcaption | .//main//div[text()[normalize-space()] and not({_BLOCK})]"
    ):
        element.tag = "p"
    body = tree.find(".//body")
    if body is not None and not any(find(tree) for find in BODY_XPATH):
        article = body.makeelement("article")
        article.text, body.text = body.text, None
        article.extend(body[:])
        body.append(article)
    return tree


def _title(tree: Any) -> str:
    from trafilatura.metadata import extract_title

    return one_line(extract_title(tree) or "")


def _everything(tree: Any) -> str:
    """All text between the tags that a reader could see, by lines."""
    from lxml import etree

    shown = deepcopy(tree)
    etree.strip_elements(shown, "head", "script", "style", "template", "noscript", with_tail=False)
    return "\n".join(shown.itertext())


@dataclass(slots=True)
class _Reader:
    """Walks the tree that trafilatura makes (its TEI-like names) and writes blocks."""

    draft: Draft
    kind: BlockKind = BlockKind.PARAGRAPH
    level: int = 0
    buffer: list[str] = field(default_factory=list)
    begun: bool = False  # whether the buffer holds more than blanks
    items: Items = field(default_factory=Items)
    tables: int = 0  # read so far
    rows: int = 0  # table rows being read: what is inside one does not open blocks

    def read(self, body: Any) -> None:
        """Append what the tree holds to the draft."""
        from lxml import etree

        for event, element in etree.iterwalk(body, events=("start", "end")):
            if not isinstance(element.tag, str):
                continue  # comments
            if event == "start":
                self._open(element)
                self._write(element.text or "")
            else:
                self._close(element)
                self._write(element.tail or "")
        self._flush()

    def _write(self, text: str) -> None:
        self.buffer.append(text)
        self.begun = self.begun or bool(text.strip())

    def _open(self, element: Any) -> None:
        tag = element.tag
        self.tables += tag == "table"
        if tag == "lb":
            self.buffer.append("\n")
        elif self.rows:
            self.rows += tag == "row"
            self.buffer.append(" | " if tag == "cell" and self.begun else " ")
        elif tag == "list":
            self._flush()
            self.items.open_list(1 if element.get("rend") == "ol" else None)
        elif tag in _BLOCKS and not (tag == "p" and self.items.mark):
            self._flush()
            self._enter(element)

    def _enter(self, element: Any) -> None:
        self.kind = _BLOCKS[element.tag]
        self.rows += element.tag == "row"
        rank = re.search(r"[1-6]", element.get("rend") or "") if self.kind is BlockKind.HEADING else None
        self.level = int(rank[0]) if rank else int(self.kind is BlockKind.HEADING)
        if self.kind is BlockKind.ITEM:
            self.level = self.items.level
            self.items.open()

    def _close(self, element: Any) -> None:
        tag = element.tag
        if self.rows:
            self.rows -= tag == "row"
            if not self.rows:
                self._flush()
        elif tag in _BLOCKS or tag == "list":
            self._flush()
            if tag == "list":
                self.items.close_list()
            if tag == "item":
                self.items.close()

    def _flush(self) -> None:
        text = "".join(self.buffer)
        self.buffer.clear()
        self.begun = False
        if text.strip():
            self.draft.add(
                self.kind, text, self.level, self.items.take() if self.kind is BlockKind.ITEM else ""
            )
        self.kind, self.level = BlockKind.PARAGRAPH, 0
