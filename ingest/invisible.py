"""Characters that show nothing: which of them a script needs, and which could only carry a message. Pure.

A joiner between Persian letters, inside an emoji or after an Indic virama is writing. The same character
between Latin letters shows nothing, and a run of such characters can spell out whole sentences that only a
machine reads. What is kept stands directly behind the letter that it belongs to, one character at a time,
so nothing that is kept can hide a message of any length.
"""

import re
from collections.abc import Iterator

LITTER = 8  # stray characters of a page that editors and word processors leave behind; a byte takes more

_JOINED = (  # scripts whose letters join, or whose words are set apart by characters without width
    "\u0590-\u061b\u061d-\u109f\u1700-\u180d\u180f-\u18af\u1900-\u1cff\ua800-\uabff\ufb1d-\ufdff\ufe70-\ufefc\U00010a00-\U00011fff"
    "\U0001e900-\U0001e95f"
)
_SPACELESS = "\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u1950-\u1a5f"  # Thai to Khmer: breaks without blanks
_PICTURE = "\u00a9\u00ae\u2030-\u205e\u2100-\u3299\U0001f000-\U0001faff"  # signs and emoji
_VARIED = f"#*0-9{_PICTURE}\u1000-\u109f\u3400-\u9fff\ua840-\ua87f\uf900-\ufaff\U00020000-\U0003ffff"
_HAN = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_DIRECTIONS = (
    "\u061c\u200e\u200f\u202a-\u202c\u2066-\u2069"  # all but the overrides, which turn letters round
)

_SILENT = (
    "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_LOUD = re.compile("[\u202d\u202e\ufff9-\ufffb\U000e0000-\U000e0fff]|[\ufe00-\ufe0f]{4}")  # never litter
_QUIET = re.compile("\u00ad|\\A\ufeff")  # hyphenation, and the mark that opens a file
_ANY = re.compile(f"[{_SILENT}]")
_WRITING = (
    "\U0001f3f4[\U000e0061-\U000e007a]{2}[\U000e0030-\U000e0039\U000e0061-\U000e007a]{1,4}\U000e007f"  # a flag
    f"|[{_PICTURE}][\ufe00-\ufe0f]?\u200d(?=[{_PICTURE}])"
    f"|[{_VARIED}][\ufe00-\ufe0f]"
    f"|[{_HAN}][\U000e0100-\U000e01ef]"
    f"|[{_JOINED}][\u200c\u200d]"
    f"|[{_SPACELESS}]\u200b"
    "|[\u1800-\u18af]\u180e"
)
_BOUND = f"(?<![{_SILENT}])[{_DIRECTIONS}]{{1,3}}(?![{_SILENT}])"
_SIGN = re.compile(f"(?P<kept>{_WRITING})|(?P<gone>[{_SILENT}])")
_SIGN_RIGHT_TO_LEFT = re.compile(f"(?P<kept>{_WRITING}|{_BOUND})|(?P<gone>[{_SILENT}])")
_TAG = {code: code - 0xE0000 for code in range(0xE0020, 0xE007F)}


def offsets(text: str) -> list[int]:
    """Where the characters stand that show nothing and that no script needs.

    Law: the text without them has none.
    """
    if not _ANY.search(text):
        return []
    sign = _SIGN_RIGHT_TO_LEFT if _RIGHT_TO_LEFT.search(text) else _SIGN
    return [found.start() for found in sign.finditer(text) if found["gone"]]


def without(text: str) -> str:
    """The text without them."""
    return "".join(_pieces(text, offsets(text)))


def message(text: str, gone: list[int]) -> str:
    """What the tag characters among them spell: each has the letter of ASCII that it is made after."""
    return "".join(chr(_TAG[ord(text[at])]) for at in gone if ord(text[at]) in _TAG)


def reportable(text: str, gone: list[int]) -> int:
    """How many of them are worth a word: none where they are hyphenation or a few left by an editor."""
    hidden = "".join(text[at] for at in gone if not _QUIET.match(text, at))
    return len(hidden) if len(hidden) >= LITTER or _LOUD.search(hidden) else 0


def filler(text: str) -> bool:
    """Whether a paragraph is one that editors leave empty: blanks, and characters without width by the way."""
    return not reportable(text, offsets(text)) and not without(text).strip()


def _pieces(text: str, gone: list[int]) -> Iterator[str]:
    at = 0
    for each in gone:
        yield text[at:each]
        at = each + 1
    yield text[at:]
