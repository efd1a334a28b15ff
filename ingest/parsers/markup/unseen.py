"""Takes out of a web page's tree what its readers do not see, and says how much and how.

Inline styles and rules with simple selectors are understood. What a script would unfold (a closed tab, an
accordion) is hidden all the same: it is kept out and counted, and reading the page again with hidden text
brings it back. A name that another rule shows again ("open", "active") is not taken for hidden.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from ingest.parsers.hiding import left_out
from ingest.parsers.markup import style
from ingest.parsers.markup.style import Sheet
from rag.hidden import Concealment, Hidden

_SPOKEN = frozenset(  # names that pages give to what only screen readers say
    ".sr-only .visually-hidden .visuallyhidden .screen-reader-text .screen-reader-only .screenreader .a11y-hidden "
    ".assistive-text .u-visually-hidden .show-for-sr .offscreen".split()
)
_SPOKEN_CHARS = 120  # that a label for screen readers has at most
_FRAME = frozenset({"html", "body"})  # hidden by pages until their scripts have run
_MACHINE = ("script", "style", "template", "noscript")  # never shown; too usual to be worth a word
_VEILS = ("style", "hidden", "aria-hidden")
_WHITE = "#ffffff"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ink:
    """How the letters of an element look, as inherited."""

    tiny: bool = False
    colour: str | None = None  # as style.colour; None for unknown
    paper: str | None = None  # the colour behind it; None for unknown

    @property
    def how(self) -> Concealment | None:
        """How it hides letters."""
        if self.tiny:
            return Concealment.TINY
        return Concealment.COLOUR if style.blank(self.colour, self.paper) else None


@dataclass(slots=True)
class _Walk:
    """A walk over the tree which cuts what is hidden; the state of every open element is on a stack."""

    sheet: Sheet
    cut: Counter[Concealment]
    inks: list[_Ink]
    doomed: list[Any]

    def open(self, element: Any) -> bool:
        """Enter an element. Returns whether what is in it is looked at as well."""
        tag, names = element.tag, _names(element)
        said = self.sheet.style(tag, names) | style.declarations(element.get("style") or "")
        how = _how(element, tag, names, said, self.sheet)
        if how is not None:
            self._drop(element, how, spoken=_spoken(names, said))
            return False
        ink = self.inks[-1]
        if said or element.get("color") or element.get("bgcolor"):
            ink = _inked(ink, said, element)
        self.inks.append(ink)
        element.text = self._seen(element.text)
        return True

    def leave(self, element: Any) -> None:
        """Leave an element; what follows it is its parent's."""
        self.inks.pop()
        element.tail = self._seen(element.tail)

    def pass_by(self, element: Any) -> None:
        """Leave an element that was not entered."""
        element.tail = self._seen(element.tail)

    def _seen(self, text: str | None) -> str | None:
        how = self.inks[-1].how
        if how is None or not text or not text.strip():
            return text
        self.cut[how] += len("".join(text.split()))
        return " "

    def _drop(self, element: Any, how: Concealment, *, spoken: bool) -> None:
        characters = len("".join("".join(element.itertext()).split()))
        if not spoken or characters > _SPOKEN_CHARS:
            self.cut[how] += characters
        self.doomed.append(element)


def cut(tree: Any) -> tuple[Hidden, ...]:
    """Take what is hidden out of a page's tree; what was taken, in letters by the way it was hidden."""
    from lxml import etree

    sheet = Sheet()
    for element in tree.iter("style"):
        sheet.read(element.text or "")
    etree.strip_elements(tree, *_MACHINE, with_tail=False)
    walk = _Walk(sheet, Counter(), [_Ink(colour="#000000", paper=_paper(tree, sheet))], [])
    _walked(tree, walk)
    for element in walk.doomed:
        element.clear(keep_tail=True)
        element.tag = "template"
    etree.strip_elements(tree, "template", with_tail=False)
    return left_out(walk.cut)


def reveal(tree: Any) -> None:
    """Take away the attributes that hide, so that nothing is passed over for them.

    A bare division that had one becomes a paragraph: the main text is looked for in paragraphs.
    """
    for element in tree.iter("*"):
        veils = [element.attrib.pop(name, None) for name in _VEILS]
        if any(veils) and element.tag == "div" and not len(element):
            element.tag = "p"


def _walked(tree: Any, walk: _Walk) -> None:
    from lxml import etree

    walker = etree.iterwalk(tree, events=("start", "end"))
    skipped = None
    for event, element in walker:
        if event == "start" and skipped is None:
            if element.tag == "head" or not walk.open(element):
                skipped = element
                walker.skip_subtree()
        elif event == "end" and element is skipped:
            skipped = None
            walk.pass_by(element)
        elif event == "end" and skipped is None:
            walk.leave(element)


def _how(
    element: Any, tag: str, names: Sequence[str], said: style.Declared, sheet: Sheet
) -> Concealment | None:
    """How an element is hidden with all that is in it."""
    if tag in _FRAME:
        return None
    inline = style.gone(style.declarations(element.get("style") or ""))
    if element.get("hidden") is not None or _spoken(names, said):
        return inline or Concealment.STYLE
    return inline or (style.gone(said) if sheet.toggled.isdisjoint(names) else None)


def _spoken(names: Sequence[str], said: style.Declared) -> bool:
    return style.clipped_for_readers(said) or not _SPOKEN.isdisjoint(names)


def _inked(ink: _Ink, said: style.Declared, element: Any) -> _Ink:
    tiny = style.tiny(said)
    said_colour = said.get("color") or element.get("color")
    paper = style.background(said) or style.background({"background": (element.get("bgcolor") or "").lower()})
    return replace(
        ink,
        tiny=ink.tiny if tiny is None else tiny,
        colour=style.colour(said_colour.lower()) if said_colour else ink.colour,
        paper=ink.paper if paper is None else paper,
    )


def _paper(tree: Any, sheet: Sheet) -> str | None:
    """White, unless rules that are not read may paint something else."""
    linked = any("stylesheet" in (link.get("rel") or "").lower() for link in tree.iter("link"))
    return None if linked or sheet.paints else _WHITE


def _names(element: Any) -> list[str]:
    names = [f".{name}" for name in (element.get("class") or "").lower().split()]
    own = (element.get("id") or "").strip().lower()
    return [*names, f"#{own}"] if own else names
