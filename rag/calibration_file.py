"""The calibration of a home, kept in a file of it."""

import json
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from rag.calibration import Calibration, Statement
from rag.errors import StorageError
from rag.estimate import Estimate

NAME = "calibration.json"


class CalibrationFile:
    """The one calibration that a home may have."""

    def __init__(self, home: Path) -> None:
        """Nothing is read before it is asked for."""
        self._file = home / NAME

    def load(self) -> tuple[Calibration, Statement] | None:
        """What is kept, if anything is. Raises StorageError for a file that is none of ours."""
        try:
            kept = json.loads(self._file.read_bytes())
            return Calibration(**kept["calibration"]), _statement(kept["statement"])
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise StorageError(
                f"{NAME} in Footnote's home cannot be read ({error}). Run `footnote eval --calibrate reset`, "
                "then calibrate again."
            ) from error

    def current(self, basis: str) -> Calibration | None:
        """What is kept, if it was fitted on the confidence in use; another's numbers would mean nothing."""
        kept = self.load()
        return kept[0] if kept and kept[0].basis == basis else None

    def save(self, calibration: Calibration, statement: Statement) -> None:
        """Keep it instead of what there was."""
        kept = {"calibration": asdict(calibration), "statement": asdict(statement)}
        self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = self._file.with_suffix(".part")
        draft.write_text(json.dumps(kept, indent=2), encoding="utf-8")
        draft.replace(self._file)

    def reset(self) -> bool:
        """Go back to the confidence as the model has it. Returns whether there was anything to undo."""
        there = self._file.exists()
        self._file.unlink(missing_ok=True)
        return there


def _statement(kept: dict[str, Any]) -> Statement:
    shares = {name: Estimate(**kept[name]) for name in ("wrong_answers", "needless_refusals")}
    return Statement(**{each.name: kept[each.name] for each in fields(Statement)} | shares)
