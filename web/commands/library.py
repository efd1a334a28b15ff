"""`footnote docs` and `footnote collections`: what is stored."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rag.errors import UsageError
from rag.types import Document, Status
from web.commands.common import Home, Json, print_json, reports_errors, say, services, visible

if TYPE_CHECKING:
    from web.library_json import DetailJson
    from web.wiring import Services

docs = typer.Typer(help="The documents that are stored.", no_args_is_help=True)
collections = typer.Typer(help="The collections that documents stand in.", no_args_is_help=True)

DocumentId = Annotated[
    str, typer.Argument(metavar="ID", help="A document's id, as `footnote docs list` shows it.")
]


@docs.command("list")
@reports_errors
def list_documents(
    collection: Annotated[str | None, typer.Option(help="Only this collection.")] = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """List every document with its status."""
    from web.render import document_json

    with services(home) as opened:
        found = opened.store.documents(collection=collection)
    if as_json:
        print_json([document_json(document) for document in found])
        return
    for each in found:
        reason = f": {each.reason}" if each.reason else ""
        typer.echo(
            visible(
                f"{each.id}  {each.status:8} {each.pages:5} pages  {each.collection}/{each.source}{reason}"
            )
        )


@docs.command("show")
@reports_errors
def show_document(document_id: DocumentId, home: Home = None, as_json: Json = False) -> None:
    """Show all that is known of one document: its state, its receipt, and where it lies."""
    from web.findings import lines

    with services(home) as opened:
        document = opened.store.document(document_id)
        receipt = opened.store.receipts([document_id]).get(document_id)
        shown = _detail(opened, document)
    if as_json:
        print_json(shown)
        return
    told = {name: value for name, value in shown.items() if name not in ("receipt", "places")}
    _table(told.items())
    if receipt is not None:
        typer.echo("\nreceipt")
        _table(lines(receipt))
    typer.echo("\nplaces")
    for place in shown["places"]:
        trouble = (
            f"; stale since {place['trouble_at']}, because: {place['trouble']}" if place["trouble"] else ""
        )
        typer.echo(visible(f"{place['origin']} (last seen {place['seen_at']}{trouble})"))


@docs.command("release")
@reports_errors
def release_document(document_id: DocumentId, home: Home = None, as_json: Json = False) -> None:
    """Read a document again now, hidden text and all: overrules what the screening left out or held back."""
    with services(home, logs=True) as opened:
        opened.intake.reread(document_id, release=True)
        read = _read_now(opened, [document_id])
    _report(read, as_json=as_json)


@docs.command("retry")
@reports_errors
def retry_documents(
    document_ids: Annotated[
        list[str] | None, typer.Argument(metavar="[ID]...", help="Documents' ids.")
    ] = None,
    failed: Annotated[bool, typer.Option("--failed", help="All whose latest reading failed.")] = False,
    collection: Annotated[str | None, typer.Option(help="With --failed: only in this collection.")] = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Read documents again now. Exits with 3 where some of them could not be read, with 1 where none could."""
    if bool(document_ids) == failed or (collection and not failed):
        raise UsageError("Say which documents: either their ids, or --failed, with --collection if need be.")
    with services(home, logs=True) as opened:
        chosen = document_ids or [d.id for d in opened.store.documents(collection=collection) if _failed(d)]
        for each in chosen:
            opened.intake.reread(each)
        read = _read_now(opened, chosen)
    _report(read, as_json=as_json)


@docs.command("cancel")
@reports_errors
def cancel_document(document_id: DocumentId, home: Home = None, as_json: Json = False) -> None:
    """Give up reading a document. A version that was published before goes on answering."""
    with services(home) as opened:
        waited = document_id in opened.jobs.active()
        document = opened.intake.cancel(document_id) if waited else opened.store.document(document_id)
        shown = _detail(opened, document)
    if as_json:
        print_json(shown)
    elif waited:
        typer.echo(visible(f"cancelled {document.source}"))
    else:
        say(visible(f"{document.source} is not being read; there is nothing to cancel."))


