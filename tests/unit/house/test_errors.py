"""The tree drawn in rag/errors.py is the tree there is."""

import inspect
import re

from rag import errors
from rag.errors import FootnoteError

DRAWN = re.compile(r"^(?P<branch>[│├└─ ]*)(?P<name>[A-Z]\w+) +(?P<status>\d{3}) +(?P<exit>\d+) +\S")
EXIT_CODES = {1, 2, 3, 4, 75}  # what the command line may end with, besides 0


def drawn() -> dict[str, tuple[int, int, int]]:
    """Name -> depth, HTTP status and exit code, as the docstring has them below the root."""
    lines = filter(None, map(DRAWN.match, (errors.__doc__ or "").splitlines()))
    return {m["name"]: (len(m["branch"]) // 4, int(m["status"]), int(m["exit"])) for m in lines}


def defined() -> dict[str, tuple[int, int, int]]:
    found = [c for _, c in inspect.getmembers(errors, inspect.isclass) if issubclass(c, FootnoteError)]
    found.remove(FootnoteError)
    return {c.__name__: (c.__mro__.index(FootnoteError), c.status, c.exit_code) for c in found}


def test_every_error_is_drawn_with_its_status_and_exit_code() -> None:
    assert drawn() == defined()


def test_every_error_stands_below_its_parent() -> None:
    path = [FootnoteError.__name__]
    for name, (depth, _, _) in drawn().items():
        path[depth:] = [name]
        parents = [c.__name__ for c in getattr(errors, name).__mro__[1 : depth + 1]]
        assert parents == path[:-1][::-1], f"{name} is drawn below {path[:-1]}"


def test_every_status_and_exit_code_is_one_that_the_docs_know() -> None:
    wrong = {n: (s, e) for n, (_, s, e) in defined().items() if not 400 <= s <= 599 or e not in EXIT_CODES}
    assert wrong == {}
