"""Names as they are kept: those that people see, and those that places are looked up by."""

import hashlib
import unicodedata

from rag.errors import UsageError

MAX_NAME = 1000  # characters
MAX_SHELF = 200  # characters of a collection's name
MAX_ORIGIN = 1000  # bytes; an index of PostgreSQL takes no more than 2,700


def shown(name: str) -> str:
    """A name as people see it: composed, without control characters. It is never used as a path.

    Raises UsageError where nothing is left of it.
    """
    composed = unicodedata.normalize("NFC", name)
    plain = "".join(c for c in composed if unicodedata.category(c) not in ("Cc", "Cs", "Co", "Cn"))
    if not plain.strip():
        raise UsageError(
            "A name is needed that has letters or digits in it. Rename the file, then try again."
        )
    return plain.strip()


def shelf(collection: str) -> str:
    """The name of a collection as it is kept. Raises UsageError as ``shown``."""
    return shown(collection)[:MAX_SHELF]


def bounded(origin: str) -> str:
    """The origin itself, or where it is too long to be looked up its beginning and a hash of all of it."""
    data = origin.encode("utf-8", "backslashreplace")
    if len(data) <= MAX_ORIGIN:
        return data.decode()
    digest = hashlib.sha256(data).hexdigest()
    return f"{data[: MAX_ORIGIN - 100].decode('utf-8', 'ignore')}…{digest}"
