"""Settings, models: what is in use, what there is, and what writes answers from the next start on."""

import os
import shlex
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from rag.errors import FootnoteError, UsageError
from rag.settings import FILE, Settings, load
from rag.settings_file import PREFIX, write_setting
from web import wired_models
from web.administration.desk import TheDesk, begun
from web.deps import CheckedForm, TheForm, ThePages, TheServices, text
from web.wired_machine import chosen_by, machine
from web.wiring import Services

PAGE = "/settings/models"
GENERATOR = "generator"

router = APIRouter()


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A model in the list."""

    row: dict[str, Any]  # as known_models gives it
    name: str
    choice: str  # what chooses it; empty where it cannot be chosen here
    pull: str  # the command that gets it; empty where it is here


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What writes answers by the settings as they stand now."""

    now: str
    next: str  # from the next start on; empty where nothing changes
    by_environment: bool  # then the file is not asked
    trouble: str  # why the settings cannot be read


@router.get(PAGE)
def models(request: Request, services: TheServices, pages: ThePages, desk: TheDesk) -> HTMLResponse:
    """What is in use and what there is."""
    settings = services.settings
    rows, trouble = _known(settings)
    return pages.html(
        request,
        "settings_models.html",
        embedders=[each for each in rows if each.row["kind"] == "embedder"],
        readers=[each for each in rows if each.row["kind"] == "reader"],
        generators=[each for each in rows if each.row["kind"] == GENERATOR],
        trouble=trouble,
        machine=machine(settings),
        device=settings.device,
        plan=plan(services),
        server=_server(settings),
        file=Path(FILE).resolve(),
        choosing=desk.choosing.state,
        trying=desk.trying.state,
    )


@router.post(f"{PAGE}/use")
def use(services: TheServices, desk: TheDesk, form: TheForm) -> RedirectResponse:
    """Have answers written by something else from the next start on; weights are checked first, which takes a while."""
    what, settings = text(form, "what"), services.settings
    if not what:
        raise UsageError("Nothing was chosen. Choose a model, or write the address of a server.")
    return begun(desk.choosing, lambda _: choose(settings, what), PAGE)


@router.post(f"{PAGE}/check", dependencies=[CheckedForm])
def check(services: TheServices, desk: TheDesk) -> RedirectResponse:
    """Check the weights of what writes, and have it say something."""
    return begun(desk.trying, lambda _: _tried(services), PAGE)


def choose(settings: Settings, what: str) -> str:
    """Do as `footnote models use` does. Returns what is set now. Raises ModelError, NotFound and SettingsError."""
    chosen = wired_models.choice(settings, what)
    load(home=settings.home, generator=chosen)  # raises SettingsError where that makes no sense
    write_setting(Path(FILE), GENERATOR, chosen)
    return shown(chosen)


def plan(services: Services) -> Plan:
    """What writes now, and from the next start on."""
    now = services.settings.generator
    by_environment, coming, trouble = bool(os.environ.get(f"{PREFIX}GENERATOR")), "", ""
    try:
        coming = load(home=services.settings.home).generator
    except FootnoteError as error:
        trouble = str(error)
    changes = bool(coming) and coming != now
    return Plan(
        now=shown(now), next=shown(coming) if changes else "", by_environment=by_environment, trouble=trouble
    )


def shown(value: str) -> str:
    """A value as it may be seen: addresses without what may be a key."""
    return ", ".join(_address(part.strip()) for part in value.split(","))


def _address(part: str) -> str:
    address = urlsplit(part)
    if "://" not in part:
        return part
    return f"{address.scheme}://{address.netloc.rpartition('@')[2]}{address.path}"


def _known(settings: Settings) -> tuple[list[Known], str]:
    """The models there are, or why that cannot be told."""
    try:
        rows = wired_models.known_models(settings)
    except FootnoteError as error:
        return [], str(error)
    return [
        Known(row=row, name=shown(str(row["name"])), choice=_choice(row), pull=_pull(row, settings))
        for row in rows
    ], ""


def _choice(row: wired_models.Row) -> str:
    free = row["kind"] == GENERATOR and row["on_disk"] and not row["in_use"]
    return chosen_by(row) if free else ""


def _pull(row: wired_models.Row, settings: Settings) -> str:
    if row["on_disk"] or row["kind"] != GENERATOR or not row["revision"]:
        return ""
    home = shlex.quote(str(settings.home.resolve()))
    return f"footnote models pull {shlex.quote(str(row['name']))} --home {home}"


def _server(settings: Settings) -> dict[str, Any]:
    """What is set for a server; of the key no more than whether there is one."""
    return {
        "addresses": [shown(each) for each in settings.generator_urls],
        "model": settings.generator_model,
        "key": settings.generator_key is not None,
    }


def _tried(services: Services) -> dict[str, Any]:
    wired_models.check(services.settings)
    services.embedder.count(["ready"])
    began, generator = time.monotonic(), services.generator
    said = wired_models.one_line(generator) if generator else ""
    return {
        "writer": generator.name if generator else "",
        "said": said,
        "seconds": round(time.monotonic() - began, 1),
    }
