"""Markdown (CommonMark with tables): the text as it reads, without its markup."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ingest.parsers.draft import Draft, tidy
from ingest.parsers.markup.inline import Markup
from ingest.parsers.markup.items import Items
from ingest.parsers.reading import Reading, empty
from ingest.parsers.text import decode, stem
from ingest.parsers.title import one_line
from rag.types import BlockKind, MediaType, Parsed

if TYPE_CHECKING:
    from markdown_it.token import Token

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_TITLE = re.compile(r"^title:[ \t]*(\S.*)$", re.MULTILINE)
_SHORTCODE = re.compile(r"\{\{[<%](?:(?!\{\{).){0,2000}?[%>]\}\}", re.DOTALL)
_HEADING_ID = re.compile(r"\{#[\w-]+\}\s*\Z")
_NOWHERE = ("", "#")  # the targets of link definitions that are written as comments


def parse(data: bytes, name: str, reading: Reading = Reading()) -> Parsed:
    """Read Markdown: one page, titled by its front matter, else its first heading, else the file's name.

    Raises:
        NoText: nothing but markup and blanks.
    """
    from markdown_it import MarkdownIt

    source, title = _without_front_matter(decode(data))
    links: dict[str, Any] = {}
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(source, links)
    reader = _Reader(Draft(), Markup(keep_hidden=reading.keep_hidden))
    reader.read(tokens)
    reader.comments(links)
    page = reader.draft.page()
    if not page.text:
        raise empty(name)
    return Parsed(
        title=title or reader.draft.heading() or one_line(stem(name)),
        media_type=MediaType.MARKDOWN,
        pages=(page,),
        tables=reader.tables,
        hidden=reader.markup.hidden(),
    )


def _without_front_matter(source: str) -> tuple[str, str]:
    """The text below the front matter, and the title in it."""
    front = _FRONT_MATTER.match(source)
    if front is None:
        return source, ""
    named = _TITLE.search(front[1])
    return source[front.end() :], one_line(_unquoted(named[1])) if named else ""


def _unquoted(value: str) -> str:
    value = value.strip()
    quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
    return value[1:-1] if quoted else value


@dataclass(slots=True)
class _Reader:
    """Walks the flat list of tokens and writes blocks."""

    draft: Draft
    markup: Markup
    tables: int = 0  # read so far
    items: Items = field(default_factory=Items)
    cells: list[str] | None = None  # of the table row being read
    level: int = 0  # of the heading being read

    def read(self, tokens: Sequence["Token"]) -> None:
        """Append what the tokens say to the draft."""
        for token in tokens:
            if token.type == "inline":
                self._text(self._plain(token.children or ()))
            elif token.type in ("fence", "code_block"):
                self.draft.add(BlockKind.CODE, self.markup.shown(token.content))
            elif token.type == "html_block":
                self._text(self.markup.read(_SHORTCODE.sub(" ", token.content), " "))
            else:
                self._structure(token)

    def comments(self, links: Mapping[str, Any]) -> None:
        """Link definitions that lead nowhere are comments: "[//]: # (words)"."""
        defined = (*links.get("references", {}).values(), *links.get("duplicate_refs", ()))
        for link in defined:
            if link["href"] in _NOWHERE and link["title"]:
                self.draft.add(BlockKind.PARAGRAPH, self.markup.count(link["title"]))

    def _structure(self, token: "Token") -> None:
        match token.type:
            case "heading_open" | "heading_close":
                self.level = int(token.tag[1]) if token.nesting > 0 else 0
            case "bullet_list_open":
                self.items.open_list(None)
            case "ordered_list_open":
                self.items.open_list(int(token.attrs.get("start", 1)))
            case "bullet_list_close" | "ordered_list_close":
                self.items.close_list()
            case _:
                self._part(token)

    def _part(self, token: "Token") -> None:
        match token.type:
            case "list_item_open":
                self.items.open()
            case "list_item_close":
                self.items.close()
            case "table_open":
                self.tables += not self.markup.veiled
            case "tr_open":
                self.cells = []
            case "tr_close":
                self.draft.add(BlockKind.ROW, " | ".join(self.cells or ()))
                self.cells = None

    def _text(self, text: str) -> None:
        text = _SHORTCODE.sub(" ", text)
        if self.cells is not None:
            self.cells.append(tidy(text).replace("\n", " "))
        elif self.level:
            self.draft.add(BlockKind.HEADING, _HEADING_ID.sub("", tidy(text)), self.level)
        elif self.items.mark and text.strip():
            self.draft.add(BlockKind.ITEM, text, self.items.level, self.items.take())
        else:
            self.draft.add(BlockKind.PARAGRAPH, text)

    def _plain(self, tokens: Sequence["Token"]) -> str:
        """Inline text: links by their words, pictures and tags not at all."""
        veiled = self.markup.veiled
        text = "".join(self._inline(token) for token in tokens)
        self.markup.end(veiled)
        return text

    def _inline(self, token: "Token") -> str:
        match token.type:
            case "text" | "code_inline":
                return self.markup.shown(token.content)
            case "softbreak":
                return " "
            case "hardbreak":
                return "\n"
            case "html_inline":
                return self.markup.read(token.content, "")
        return ""
