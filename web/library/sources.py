"""The page of all sources: what they brought last, and pages and sites that are added here."""

import re
from collections.abc import Container
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain, count

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from ingest.intake import DEFAULT_COLLECTION
from ingest.sources.register import Kind, Options, Source
from rag.errors import UsageError
from web.batch_progress import of_run
from web.deps import TheForm, ThePages, TheServices, text
from web.findings import outcome

QUIET = 300  # seconds without news after which a sync is taken to have been broken off
KINDS = (
    Kind.PAGE,
    Kind.SITE,
    Kind.SITEMAP,
    Kind.FEED,
)  # that can be added here: folders are the server's own
MAX_NAME = 90

router = APIRouter(prefix="/documents/sources", include_in_schema=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A source as it is listed."""

    source: Source  # running only while there is news of it
    told: str  # what became of its latest sync, or how far the one has come that is under way
    asked: bool = False  # a sync was asked for here, and waits for its turn or for its first news

    @property
    def failed(self) -> list[dict[str, str]]:
        """What its latest sync could not take in: source and reason of each."""
        found: list[dict[str, str]] = (self.source.outcome or {}).get("failed", [])
        return found

    @property
    def trouble(self) -> str:
        """Why pages that are known could not be looked at."""
        return str((self.source.outcome or {}).get("trouble", ""))

    @property
    def moving(self) -> bool:
        """Whether it will change by itself."""
        return self.asked or self.source.running is not None


@router.get("")
def sources(request: Request, services: TheServices, pages: ThePages) -> HTMLResponse:
    """Every source, and how its latest sync went."""
    now, asked = services.clock.now(), services.syncer.asked
    return pages.html(
        request,
        "library_sources.html",
        sources=[kept(source, now, asked) for source in services.register.all()],
        kinds=KINDS,
        collections=services.store.collections(),
        default_collection=DEFAULT_COLLECTION,
    )


@router.post("")
def add(services: TheServices, form: TheForm) -> RedirectResponse:
    """Register a page, a site, a sitemap or a feed, and have it read in the background."""
    address, kind = text(form, "address"), text(form, "kind")
    if not address:
        raise UsageError("No address was given. Give that of a page or site, with its https://.")
    if kind not in KINDS:
        raise UsageError(f"{kind!r} is no kind of source that can be added here.")
    where = services.web.check(address)
    name = text(form, "name") or _free(where, {each.name for each in services.register.all()})
    shelf = text(form, "collection") or DEFAULT_COLLECTION
    made = services.register.add(name, Kind(kind), where, shelf, Options())
    services.syncer.ask(made.name)
    return _back()


@router.post("/sync")
def sync(services: TheServices, form: TheForm) -> RedirectResponse:
    """Have a source synced now, in the background."""
    services.syncer.ask(services.register.named(text(form, "source")).name)
    return _back()


@router.post("/remove")
def remove(services: TheServices, form: TheForm) -> RedirectResponse:
    """Forget a source; its documents stay."""
    known = services.register.named(text(form, "source"))
    with services.database.turn(f"the sync of {known.name}"):
        services.register.remove(known)
    return _back()


def kept(source: Source, now: datetime, asked: Container[str] = ()) -> Kept:
    """A source as it is listed; a sync that fell silent is taken to have been broken off."""
    running = source.running
    if running is None or (now - running.at).total_seconds() > QUIET:
        told = outcome(source.outcome or {})
        return Kept(source=replace(source, running=None), told=told, asked=source.name in asked)
    run = of_run(done=running.done, failed=running.failed, total=running.total, rate=running.rate)
    return Kept(source=source, told=run.words)


def _free(address: str, taken: Container[str]) -> str:
    """A name after the host and the last part of an address; with a number where there is one of that name."""
    parts = re.sub(r"^https?://(www\.)?|[?#].*$", "", address).rstrip("/").split("/")
    last = parts[0] if len(parts) == 1 else f"{parts[0]} {parts[-1]}"
    name = re.sub(r"[^\w .-]+", "-", last)[:MAX_NAME].strip(" ._-") or "source"
    return next(each for each in chain([name], (f"{name}-{n}" for n in count(2))) if each not in taken)


def _back() -> RedirectResponse:
    return RedirectResponse("/documents/sources", 303)
