"""Every English text that the code below the pages says to people, found in its syntax trees.

A text is what one expression makes: a constant, or an f-string whose values are blanks, written `{}`. Choices inside it
(`a if b else c`, `counted(n, "page")`, a local name that holds one) make a text of each.
"""

import ast
import re
from collections.abc import Collection, Iterator
from functools import cache
from itertools import product
from pathlib import Path

from rag.hidden import Concealment
from tests.unit.web.unspoken import FOREIGN, NO_TEXT, SILENT, UNTITLED, WORDS

ROOT = Path(__file__).parents[3]
BLANK = "{}"
_BLANKS = re.compile(r"(?:\{\}){2,}")
_PHRASE = re.compile(r"[\w}].* .*[^\W\d_]{2}|[^\W\d_]{2}.* .*[\w{]", re.DOTALL)
_CODE = re.compile(r"[A-Z_]+|[\W\d_]*|[a-z]+(?:[_-][a-z]+)+")  # settings, marks, keywords
_FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef
_DOCUMENTED = ast.Module | ast.ClassDef | _FUNCTIONS

_BEFORE = re.compile(r"\{\}[:,] ")  # what comes after is told by itself
_FOR_NOBODY = frozenset("text cast Field Header Query Form File FastAPI getattr ValueError TypeError".split())
_MACHINE = re.compile(  # SQL, XPath, headers, programs, commands, types
    r"^(?:PRAGMA|SELECT|BEGIN|REPEATABLE|event:|Bearer)|\w+ = |(?:-src|sandbox) |=\(\)|; charset=|[\[(]\.?//|^\./"
    r"|^\w+\[.*\]$|^Footnote/|\w+\[\w+.*\] \||ancestor::| \| \w+ \| |^FOOTNOTE_HOME|^cd |^footnote |-m web|--home"
    r"|^import |\\f|UTF-8''|^attachment;"
)


@cache
def spoken(root: Path = ROOT) -> dict[str, str]:
    """Every text, and where it is said first: file and line."""
    trees = dict(_trees(root))
    errors = _errors(trees.values())
    found = dict(FOREIGN) | {f"Text {how}": "web/templates/receipt.html" for how in Concealment}
    for name, tree in trees.items():
        said = [*_titles(tree, errors), *_words(tree, WORDS.get(name, ()))]
        if not name.startswith(tuple(SILENT)):
            said += _Module(tree, frozenset(errors)).texts()
        for line, text in said:
            found.setdefault(text, f"{name}:{line}")
    return found


def _trees(root: Path) -> Iterator[tuple[str, ast.Module]]:
    for package in ("rag", "ingest", "web"):
        for path in sorted((root / package).rglob("*.py")):
            yield path.relative_to(root).as_posix(), ast.parse(path.read_text("utf-8"))


def _errors(trees: Collection[ast.Module]) -> set[str]:
    """The names of all classes of errors that are told to people."""
    classes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    found, before = {"FootnoteError"}, 0
    while len(found) > before:
        before = len(found)
        found |= {each.name for each in classes if {_name(base) for base in each.bases} & found}
    return found


