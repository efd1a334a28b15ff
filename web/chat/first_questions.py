"""First questions that a page invites: headings that ask or name, sentences that define. Pure."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

from rag.sentences import split
from rag.types import Block, BlockKind, Page

SHORT, LONG = 12, 110  # characters of a question
WORDS = 7  # of a heading that names what is below it
ENGLISH = frozenset("the of and is are for to in a an with must".split())
GERMAN = frozenset("der die das und ist sind für mit ein eine dem den von".split())
SUBJECT = r"(?P<what>(?:An? )?[A-Za-z][A-Za-z’'-]+(?: [A-Za-z][A-Za-z’'-]+){0,4}?)"
DEFINES = re.compile(rf"{SUBJECT} (?P<verb>is|are|means?) (?:an?|any|all|every) (?:\w+,? ){{2,}}")
DEFINIERT = re.compile(
    r"(?P<what>(?:Der|Die|Das|Ein|Eine) [A-ZÄÖÜ][\wäöüß-]+) ist (?:der|die|das|ein|eine) (?:\w+,? ){2,}"
)
POINTING = frozenset(
    "the this that these those it he she they there here what which who we you all each every no some my your our"
    " their his her its one".split()
)
NAMING = re.compile(r"[^\W\d_]{3,}")
# How an entry of a list of questions begins.
LISTED = re.compile(r"(?:(?:Q|F|Question|Frage)\s*\d*\s*[.:)]|\d+\s*[.:)])\s+")
# What these point at, only a reader of the page knows.
HERE = frozenset("this these diese dieser dieses diesem diesen".split())
AT_A_TIME = frozenset("before after during while until once if bevor nach vor während bis wenn falls".split())
ASKING = frozenset("who what when where which why how wer was wann wo warum wie welche".split())


class Kind(IntEnum):
    """What a question was made of, the best first."""

    ASKED = 0  # a heading that asks
    DEFINED = 1  # a sentence that says what something is
    NAMED = 2  # a heading that names something


@dataclass(frozen=True, slots=True, order=True)
class Candidate:
    """A question that a page may answer."""

    kind: Kind
    text: str


def candidates(page: Page) -> Iterator[Candidate]:
    """The questions of a page, in order; of texts that are neither English nor German only those that stand there."""
    words = Counter(re.findall(r"[^\W\d_]+", page.text.casefold()))
    english, german = (sum(words[each] for each in known) for known in (ENGLISH, GERMAN))
    speaks_german = german > english
    for at, block in enumerate(page.blocks):
        text = " ".join(page.text[block.start : block.end].split())
        if block.kind is BlockKind.HEADING and not _is_title(page, at, text):
            yield from _of_heading(
                text, page.blocks[at + 1 : at + 2], known=bool(max(english, german)), german=speaks_german
            )
        elif block.kind is BlockKind.PARAGRAPH:
            yield from _of_paragraph(text, german=speaks_german)


def _is_title(page: Page, at: int, text: str) -> bool:
    """Whether it is what the whole document is called, which asks nothing."""
    return at == 0 and page.number == 1 and not text.endswith("?")


def _of_heading(text: str, below: tuple[Block, ...], *, known: bool, german: bool) -> Iterator[Candidate]:
    if text.endswith("?"):
        asked = LISTED.sub("", text)
        if SHORT <= len(asked) <= LONG and asked[0].isupper() and HERE.isdisjoint(asked.casefold().split()):
            yield Candidate(Kind.ASKED, asked)
    elif known and below and below[0].kind in (BlockKind.PARAGRAPH, BlockKind.ITEM) and _names(text):
        named = (
            f"Was steht in den Dokumenten zu „{text}“?"
            if german
            else f"What do the documents say about {_inside(text)}?"
        )
        yield Candidate(Kind.NAMED, named)


def _of_paragraph(text: str, *, german: bool) -> Iterator[Candidate]:
    start, end = next(iter(split(text)), (0, 0))
    found = (DEFINIERT if german else DEFINES).match(text[start:end])
    if not found or found["what"].split()[0].casefold() in POINTING:
        return
    what = _lower(found["what"])
    if german:
        yield Candidate(Kind.DEFINED, f"Was ist {what}?")
    else:
        yield Candidate(Kind.DEFINED, f"What {'are' if found['verb'] == 'are' else 'is'} {what}?")


def _names(text: str) -> bool:
    """Whether a heading names something in a few words, with nothing in it that would not be said."""
    words = text.split()
    plain = all(char.isalpha() or char in " -’'" for char in text) and not text.isupper()
    return (
        plain
        and words[0].casefold() not in ASKING | AT_A_TIME
        and 1 < len(words) <= WORDS
        and bool(NAMING.search(text))
    )


def _inside(text: str) -> str:
    """A heading as it stands inside a sentence: one in which only the first word has a capital begins with none."""
    return _lower(text) if text[1:] == text[1:].lower() else text


def _lower(text: str) -> str:
    first = text.split(maxsplit=1)[0]
    return text if first.isupper() and len(first) > 1 else text[0].lower() + text[1:]
