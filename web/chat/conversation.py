"""A conversation's page: the questions and answers so far, and the box for the next."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from ingest.listing import EVERYTHING
from rag.conversations import Conversation
from rag.errors import NotFound
from rag.history import Kept
from web.chat.ask import TheUnderWay
from web.chat.shown import shown
from web.chat.suggested import TheSuggested
from web.chat.under_way import Writing
from web.deps import ThePages, TheServices, storable
from web.pages import Pages
from web.wiring import Services

router = APIRouter(include_in_schema=False)


@router.get("/")
def new_chat(
    request: Request, services: TheServices, pages: ThePages, suggested: TheSuggested
) -> HTMLResponse:
    """An empty conversation, with first questions that the documents answer."""
    return _chat(request, services, pages, suggestions=suggested.ready())


@router.get("/suggestions")
def suggestions(request: Request, pages: ThePages, suggested: TheSuggested) -> HTMLResponse:
    """The first questions, waited for."""
    return HTMLResponse(pages.part(request, "_suggestions.html", suggestions=suggested.made()))


@router.get("/c/{conversation_id}")
def conversation(
    request: Request,
    services: TheServices,
    pages: ThePages,
    writings: TheUnderWay,
    conversation_id: str,
    version: str | None = None,
) -> HTMLResponse:
    """A conversation so far, every quote checked again; with `version` as it stood around that answer."""
    known = storable(conversation_id)
    pending = [] if version else writings.of(known)
    try:
        head = services.conversations.find(known)
        line = services.history.line(known, version and storable(version))
    except NotFound:
        if not pending:
            raise
        head, line = None, []
    return _chat(request, services, pages, conversation=known, head=head, line=line, pending=pending)


@router.get("/c/{conversation_id}/edit/{answer_id}")
def edit(
    request: Request, services: TheServices, pages: ThePages, conversation_id: str, answer_id: str
) -> HTMLResponse:
    """A question in a form, to be asked in other words."""
    known, answer = services.history.find(storable(answer_id))
    if known != storable(conversation_id):
        raise NotFound("There is no such answer in this conversation.")
    limit = services.settings.max_question_chars
    return pages.html(request, "chat_edit.html", conversation=known, answer=answer, limit=limit)


def _chat(
    request: Request,
    services: Services,
    pages: Pages,
    *,
    conversation: str | None = None,
    head: Conversation | None = None,
    line: list[Kept] | None = None,
    pending: list[Writing] | None = None,
    suggestions: tuple[str, ...] | None = (),
) -> HTMLResponse:
    turns = _kept_by(shown_line := line or [], pending or [])
    collections = services.store.collections()
    return pages.html(
        request,
        "chat.html",
        conversation=conversation,
        head=head,
        turns=shown(services, turns),
        pending=pending or [],
        earlier=bool(shown_line) and not all(kept.current for kept in shown_line),
        collections=collections,
        chosen=frozenset(head.collections if head else ()) & {each.name for each in collections},
        library=None if turns or pending else services.listing.counts(EVERYTHING),
        limit=services.settings.max_question_chars,
        golden=services.golden.ids() if turns else frozenset(),
        suggestions=suggestions,
    )


def _kept_by(line: list[Kept], pending: list[Writing]) -> list[Kept]:
    """Without those whose place is being taken just now."""
    replaced = {writing.replaces for writing in pending if writing.replaces}
    for at, kept in enumerate(line):
        if replaced & set(kept.versions):
            return line[:at]
    return line
