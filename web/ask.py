"""The chat: a question comes in, a checked answer streams out, and the conversation stays."""

from collections.abc import Iterator
from dataclasses import replace

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from rag.errors import FootnoteError
from rag.events import AnswerDone, AnswerEvent, Drafted, PassagesFound, SentenceChecked
from rag.types import Answer, Outcome, Passage, Question, Turn
from web.deps import CheckedForm, TheForm, ThePages, TheServices, question_text, storable, text
from web.events import event, stream, wanted
from web.pages import Pages
from web.wiring import Services

CLOSEST = 3  # passages shown where nothing was answered
MEMORY = 5  # earlier turns that a question is read with

router = APIRouter(include_in_schema=False)


@router.get("/")
def new_chat(request: Request, services: TheServices, pages: ThePages) -> HTMLResponse:
    """An empty conversation."""
    return _chat(request, services, pages, conversation=None, turns=[])


@router.get("/c/{conversation_id}")
def conversation(
    request: Request, services: TheServices, pages: ThePages, conversation_id: str
) -> HTMLResponse:
    """A conversation so far, every quote checked again."""
    turns = services.history.turns(storable(conversation_id))
    return _chat(request, services, pages, conversation=conversation_id, turns=turns)


@router.post("/ask")
def ask(request: Request, services: TheServices, pages: ThePages, form: TheForm) -> Response:
    """Answer: as events where the page's script asks for them, else by way of the conversation's page."""
    known = text(form, "conversation") or None
    question = Question(
        text=question_text(text(form, "question"), services.settings.max_question_chars),
        collections=(shelf,) if (shelf := text(form, "collection")) else (),
        history=_history(services, known),
    )
    if wanted(request):
        return stream(_events(services, pages, question, known))
    answer = services.answerer.answer(question)
    saved = services.history.save(answer, known)
    return RedirectResponse(f"/c/{saved}#{answer.id}", status_code=303)


@router.post("/right")
def right(services: TheServices, form: TheForm) -> RedirectResponse:
    """Make an answer a golden one, or one no more, and go back to it."""
    kept, dropped = text(form, "right"), text(form, "not_right")
    conversation_id, answer = services.history.find(kept or dropped)
    if kept:
        services.golden.add(answer)
    else:
        services.golden.remove(answer.id)
    return RedirectResponse(f"/c/{conversation_id}#{answer.id}", status_code=303)


@router.post("/c/{conversation_id}/delete", dependencies=[CheckedForm])
def delete_conversation(services: TheServices, conversation_id: str) -> RedirectResponse:
    """Remove a conversation."""
    services.history.delete(storable(conversation_id))
    return RedirectResponse("/", status_code=303)


def _chat(
    request: Request, services: Services, pages: Pages, *, conversation: str | None, turns: list[Answer]
) -> HTMLResponse:
    return pages.html(
        request,
        "chat.html",
        conversation=conversation,
        turns=[(answer, _closest(services, answer)) for answer in turns],
        conversations=services.history.conversations(),
        collections=services.store.collections(),
        documents=services.store.totals()["documents"],
        limit=services.settings.max_question_chars,
        golden=services.golden.ids() if turns else frozenset(),
    )


def _history(services: Services, conversation_id: str | None) -> tuple[Turn, ...]:
    if conversation_id is None:
        return ()
    turns = services.history.turns(conversation_id)[-MEMORY:]
    return tuple(Turn(question=answer.question.text, answer=answer.text) for answer in turns)


def _closest(services: Services, answer: Answer) -> tuple[Passage, ...]:
    """What comes closest where nothing was answered; looked up anew, since conversations keep no passages."""
    if answer.outcome is not Outcome.NOT_FOUND:
        return ()
    try:
        asked = replace(answer.question, text=answer.looked_for or answer.question.text)
        return (answer.passages or services.retriever.retrieve(asked, CLOSEST))[:CLOSEST]
    except FootnoteError:  # its collection is gone
        return ()


def _events(services: Services, pages: Pages, question: Question, known: str | None) -> Iterator[str]:
    for happened in services.answerer.stream(question):
        yield from _event(services, pages, happened, known)


def _event(services: Services, pages: Pages, happened: AnswerEvent, known: str | None) -> Iterator[str]:
    match happened:
        case PassagesFound(passages=passages, looked_for=looked_for):
            documents = len({passage.document.id for passage in passages})
            counts = {"passages": len(passages), "documents": documents}
            yield event("passages", counts | {"looked_for": looked_for})
        case Drafted(text=text):
            yield event("draft", {"text": text})
        case SentenceChecked(sentence=sentence):
            yield event("sentence", {"html": pages.render("_sentence.html", sentence=sentence)})
        case AnswerDone(answer=answer):
            saved = services.history.save(answer, known)
            closest = _closest(services, answer)
            turn = pages.render("_turn.html", answer=answer, closest=closest, golden=frozenset())
            yield event("done", {"html": turn, "url": f"/c/{saved}", "conversation": saved, "id": answer.id})
