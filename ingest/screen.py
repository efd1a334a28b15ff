"""Screening: what a document holds beside what it shows. Pure.

Characters that show nothing are taken out and counted; sentences that look as if they were meant for the
assistant are listed. The words of the page stay as they are.
"""

from collections.abc import Iterator
from dataclasses import replace

from ingest import invisible
from ingest.clean import edited
from ingest.instructions import instructions
from rag.hidden import Concealment, Hidden
from rag.types import Page, Parsed

MOST = 5  # sentences that are listed: enough to judge a document by


def screen(parsed: Parsed) -> Parsed:
    """The document without characters that show nothing, and with what was found in it.

    Laws: screening twice is screening once; no other character is lost, moved or changed.
    """
    gone = {page.number: invisible.offsets(page.text) for page in parsed.pages}
    pages = tuple(_shown(page, gone[page.number]) for page in parsed.pages)
    messages = (invisible.message(page.text, gone[page.number]) for page in parsed.pages)
    found = dict.fromkeys((*parsed.instructions, *_instructions(pages), *filter(None, messages)))
    hidden = (
        Hidden(page=page.number, how=Concealment.CHARACTERS, characters=characters)
        for page in parsed.pages
        if (characters := invisible.reportable(page.text, gone[page.number]))
    )
    return replace(
        parsed,
        title=invisible.without(parsed.title),
        pages=pages,
        hidden=(*parsed.hidden, *hidden),
        instructions=tuple(found)[:MOST],
    )


def _shown(page: Page, gone: list[int]) -> Page:
    return edited(page, ((at, at + 1, "") for at in gone))


def _instructions(pages: tuple[Page, ...]) -> Iterator[str]:
    for page in pages:
        yield from instructions(page)
