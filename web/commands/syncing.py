"""`footnote source` and `footnote sync`: folders and sites that are kept in step."""

import re
import time
from collections.abc import Container, Sequence
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rag.errors import FootnoteError, UsageError
from web.commands.common import Home, Json, print_json, reports_errors, say, services, visible
from web.commands.progress import exit_code, progress, report

if TYPE_CHECKING:
    from ingest.sources.register import Kind, Options, Source
    from ingest.summary import Summary
    from web.wiring import Services

source = typer.Typer(help="Folders and sites that `footnote sync` keeps in step.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="NAME", help="A source's name.")]


@source.command("add")
@reports_errors
def add_source(
    location: Annotated[str, typer.Argument(metavar="PATH_OR_URL", help="A folder, or a URL.")],
    name: Annotated[str | None, typer.Option(help="What to call it; by default its last part.")] = None,
    collection: Annotated[str, typer.Option(help="Where its documents go.")] = "default",
    kind: Annotated[str, typer.Option(help="auto, folder, page, sitemap, feed or site (a crawl).")] = "auto",
    include: Annotated[list[str] | None, typer.Option(help="Only paths like this glob; repeatable.")] = None,
    exclude: Annotated[list[str] | None, typer.Option(help="No paths like this glob; repeatable.")] = None,
    depth: Annotated[int, typer.Option(min=0, help="Links that a crawl follows from its start.")] = 3,
    max_pages: Annotated[int, typer.Option(min=1, help="The most pages of a site.")] = 1000,
    delay: Annotated[float, typer.Option(min=0, help="Seconds between two requests to a host.")] = 1.0,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Register a folder, a page, a sitemap, a feed or a site. `footnote sync` then reads it."""
    from ingest.sources.register import Options
    from web.library_json import source_json

    options = Options(
        include=tuple(include or ()),
        exclude=tuple(exclude or ()),
        depth=depth,
        max_pages=max_pages,
        delay=delay,
    )
    with services(home) as opened:
        made = _registered(opened, location, name, collection, kind, options)
    if as_json:
        print_json(source_json(made))
    else:
        typer.echo(visible(f"{made.name}: {made.kind} {made.location} -> {made.collection}"))
        say(f"Read it with: footnote sync {made.name!r}")


@source.command("list")
@reports_errors
def list_sources(home: Home = None, as_json: Json = False) -> None:
    """List the sources, and how their latest sync went."""
    from web.library_json import source_json

    with services(home) as opened:
        found = opened.register.all()
    if as_json:
        print_json([source_json(each) for each in found])
        return
    for each in found:
        typer.echo(
            visible(f"{each.name:20} {each.kind:8} {each.location} -> {each.collection} ({_latest(each)})")
        )


@source.command("remove")
@reports_errors
def remove_source(
    name: Name,
    with_documents: Annotated[
        bool, typer.Option("--with-documents", help="Delete what it brought in, too.")
    ] = False,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Forget a source. Its documents stay, unless told otherwise."""
    with services(home) as opened:
        known = opened.register.named(name)
        with opened.database.turn(f"the sync of {known.name}"):
            places = opened.places.of_source(known.id).values() if with_documents else ()
            deleted = sum(opened.intake.forget(place) for place in places)
            opened.register.remove(known)
    if as_json:
        print_json({"removed": name, "deleted": deleted})
    else:
        typer.echo(visible(f"removed {name}, {deleted} documents deleted"))


@reports_errors
def sync(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME]...", help="Sources; none: all.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")
    ] = False,
    allow_mass_delete: Annotated[
        bool, typer.Option("--allow-mass-delete", help="Delete even most of a source.")
    ] = False,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Bring registered sources up to date: made for a line of crontab."""
    from ingest.summary import Summary

    began = time.monotonic()
    total, errors = Summary(), []
    with services(home, logs=True) as opened:
        steps = opened.sync.rehearse if dry_run else opened.sync.run
        for each in _chosen(opened, names or ()):
            summary = Summary()  # of this source alone: it is kept with it
            try:
                with progress(as_json=as_json, sync=each.name) as follow:
                    for finished in steps(each, summary, allow_mass_delete=allow_mass_delete):
                        follow(finished)
            except FootnoteError as error:
                errors.append(error)
                say(f"footnote: {each.name}: {error}")
            total.include(summary)
    _end(total, errors, time.monotonic() - began, as_json=as_json, dry_run=dry_run)


def _chosen(opened: "Services", names: Sequence[str]) -> "list[Source]":
    """The sources of these names, or all. Raises UsageError."""
    known = {each.name: each for each in opened.register.all()}
    if not known:
        raise UsageError("There is no source yet. Add one: footnote source add PATH_OR_URL")
    if unknown := [name for name in names if name not in known]:
        raise UsageError(
            f"There is no source named {', '.join(unknown)}. Those there are: {', '.join(known)}."
        )
    return [known[name] for name in dict.fromkeys(names)] if names else list(known.values())


def _end(
    total: "Summary", errors: list[FootnoteError], seconds: float, *, as_json: bool, dry_run: bool
) -> None:
    """Report, and leave with the gravest exit code: refused, then locked, then failed."""
    said: dict[str, Any] = {"errors": [str(error) for error in errors]}
    report(total, seconds, as_json=as_json, **said, **({"dry_run": True} if dry_run else {}))
    codes = {error.exit_code for error in errors}
    first = next((code for code in (4, 75, 1, 2) if code in codes), None)
    raise typer.Exit(exit_code(total) if first is None else first)


def _latest(source: "Source") -> str:
    """When it was synced last, and how that went."""
    if source.synced_at is None:
        return "not synced yet"
    outcome = source.outcome or {}
    said = f"synced {source.synced_at:%Y-%m-%d %H:%M} UTC, {len(outcome.get('failed', ()))} failed"
    why = outcome.get("error") or outcome.get("trouble")
    return f"{said}: {why}" if why else said


def _registered(
    opened: "Services", location: str, name: str | None, collection: str, kind: str, options: "Options"
) -> "Source":
    where, found = _located(opened, location, kind)
    chosen = name or _free(where, {each.name for each in opened.register.all()})
    return opened.register.add(chosen, found, where, collection, options)


def _free(location: str, taken: Container[str]) -> str:
    """A name after the last part of a location; with a number where there is one of that name already."""
    last = location.rstrip("/").rsplit("/", 1)[-1]
    name = re.sub(r"[^\w .-]+", "-", last)[:90].strip(" ._-") or "source"
    return next(each for each in chain([name], (f"{name}-{n}" for n in count(2))) if each not in taken)


def _located(opened: "Services", location: str, kind: str) -> "tuple[str, Kind]":
    """The absolute location, and what is there."""
    from ingest.sources.register import Kind

    if kind not in ("auto", *Kind):
        raise UsageError(f"{kind!r} is no kind of source. Those there are: auto, {', '.join(Kind)}.")
    if "://" in location:
        return location, opened.web.kind(location) if kind == "auto" else Kind(kind)
    if kind not in ("auto", Kind.FOLDER):
        raise UsageError(f"{location} is no URL, so it cannot be a {kind}. Give the URL with its https://.")
    path = Path(location).absolute()
    if not path.is_dir():
        raise UsageError(f"There is no folder {location}. Give the path of a folder, or a URL.")
    return str(path), Kind.FOLDER
