"""What routes ask for: services, templates, the document an address names, and a form that was checked."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import FormData

from rag.errors import NotFound, TooLarge, UsageError
from rag.types import Document, Page
from web.csrf import FIELD
from web.idempotency import Replies
from web.pages import Pages
from web.wiring import Services

MAX_FILES = 50  # in one request
MAX_FIELDS = 20


def services(request: Request) -> Services:
    """What the composition root put together."""
    found: Services = request.app.state.services
    return found


def pages(request: Request) -> Pages:
    """The templates."""
    found: Pages = request.app.state.pages
    return found


def replies(request: Request) -> Replies:
    """What was answered to those who may ask again."""
    found: Replies = request.app.state.replies
    return found


def document(request: Request, document_id: str) -> Document:
    """The document that the address names. Raises NotFound."""
    return services(request).store.document(storable(document_id))


async def form(request: Request) -> AsyncIterator[FormData]:
    """The form that a page of ours sent. Raises Refused without its CSRF token."""
    async with request.form(max_files=MAX_FILES, max_fields=MAX_FIELDS) as sent:
        request.app.state.pages.csrf.check(request, sent.get(FIELD))
        yield sent


TheServices = Annotated[Services, Depends(services)]
ThePages = Annotated[Pages, Depends(pages)]
TheReplies = Annotated[Replies, Depends(replies)]
TheDocument = Annotated[Document, Depends(document)]
CheckedForm = Depends(form)  # for a route that needs no more of its form than the token
TheForm = Annotated[FormData, CheckedForm]


def text(form: FormData, name: str) -> str:
    """A field's text without outer blanks; empty where it is missing or a file."""
    value = form.get(name)
    return storable(value).strip() if isinstance(value, str) else ""


def storable(raw: str) -> str:
    """The text without what a database cannot hold: NUL, and halves of surrogate pairs."""
    return raw.replace("\0", "").encode("utf-8", "replace").decode()


def page_number(raw: str) -> int:
    """The page of a list that an address names; the first where that is no number, or one of more than six digits."""
    return max(1, int(raw)) if raw.isascii() and raw.isdigit() and len(raw) < 7 else 1


def stored_page(services: Services, document: Document, number: int) -> Page:
    """A page of a document. Raises NotFound, also for numbers that no database could hold."""
    if not 1 <= number <= document.pages:
        there = (
            f"it has {document.pages}" if document.pages else "it has none yet; the list shows how far it is"
        )
        raise NotFound(f"There is no page {number} of this document: {there}.")
    return services.store.page(document.id, number)


def question_text(raw: str, limit: int) -> str:
    """A question as it is asked. Raises UsageError if empty, TooLarge beyond the limit in characters."""
    question = storable(raw).strip()
    if not question:
        raise UsageError("The question is empty. Write what you want to know, then send it.")
    if len(question) > limit:
        raise TooLarge(
            f"The question has {len(question):,} characters; {limit:,} is the most. Ask for less at once."
        )
    return question
