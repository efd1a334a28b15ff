"""Whether a hyphen at a line's end belongs to the word, judged by the document's own words. Pure."""

import re
from collections.abc import Iterable

_BROKEN = re.compile(r"((?:[^\W\d_]+-)*[^\W\d_]+)[-\u2010] *\n *((?:[^\W\d_]+-)*[^\W\d_]+)")
_LINE_END = re.compile(r"[-\u2010] *\n")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_BEFORE = re.compile(r"(?:[^\W\d_]+-)*[^\W\d_]+\Z")
_REACH = 40  # letters looked at on either side
_WHOLE_LEFT, _WHOLE_RIGHT = 4, 3  # letters from which a half counts as a word and not as a syllable


class Hyphens:
    """The words of a document as far as they tell how its broken words are to be joined."""

    def __init__(self, texts: Iterable[str]) -> None:
        pages = [(text, _LINE_END.search(text) is not None) for text in texts]
        self._words: frozenset[str] = frozenset()
        if any(broken for _, broken in pages):  # else nobody will ask
            whole = (_BROKEN.sub(" ", text) if broken else text for text, broken in pages)
            self._words = frozenset(word.lower() for text in whole for word in _WORD.findall(text))

    def joint(self, text: str, start: int, end: int) -> str:
        """What takes the place of a hyphen and line break ``text[start:end]``: the hyphen, or nothing.

        It goes between two halves in lower case, unless the document has the compound elsewhere, or both
        halves as words of their own and the joined word nowhere.
        """
        before = _BEFORE.search(text[max(0, start - _REACH) : start])
        after = _WORD.match(text, end, end + _REACH)
        if not before or not after or not before[0][-1].islower() or not after[0][0].islower():
            return "-"
        left, right = before[0].lower(), after[0].lower()
        return "-" if self._is_compound(left, right) else ""

    def _is_compound(self, left: str, right: str) -> bool:
        if f"{left}{right}" in self._words:
            return False
        if f"{left}-{right}" in self._words:
            return True
        halves = left.rpartition("-")[2], right.partition("-")[0]
        long_enough = len(halves[0]) >= _WHOLE_LEFT and len(halves[1]) >= _WHOLE_RIGHT
        return long_enough and all(half in self._words for half in halves)
