"""`footnote eval`: how good the answers are on a set with known ones, and how that changed."""

from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rag.errors import UsageError
from web.commands.common import Json, print_json, reports_errors, say, services, throw_away
from web.commands.progress import stages

if TYPE_CHECKING:
    from web.evaluate import Examined
    from web.evaluation_runs import Run
    from web.evaluation_set import EvaluationSet
    from web.wiring import Services

RESET, SHOW = "reset", "show"


@reports_errors
def evaluate(
    folder: Annotated[
        Path | None,
        typer.Argument(
            metavar="FOLDER", help="Documents, and questions with their gold; or a file of questions."
        ),
    ] = None,
    limit: Annotated[
        int | None, typer.Option(min=1, help="Ask only so many questions, spread evenly.")
    ] = None,
    golden: Annotated[
        bool, typer.Option("--golden", help="Ask what readers called rightly answered in the chat.")
    ] = False,
    calibrate: Annotated[
        str | None,
        typer.Option(metavar="FOLDER", help="Fit when to decline to these questions; or `show`, or `reset`."),
    ] = None,
    risk: Annotated[
        float | None,
        typer.Option(min=0, max=1, help="Calibrate to at most this share of wrong answers."),
    ] = None,
    compare: Annotated[
        tuple[str, str] | None,
        typer.Option(metavar="BEFORE AFTER", help="Two runs: ids, files, or `last`."),
    ] = None,
    fail_if: Annotated[
        list[str] | None,
        typer.Option(metavar="MEASURE:WORSE", help="Exit with 1 if a measure got worse by more; repeatable."),
    ] = None,
    runs: Annotated[bool, typer.Option("--runs", help="List the runs that are kept.")] = False,
    home: Annotated[
        Path | None, typer.Option("--home", help="A home already filled with the documents.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Read a folder's documents into a throw-away home, ask its questions, print the measures and keep the run."""
    from web.commands import calibrating, comparing

    _one_of(folder, golden or None, calibrate, compare, runs or None)
    if compare is not None:
        comparing.compare(home, *compare, fail_if or [], as_json)
    elif runs:
        comparing.listed(home, as_json)
    elif calibrate in (RESET, SHOW):
        calibrating.kept(home, as_json, reset=calibrate == RESET)
    elif calibrate is not None:
        calibrating.calibrate(Path(calibrate), home, limit, risk, as_json)
    else:
        examined, run = examine(folder, home, limit)
        _print(examined, run, as_json)


def _one_of(*given: object) -> None:
    if sum(each is not None for each in given) != 1:
        raise UsageError(
            "Give one of: a FOLDER, --golden, --calibrate FOLDER, --compare BEFORE AFTER, --runs."
        )


def examine(
    folder: Path | None, home: Path | None, limit: int | None, *, raw: bool = False
) -> tuple["Examined", "Run"]:
    """Evaluate a set, or without one the golden questions, and keep the run; ``raw`` without calibration."""
    from rag.settings import load
    from web.evaluate import evaluate as run
    from web.evaluation_runs import QUOTES, Runs, of
    from web.evaluation_set import brings_documents

    filled = home is not None or folder is None or not brings_documents(folder)
    with _opened(home, filled=filled) as opened, stages() as progress:
        given = _given(folder, opened, filled=filled)
        examined = run(opened, given, limit=limit, filled=filled, raw=raw, progress=progress)
        used = None if raw else opened.calibration
        writer = opened.generator.name if opened.generator else QUOTES
        kept = of(examined, given, opened.settings, opened.clock.now(), used, writer)
    return examined, Runs(load(home=home).home).save(kept)


def _given(folder: Path | None, opened: "Services", *, filled: bool) -> "EvaluationSet":
    from web.evaluation_golden import golden_set
    from web.evaluation_set import load_set

    if folder is None:
        return golden_set(opened.golden.all(), opened.store)
    return load_set(folder, opened.store.documents() if filled else ())


def _print(examined: "Examined", run: "Run", as_json: bool) -> None:
    from web.evaluation_report import curve_tables, markdown_table

    if as_json:
        print_json({**examined.result, "run": run.id})
        return
    typer.echo(markdown_table([examined.result]))
    typer.echo(curve_tables(examined.curves))
    say(f"kept as {run.id}, with its curves as SVG beside it: footnote eval --compare BEFORE {run.id}")


def _opened(home: Path | None, *, filled: bool) -> AbstractContextManager["Services"]:
    """The home that has the documents, or an empty one with this one's models that is gone afterwards."""
    return services(home, warm=True, logs=True) if filled else throw_away(home)
