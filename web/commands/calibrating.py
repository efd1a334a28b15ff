"""`footnote eval --calibrate`: when to decline, fitted to an organisation's own questions."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from web.commands.common import print_json, services

if TYPE_CHECKING:
    from rag.calibration import Calibration, Statement
    from rag.calibration_file import CalibrationFile
    from web.evaluate import Examined

NOT_CALIBRATED = "This home is not calibrated: it declines as Footnote was fitted in general."


def calibrate(folder: Path, home: Path | None, limit: int | None, risk: float | None, as_json: bool) -> None:
    """Ask the questions without any calibration, fit one to what came back, and keep it for this home."""
    from rag.calibration import Statement
    from rag.recalibrate import fit
    from web.commands.evaluating import examine

    examined, run = examine(folder, home, limit, raw=True)
    with services(home) as opened:
        fitted = fit(_cases(examined), opened.basis, risk=risk)
        statement = Statement(
            set=run.result["set"],
            date=run.date,
            wrong_answers=fitted.wrong_answers,
            needless_refusals=fitted.needless_refusals,
        )
        _file(home).save(fitted.calibration, statement)
        _tell(fitted.calibration, statement, as_json)
        if not as_json:
            typer.echo(_before(examined))
            if opened.settings.threshold is not None:
                typer.echo("FOOTNOTE_THRESHOLD is set and goes before it: unset it to use what was fitted.")
            typer.echo("Kept for this home. A server that runs takes it up when it is started anew.")


def kept(home: Path | None, as_json: bool, *, reset: bool) -> None:
    """Show what is kept, or undo it."""
    file = _file(home)
    if reset:
        undone = file.reset()
        if as_json:
            print_json({"reset": undone})
        else:
            typer.echo("The calibration is undone." if undone else NOT_CALIBRATED)
        return
    found = file.load()
    if found is not None:
        with services(home) as opened:
            in_use = file.current(opened.basis) is not None
        _tell(*found, as_json, in_use=in_use)
    elif as_json:
        print_json(None)
    else:
        typer.echo(NOT_CALIBRATED)


def _cases(examined: "Examined") -> list[Any]:
    from rag.recalibrate import Case

    scored = [each for _, each in examined.questions if each.right is not None]
    return [Case(confidence=s.confidence, answerable=s.answerable, right=bool(s.right)) for s in scored]


def _file(home: Path | None) -> "CalibrationFile":
    from rag.calibration_file import CalibrationFile
    from rag.settings import load

    return CalibrationFile(load(home=home).home)


def _tell(calibration: "Calibration", statement: "Statement", as_json: bool, *, in_use: bool = True) -> None:
    from dataclasses import asdict

    if as_json:
        print_json(asdict(calibration) | {"statement": asdict(statement), "in_use": in_use})
        return
    if not in_use:
        typer.echo("It is not in use: it was fitted on the confidence of another model. Calibrate again.")
    typer.echo(str(statement))
    typer.echo(
        f"Fitted to {statement.set} on {statement.date}: threshold {calibration.threshold:.3f}, "
        f"slope {calibration.slope:.3f}, intercept {calibration.intercept:+.3f}."
    )


def _before(examined: "Examined") -> str:
    """What the same questions came to without it."""
    declining = examined.result["declining"]
    wrong, needless = declining["wrong_answers"], declining["needless_refusals"]
    shown = [f"{value:.1%}".replace("%", " %") if value is not None else "no" for value in (wrong, needless)]
    return f"Without it: {shown[0]} wrong answers, {shown[1]} needless refusals."
