"""What the code below the pages says in English, found in a catalogue again although its blanks are filled. Pure.

A text may hold blanks, as `{this}`. What a blank holds follows from its name: those in `COUNTS` hold numbers,
those in `OWN` another text of the catalogue, any other holds somebody's words, which are never touched.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

COUNTS = frozenset("count first last most number others seconds total".split())
OWN = frozenset("kinds limit memory pages remedy time what why".split())
LONGEST = 8_000  # characters: nothing that is said is longer
REMEMBERED = 4096  # texts
MOST_PARTS = 12  # that are told one after the other
DEEPEST = 5  # texts within texts
BLANK = re.compile(r"\{(\w+)\}")  # what stands in a text for something that is only known when it is said
_ENDED = re.compile(r"(?<=[.!?…]) ")
_NUMBERS = re.compile(r"[-–., %]*\d[-–., %\d]*")


@dataclass(frozen=True, slots=True)
class Pattern:
    """An English text with blanks, and what it is in another language."""

    names: tuple[str, ...]
    fixed: tuple[str, ...]  # what stands around the blanks, one more than there are
    foreign: str

    @classmethod
    def of(cls, english: str, foreign: str) -> "Pattern":
        """From the two texts as a catalogue has them."""
        parts = BLANK.split(english)
        return cls(names=tuple(parts[1::2]), fixed=tuple(parts[::2]), foreign=foreign)

    @property
    def letters(self) -> int:
        """How much it says itself."""
        return sum(map(len, self.fixed))

    def may_be(self, start: str, stop: str) -> bool:
        """Whether it may make a text that begins and ends with these letters; none stands for any other."""
        return self.fixed[0][:1] in ("", start) and self.fixed[-1][-1:] in ("", stop)

    def said(self, text: str) -> dict[str, str] | None:
        """What stands in the blanks; None where the text is another one. Takes time linear in the text."""
        start, end = len(self.fixed[0]), len(text) - len(self.fixed[-1])
        if not (text.startswith(self.fixed[0]) and text.endswith(self.fixed[-1]) and start < end):
            return None
        held: dict[str, str] = {}
        for name, after in zip(self.names, (*self.fixed[1:-1], ""), strict=True):
            stop = text.find(after, start + 1, end) if after else end
            if stop <= start:
                return None
            value = text[start:stop]
            if held.setdefault(name, value) != value or (name in COUNTS and not _NUMBERS.fullmatch(value)):
                return None
            start = stop + len(after)
        return held


class Told:
    """Finds texts of a catalogue. The same question twice is answered from memory."""

    def __init__(self, known: Callable[[str], str | None], texts: Mapping[str, str]) -> None:
        """`known` knows texts that stand in the catalogue as they are; `texts` are those with and without blanks."""
        self._known = known
        patterns = [
            Pattern.of(english, foreign) for english, foreign in texts.items() if BLANK.search(english)
        ]
        patterns.sort(key=lambda each: -each.letters)
        starts, stops = ({each.fixed[at] for each in patterns} for at in (0, -1))
        self._starts, self._stops = {each[:1] for each in starts}, {each[-1:] for each in stops}
        self._by_ends = {
            (start, stop): [each for each in patterns if each.may_be(start, stop)]
            for start in self._starts | {""}
            for stop in self._stops | {""}
        }
        self._remembered = lru_cache(REMEMBERED)(self._whole)

    def __call__(self, english: str) -> str:
        """The text in the other language; as it stands where it is not known."""
        return (self._remembered(english) if len(english) <= LONGEST else None) or english

    def _whole(self, text: str) -> str | None:
        return self._found(text, DEEPEST)

    def _found(self, text: str, depth: int) -> str | None:
        if not text or not depth:
            return None
        return self._known(text) or self._filled(text, depth) or self._several(text, depth)

    def _filled(self, text: str, depth: int) -> str | None:
        """By a text with blanks: the one that leaves least to somebody's words; of several the one that says most."""
        best, least = None, len(text)
        start, stop = text[0], text[-1]
        ends = start if start in self._starts else "", stop if stop in self._stops else ""
        for pattern in self._by_ends[ends]:
            if (held := pattern.said(text)) is not None:
                own = {
                    name: found for name in OWN & held.keys() if (found := self._found(held[name], depth - 1))
                }
                left = sum(len(value) for name, value in held.items() if name not in own)
                if left < least:
                    best, least = pattern.foreign.format_map(held | own), left
        return best

    def _several(self, text: str, depth: int) -> str | None:
        """Of several told one after the other each by itself: what is counted, sentences, what is said of somebody."""
        return (
            self._listed(text, " · ", depth)
            or self._sentences(text, depth)
            or self._about(text, depth)
            or self._listed(text, ", ", depth)
        )

    def _listed(self, text: str, mark: str, depth: int) -> str | None:
        parts = text.split(mark)
        if not 1 < len(parts) <= MOST_PARTS:
            return None
        found = [self._found(part, depth - 1) for part in parts]
        return mark.join(new or old for new, old in zip(found, parts, strict=True)) if any(found) else None

    def _sentences(self, text: str, depth: int) -> str | None:
        """Sentences one after the other, of which one may be somebody's."""
        told, rest = list[str](), text
        while len(told) < MOST_PARTS and (begun := self._begun(rest, depth)):
            told.append(begun[0])
            rest = begun[1]
        if told:
            return " ".join([*told, self._found(rest, depth - 1) or rest])
        return self._stopped(text, depth) or self._ended(text, depth)

    def _begun(self, text: str, depth: int) -> tuple[str, str] | None:
        """What it begins with, and the rest in English."""
        for head, rest in _cut(text):
            if found := self._known(head) or self._filled(head, depth) or self._stopped(head, depth):
                return found, rest
        return None

    def _ended(self, text: str, depth: int) -> str | None:
        """What it ends with, and before that what is not known."""
        for head, rest in _cut(text):
            if found := self._known(rest) or self._filled(rest, depth):
                return f"{head} {found}"
        return None

    def _stopped(self, text: str, depth: int) -> str | None:
        """A phrase that was made a sentence by its full stop."""
        phrase = text[:-1] if text.endswith(".") and ". " not in text else ""
        found = self._found(phrase, depth - 1)
        return found and f"{found}."

    def _about(self, text: str, depth: int) -> str | None:
        whom, mark, rest = text.partition(": ")
        found = self._found(rest, depth - 1)
        return found and f"{whom}{mark}{found}"


def _cut(text: str) -> Iterator[tuple[str, str]]:
    """A text in two where a sentence ends, the shortest beginning first."""
    for end in islice(_ENDED.finditer(text), MOST_PARTS):
        yield text[: end.start()], text[end.end() :]
