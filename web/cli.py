"""The command line: `footnote`, or `python -m web.cli`."""

import typer

from web.commands import (
    adding,
    answering,
    evaluating,
    gaps,
    library,
    models,
    running,
    safekeeping,
    syncing,
    training,
)

app = typer.Typer(
    name="footnote",
    help="Ask an organisation's own documents: every sentence of an answer carries a footnote.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

app.command("add")(adding.add)
app.command("sync")(syncing.sync)
app.command("ask")(answering.ask)
app.command("search")(answering.search)
app.command("eval")(evaluating.evaluate)
app.command("train-reader")(training.train_reader)
app.command("serve")(running.serve)
app.command("work")(running.work)
app.command("gaps")(gaps.gaps)
app.command("doctor")(running.doctor)
app.command("backup")(safekeeping.backup)
app.command("restore")(safekeeping.restore)
app.add_typer(syncing.source, name="source")
app.add_typer(library.docs, name="docs")
app.add_typer(library.collections, name="collections")
app.add_typer(models.models, name="models")


def main() -> None:
    """Run the command that the arguments name."""
    app()


if __name__ == "__main__":
    main()
