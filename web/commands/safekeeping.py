"""`footnote backup` and `restore`: a home in one file, and out of it again."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from web.commands.common import Home, Json, print_json, reports_errors, say, services, visible

if TYPE_CHECKING:
    from rag.settings import Settings

PG_DUMP = (
    "The database is PostgreSQL's and is not in this file. "
    "Run pg_dump first, then this command, and keep both together."
)


@reports_errors
def backup(
    file: Annotated[Path, typer.Argument(help="The file to write; there must be none of that name.")],
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Save the database, every original and the settings in one file, while all goes on.

    Exits with 3 where originals are missing or damaged: all else is saved.
    """
    began = time.monotonic()
    with services(home) as opened:
        saved = opened.backup.write(file.expanduser())
    seconds = round(time.monotonic() - began, 3)
    failed = _failures(saved.failed)
    if as_json:
        told = {"file": str(saved.file), "bytes": saved.size, "database": saved.database}
        counts = {"documents": saved.documents, "originals": saved.originals}
        print_json(told | counts | {"failed": failed, "seconds": seconds})
    else:
        typer.echo(
            visible(
                f"saved {saved.documents} documents and {saved.originals} originals ({saved.size / 1e6:.1f} MB) "
                f"in {saved.file}"
            )
        )
        _say_failures(saved.failed)
    if not saved.database:
        say(PG_DUMP)
    raise typer.Exit(3 if failed else 0)


@reports_errors
def restore(
    file: Annotated[Path, typer.Argument(help="What `footnote backup` has written.")],
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Make a home of a backup: all of it is checked first, and a home that is there is never touched.

    Exits with 3 where the backup was made without some originals, or the doctor finds something wrong with it.
    """
    from ingest import restore as restoring
    from rag.settings import load

    settings = load(home=home)
    restored = restoring.restore(file.expanduser(), settings.home, _sqlite(settings))
    with services(home) as opened:
        totals = opened.store.totals()
        problems = [problem for finding in opened.doctor.examine() for problem in finding.problems]
    failed = _failures(restored.failed)
    if as_json:
        print_json(
            {
                "home": str(settings.home),
                "made": restored.at,
                "totals": totals,
                "originals": restored.originals,
            }
            | {"failed": failed, "problems": problems}
        )
    else:
        typer.echo(visible(f"restored {totals['documents']} documents of {restored.at} into {settings.home}"))
        _say_failures(restored.failed)
        for problem in problems:
            say(visible(f"doctor: {problem}"))
    if restored.settings:
        say(visible(f"The settings of then are in {restored.settings}; no key or password was kept."))
    raise typer.Exit(3 if failed or problems else 0)


def _sqlite(settings: "Settings") -> Path | None:
    """Where SQLite's file belongs; None with PostgreSQL."""
    from sqlalchemy import make_url

    from rag.database import Database

    database = Database(settings.url)
    try:
        return Path(make_url(settings.url).database or "") if database.is_sqlite else None
    finally:
        database.close()


def _failures(failed: tuple[tuple[str, str], ...]) -> list[dict[str, str]]:
    return [{"source": source, "stage": "backup", "reason": reason} for source, reason in failed]


def _say_failures(failed: tuple[tuple[str, str], ...]) -> None:
    for source, reason in failed:
        say(visible(f"{source}: {reason}"))
