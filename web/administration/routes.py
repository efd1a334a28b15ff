"""The settings pages, all of them."""

from fastapi import APIRouter

from web.administration import backup, doctor, models, overview, people, sources, storage, voice

router = APIRouter(include_in_schema=False)
for page in (overview, models, voice, sources, storage, backup, doctor, people):
    router.include_router(page.router)
