"""Conversations among many: searched, called something else, pinned and deleted."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from web.deps import CheckedForm, TheForm, ThePages, TheServices, storable, text

PAGE = 50  # conversations on one page
FARTHEST = 1_000_000  # pages

router = APIRouter(include_in_schema=False)


@router.get("/conversations")
def conversations(
    request: Request, services: TheServices, pages: ThePages, q: str = "", page: int = 1
) -> HTMLResponse:
    """All conversations, or those in which some words stand."""
    number, words = min(max(page, 1), FARTHEST), storable(q).strip()
    hits, total = services.conversations.search(words, PAGE, (number - 1) * PAGE)
    last = max(1, -(-total // PAGE))
    return pages.html(
        request, "conversations.html", hits=hits, total=total, query=words, page=number, last=last
    )


@router.get("/c/{conversation_id}/rename")
def renaming(request: Request, services: TheServices, pages: ThePages, conversation_id: str) -> HTMLResponse:
    """A conversation's title in a form."""
    head = services.conversations.find(storable(conversation_id))
    return pages.html(request, "chat_rename.html", head=head)


@router.post("/c/{conversation_id}/rename")
def rename(services: TheServices, conversation_id: str, form: TheForm) -> RedirectResponse:
    """Call a conversation something else."""
    services.conversations.rename(storable(conversation_id), text(form, "title"))
    return RedirectResponse(f"/c/{conversation_id}", status_code=303)


@router.post("/c/{conversation_id}/pin")
def pin(services: TheServices, conversation_id: str, form: TheForm) -> RedirectResponse:
    """Keep a conversation above the others, or no longer."""
    services.conversations.pin(storable(conversation_id), pinned=text(form, "pinned") == "yes")
    to = "/conversations" if text(form, "from") == "list" else f"/c/{conversation_id}"
    return RedirectResponse(to, status_code=303)


@router.get("/c/{conversation_id}/delete")
def deleting(request: Request, services: TheServices, pages: ThePages, conversation_id: str) -> HTMLResponse:
    """Whether a conversation is really to go."""
    head = services.conversations.find(storable(conversation_id))
    return pages.html(request, "chat_delete.html", head=head)


@router.post("/c/{conversation_id}/delete", dependencies=[CheckedForm])
def delete(services: TheServices, conversation_id: str) -> RedirectResponse:
    """Remove a conversation."""
    services.history.delete(storable(conversation_id))
    return RedirectResponse("/", status_code=303)
