"""All pages that tell what was asked."""

from fastapi import APIRouter

from web.insight import feedback, gaps, overview

router = APIRouter()
for pages in (overview, gaps, feedback):
    router.include_router(pages.router)