@docs.command("delete")
@reports_errors
def delete_document(document_id: DocumentId, home: Home = None, as_json: Json = False) -> None:
    """Delete a document, everything read from it, and its original."""
    with services(home) as opened:
        source = opened.store.document(document_id).source
        opened.intake.delete(document_id)
        opened.caches.catch_up()
    if as_json:
        print_json({"deleted": document_id, "source": source})
    else:
        typer.echo(visible(f"deleted {source}"))


@docs.command("verify-deleted")
@reports_errors
def verify_deleted(document_id: DocumentId, home: Home = None, as_json: Json = False) -> None:
    """Check that nothing of a document is left: no row, no entry in an index, no original."""
    with services(home) as opened:
        left = list(opened.doctor.remains(document_id))
    if as_json:
        print_json({"document_id": document_id, "deleted": not left, "left": left})
    else:
        typer.echo("nothing of it is left" if not left else "\n".join(left))
    raise typer.Exit(1 if left else 0)


@collections.command("list")
@reports_errors
def list_collections(home: Home = None, as_json: Json = False) -> None:
    """List the collections and how many documents stand in each."""
    with services(home) as opened:
        shelves = [_counted(opened, each.name) for each in opened.store.collections()]
    if as_json:
        print_json(shelves)
        return
    for shelf in shelves:
        typer.echo(visible(f"{shelf['documents']:6} documents  {shelf['name']}"))


@collections.command("voice")
@reports_errors
def voice(
    name: Annotated[str, typer.Argument(metavar="COLLECTION", help="A collection's name.")],
    text: Annotated[
        str | None,
        typer.Argument(
            metavar="[TEXT]", help="Tone, name, language, what to avoid; '' for as everywhere else."
        ),
    ] = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Show or set how written answers from a collection speak; FOOTNOTE_VOICE is for all others."""
    with services(home) as opened:
        if text is not None:
            opened.voices.give(name, text)
        spoken = opened.voices.about(name)
    if as_json:
        print_json({"name": name, "voice": spoken})
    else:
        typer.echo(visible(spoken or "No voice is set."))


def _detail(opened: "Services", document: Document) -> "DetailJson":
    from web.library_json import detail_json

    job = opened.jobs.active().get(document.id)
    receipt = opened.store.receipts([document.id]).get(document.id)
    places = opened.places.of_document(document.id)
    return detail_json(document, (job.stage or job.state) if job else None, receipt, places)


def _table(rows: Iterable[tuple[str, object]]) -> None:
    for name, value in rows:
        typer.echo(visible(f"{name:12} {'' if value is None else value}"))


def _failed(document: Document) -> bool:
    """Whether the latest reading of a document failed, and was not given up or held back for its owner."""
    from ingest.intake import CANCELLED

    return document.status is not Status.HELD and document.reason not in (None, CANCELLED)


def _read_now(opened: "Services", document_ids: Sequence[str]) -> list[Document]:
    """Read what waits of these documents, unless another worker is at it. Returns them as they stand then."""
    if document_ids:
        for _ in opened.worker.drain(document_ids):
            pass
        opened.caches.catch_up()
    return [opened.store.document(each) for each in document_ids]


def _report(read: list[Document], *, as_json: bool) -> None:
    """A line for each document, and an exit code for all."""
    from web.render import document_json

    if as_json:
        print_json([document_json(each) for each in read])
    else:
        for each in read:
            reason = f": {each.reason}" if each.reason else ""
            typer.echo(visible(f"{each.status:8} {each.pages:5} pages  {each.source}{reason}"))
    failed = sum(each.reason is not None or not each.status.published for each in read)
    raise typer.Exit(0 if not failed else 3 if failed < len(read) else 1)


def _counted(opened: Any, name: str) -> dict[str, Any]:
    return {"name": name, "documents": len(opened.store.documents(collection=name))}
