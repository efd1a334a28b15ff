"""The progress of a run over many files: a bar on a terminal, JSON Lines for programs; from the same events."""

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import typer

from web.commands.common import print_json, say, visible

if TYPE_CHECKING:
    from ingest.summary import Finished, Summary

Follow = Callable[["Finished"], None]


@contextmanager
def progress(total: int | None, *, as_json: bool) -> Iterator[Follow]:
    """What to call for each file that is finished; ``total`` is None where nobody knows it.

    With ``as_json`` each becomes a line of JSON on standard error; a terminal gets a bar; a log gets nothing.
    """
    if as_json:
        yield _lines(total)
    elif sys.stderr.isatty():
        with _bar(total) as follow:
            yield follow
    else:
        yield lambda _finished: None


def _lines(total: int | None) -> Follow:
    began, done = time.monotonic(), 0

    def follow(finished: "Finished") -> None:
        nonlocal done
        done += 1
        spent = time.monotonic() - began
        event = {"done": done, "total": total, "seconds": round(spent, 2), **asdict(finished)}
        sys.stderr.write(json.dumps(event, ensure_ascii=False) + "\n")
        sys.stderr.flush()

    return follow


@contextmanager
def _bar(total: int | None) -> Iterator[Follow]:
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        TextColumn("{task.description}"),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=total, rate="")

        def follow(finished: "Finished") -> None:
            bar.update(task, advance=1, description=escape(visible(finished.source)))
            speed = bar.tasks[0].finished_speed or bar.tasks[0].speed
            bar.update(task, rate=f"{speed:.1f} files/s" if speed else "")
            if finished.reason:
                bar.console.print(escape(f"failed: {visible(finished.source)}: {visible(finished.reason)}"))

        yield follow


def report(summary: "Summary", seconds: float, *, as_json: bool, **more: Any) -> None:
    """The end of a run: each file that failed with its reason, and the counts."""
    if as_json:
        print_json({**more, **summary.counted(), "seconds": round(seconds, 2)})
        return
    for failure in summary.failed:
        say(f"failed: {visible(failure.source)} ({failure.stage}): {visible(failure.reason)}")
    counts = [f"{summary.added} added, {summary.updated} updated, {summary.unchanged} unchanged"]
    counts += [f"{n} {name}" for name in ("renamed", "deleted") if (n := getattr(summary, name))]
    counts.append(f"{len(summary.failed)} failed")
    read = f"{summary.pages} pages, {summary.chunks} chunks in {seconds:.1f} s"
    typer.echo(f"{', '.join(counts)}: {read}")


def exit_code(summary: "Summary") -> int:
    """0 where all is done, 3 where it is in part, 1 where nothing is."""
    if not summary.failed:
        return 0
    return 3 if summary.done + summary.deleted + summary.renamed > len(summary.failed) else 1
