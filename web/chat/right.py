"""Answers that readers call right, to be asked again by `footnote eval --golden`."""

from fastapi import APIRouter
from fastapi.responses import RedirectResponse

from web.deps import TheForm, TheServices, text

router = APIRouter(include_in_schema=False)


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
