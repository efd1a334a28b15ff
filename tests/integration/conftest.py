"""A whole home on either database; whatever a test did to it, nothing may be wrong with it afterwards."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.factories import Home, opened


@pytest.fixture
def home(database_url: str, tmp_path: Path) -> Iterator[Home]:
    with opened(database_url, tmp_path / "home") as made:
        yield made
        assert made.problems() == []
