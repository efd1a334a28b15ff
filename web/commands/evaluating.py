"""`footnote eval`: how good the answers are on a set with known ones."""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from web.commands.common import Json, print_json, reports_errors, services

if TYPE_CHECKING:
    from web.wiring import Services


@reports_errors
def evaluate(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="Documents, and questions with their gold.")
    ],
    limit: Annotated[
        int | None, typer.Option(min=1, help="Ask only so many questions, spread evenly.")
    ] = None,
    home: Annotated[
        Path | None, typer.Option("--home", help="A home already filled with the documents.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Read a folder's documents into a throw-away home, ask its questions and print the measures."""
    from web.evaluate import evaluate as run
    from web.evaluate import markdown_table
    from web.evaluation_set import load_set

    given = load_set(folder)
    with _opened(home) as opened, _progress() as progress:
        result = run(opened, given, limit=limit, filled=home is not None, progress=progress)
    if as_json:
        print_json(result)
    else:
        typer.echo(markdown_table([result]))


@contextmanager
def _opened(home: Path | None) -> Iterator["Services"]:
    """The given home, or an empty one with this one's models that is gone afterwards."""
    from rag.settings import load

    if home is not None:
        with services(home, warm=True, logs=True) as opened:
            yield opened
        return
    converted = load().model_folder
    with tempfile.TemporaryDirectory(prefix="footnote-eval-") as folder:
        own = Path(folder)
        own_database = f"sqlite:///{own / 'footnote.db'}"
        with services(own, warm=True, logs=True, database_url=own_database, models=converted) as opened:
            yield opened


@contextmanager
def _progress() -> Iterator[Any]:
    if not sys.stderr.isatty():
        yield lambda *_: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description:8}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        tasks: dict[str, Any] = {}

        def show(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = progress.add_task(stage, total=total)
            progress.update(tasks[stage], completed=done)

        yield show
