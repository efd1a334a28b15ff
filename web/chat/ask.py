"""A question comes in, a checked answer streams out, and is kept whether or not anybody still listens."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from rag.errors import NotFound
from rag.events import AnswerDone, AnswerEvent, Drafted, PassagesFound, Queued, SentenceChecked
from web.chat.asking import Asking, asking
from web.chat.shown import done
from web.chat.under_way import UnderWay, Writing
from web.deps import CheckedForm, TheForm, ThePages, TheServices, storable
from web.events import event, stream, told, wanted
from web.pages import Pages
from web.wiring import Services

router = APIRouter(include_in_schema=False)


def under_way(request: Request) -> UnderWay:
    """The questions that are being answered."""
    found: UnderWay = request.app.state.under_way
    return found


TheUnderWay = Annotated[UnderWay, Depends(under_way)]


@router.post("/ask")
def ask(
    request: Request, services: TheServices, pages: ThePages, writings: TheUnderWay, form: TheForm
) -> Response:
    """Answer: as events where the page's script asks for them, else by way of the conversation's page."""
    asked = asking(services, form)
    if not wanted(request):
        answer = replace(services.answerer.answer(asked.question), id=asked.id)
        saved = _save(services, asked, AnswerDone(answer=answer))
        return RedirectResponse(f"/c/{saved}#{asked.id}", status_code=303)
    spoken = pages.language(request)
    if services.history.has(asked.id):  # asked again because the connection broke off before it was told
        return events(request, services, pages, writings, asked.id)
    writing = Writing(asked.id, asked.conversation, asked.question.text, asked.replaces)
    followed = writings.begin(
        writing, lambda: told(_events(request, services, pages, asked, writing), spoken)
    )
    return stream(followed.follow(), spoken)


@router.get("/answers/{answer_id}/events")
def events(
    request: Request, services: TheServices, pages: ThePages, writings: TheUnderWay, answer_id: str
) -> Response:
    """What is told of a question under way, from the first event on; of one that was answered, the answer."""
    spoken = pages.language(request)
    if writing := writings.find(answer_id):
        return stream(writing.follow(), spoken)
    conversation, answer = services.history.find(storable(answer_id))
    return stream(iter([event("done", done(request, services, pages, answer, conversation))]), spoken)


@router.post("/answers/{answer_id}/stop", dependencies=[CheckedForm])
def stop(services: TheServices, writings: TheUnderWay, answer_id: str) -> RedirectResponse:
    """Write no more of an answer, and make room for the next question. Raises NotFound."""
    writing = writings.find(answer_id)
    if writing is None:
        raise NotFound("This question is not being answered any more; its conversation has the answer.")
    writing.stop()
    return RedirectResponse(_back(services, writing.conversation), status_code=303)


def _back(services: Services, conversation: str) -> str:
    try:
        return f"/c/{services.conversations.find(conversation).id}"
    except NotFound:  # it was to begin with this question
        return "/"


def _events(
    request: Request, services: Services, pages: Pages, asked: Asking, writing: Writing
) -> Iterator[str]:
    for happened in services.answerer.stream(asked.question):
        match happened:
            case AnswerDone(answer=answer):
                if not writing.stopped:
                    finished = AnswerDone(answer=replace(answer, id=asked.id))
                    saved = _save(services, asked, finished)
                    yield event("done", done(request, services, pages, finished.answer, saved))
            case _:
                yield from _event(request, pages, happened, writing)


def _save(services: Services, asked: Asking, finished: AnswerDone) -> str:
    """Keep the answer. One that was to stand in a conversation which is gone meanwhile is not kept: NotFound."""
    if asked.begins:
        return services.history.save(finished.answer, begin=asked.conversation)
    return services.history.save(finished.answer, asked.conversation, replaces=asked.replaces)


def _event(request: Request, pages: Pages, happened: AnswerEvent, writing: Writing) -> Iterator[str]:
    match happened:
        case PassagesFound(passages=passages, looked_for=looked_for):
            documents = len({passage.document.id for passage in passages})
            counts = {"passages": len(passages), "documents": documents}
            where = {"url": f"/c/{writing.conversation}", "conversation": writing.conversation}
            yield event("passages", counts | where | {"looked_for": looked_for})
        case Queued(ahead=ahead):
            yield event("queued", {"ahead": ahead})
        case Drafted(text=text):
            yield event("draft", {"text": text})
        case SentenceChecked(sentence=sentence):
            yield event("sentence", {"html": pages.part(request, "_sentence.html", sentence=sentence)})
