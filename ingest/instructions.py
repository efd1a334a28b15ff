"""Sentences that look as if they were written for the assistant and not for a reader. Heuristic, and pure.

Precision comes first: a document in which one is found is kept back until somebody has looked at it. So a
sentence counts only if it orders what nobody orders a person ("ignore all previous instructions"), or if
phrasings that also occur between people come together in one paragraph. Who quotes such a sentence, or
writes about attacks in the same breath, is taken to discuss it. See ingest.phrases for the phrasings.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from ingest.phrases import signs
from ingest.sign import ENOUGH, Sign
from rag.sentences import split
from rag.types import BlockKind, Page

_AROUND = 150  # characters that are looked at and shown on either side of a phrase
_BLANKS = re.compile(r"\s+")
_QUOTED = re.compile(
    r"[\"“”„«»「『][^\"“”„«»「」『』]{1,400}[\"“”«»」』]|(?<!\w)['‘‚`][^'‘’`]{8,400}['’`](?!\w)"
)
_SPARED = re.compile(
    r"\b(?:can(?:not)?|could|may|might|would|will|not|n['’]t|never|they|he|she|who|which|that|users?|people|"
    r"employees|attackers?|often|nicht|kann|können|kein\w*) (?:\w+ly )?$",
    re.IGNORECASE,
)
_DISCUSSED = re.compile(
    r"\b(?:attack\w*|inject\w*|jailbreak\w*|adversar\w+|malicious\w*|hackers?|for example|for instance|e\.g\.|"
    r"such as|tries to|try to|trying to|tricks?|tricked|tricking|phrases?|wrote|writes|said|says|told (?:it|to|the)|"
    r"Angriff\w*|Angreifer\w*|zum Beispiel|attaque\w*|par exemple|ataque\w*|por ejemplo)\b",
    re.IGNORECASE,
)
_REACH = 24  # characters before a phrase in which its subject stands

Span = tuple[int, int]


def instructions(page: Page) -> Iterator[str]:
    """Sentences of a page that look as if they addressed the assistant, in order and tidied."""
    if not _possible(page.text):
        return
    for text, kind in _blocks(page):
        possible = [sign for sign in _possible(text) if not (sign.prose and kind is BlockKind.CODE)]
        if possible:
            yield from _in_paragraph(_plain(text), possible)


def _blocks(page: Page) -> Iterator[tuple[str, BlockKind]]:
    if not page.blocks:
        yield page.text, BlockKind.PARAGRAPH
    for block in page.blocks:
        yield page.text[block.start : block.end], block.kind


def _possible(text: str) -> list[Sign]:
    """The signs of which the text has a word; cheap, and nearly always none that lead further."""
    lowered = f" {unicodedata.normalize('NFKC', text).lower()}"
    return [sign for sign in signs() if any(word in lowered for word in sign.words)]


def _plain(text: str) -> str:
    """In usual letters (fullwidth and mathematical ones made plain), with single blanks."""
    return _BLANKS.sub(" ", unicodedata.normalize("NFKC", text)).strip()


def _in_paragraph(text: str, possible: Sequence[Sign]) -> Iterator[str]:
    matches = [(sign, match.span()) for sign in possible for match in sign.pattern.finditer(text)]
    if not matches:
        return
    quoted = [quote.span() for quote in _QUOTED.finditer(text)]
    meant = [(sign, span) for sign, span in matches if _meant(text, span, quoted)]
    if sum(sign.weight for sign in {sign.pattern: sign for sign, _ in meant}.values()) < ENOUGH:
        return
    sentences = split(text)
    for start, end in sorted({_around(span, sentences) for _, span in meant}):
        yield text[start:end]


def _meant(text: str, span: Span, quoted: Sequence[Span]) -> bool:
    """Whether the words are neither quoted, nor discussed, nor said of somebody."""
    start, end = span
    at = bisect_right(quoted, (start, len(text))) - 1
    if at >= 0 and end <= quoted[at][1]:
        return False
    if _SPARED.search(text, max(0, start - _REACH), start):
        return False
    return not _DISCUSSED.search(text, *_sentence(text, span))


def _sentence(text: str, span: Span) -> Span:
    """The words of one sentence around a phrase, roughly."""
    first = max(text.rfind(stop, max(0, span[0] - _AROUND), span[0]) for stop in (". ", "! ", "? "))
    lasts = (text.find(stop, span[1], span[1] + _AROUND) for stop in (". ", "! ", "? "))
    last = min((at for at in lasts if at >= 0), default=span[1] + _AROUND)
    return max(first + 1, span[0] - _AROUND), min(last, len(text))


def _around(span: Span, sentences: Sequence[Span]) -> Span:
    """The sentence that a phrase stands in, cut where it is long."""
    at = bisect_right(sentences, (span[0], span[1] + _AROUND)) - 1
    start, end = sentences[max(0, at)]
    return max(start, span[0] - _AROUND), min(max(end, span[1]), span[1] + _AROUND)
