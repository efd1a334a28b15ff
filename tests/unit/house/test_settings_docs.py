"""docs/settings.md lists every setting with its default, and nothing else."""

import re

from pydantic.fields import FieldInfo

from rag.settings import PREFIX, Settings
from tests.unit.house.source import ROOT

DOCS = ROOT / "docs" / "settings.md"


def row(name: str, field: FieldInfo) -> str:
    """The row a setting has: its description in the code is the one text there is about it."""
    default = "the platform's user data folder" if field.default_factory else f"`{field.default}`"
    shown = "empty" if field.default in ("", None) else default
    return f"| `{PREFIX}{name.upper()}` | {shown} | {field.description} |"


def test_every_setting_has_a_row_with_its_default() -> None:
    rows = [row(name, field) for name, field in Settings.model_fields.items()]
    written = set(DOCS.read_text("utf-8").splitlines())
    missing = [line for line in rows if line not in written]
    assert missing == [], "rows to write:\n" + "\n".join(missing)


def test_no_row_names_a_setting_that_is_gone() -> None:
    named = re.findall(rf"^\| `{PREFIX}(\w+)`", DOCS.read_text("utf-8"), re.MULTILINE)
    assert [name for name in named if name.lower() not in Settings.model_fields] == []


def test_every_setting_is_described() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []
