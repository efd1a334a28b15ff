"""Settings, storage and index: how much there is, and whether the indexes have kept up with it."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlalchemy import make_url

from web.administration.desk import TheDesk, begun
from web.deps import CheckedForm, ThePages, TheServices
from web.wiring import Services

PAGE = "/settings/storage"
FLOAT = 4  # bytes of a coordinate in memory

router = APIRouter()


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """How it stands with the two indexes."""

    vectors: int
    words: int
    behind: int  # changes that they have still to take over; a question does that first
    memory: int  # bytes of the vectors
    fingerprint: str  # of the embedder whose vectors they are


@router.get(PAGE)
def storage(request: Request, services: TheServices, pages: ThePages, desk: TheDesk) -> HTMLResponse:
    """The numbers."""
    stock = services.stock()
    return pages.html(
        request,
        "settings_storage.html",
        stock=stock,
        place=place(services),
        home=services.settings.home.resolve(),
        index=index(services, stock.change),
        rebuilding=desk.rebuilding.state,
    )


@router.get(f"{PAGE}/rebuild")
def confirm(request: Request, pages: ThePages) -> HTMLResponse:
    """Ask first: questions wait meanwhile."""
    return pages.html(request, "settings_rebuild.html")


@router.post(f"{PAGE}/rebuild", dependencies=[CheckedForm])
def rebuild(services: TheServices, desk: TheDesk) -> RedirectResponse:
    """Throw both indexes away and fill them anew from the database."""
    return begun(desk.rebuilding, lambda _: services.caches.rebuild(), PAGE)


def index(services: Services, change: int) -> Index:
    """The indexes of this server, beside the latest change."""
    vectors, words = services.vectors, services.words
    return Index(
        vectors=len(vectors),
        words=len(words),
        behind=max(0, change - min(vectors.seq, words.seq)),
        memory=len(vectors) * services.embedder.dimension * FLOAT,
        fingerprint=services.fingerprint,
    )


def place(services: Services) -> str:
    """Where the database is, without anything by which one could get into it."""
    url = make_url(services.settings.url)
    if services.database.is_sqlite:
        return url.database or ""
    at = f"{url.host or ''}{f':{url.port}' if url.port else ''}"
    return f"{at}/{url.database or ''}"
