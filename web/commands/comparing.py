"""`footnote eval --runs` and `--compare`: what was measured before, and what changed since."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from web.commands.common import print_json, say, visible

if TYPE_CHECKING:
    from web.evaluation_runs import Run, Runs

HEADLINES = ("retrieval.recall@5", "answers.contains_gold", "citations.precision", "declining.auroc")


def listed(home: Path | None, as_json: bool) -> None:
    """Every run, oldest first, with its headline figures."""
    from web.evaluation_report import cell, table

    kept = list(_runs(home).all())
    if as_json:
        print_json([_brief(run) for run in kept])
        return
    if not kept:
        say("No run is kept yet. `footnote eval FOLDER` keeps one.")
        return
    rows = [["run", "version", "questions", *HEADLINES]]
    rows += [
        [r.id, r.version, cell(r.result["questions"]), *(cell(_headline(r, n)) for n in HEADLINES)]
        for r in kept
    ]
    typer.echo(table(rows))


def compare(home: Path | None, before: str, after: str, fail_if: list[str], as_json: bool) -> None:
    """What changed from one run to the other. Exits with 1 where it got worse by more than was allowed."""
    from web.evaluation_comparison import as_json as to_json
    from web.evaluation_comparison import as_text, limit
    from web.evaluation_comparison import compare as changes

    limits = [limit(text) for text in fail_if]
    runs = _runs(home)
    found = changes(runs.find(before), runs.find(after), limits)
    if as_json:
        print_json(to_json(found))
    else:
        typer.echo(visible(as_text(found, limits)))
    for each in found.broken:
        moved = found.changes[each.measure].difference
        say(
            f"footnote: {each.measure} got worse by {abs(moved.value):.3f} (95 % interval of the change "
            f"{moved.low:+.3f} to {moved.high:+.3f}); {each.worse:g} was allowed."
        )
    raise typer.Exit(1 if found.broken else 0)


def _runs(home: Path | None) -> "Runs":
    from rag.settings import load
    from web.evaluation_runs import Runs

    return Runs(load(home=home).home)


def _brief(run: "Run") -> dict[str, object]:
    figures = {name: _headline(run, name) for name in HEADLINES}
    about = {"id": run.id, "date": run.date, "version": run.version, "set": run.result["set"]}
    return {**about, "questions": run.result["questions"], "settings": run.settings, "measures": figures}


def _headline(run: "Run", name: str) -> float | None:
    group, _, measure = name.partition(".")
    found: float | None = run.result[group].get(measure)
    return found
