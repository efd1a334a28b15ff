"""What the styles of an OpenDocument text say: how text looks, and how the items of lists are marked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import count, repeat
from typing import Any

from ingest.parsers.office.look import Look
from ingest.parsers.office.numerals import numeral
from ingest.parsers.xml_tree import local

ODF = "{urn:oasis:names:tc:opendocument:xmlns:"
_STYLE, _TEXT = f"{ODF}style:1.0}}", f"{ODF}text:1.0}}"
_FO = f"{ODF}xsl-fo-compatible:1.0}}"
_DISPLAYED = f"{_TEXT}display"
_FORMS = {"1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}


@dataclass(frozen=True, slots=True)
class Style:
    """What holds for a paragraph, a span or a cell."""

    title: bool = False
    look: Look = field(default_factory=dict)

    def over(self, outer: "Style") -> "Style":
        """This style where it says something, else the one around it."""
        return replace(self, look={**outer.look, **self.look})


class Styles:
    """The styles of a document, each with what it inherits."""

    def __init__(self, roots: Sequence[Any]) -> None:
        """`roots` are the parts that define styles, the later ones first to be asked."""
        found = [each for root in roots for each in root.iter(f"{_STYLE}style")]
        lists = [each for root in roots for each in root.iter(f"{_TEXT}list-style")]
        self._elements = {(each.get(f"{_STYLE}family"), each.get(f"{_STYLE}name")): each for each in found}
        self._lists = {each.get(f"{_STYLE}name"): each for each in lists}
        self._known: dict[tuple[str, str], Style] = {}

    def of(self, family: str, name: str) -> Style:
        """A style of a family ("paragraph", "text", "table-cell") with all that it is based on."""
        if (family, name) not in self._known:
            chain = self._chain(family, name)
            look: dict[str, str] = {}
            for element in reversed(list(chain.values())):
                look |= _look(element)
            self._known[family, name] = Style(title="Title" in chain, look=look)
        return self._known[family, name]

    def marks(self, name: str, depth: int) -> Iterator[str]:
        """What stands before each item of a list, without end."""
        levels = self._lists.get(name, ())
        for level in levels:
            if level.get(f"{_TEXT}level") == str(depth + 1) and local(level) == "list-level-style-number":
                return _numbers(level)
        return repeat("• ")

    def _chain(self, family: str, name: str) -> dict[str, Any]:
        chain: dict[str, Any] = {}
        while (family, name) in self._elements and name not in chain:
            chain[name] = self._elements[family, name]
            name = chain[name].get(f"{_STYLE}parent-style-name", "")
        return chain


def _look(style: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for properties in style:
        if properties.get(_DISPLAYED):
            found["vanish"] = "yes" if properties.get(_DISPLAYED) == "none" else ""
        if properties.get(f"{_FO}color"):
            found["colour"] = properties.get(f"{_FO}color").lstrip("#").upper()
        if properties.get(f"{_FO}font-size", "").endswith("pt"):
            found["size"] = properties.get(f"{_FO}font-size")[:-2]
        shade = properties.get(f"{_FO}background-color")
        if shade and shade != "transparent":
            found["shade"] = shade.lstrip("#").upper()
    return found


def _numbers(level: Any) -> Iterator[str]:
    form = _FORMS.get(level.get(f"{_STYLE}num-format", ""), "none")
    before, after = (level.get(f"{_STYLE}num-{end}", "") for end in ("prefix", "suffix"))
    start = level.get(f"{_TEXT}start-value", "1")
    for number in count(int(start) if start.isdecimal() else 1):
        mark = f"{before}{numeral(number, form)}{after}".strip()
        yield f"{mark} " if mark else ""
