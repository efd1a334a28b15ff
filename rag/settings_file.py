"""The file of settings, and words for what is wrong with a setting."""

import difflib
import tomllib
from collections.abc import Iterable, Set
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from rag.errors import SettingsError

PREFIX = "FOOTNOTE_"
RESERVED = ("FOOTNOTE_TEST_",)  # read by the test suite, not by the product


def read_file(path: Path) -> dict[str, Any]:
    """What the file sets; nothing where there is none. Raises SettingsError for one that cannot be read."""
    if not path.is_file():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"{path.name} cannot be read: {error}. Mend that line or remove the file."
        ) from None


def refuse_unknown(names: Iterable[str], known: Set[str]) -> None:
    """Raises SettingsError for a name that is not known, with the nearest that is."""
    for name in names:
        if name not in known and not name.startswith(RESERVED):
            near = difflib.get_close_matches(name, sorted(known), n=1, cutoff=0.0)[0]
            raise SettingsError(
                f"There is no setting {name}. The nearest is {near}; docs/settings.md lists them all."
            )


def explain(error: ValidationError) -> str:
    """The first thing that is wrong with the settings, in a sentence or two."""
    first = error.errors()[0]
    if not first["loc"]:  # of several together
        return f"{first['msg'].removeprefix('Value error, ')}. docs/settings.md says what each takes."
    name = PREFIX + str(first["loc"][0]).upper()
    return f"{name} cannot be {first['input']!r}: {first['msg']}. docs/settings.md says what it takes."
