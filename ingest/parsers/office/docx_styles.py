"""What styles say about paragraphs and runs of a Word document: their level, their numbers, whether they show."""

import re
from typing import Any

from ingest.parsers.hiding import PAPER
from ingest.parsers.office.look import UNKNOWN, Look
from ingest.parsers.xml_tree import local

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
Properties = Look  # and outline, list, depth, contents
_HEADING = re.compile(r"heading ([1-9])", re.IGNORECASE)  # built-in names are English in every language
_CONTENTS = re.compile(r"toc \d", re.IGNORECASE)
_OFF = frozenset({"0", "false", "off", "none"})


class Styles:
    """The styles of a document, each with what it inherits."""

    def __init__(self, root: Any) -> None:
        """`root` is the styles part."""
        self._elements = {each.get(f"{W}styleId", ""): each for each in root.iter(f"{W}style")}
        self._default = next((key for key, each in self._elements.items() if _is_default_paragraph(each)), "")
        self._defaults = _look(root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr"))
        self._known: dict[str, Properties] = {}

    def paragraph(self, element: Any) -> Properties:
        """Of a paragraph, from its ``pPr`` or None."""
        own = _structure(element)
        return {**self._defaults, **self.style(own.pop("style", self._default)), **own}

    def run(self, element: Any, paragraph: Properties) -> Properties:
        """Of a run, from its ``rPr`` or None and what holds for its paragraph."""
        if element is None:
            return paragraph
        style = element.find(f"{W}rStyle")
        inherited = self.style(style.get(f"{W}val", "")) if style is not None else {}
        return {**paragraph, **inherited, **_look(element)}

    def style(self, key: str) -> Properties:
        """Of a style with all that it is based on; nothing for one that is not defined."""
        if key not in self._known:
            merged: dict[str, str] = {}
            for element in reversed(self._chain(key)):
                merged |= {**_named(element), **_structure(element.find(f"{W}pPr"))}
                merged |= _look(element.find(f"{W}rPr"))
            merged.pop("style", None)
            self._known[key] = merged
        return self._known[key]

    def shaded(self, key: str) -> bool:
        """Whether a table's style colours any of its cells."""
        return any(
            _fill(shade) not in (None, PAPER) for each in self._chain(key) for shade in each.iter(f"{W}shd")
        )

    def _chain(self, key: str) -> list[Any]:
        chain: dict[str, Any] = {}
        while key in self._elements and key not in chain:
            chain[key] = self._elements[key]
            base = chain[key].find(f"{W}basedOn")
            key = base.get(f"{W}val", "") if base is not None else ""
        return list(chain.values())


def background(properties: Any, outer: str) -> str:
    """What is behind a table's cell, from its ``tcPr`` or None: its own shade, else what is behind the table."""
    shade = _fill(properties.find(f"{W}shd")) if properties is not None else None
    return outer if shade is None else shade


def _is_default_paragraph(style: Any) -> bool:
    return style.get(f"{W}type") == "paragraph" and style.get(f"{W}default") in ("1", "true", "on")


def _named(style: Any) -> dict[str, str]:
    """What the name of a built-in style says."""
    name = style.find(f"{W}name")
    value = name.get(f"{W}val", "") if name is not None else ""
    heading = _HEADING.fullmatch(value)
    if heading or value.lower() == "title":
        return {"outline": str(int(heading[1]) - 1 if heading else 0)}
    return {"contents": "yes"} if _CONTENTS.fullmatch(value) else {}


def _structure(properties: Any) -> dict[str, str]:
    """What a ``pPr`` says; list and depth are of its numbering."""
    found: dict[str, str] = {}
    paths = {"style": "pStyle", "outline": "outlineLvl", "list": f"numPr/{W}numId", "depth": f"numPr/{W}ilvl"}
    for name, path in paths.items() if properties is not None else ():
        element = properties.find(W + path)
        if element is not None:
            found[name] = element.get(f"{W}val", "")
    shade = _fill(properties.find(f"{W}shd")) if properties is not None else None
    return found if shade is None else {**found, "shade": shade}


def _look(properties: Any) -> dict[str, str]:
    """What an ``rPr`` says."""
    found: dict[str, str] = {}
    for element in properties if properties is not None else ():
        value = element.get(f"{W}val", "")
        match local(element):
            case "vanish":
                found["vanish"] = "" if value in _OFF else "yes"
            case "color":
                found["colour"] = value.upper()
            case "sz":
                found["size"] = str(int(value) / 2) if value.isdecimal() else ""
            case "shd" if (fill := _fill(element)) is not None:
                found["shade"] = fill
            case "highlight" if value not in _OFF:
                found["shade"] = PAPER if value == "white" else UNKNOWN
    return found


def _fill(shade: Any) -> str | None:
    """The colour of a shade, None for none of its own; patterns and a theme's colours are not known."""
    if shade is None:
        return None
    if shade.get(f"{W}themeFill") or shade.get(f"{W}val", "clear") not in ("clear", "nil"):
        return UNKNOWN
    fill = str(shade.get(f"{W}fill", "auto")).upper()
    return None if fill == "AUTO" else fill
