"""Two sources of one collection never have the same files in their care."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from ingest.sources.register import Kind, Options, Register
from rag.errors import UsageError
from rag.places import Places
from tests.factories import SetClock, migrated


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Register]:
    with closing(migrated(f"sqlite:///{tmp_path}/a.db")) as database:
        yield Register(database, Places(database, SetClock()), SetClock())


def add(register: Register, path: str, *, collection: str = "default", exclude: str = "*.tmp") -> None:
    register.add(
        path.strip("/").replace("/", "-"), Kind.FOLDER, path, collection, Options(exclude=(exclude,))
    )


@pytest.mark.parametrize(
    ("first", "second"),
    [("/srv/docs", "/srv/docs/sub"), ("/srv/docs/sub", "/srv/docs"), ("/srv/docs", "/srv/docs/a/b")],
)
def test_a_folder_inside_or_around_another_is_refused_with_what_to_do(
    register: Register, first: str, second: str
) -> None:
    add(register, first)
    inner = max(first, second).removeprefix("/srv/docs/")
    with pytest.raises(UsageError, match=f"--collection, or .* --exclude '{inner}/"):
        add(register, second)


def test_the_same_folder_again_is_refused(register: Register) -> None:
    add(register, "/srv/docs")
    with pytest.raises(UsageError, match="The source srv-docs keeps /srv/docs in step already"):
        register.add("other", Kind.FOLDER, "/srv/docs", "default", Options())


def test_another_collection_or_what_the_outer_folder_leaves_out_may_be_registered(register: Register) -> None:
    add(register, "/srv/docs", exclude="sub/*")
    add(register, "/srv/docs/sub")
    add(register, "/srv/docs/other", collection="others")
    add(register, "/srv/docs-2")
    assert len(register.all()) == 4


@pytest.mark.parametrize("pattern", ["*.txt", "sub/?", "su/*", "sub/a.txt"])
def test_patterns_that_leave_out_a_part_of_the_inner_folder_do_not_help(
    register: Register, pattern: str
) -> None:
    add(register, "/srv/docs", exclude=pattern)
    with pytest.raises(UsageError, match="inside"):
        add(register, "/srv/docs/sub")
