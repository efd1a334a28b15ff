"""A conversation in Markdown, with footnotes as GitHub and Pandoc write them. Pure.

Whatever stands in a question, an answer or a document is text in it, never markup: every character that could
begin markup is escaped (CommonMark 0.31, section 2.4), and every text stands in one line behind something of ours.
"""

import re
from collections.abc import Iterator, Sequence

from rag.conversations import Conversation
from rag.dating import dated
from rag.items import is_item, laid_out
from rag.types import Answer, Citation, Sentence, Support

HARD_BREAK = "  \n"  # a line of its own within a paragraph
_MARKS = re.compile(r"""[\\`*_{}\[\]<>#|~^$&@:"'!=+\-]|(?<=\d)[.)](?=\s|$)|(?<=www)\.""")
_BREAKS = re.compile(r"\s+")


def conversation(head: Conversation, answers: Sequence[Answer]) -> str:
    """The whole conversation; footnotes count from 1 through all answers."""
    parts = [f"# {plain(head.title)}", f"*Footnote, {head.updated_at:%Y-%m-%d}*"]
    notes: list[str] = []
    for answer in answers:
        parts += _turn(answer, len(notes))
        notes += [f"[^{number}]: {_note(c)}" for number, c in enumerate(_cited(answer), len(notes) + 1)]
    return "\n\n".join([*parts, *notes]) + "\n"


def plain(text: str) -> str:
    """A text as nothing but text, in one line."""
    return _MARKS.sub(lambda found: "\\" + found[0], _BREAKS.sub(" ", text).strip())


def _turn(answer: Answer, before: int) -> Iterator[str]:
    yield f"## {plain(answer.question.text)}"
    if answer.looked_for:
        yield f"*Looked for:* {plain(answer.looked_for)}"
    numbers = {citation.marker: n for n, citation in enumerate(_cited(answer), before + 1)}
    if answer.sentences:
        yield laid_out(
            ((_sentence(each, numbers), is_item(each.text)) for each in answer.sentences), HARD_BREAK
        )
    if answer.notice:
        yield f"> {plain(answer.notice)}"


def _sentence(sentence: Sentence, numbers: dict[int, int]) -> str:
    notes = "".join(f"[^{numbers[citation.marker]}]" for citation in sentence.citations)
    doubt = {Support.PARTLY: " *(partly supported)*", Support.UNSUPPORTED: " *(not supported)*"}
    # What stands first in a line could begin a list; a character of no width keeps it from that.
    return f"&#8203;{plain(sentence.text)}{notes}{doubt.get(sentence.support, '')}"


def _note(citation: Citation) -> str:
    document, place = citation.document, f", {plain(citation.place)}" if citation.place else ""
    where = f"{plain(document.source)}{place} ({plain(dated(document))})"
    return f"**{plain(document.title)}**, {where}: “{plain(citation.quote)}”"


def _cited(answer: Answer) -> list[Citation]:
    """Each citation of an answer once, by its marker."""
    every = {c.marker: c for sentence in answer.sentences for c in sentence.citations}
    return [every[marker] for marker in sorted(every)]
