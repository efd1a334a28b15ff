"""Settings, sources and schedules: what is kept in step, what came of it, and the line that cron needs."""

import os
import shlex
import sys
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from rag.settings import FILE
from rag.settings_file import PREFIX, RESERVED
from web.deps import ThePages, TheServices
from web.findings import outcome

PAGE = "/settings/sources"
EVERY_NIGHT = "15 2 * * *"
LISTED = 100  # failures of one source that are shown

router = APIRouter()


@router.get(PAGE)
def sources(request: Request, services: TheServices, pages: ThePages) -> HTMLResponse:
    """Every source, and how to have them synced by themselves."""
    home = services.settings.home.resolve()
    return pages.html(
        request,
        "settings_sources.html",
        sources=[(each, outcome(each.outcome or {})) for each in services.register.all()],
        cron=cron_line(home, Path(FILE).resolve()),
        command_now=f"{_program()} sync --home {shlex.quote(str(home))}",
        unknown=not_known_to_cron(),
        listed=LISTED,
    )


def cron_line(home: Path, file: Path) -> str:
    """The line of crontab that syncs this home each night, in the folder whose file of settings is read."""
    log = shlex.quote(str(home / "sync.jsonl"))
    folder = f"cd {shlex.quote(str(file.parent))} && " if file.is_file() else ""
    run = f"{folder}FOOTNOTE_HOME={shlex.quote(str(home))} {_program()} sync --json >> {log} 2>&1"
    return f"{EVERY_NIGHT}  {run.replace('%', chr(92) + '%')}"  # to cron a bare % is the end of a line


def not_known_to_cron() -> list[str]:
    """Names of settings that were given to this server in its environment, which cron does not pass on."""
    ours = (name for name in os.environ if name.startswith(PREFIX) and not name.startswith(RESERVED))
    return sorted(set(ours) - {f"{PREFIX}HOME", f"{PREFIX}HOST", f"{PREFIX}PORT"})


def _program() -> str:
    """How this very installation is called."""
    script = Path(sys.executable).with_name("footnote")
    if script.is_file():
        return shlex.quote(str(script))
    return f"{shlex.quote(sys.executable)} -m web.cli"
