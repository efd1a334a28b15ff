"""The progress of a run over many files: a bar on a terminal, JSON Lines for programs; from the same events."""

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import typer

from web.batch_progress import of_run
from web.commands.common import print_json, say, visible

if TYPE_CHECKING:
    from ingest.summary import Finished, Summary, Tally

Follow = Callable[["Finished"], None]
Stage = Callable[[str, int, int], None]  # its name, how much is done, and of how much


@contextmanager
def progress(*, as_json: bool, sync: str = "") -> Iterator[Follow]:
    """What to call for each file that is finished; ``sync`` is the name of the source, where it is one.

    With ``as_json`` each becomes a line of JSON on standard error; a terminal gets a bar; a log gets nothing.
    """
    from ingest.summary import Tally

    tally = Tally(began=time.monotonic())
    if as_json:
        yield _lines(tally, sync)
    elif sys.stderr.isatty():
        with _bar(tally, sync) as follow:
            yield follow
    else:
        yield lambda _finished: None


@contextmanager
def stages() -> Iterator[Stage]:
    """What to call as a stage of work gets on: a bar for each on a terminal, nothing elsewhere."""
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


def _lines(tally: "Tally", sync: str) -> Follow:
    named = {"sync": sync} if sync else {}

    def follow(finished: "Finished") -> None:
        tally.note(finished)
        event = {**named, **_numbers(tally, time.monotonic()), **asdict(finished)}
        sys.stderr.write(json.dumps(event, ensure_ascii=False) + "\n")
        sys.stderr.flush()

    return follow


def _numbers(tally: "Tally", now: float) -> dict[str, float | None]:
    """How many are done, the seconds that took, and the seconds that are left where that can be told."""
    left = tally.left(now)
    return {
        "done": tally.done,
        "total": tally.total,
        "seconds": round(now - tally.began, 2),
        "left": None if left is None else round(left, 1),
    }


@contextmanager
def _bar(tally: "Tally", sync: str) -> Iterator[Follow]:
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, Progress, TextColumn

    columns = (TextColumn(escape(visible(sync))), BarColumn(), TextColumn("{task.fields[words]}"))
    now = TextColumn("{task.description}")
    with Progress(*columns, now, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None, words="")

        def follow(finished: "Finished") -> None:
            tally.note(finished)
            bar.update(
                task,
                completed=tally.done,
                total=tally.total,
                words=_words(tally, time.monotonic()),
                description=escape(visible(finished.source)),
            )
            if finished.reason:
                bar.console.print(escape(f"failed: {visible(finished.source)}: {visible(finished.reason)}"))

        yield follow


def _words(tally: "Tally", now: float) -> str:
    told = of_run(
        done=tally.done,
        failed=tally.failed,
        total=tally.total,
        rate=tally.rate(now),
        seconds=now - tally.began,
    )
    return told.words


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
