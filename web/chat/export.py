"""A conversation as a file: Markdown to read, JSON for programs."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from rag.conversations import Conversation
from web import render
from web.chat.markdown import conversation as written
from web.deps import TheServices, storable

router = APIRouter(include_in_schema=False)


@router.get("/c/{conversation_id}/export.md")
def markdown(services: TheServices, conversation_id: str) -> Response:
    """A conversation in Markdown, each quote in a footnote."""
    head = services.conversations.find(storable(conversation_id))
    body = written(head, services.history.turns(head.id))
    return Response(body, media_type="text/markdown; charset=utf-8", headers=_saved(head, "md"))


@router.get("/c/{conversation_id}/export.json")
def as_json(services: TheServices, conversation_id: str) -> Response:
    """A conversation in JSON, its answers as the API gives them."""
    head = services.conversations.find(storable(conversation_id))
    told = {
        "id": head.id,
        "title": head.title,
        "collections": list(head.collections),
        "created_at": head.created_at.isoformat(),
        "updated_at": head.updated_at.isoformat(),
        "answers": [render.answer_json(answer) for answer in services.history.turns(head.id)],
    }
    return JSONResponse(told, headers=_saved(head, "json"))


def _saved(head: Conversation, ending: str) -> dict[str, str]:
    """To be kept as a file, named for the day; a title may hold what no file's name does."""
    return {"Content-Disposition": f'attachment; filename="conversation-{head.updated_at:%Y-%m-%d}.{ending}"'}
