"""What a page shows of a conversation: its turns, each with what came closest where nothing was answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from starlette.requests import Request

from rag.errors import FootnoteError
from rag.history import Kept
from rag.types import Answer, Outcome, Passage
from web.pages import Pages
from web.wiring import Services

CLOSEST = 3  # passages shown where nothing was answered


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A turn as the page shows it."""

    answer: Answer
    closest: tuple[Passage, ...]
    versions: tuple[str, ...] = ()  # as in rag.history.Kept


def shown(services: Services, line: Sequence[Kept]) -> list[Shown]:
    """The turns of a conversation."""
    return [
        Shown(answer=kept.answer, closest=closest(services, kept.answer), versions=kept.versions)
        for kept in line
    ]


def closest(services: Services, answer: Answer) -> tuple[Passage, ...]:
    """What comes closest where nothing was answered; looked up anew, since conversations keep no passages."""
    if answer.outcome is not Outcome.NOT_FOUND:
        return ()
    try:
        asked = replace(answer.question, text=answer.looked_for or answer.question.text)
        return (answer.passages or services.retriever.retrieve(asked, CLOSEST))[:CLOSEST]
    except FootnoteError:  # its collection is gone
        return ()


def done(
    request: Request, services: Services, pages: Pages, answer: Answer, conversation: str
) -> Mapping[str, Any]:
    """What is told of an answer that was saved: how it looks, and where it is."""
    html = pages.part(
        request,
        "_turn.html",
        answer=answer,
        closest=closest(services, answer),
        conversation=conversation,
        versions=services.history.versions(conversation, answer.id),
        golden=frozenset(),
    )
    return {"html": html, "url": f"/c/{conversation}", "conversation": conversation, "id": answer.id}
