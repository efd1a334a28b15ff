"""`footnote docs` and `footnote collections`: what is stored."""

from typing import Annotated, Any

import typer

from web.commands.common import Home, Json, print_json, reports_errors, services, visible

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
    """Show all that is known of one document."""
    from web.render import document_json

    with services(home) as opened:
        shown = document_json(opened.store.document(document_id))
    if as_json:
        print_json(shown)
        return
    for name, value in shown.items():
        typer.echo(visible(f"{name:12} {'' if value is None else value}"))


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


def _counted(opened: Any, name: str) -> dict[str, Any]:
    return {"name": name, "documents": len(opened.store.documents(collection=name))}
