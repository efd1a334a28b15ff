"""What is imported is declared, and what is declared is pinned."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions

from tests.unit.house.source import PACKAGES, ROOT

OURS = (*PACKAGES, "migrations")
PINNED = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)(?:\[[a-z,]+\])?==[0-9.]+$")


def declared(extra: str | None = None) -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    found: list[str] = project["optional-dependencies"][extra] if extra else project["dependencies"]
    return found


def normal(distribution: str) -> str:
    """One spelling of a distribution's name, as the packaging standard has it."""
    return re.sub(r"[-_.]+", "-", distribution).lower()


def imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module] if isinstance(node, ast.ImportFrom) and node.module else []


def third_party() -> dict[str, str]:
    """Top-level name -> a file that imports it, wherever in the file that is."""
    found = {}
    for path in (path for package in OURS for path in (ROOT / package).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            found |= {name.split(".")[0]: str(path.relative_to(ROOT)) for name in imported(node)}
    return {name: path for name, path in found.items() if name not in (*OURS, *sys.stdlib_module_names)}


def test_every_requirement_is_pinned_to_one_version() -> None:
    assert [line for line in declared() + declared("dev") if not PINNED.match(line)] == []


def test_no_requirement_is_declared_twice() -> None:
    names = [line.split("=")[0].split("[")[0] for line in declared() + declared("dev")]
    assert sorted(set(names)) == sorted(names)


def test_everything_imported_is_a_requirement() -> None:
    names = {normal(match["name"]) for match in map(PINNED.match, declared()) if match}
    providers = packages_distributions()
    missing = {
        name: path
        for name, path in third_party().items()
        if names.isdisjoint(map(normal, providers.get(name, [])))
    }
    assert missing == {}
