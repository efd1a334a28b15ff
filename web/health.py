"""Whether the server lives, and whether it can answer."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from web.deps import TheServices

router = APIRouter(include_in_schema=False)


@router.get("/healthz")
async def alive() -> JSONResponse:
    """200 as long as requests are served; it waits for no thread, however busy all of them are."""
    return JSONResponse({"status": "ok"})


@router.get("/readyz")
def ready(services: TheServices) -> JSONResponse:
    """200 once the database answers and the embedder is at work; else the error says what is missing."""
    documents = services.store.totals()["documents"]
    services.embedder.count(["ready"])
    return JSONResponse({"status": "ready", "documents": documents})
