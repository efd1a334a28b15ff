"""`footnote add`: read files and folders now."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rag.errors import UsageError
from web.commands.common import Home, Json, print_json, reports_errors, say, services, visible

if TYPE_CHECKING:
    from ingest.batch import Batch, Summary
    from ingest.sources.folder import Found


@reports_errors
def add(
    paths: Annotated[
        list[str], typer.Argument(metavar="PATH...", help="Files, or folders with all below them.")
    ],
    collection: Annotated[str, typer.Option(help="Where new documents go.")] = "default",
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Read files and folders now. What has not changed since the last time is passed over."""
    from ingest.batch import Batch

    began = time.monotonic()
    found = [each for path in paths for each in _walk(path)]
    with services(home, warm=True, logs=True) as opened:
        batch = Batch(
            intake=opened.intake,
            worker=opened.worker,
            jobs=opened.jobs,
            store=opened.store,
            collection=collection,
        )
        _follow(batch, found)
        opened.caches.catch_up()
    _report(batch.summary, time.monotonic() - began, as_json)
    raise typer.Exit(_exit_code(batch.summary))


def _walk(path: str) -> Iterator["Found"]:
    from ingest.sources.folder import walk

    if "://" in path:
        raise UsageError(
            f"{path} cannot be fetched: this version reads files only. Save the page, then add the file."
        )
    return walk(Path(path))


def _follow(batch: "Batch", found: list["Found"]) -> None:
    with _bar(len(found)) as advance:
        for source in batch.run(found):
            advance(batch.summary.done, source)


@contextmanager
def _bar(total: int) -> Iterator[Any]:
    if not sys.stderr.isatty():
        yield lambda *_: None
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("", total=total)
        yield lambda done, source: progress.update(task, completed=done, description=escape(visible(source)))


def _report(summary: "Summary", seconds: float, as_json: bool) -> None:
    for failure in summary.failed:
        say(f"failed: {visible(failure.source)} ({failure.stage}): {visible(failure.reason)}")
    if as_json:
        failed = [{"source": f.source, "stage": f.stage, "reason": f.reason} for f in summary.failed]
        print_json({**asdict(summary), "failed": failed, "seconds": round(seconds, 2)})
        return
    counts = f"{summary.added} added, {summary.updated} updated, {summary.unchanged} unchanged"
    typer.echo(
        f"{counts}, {len(summary.failed)} failed: "
        f"{summary.pages} pages, {summary.chunks} chunks in {seconds:.1f} s"
    )


def _exit_code(summary: "Summary") -> int:
    if not summary.failed:
        return 0
    return 3 if summary.done > len(summary.failed) else 1
