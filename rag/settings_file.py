"""The file of settings, and words for what is wrong with a setting."""

import difflib
import json
import re
import stat
import tomllib
from collections.abc import Iterable, Set
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from rag.errors import SettingsError

PREFIX = "FOOTNOTE_"
SECRET = frozenset({f"{PREFIX}GENERATOR_KEY", f"{PREFIX}DATABASE_URL"})  # values that are told to nobody
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


def write_setting(path: Path, name: str, value: str) -> None:
    """Have the file set ``name``, all else staying as it is. Raises SettingsError where that cannot be done.

    It is checked by reading: a file that means something else than before, but for this name, is never written.
    """
    before, path = read_file(path), path.resolve()
    lines = path.read_text(encoding="utf-8").splitlines() if before or path.is_file() else []
    line = f"{name} = {json.dumps(value, ensure_ascii=False)}"
    at = [i for i, each in enumerate(lines) if re.match(rf"{re.escape(name)}\s*=", each)]
    lines = [*lines[: at[0]], line, *lines[at[0] + 1 :]] if at else [*lines, line]
    try:
        sound = tomllib.loads("\n".join(lines)) == {**before, name: value}
    except tomllib.TOMLDecodeError:
        sound = False
    if not sound:
        raise SettingsError(f"{path.name} cannot be changed safely. Write this line into it yourself: {line}")
    try:
        _replace(path, "\n".join(lines) + "\n")
    except OSError as error:
        raise SettingsError(
            f"{path} cannot be written ({error.strerror}). Set {PREFIX}{name.upper()}={value} in the environment."
        ) from error


def _replace(path: Path, text: str) -> None:
    """At once, with the rights that the file had: it may hold a key."""
    new = path.with_name(path.name + ".new")
    new.unlink(missing_ok=True)
    new.touch(stat.S_IMODE(path.stat().st_mode) if path.is_file() else 0o644)
    new.write_text(text, encoding="utf-8")
    new.replace(path)


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
    name, given = PREFIX + str(first["loc"][0]).upper(), repr(first["input"])
    if name in SECRET or ("://" in given and re.search("[@?#]", given)):  # a key may be in an address too
        given = "what it is"
    return f"{name} cannot be {given}: {first['msg']}. docs/settings.md says what it takes."
