"""A folder of its own to run in: these pages write the file of settings."""

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from web.administration.desk import Desk


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where footnote.toml is looked for."""
    made = tmp_path / "started here"
    made.mkdir()
    monkeypatch.chdir(made)
    return made


@pytest.fixture
def desk(client: TestClient) -> Desk:
    """What the pages have had done."""
    found: Desk = client.app.state.desk  # type: ignore[attr-defined]
    return found
