"""The contracts of import-linter say what docs/architecture.md promises."""

import re
import tomllib
from typing import Any

import pytest

from tests.unit.house.source import ROOT, files, module_name

PURE = {
    *(f"rag.{name}" for name in "types errors ports boxes sentences wording fuse cite".split()),
    *(
        f"rag.{name}"
        for name in "exact scope variety recency rerank found hidden items write message".split()
    ),
    *(f"rag.{name}" for name in "evidence abstain quote prompt support measure rewrite utterance".split()),
    *(f"rag.{name}" for name in "calibration estimate recalibrate scorecard selective".split()),
    *(
        f"rag.{name}"
        for name in "agreement align attribution concepts contrast dates facts lead names".split()
    ),
    *(
        f"rag.{name}"
        for name in "asked reading heads sections choice conflict dating clusters figures line listed packed".split()
    ),
    *(
        f"rag.{name}"
        for name in "negation novel numbers pair polarity presupposition spelled tokens units".split()
    ),
    *(f"rag.models.{name}" for name in "chat_catalog completion hardware recommend".split()),
    *(f"ingest.{name}" for name in "chunk atoms outline clean hyphens running offsets".split()),
    *(f"ingest.{name}" for name in "screen instructions invisible".split()),
}


def contracts() -> dict[str, dict[str, Any]]:
    linter = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    return {contract["id"]: contract for contract in linter["contracts"]}


def test_every_pure_module_is_held_to_it() -> None:
    there = {module_name(path) for path in files()}
    assert set(contracts()["pure"]["source_modules"]) == PURE & there


@pytest.mark.parametrize("name", ["rag", "rag-models", "rag-training", "ingest", "parsers", "web"])
def test_every_layer_named_is_there(name: str) -> None:
    contract = contracts()[name]
    (package,) = contract["containers"]
    named = re.findall(r"\w+", " ".join(contract["layers"]))
    there = {module_name(path) for path in files()}
    assert contract["exhaustive"]
    assert [layer for layer in named if f"{package}.{layer}" not in there] == []
