"""`footnote models`: which models there are, getting them, choosing one, and trying those in use."""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from web.commands.common import Home, Json, print_json, reports_errors, say, services, visible

models = typer.Typer(help="The models that there are, and which are in use.", no_args_is_help=True)

Tell = Callable[[str, int, int], None]
EVERY = 0.5  # seconds between two lines of progress


@models.command("list")
@reports_errors
def list_models(home: Home = None, as_json: Json = False) -> None:
    """List the models that there are, which are in use, and which fit this machine."""
    from rag.settings import load
    from web.wired_models import advice, known_models

    settings = load(home=home)
    rows = known_models(settings)
    if as_json:
        print_json(rows)
        return
    for row in rows:
        typer.echo(visible(_line(row)).rstrip())
    if told := advice(settings):
        say(told)


@models.command("pull")
@reports_errors
def pull_model(
    name: Annotated[str, typer.Argument(help="A model of the catalogue, or a hub's owner/name[@revision].")],
    revision: Annotated[str, typer.Option(help="Commit, tag or branch, instead of the pinned one.")] = "",
    to: Annotated[
        Path | None, typer.Option(help="Folder to carry to another machine, instead of the home.")
    ] = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Get a model from the model hub: the only command that goes there. A pull that broke off goes on."""
    from rag.settings import load
    from web.wired_models import pull

    settings = load(home=home)
    target = to.expanduser().resolve() if to else None
    with _progress(as_json=as_json) as tell:
        one = pull(settings, name, revision, target, tell)
    if as_json:
        print_json(
            {"name": one.name, "revision": one.revision, "folder": str(one.folder), "licence": one.licence}
            | {"bytes": one.size, "files": sorted(one.files)}
        )
        return
    typer.echo(
        visible(
            f"{one.label} is in {one.folder} ({one.size / 1e9:.2f} GB, licence {one.licence or 'not told'})"
        )
    )
    say(f"To have it write answers: footnote models use {one.folder if to else one.name}")


@models.command("use")
@reports_errors
def use_model(
    what: Annotated[
        str, typer.Argument(help="A pulled model's name, a folder, bundled, quotes, auto, or a server's URL.")
    ],
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Have answers written by a model, or in quotes: sets `generator` in footnote.toml of this folder."""
    from rag.settings import FILE, load
    from rag.settings_file import write_setting
    from web.wired_models import choice

    chosen = choice(load(home=home, generator="quotes"), what)  # what was set before may be gone
    load(home=home, generator=chosen)  # raises SettingsError where that makes no sense
    path = Path(FILE)
    write_setting(path, "generator", chosen)
    if as_json:
        print_json({"generator": chosen, "file": str(path.resolve())})
    else:
        typer.echo(visible(f"generator = {chosen} (in {path.resolve()})"))
    if os.environ.get("FOOTNOTE_GENERATOR"):
        say("FOOTNOTE_GENERATOR is set in the environment and wins over the file. Unset it.")
    say("`footnote models check` tries it; a server that runs must be started again.")


@models.command("check")
@reports_errors
def check_models(home: Home = None, as_json: Json = False) -> None:
    """Check the models in use against their hashes, convert what must be, and have the generator say something."""
    from web import wired_models

    with services(home) as opened:
        embedder = opened.embedder
        found: dict[str, Any] = {"embedder": opened.settings.embedder, "fingerprint": embedder.fingerprint}
        reader = opened.reader and opened.settings.reader_folder
        found |= {"reader": str(reader)} if reader else {}
        wired_models.check(opened.settings)
        generator = opened.generator
        began = time.monotonic()
        said = wired_models.one_line(generator) if generator else ""
        found |= {"generator": generator.name if generator else "quotes", "said": said, "ok": True}
        seconds, held = (
            time.monotonic() - began,
            getattr(generator, "memory", 0),
        )  # of a server's nothing is known
        found |= {"bytes": held} if held else {}
    if as_json:
        print_json(found)
        return
    typer.echo(
        f"ok  {found['embedder']} ({embedder.dimension} dimensions, {embedder.max_tokens} word pieces)"
    )
    if reader:
        typer.echo(f"ok  {reader.name} (reader)")
    if generator:
        room = f", {held / 1e9:.2f} GB of weights" if held else ""
        typer.echo(visible(f"ok  {generator.name} (generator){room}, in {seconds:.1f} s: {said}"))


def _line(row: dict[str, Any]) -> str:
    size = f"{row['size'] / 1e9:.1f} GB" if "size" in row else ""
    marks = ("in_use", "on_disk", "fits", "recommended") if "size" in row else ("in_use",)
    told = ", ".join(mark.replace("_", " ") for mark in marks if row.get(mark))
    if row.get("fits") is False:
        told = ", ".join([*([told] if told else []), "does not fit"])
    return f"{row['kind']:9} {row['name']:41} {size:>8}  {row['licence']:19} {told}"


@contextmanager
def _progress(*, as_json: bool) -> Iterator[Tell]:
    """What to call as bytes come in: JSON Lines on standard error, a bar on a terminal, nothing in a log."""
    if as_json:
        yield _lines()
    elif sys.stderr.isatty():
        with _bar() as tell:
            yield tell
    else:
        yield lambda *_: None


def _lines() -> Tell:
    last: dict[str, Any] = {"file": "", "at": 0.0}

    def tell(file: str, done: int, total: int) -> None:
        now = time.monotonic()
        if file == last["file"] and now - last["at"] < EVERY and done < total:
            return
        last.update(file=file, at=now)
        line = json.dumps({"file": file, "done": done, "total": total}, ensure_ascii=False)
        sys.stderr.write(line + "\n")
        sys.stderr.flush()

    return tell


@contextmanager
def _bar() -> Iterator[Tell]:
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )

    columns = (BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    with Progress(*columns, TextColumn("{task.description}"), console=Console(stderr=True)) as bar:
        task = bar.add_task("", total=None)

        def tell(file: str, done: int, total: int) -> None:
            bar.update(task, completed=done, total=total, description=escape(visible(file)))

        yield tell
