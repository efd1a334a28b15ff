"""Settings, backup: made while all goes on, downloaded, removed."""

import re
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse

from rag.errors import NotFound
from web.administration.desk import TheDesk, begun
from web.deps import CheckedForm, ThePages, TheServices
from web.wiring import Services

PAGE = "/settings/backup"
FOLDER = "backups"  # in the home
NAME = re.compile(r"footnote-[0-9-]{1,40}\.tar")

router = APIRouter()


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A backup in the home."""

    name: str
    size: int  # bytes


def _kept(services: TheServices, name: str) -> Path:
    """The backup that the address names. Raises NotFound."""
    path = services.settings.home / FOLDER / name
    if not NAME.fullmatch(name) or not path.is_file():
        raise NotFound("There is no such backup any more. The page shows those there are.")
    return path


TheBackup = Annotated[Path, Depends(_kept)]


@router.get(PAGE)
def backup(request: Request, services: TheServices, pages: ThePages, desk: TheDesk) -> HTMLResponse:
    """The latest backup, those that lie in the home, and how to make one and get it back."""
    stock = services.stock()
    return pages.html(
        request,
        "settings_backup.html",
        latest=services.backup.latest(),
        kept=kept(services),
        saving=desk.saving.state,
        sqlite=services.database.is_sqlite,
        expected=stock.original_bytes + (stock.database_bytes if services.database.is_sqlite else 0),
        free=stock.free_bytes,
        commands=_commands(services.settings.home.resolve()),
    )


@router.post(f"{PAGE}/now", dependencies=[CheckedForm])
def save(services: TheServices, desk: TheDesk) -> RedirectResponse:
    """Make a backup now, into a folder of the home."""
    name = f"footnote-{services.clock.now():%Y-%m-%d-%H%M%S}.tar"
    target = services.settings.home / FOLDER / name
    return begun(desk.saving, lambda tell: services.backup.write(target, tell), PAGE)


@router.get(f"{PAGE}/files/{{name}}")
def download(path: TheBackup) -> FileResponse:
    """One of them."""
    return FileResponse(path, media_type="application/x-tar", filename=path.name)


@router.get(f"{PAGE}/files/{{name}}/delete")
def confirm(request: Request, pages: ThePages, path: TheBackup) -> HTMLResponse:
    """Ask before removing one."""
    return pages.html(request, "settings_backup_delete.html", file=path.name, bytes=path.stat().st_size)


@router.post(f"{PAGE}/files/{{name}}/delete", dependencies=[CheckedForm])
def delete(path: TheBackup) -> RedirectResponse:
    """Remove one."""
    path.unlink(missing_ok=True)
    return RedirectResponse(PAGE, status_code=303)


def _commands(home: Path) -> dict[str, str]:
    """What is typed to make one, and to get it back."""
    here = shlex.quote(str(home))
    return {
        "backup": f"footnote backup footnote-backup.tar --home {here}",
        "restore": f"footnote restore footnote-backup.tar --home {shlex.quote(f'{home}-restored')}",
    }


def kept(services: Services) -> list[Kept]:
    """Those that lie in the home, the latest first."""
    found = (path for path in (services.settings.home / FOLDER).glob("*.tar") if NAME.fullmatch(path.name))
    return [Kept(name=path.name, size=path.stat().st_size) for path in sorted(found, reverse=True)]
