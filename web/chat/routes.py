"""Every page and action of the chat."""

from fastapi import APIRouter

from web.chat import ask, conversation, export, keeping, right

router = APIRouter()
for part in (ask, conversation, export, keeping, right):
    router.include_router(part.router)
