"""Functions are short and public things say what they mean."""

import ast
import statistics

from tests.unit.house.source import ROOT, definitions, files, functions

MEDIAN, PERCENTILE_95, LONGEST = 8, 30, 50  # lines, docstrings not counted
LONGEST_FILE = 300  # lines


def test_no_function_is_longer_than_fifty_lines() -> None:
    assert [f"{f}: {f.lines} lines" for f in functions() if f.lines > LONGEST] == []


def test_most_functions_are_short() -> None:
    ranked = sorted(functions(), key=lambda function: function.lines)
    median = statistics.median(function.lines for function in ranked)
    percentile = ranked[int(0.95 * (len(ranked) - 1))].lines
    longest = "\n".join(f"{f}: {f.lines} lines" for f in ranked[-12:])
    assert median <= MEDIAN, f"the median function has {median} lines"
    assert percentile <= PERCENTILE_95, f"5 % of the functions have {percentile} lines or more:\n{longest}"


def test_no_file_is_longer_than_three_hundred_lines() -> None:
    counted = {path: len(path.read_text("utf-8").splitlines()) for path in files()}
    assert {str(p.relative_to(ROOT)): n for p, n in counted.items() if n > LONGEST_FILE} == {}


def test_every_public_class_and_function_has_a_docstring() -> None:
    named = [d for d in definitions() if d.public and ast.get_docstring(d.node) is None]
    overrides = [d for d in named if any(getattr(x, "id", "") == "override" for x in d.node.decorator_list)]
    assert [str(d) for d in named if d not in overrides] == []


def test_every_module_that_defines_anything_says_what_it_is_for() -> None:
    trees = {path: ast.parse(path.read_text("utf-8")) for path in files()}
    silent = [path for path, tree in trees.items() if tree.body and ast.get_docstring(tree) is None]
    assert [str(path.relative_to(ROOT)) for path in silent] == []
