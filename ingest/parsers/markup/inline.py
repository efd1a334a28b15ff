"""HTML within Markdown: the text in it, less its tags and what its readers do not see."""

import re
from collections import Counter
from dataclasses import dataclass, field

from ingest.parsers.hiding import left_out
from ingest.parsers.markup import style
from rag.hidden import Concealment, Hidden

_PIECE = re.compile(r"<!--|<(?P<close>/?)(?P<name>[a-zA-Z][\w-]*)(?P<attributes>[^<>]*)>|<[!?][^<>]*>")
_STYLE = re.compile(r"\bstyle\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", re.IGNORECASE)
_HIDDEN = re.compile(r"(?:\A|\s)hidden(?=[\s=/]|\Z)", re.IGNORECASE)
_RAW = frozenset({"script", "style", "template"})  # what is between these tags is no text
_VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())


@dataclass(slots=True)
class Markup:
    """Reads stretches of HTML in the order they come, and what stands between them."""

    keep_hidden: bool = False
    _cut: Counter[Concealment] = field(default_factory=Counter)
    _veil: str = ""  # the element that hides what is being read
    _how: Concealment = Concealment.STYLE
    _depth: int = 0  # of elements of that name

    def shown(self, text: str) -> str:
        """Text between tags as far as readers see it."""
        return self._hidden(text, self._how) if self._veil else text

    def read(self, source: str, gap: str) -> str:
        """What readers see of some HTML; tags become `gap`, line breaks stay."""
        pieces: list[str] = []
        at = 0
        while piece := _PIECE.search(source, at):
            pieces.append(self.shown(source[at : piece.start()]))
            at = piece.end()
            if piece[0] == "<!--":
                end = source.find("-->", at)
                at, comment = (end + 3, source[at:end]) if end >= 0 else (len(source), source[at:])
                pieces += [gap, self._hidden(comment, Concealment.STYLE), gap]
            elif piece["name"]:
                at = self._tag(piece, source, at)
                pieces.append("\n" if piece["name"].lower() == "br" else gap)
        return "".join((*pieces, self.shown(source[at:])))

    def end(self, veiled: bool) -> None:
        """Close what a paragraph left open; `veiled` says whether it began hidden."""
        if not veiled:
            self._veil = ""

    @property
    def veiled(self) -> bool:
        """Whether what comes next is hidden."""
        return bool(self._veil)

    def count(self, text: str) -> str:
        """Text that is hidden as a whole: itself where hidden text is kept, else nothing."""
        return self._hidden(text, Concealment.STYLE)

    def hidden(self) -> tuple[Hidden, ...]:
        """What was left out so far."""
        return left_out(self._cut)

    def _hidden(self, text: str, how: Concealment) -> str:
        if self.keep_hidden:
            return text
        self._cut[how] += len("".join(text.split()))
        return ""

    def _tag(self, piece: re.Match[str], source: str, at: int) -> int:
        """Where to read on behind a tag."""
        name = piece["name"].lower()
        if name == self._veil:
            self._depth += -1 if piece["close"] else 1
            self._veil = name if self._depth else ""
        elif not piece["close"] and name in _RAW:
            closing = re.compile(rf"</{name}\s*>", re.IGNORECASE).search(source, at)
            return closing.end() if closing else len(source)
        elif not (self._veil or piece["close"] or name in _VOID):
            how = _how(piece["attributes"])
            if how is not None:
                self._veil, self._how, self._depth = name, how, 1
        return at


def _how(attributes: str) -> Concealment | None:
    """How the attributes of a tag hide its element."""
    found = _STYLE.search(attributes)
    said = style.declarations((found[1] or found[2] or "") if found else "")
    if how := style.gone(said):
        return how
    if style.tiny(said):
        return Concealment.TINY
    if style.blank(style.colour(said.get("color", "#000000")), style.background(said) or "#ffffff"):
        return Concealment.COLOUR
    return Concealment.STYLE if _HIDDEN.search(attributes) else None
