"""What readers say of answers: a thumb, and why."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import FormData

from rag.errors import UsageError
from rag.feedback import Reason, Verdict
from web.deps import TheForm, ThePages, TheServices, text

router = APIRouter(include_in_schema=False)


@router.post("/feedback")
def give(request: Request, services: TheServices, pages: ThePages, form: TheForm) -> Response:
    """Keep a verdict or take it back; then back to the answer, or what stands below it anew for the page's script."""
    conversation_id, answer = services.history.find(text(form, "answer"))
    if (verdict := _verdict(form)) is None:
        services.feedback.take_back(answer.id)
    else:
        services.feedback.give(answer.id, verdict)
    if text(form, "part"):
        verdict_of = services.feedback.of
        return HTMLResponse(pages.part(request, "_feedback.html", answer=answer, verdict_of=verdict_of))
    return RedirectResponse(f"/c/{conversation_id}#feedback-{answer.id}", status_code=303)


def _verdict(form: FormData) -> Verdict | None:
    """None to take it back. Raises UsageError for a verdict or reason that no page of ours sends."""
    match text(form, "verdict"):
        case "good":
            return Verdict(good=True)
        case "bad":
            return Verdict(good=False, reason=_reason(text(form, "reason")), words=_words(form))
        case "none":
            return None
    raise UsageError("An answer is called good or bad, or nothing is said of it. Use the thumbs below it.")


def _words(form: FormData) -> str:
    """With line ends as their writer's browser counted them."""
    return text(form, "words").replace("\r\n", "\n")


def _reason(name: str) -> Reason | None:
    if name and name not in set(Reason):
        raise UsageError("There is no such reason. Choose one of those below the answer.")
    return Reason(name) if name else None
