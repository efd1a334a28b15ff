"""The contracts of import-linter say what docs/architecture.md promises."""

import re
import tomllib
from typing import Any

import pytest

from tests.unit.house.source import ROOT, files, module_name

PURE = {
    *(f"rag.{name}" for name in "types errors ports boxes sentences wording fuse cite".split()),
    *(f"rag.{name}" for name in "evidence abstain quote prompt support measure".split()),
    *(f"ingest.{name}" for name in "clean chunk offsets".split()),
}


def contracts() -> dict[str, dict[str, Any]]:
    linter = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    return {contract["id"]: contract for contract in linter["contracts"]}


def test_every_pure_module_is_held_to_it() -> None:
    there = {module_name(path) for path in files()}
    assert set(contracts()["pure"]["source_modules"]) == PURE & there


@pytest.mark.parametrize("package", ["rag", "ingest", "web"])
def test_every_layer_named_is_there(package: str) -> None:
    contract = contracts()[package]
    named = re.findall(r"\w+", " ".join(contract["layers"]))
    there = {module_name(path) for path in files()}
    assert contract["exhaustive"]
    assert [name for name in named if f"{package}.{name}" not in there] == []
