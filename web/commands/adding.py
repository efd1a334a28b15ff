"""`footnote add`: read files, folders and pages of the web now."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from web.commands.common import Home, Json, reports_errors, say, services
from web.commands.progress import exit_code, progress, report

if TYPE_CHECKING:
    from ingest.sources.item import Item
    from web.wiring import Services


@reports_errors
def add(
    paths: Annotated[
        list[str],
        typer.Argument(metavar="PATH_OR_URL...", help="Files, folders with all below them, or URLs."),
    ],
    collection: Annotated[str, typer.Option(help="Where new documents go.")] = "default",
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Read files, folders and pages now. What has not changed since the last time is passed over."""
    began = time.monotonic()
    with services(home, logs=True) as opened:
        items = [each for path in paths for each in _items(opened, path)]
        if not items:
            say("No files found: hidden ones, links and empty folders are passed over.")
        batch = opened.batch(collection)
        batch.summary.total = len(items)
        with progress(as_json=as_json) as follow:
            for finished in batch.run(items):
                follow(finished)
        opened.caches.catch_up()
    report(batch.summary, time.monotonic() - began, as_json=as_json)
    raise typer.Exit(exit_code(batch.summary))


def _items(opened: "Services", path: str) -> Iterator["Item"]:
    from ingest.sources.folder import walk

    if "://" in path:
        yield opened.web.address(path)
    else:
        yield from walk(Path(path))
