"""What every command shares: its options, its errors in one line, and where its output goes."""

import functools
import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ParamSpec, TypeVar

import typer

from rag.errors import FootnoteError

if TYPE_CHECKING:
    from web.wiring import Services

Home = Annotated[
    Path | None, typer.Option("--home", help="Folder of Footnote's data, instead of FOOTNOTE_HOME.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON on standard output, and nothing else there.")]
Collections = Annotated[
    list[str] | None, typer.Option("--collection", help="Look in this collection; repeatable.")
]
Sources = Annotated[
    list[str] | None,
    typer.Option("--source", metavar="PATTERN", help="Only of documents such as policies/*; repeatable."),
]
Types = Annotated[
    list[str] | None, typer.Option("--type", help="Only of documents of this type, such as pdf; repeatable.")
]
Since = Annotated[
    str | None,
    typer.Option(metavar="DAY", help="Only of documents that came or changed on that day or later."),
]
Until = Annotated[str | None, typer.Option(metavar="DAY", help="On that day or earlier, such as 2026-03-31.")]

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


def reports_errors(command: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """Turn Footnote's errors into one line on standard error and the exit code that belongs to them."""

    @functools.wraps(command)
    def wrapped(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        try:
            return command(*args, **kwargs)
        except FootnoteError as error:
            say(f"footnote: {error}")
            raise typer.Exit(error.exit_code) from None

    return wrapped


@contextmanager
def services(
    home: Path | None, *, warm: bool = False, logs: bool = False, **overrides: Any
) -> Iterator["Services"]:
    """The product, connected to a home, and closed afterwards; ``warm`` loads models and indexes first.

    ``logs`` is for commands that read documents: their log goes to standard error.
    """
    from rag.settings import load
    from web.wiring import open_services

    settings = load(home=home, **overrides)
    if logs:
        log_to_stderr(settings.log_level)
    opened = open_services(settings, warm=warm)
    try:
        yield opened
    finally:
        opened.close()


@contextmanager
def throw_away(home: Path | None, **overrides: Any) -> Iterator["Services"]:
    """The product over an empty home of its own, gone afterwards, with the models of the home given."""
    from rag.settings import load

    models = load(home=home).model_folder
    with tempfile.TemporaryDirectory(prefix="footnote-") as folder:
        own = Path(folder)
        database = f"sqlite:///{own / 'footnote.db'}"
        given = {"database_url": database, "models": models, **overrides}
        with services(own, warm=True, logs=True, **given) as opened:
            yield opened


def log_to_stderr(level: str) -> None:
    """One JSON line for each event of at least this severity."""
    import structlog

    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def print_json(value: Any) -> None:
    """One JSON document on one line of standard output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def say(text: str) -> None:
    """A line for people, on standard error."""
    typer.echo(text, err=True)


def visible(text: str) -> str:
    """Text from a document, without characters that would steer a terminal."""
    return "".join(c if c.isprintable() or c == "\n" else " " for c in text)
