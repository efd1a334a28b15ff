"""The source of the three packages, as the house rules look at it."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PACKAGES = ("rag", "ingest", "web")

Function = ast.FunctionDef | ast.AsyncFunctionDef
Definition = Function | ast.ClassDef


@dataclass(frozen=True, slots=True, kw_only=True)
class Defined:
    """A definition and where it stands."""

    path: Path
    name: str  # dotted within its module
    node: Definition

    @property
    def public(self) -> bool:
        return not any(part.startswith("_") for part in self.name.split("."))

    @property
    def lines(self) -> int:
        """Lines from ``def`` to the end, without those of the docstring."""
        assert self.node.end_lineno is not None
        return self.node.end_lineno - self.node.lineno + 1 - _docstring_lines(self.node)

    def __str__(self) -> str:
        return f"{self.path.relative_to(ROOT)}:{self.node.lineno} {self.name}"


def files() -> list[Path]:
    return [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def definitions() -> list[Defined]:
    """Classes and functions of modules and of classes; what a function defines inside is its own affair."""
    return [found for path in files() for found in _within(path, ast.parse(path.read_text("utf-8")), "")]


def functions() -> list[Defined]:
    return [found for found in definitions() if not isinstance(found.node, ast.ClassDef)]


def _within(path: Path, parent: ast.AST, prefix: str) -> Iterator[Defined]:
    for node in ast.iter_child_nodes(parent):
        if isinstance(node, Definition):
            yield Defined(path=path, name=prefix + node.name, node=node)
        if isinstance(node, ast.ClassDef):
            yield from _within(path, node, f"{prefix}{node.name}.")
        elif isinstance(node, ast.If | ast.Try | ast.With):
            yield from _within(path, node, prefix)


def _docstring_lines(node: Definition) -> int:
    if ast.get_docstring(node) is None:
        return 0
    first = node.body[0]
    assert first.end_lineno is not None
    return first.end_lineno - first.lineno + 1
