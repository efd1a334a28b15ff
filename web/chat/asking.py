"""A question as a form asks it: what, where, in which conversation, and in the place of which answer."""

import re
import uuid
from dataclasses import dataclass

from starlette.datastructures import FormData

from rag.errors import UsageError
from rag.types import Question, Turn
from web.deps import question_text, storable, text
from web.wiring import Services

MEMORY = 5  # earlier turns that a question is read with
ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """A question, and where its answer goes."""

    id: str  # of the question, and of its answer
    question: Question
    conversation: str
    begins: bool  # whether the conversation begins with it
    replaces: str | None = None  # the answer whose place it takes


def asking(services: Services, form: FormData) -> Asking:
    """What a form asks. Raises UsageError, TooLarge and NotFound."""
    known = text(form, "conversation") or None
    replaces = text(form, "again") or text(form, "edits") or None
    words = text(form, "suggested") or text(form, "question")
    named = [storable(name) for name in form.getlist("collection") if isinstance(name, str) and name]
    where = tuple(dict.fromkeys(named))
    if replaces is not None:
        known, earlier = services.history.find(replaces)
        if text(form, "again"):
            words, where = earlier.question.text, earlier.question.collections
    elif known is not None:
        services.conversations.find(known)
    question = Question(
        text=question_text(words, services.settings.max_question_chars),
        collections=where,
        history=_history(services, known, replaces),
    )
    return Asking(
        id=_id(text(form, "id")),
        question=question,
        conversation=known or uuid.uuid4().hex,
        begins=known is None,
        replaces=replaces,
    )


def _id(given: str) -> str:
    """That of the page, which finds its answer by it; else a new one. Raises UsageError."""
    if given and not ID.fullmatch(given):
        raise UsageError("The id of a question has 32 hexadecimal digits. Leave it out to have one made.")
    return given or uuid.uuid4().hex


def _history(services: Services, conversation: str | None, replaces: str | None) -> tuple[Turn, ...]:
    """The current turns before the question, the latest of them."""
    if conversation is None:
        return ()
    before: list[Turn] = []
    for kept in services.history.line(conversation):
        if replaces in kept.versions:
            break
        before.append(Turn(question=kept.answer.question.text, answer=kept.answer.text))
    return tuple(before[-MEMORY:])
