"""What a style makes invisible, as far as it can be told without a browser: inline and simple rules. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf

from ingest.parsers.hiding import alike
from rag.hidden import Concealment

Declared = Mapping[str, str]

_RELEVANT = frozenset(
    "display visibility opacity font-size position left top right bottom text-indent margin-left clip clip-path "
    "width height max-height overflow color background background-color transform".split()
)
_TOLD = re.compile("|".join(_RELEVANT))
_NUMBER = re.compile(r"(-?(?:\d{1,9}(?:\.\d{0,9})?|\.\d{1,9}))\s*(px|pt|r?em|%|vw|vh)?", re.ASCII)
_PIXELS = {"px": 1.0, "": 1.0, "pt": 4 / 3, "em": 16.0, "rem": 16.0, "%": 0.16, "vw": 12.0, "vh": 8.0}
_COMMENT = re.compile(r"/\*[^*]*(?:\*(?!/)[^*]*)*(?:\*/|\Z)")
_BRACE = re.compile(r"[{}]")
_SIMPLE = re.compile(r"[\w-]*(?:[.#][\w-]+)*", re.ASCII)
_PART = re.compile(r"([.#]?)([\w-]+)", re.ASCII)
_NAMED = re.compile(r"[.#][\w-]+", re.ASCII)
_FAR = 900.0  # pixels off the page from which nothing can be seen
_TINY = 2.0  # pixels
_FAINT = 0.02
_NAMES = {"white": "#ffffff", "black": "#000000", "transparent": ""}
_CHANNELS = re.compile(
    r"rgba?\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})\s*(?:[,/]\s*([\d.]{1,9})(%?)\s*)?\)"
)
_HEX = re.compile(r"#[0-9a-f]{3,8}\b")


def declarations(style: str) -> dict[str, str]:
    """The declarations of an inline style or of a rule's body that have to do with being seen."""
    if not _TOLD.search(style.lower()):
        return {}
    found: dict[str, str] = {}
    for each in style.lower().split(";"):
        name, _, value = each.partition(":")
        if name.strip() in _RELEVANT:
            found[name.strip()] = value.replace("!important", "").strip()
    return found


def gone(style: Declared) -> Concealment | None:
    """How a style hides an element and all that is in it."""
    if (
        style.get("display") == "none"
        or style.get("visibility") in ("hidden", "collapse")
        or _pixels(style.get("opacity", "1")) <= _FAINT
        or (_clipped(style) and not clipped_for_readers(style))
    ):
        return Concealment.STYLE
    return Concealment.OUTSIDE if _outside(style) else None


def clipped_for_readers(style: Declared) -> bool:
    """Whether it is the idiom for what only screen readers shall say: one pixel, clipped."""
    return "clip" in style and style.get("position") == "absolute"


def tiny(style: Declared) -> bool | None:
    """Whether letters are too small to be read; None where nothing is said, or only relative to others."""
    size = style.get("font-size", "")
    if not _NUMBER.match(size):
        return None
    small = _pixels(size) < _TINY
    return small if small or not re.search(r"\d(?:em|%)", size) else None


def colour(value: str) -> str | None:
    """A colour as six hex digits, empty for a transparent one; None where it cannot be told."""
    value = _NAMES.get(value, value)
    if value == "":
        return ""
    if channels := _CHANNELS.match(value):
        red, green, blue, alpha, percent = channels.groups()
        if alpha and float(alpha.strip(".") or 0) / (100 if percent else 1) <= _FAINT:
            return ""
        return f"#{min(255, int(red)):02x}{min(255, int(green)):02x}{min(255, int(blue)):02x}"
    if found := _HEX.match(value):
        digits = found[0][1:]
        return f"#{digits[:6]}" if len(digits) > 4 else f"#{''.join(2 * each for each in digits[:3])}"
    return None


def background(style: Declared) -> str | None:
    """The background's colour as `colour` has it; "?" for a picture or what cannot be told; None if unsaid."""
    said = style.get("background-color") or style.get("background")
    if said is None:
        return None
    found = colour(said)
    return None if found == "" else found or "?"


def blank(ink: str | None, paper: str | None) -> bool:
    """Whether letters of a colour do not show on a background, as `colour` and `background` call them."""
    return ink == "" or (ink is not None and paper is not None and alike(ink[1:], paper[1:]))


def _pixels(value: str) -> float:
    found = _NUMBER.match(value)
    return float(found[1]) * _PIXELS[found[2] or ""] if found else inf


def _outside(style: Declared) -> bool:
    moved = ["text-indent"]
    if style.get("position") in ("absolute", "fixed"):
        moved += ["left", "top", "right", "bottom", "margin-left"]
    return any(_pixels(style.get(name, "")) <= -_FAR for name in moved)


def _clipped(style: Declared) -> bool:
    """Whether nothing is left to be seen of a box."""
    if "hidden" not in style.get("overflow", ""):
        return False
    return any(_pixels(style.get(name, "")) <= 1 for name in ("height", "width", "max-height"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule for elements that have all of some classes and ids, and one tag if it names one."""

    tag: str
    names: frozenset[str]  # ".class" and "#id"
    style: Declared


@dataclass(slots=True)
class Sheet:
    """The rules of a page that are simple enough, by the name or tag that they are found by."""

    rules: dict[str, list[Rule]] = field(default_factory=dict)
    toggled: set[str] = field(default_factory=set)  # names that a rule which is not simple shows again
    paints: bool = False  # whether such a rule sets a background

    def read(self, css: str) -> None:
        """Add the rules of a style element, in order."""
        for selectors, body in _rules(css):
            style = declarations(body)
            for selector in selectors.split(",") if style else ():
                self._add(selector.strip().lower(), style)

    def style(self, tag: str, names: Sequence[str]) -> dict[str, str]:
        """What the rules say of an element: those with more names win, then the later ones."""
        found = [rule for key in (tag, *names) for rule in self.rules.get(key, ()) if rule.tag in ("", tag)]
        matching = [rule for rule in found if rule.names.issubset(names)]
        matching.sort(key=lambda rule: (sum(name[0] == "#" for name in rule.names), len(rule.names)))
        merged: dict[str, str] = {}
        for rule in matching:
            merged |= rule.style
        return merged

    def _add(self, selector: str, style: Declared) -> None:
        if not selector or not _SIMPLE.fullmatch(selector):
            self.paints |= background(style) is not None
            if (
                style.get("display", "none") != "none"
                or style.get("visibility") == "visible"
                or "opacity" in style
            ):
                self.toggled.update(_NAMED.findall(selector))
            return
        parts = _PART.findall(selector)
        names = frozenset(mark + name for mark, name in parts if mark)
        tag = next((name for mark, name in parts if not mark), "")
        key = min(names, default=tag)
        self.rules.setdefault(key, []).append(Rule(tag=tag, names=names, style=style))


def _rules(css: str) -> Iterator[tuple[str, str]]:
    """Selectors and bodies at the top level: what is inside @media and the like depends on the device."""
    css = _COMMENT.sub(" ", css)
    depth = at = opened = 0
    selectors = ""
    for brace in _BRACE.finditer(css):
        if brace[0] == "{":
            if depth == 0:
                selectors, opened = css[at : brace.start()].strip(), brace.end()
            depth += 1
        else:
            depth = max(0, depth - 1)
            if depth == 0:
                at = brace.end()
                if not selectors.startswith("@"):
                    yield selectors, css[opened : brace.start()]