def _titles(tree: ast.Module, errors: Collection[str]) -> Iterator[tuple[int, str]]:
    """What a page calls an error: how its documentation begins."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and node.name in errors and node.name not in UNTITLED:
            yield node.lineno, (ast.get_docstring(node) or node.name).splitlines()[0].rstrip(".")


def _words(tree: ast.Module, names: Collection[str]) -> Iterator[tuple[int, str]]:
    for node in tree.body:
        held = node.value if isinstance(node, ast.Assign) and _name(node.targets[0]) in names else None
        if isinstance(held, ast.Dict):
            yield from ((each.lineno, str(ast.literal_eval(each))) for each in held.values)


class _Module:
    """One file of code."""

    def __init__(self, tree: ast.Module, errors: frozenset[str]) -> None:
        self.tree, self.errors = tree, errors
        self.above = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
        self.types = {each for node in ast.walk(tree) for noted in _noted(node) for each in ast.walk(noted)}
        self.local = dict(self._assigned())
        self.used: set[ast.expr] = set()  # held by local names, and told in what these stand in
        self.raised = {
            argument
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and self._makes_an_error(node)
            for argument in [*node.args, *(keyword.value for keyword in node.keywords)]
        }

    def texts(self) -> Iterator[tuple[int, str]]:
        """The line and the words of each."""
        outermost = [
            node for node in ast.walk(self.tree) if isinstance(node, ast.expr) and self._outermost(node)
        ]
        said = [(node, self._said(node)) for node in outermost]
        for node, texts in said:
            if node not in self.used:
                told = (_BEFORE.sub("", text) if _BEFORE.match(text) else text for text in texts)
                yield from ((node.lineno, text) for text in told if self._for_people(node, text))

    def _outermost(self, node: ast.AST) -> bool:
        """Whether a text begins here, that is no part of another and not read by the machine."""
        if not _is_text(node):
            return False
        above = self.above[node]
        if node in self.types:
            return False
        if isinstance(above, ast.Expr | ast.Compare | ast.Attribute) and not _formatted(above):
            return False  # documentation, a comparison, words that are split
        while not isinstance(above, ast.stmt):
            if _is_text(above) or (isinstance(above, ast.Call) and _by_machine(above)):
                return False
            above = self.above[above]
        return True

    def _for_people(self, node: ast.expr, text: str) -> bool:
        if not re.search(r"[^\W\d_]", text.replace(BLANK, "")):
            return False
        if self._argument(node) in self.raised:
            return not _CODE.fullmatch(text)
        return bool(_PHRASE.search(text)) and text not in NO_TEXT and not _by_machine_alone(text)

    def _argument(self, node: ast.AST) -> ast.AST:
        """What it stands in, as a choice or a sum does."""
        while isinstance(self.above[node], ast.IfExp | ast.BinOp | ast.BoolOp):
            node = self.above[node]
        return node

    def _makes_an_error(self, call: ast.Call) -> bool:
        name = _name(call.func)
        return name in self.errors or isinstance(self.above[call], ast.Raise)

    def _assigned(self) -> Iterator[tuple[tuple[ast.AST | None, str], ast.expr]]:
        """What local names stand for, where that is a text."""
        for node in ast.walk(self.tree):
            if (
                isinstance(node, ast.Assign)
                and len(node.targets) == 1
                and isinstance(node.targets[0], ast.Name)
            ):
                within = self._function(node)
                if within is not None:
                    yield (within, node.targets[0].id), node.value

    def _function(self, node: ast.AST) -> ast.AST | None:
        while node in self.above:
            node = self.above[node]
            if isinstance(node, _FUNCTIONS):
                return node
        return None

    def _said(self, node: ast.expr) -> list[str]:
        """The texts that an expression can make; one blank where that is not known here."""
        match node:
            case ast.Constant(value=str(text)):
                return [re.sub(r"\{[^{}]*\}", BLANK, text)]
            case ast.JoinedStr(values=values):
                return [_BLANKS.sub(BLANK, "".join(parts)) for parts in product(*map(self._said, values))]
            case ast.FormattedValue(value=value, format_spec=None):
                return self._said(value)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return ["".join(parts) for parts in product(self._said(left), self._said(right))]
            case ast.IfExp(body=body, orelse=orelse):
                return [*self._said(body), *self._said(orelse)]
            case ast.BoolOp(op=ast.Or(), values=values):
                return [text for value in values for text in self._said(value)]
            case _:
                return self._said_elsewhere(node)

    def _said_elsewhere(self, node: ast.expr) -> list[str]:
        match node:
            case ast.Call(func=ast.Name(id="counted"), args=[_, ast.Constant(value=str(noun))]):
                return [f"1 {noun}", f"{BLANK} {noun}s"]
            case ast.Name(id=name) if (key := (self._function(node), name)) in self.local:
                return self._held(key)
            case _:
                return [BLANK]

    def _held(self, key: tuple[ast.AST | None, str]) -> list[str]:
        held = self.local.pop(key)  # for the moment: a name may be made of itself
        texts = self._said(held)
        self.local[key] = held
        if texts != [BLANK]:
            self.used |= {each for each in ast.walk(held) if isinstance(each, ast.expr)}
        return texts


def _is_text(node: ast.AST) -> bool:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return any(
            _is_text(side) or (isinstance(side, ast.IfExp) and _is_text(side.body))
            for side in (node.left, node.right)
        )
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def _noted(node: ast.AST) -> list[ast.expr]:
    """What is noted of types."""
    return [noted for field in ("annotation", "returns") if (noted := getattr(node, field, None))]


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _formatted(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr in ("format", "strip", "rstrip")


def _by_machine(call: ast.Call) -> bool:
    """Whether what a call is given is for no reader: patterns, SQL, logs, types, documentation of the API."""
    name = ast.unparse(call.func)
    return name.startswith(("re.", "log.")) or name in _FOR_NOBODY


def _by_machine_alone(text: str) -> bool:
    return bool(_MACHINE.search(text))
