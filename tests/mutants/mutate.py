"""Small changes to a module that its tests must notice: each is one slip of the pen in one place.

Comparisons move their edge, arithmetic turns round, constants miss by one, conditions flip, results get lost. Left
alone: annotations, decorators, docstrings and other text, and what `assert` and `raise` say, for none is behaviour.
"""

from __future__ import annotations

import ast
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["Mutant", "mutants", "sample"]

_COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
_COMPUTED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Div: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.Pow: ast.Mult,
}
_LEFT_ALONE = (ast.Raise, ast.Assert, ast.Import, ast.ImportFrom, ast.JoinedStr)
_ANNOTATIONS = {"annotation", "returns", "decorator_list", "bases"}

Change = tuple[ast.expr, ast.expr]


@dataclass(frozen=True)
class Mutant:
    """One change: the function it stands in, how the expression reads before and after, and the changed module.

    `key` names the change for as long as the expression stays as it is; line numbers come and go.
    """

    line: int
    key: str
    source: str


def mutants(source: str) -> list[Mutant]:
    r"""Return every mutant of a module's source, in the order of its text.

    >>> [mutant.key for mutant in mutants("def older(a, b):\n    return a > b")]
    ['older: a > b -> None', 'older: a > b -> a >= b']
    """
    seen: Counter[str] = Counter()
    found = []
    for where, shown, (old, new) in _sites(ast.parse(source), "", None):
        changed = ast.unparse(new)
        key = f"{where}: {_reading(source, shown, old, changed)}"
        seen[key] += 1
        numbered = key if seen[key] == 1 else f"{key} #{seen[key]}"
        found.append(Mutant(old.lineno, numbered, _replaced(source, old, changed)))
    return found


def sample(found: list[Mutant], size: int, seed: str) -> list[Mutant]:
    """Return a seeded sample; a smaller sample is the beginning of a larger one."""
    chosen = list(found)
    random.Random(seed).shuffle(chosen)
    return chosen[:size]


def _sites(node: ast.AST, where: str, around: ast.expr | None) -> Iterator[tuple[str, ast.expr, Change]]:
    """Walk a tree with the name of the function at hand, and the expression around each one."""
    if isinstance(node, _LEFT_ALONE) or _is_for_types(node):
        return
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        where = f"{where}.{node.name}".strip(".")
    if isinstance(node, ast.expr):
        yield from ((where or "<module>", around or node, (node, new)) for new in _changes(node))
    yield from ((where or "<module>", old, (old, new)) for old, new in _statement_changes(node))
    for field, value in ast.iter_fields(node):
        if field not in _ANNOTATIONS:
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST):
                    yield from _sites(child, where, node if isinstance(node, ast.expr) else None)


def _is_for_types(node: ast.AST) -> bool:
    test = node.test if isinstance(node, ast.If) else None
    return isinstance(test, ast.Name) and test.id == "TYPE_CHECKING"


def _statement_changes(node: ast.AST) -> Iterator[Change]:
    nothing = ast.Constant(None)
    match node:
        case ast.Return(value=ast.expr() as value) if not _is(value, None):
            yield value, nothing
        case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test):
            if not isinstance(test, ast.Compare | ast.UnaryOp):  # those turn round by themselves
                yield test, ast.UnaryOp(ast.Not(), test)


def _changes(node: ast.expr) -> Iterator[ast.expr]:
    match node:
        case ast.Compare():
            for index, operator in enumerate(node.ops):
                changed = _COMPARED[type(operator)]()
                yield ast.Compare(node.left, [*node.ops[:index], changed, *node.ops[index + 1 :]], node.comparators)
        case ast.BinOp() if type(node.op) in _COMPUTED:
            yield ast.BinOp(node.left, _COMPUTED[type(node.op)](), node.right)
        case ast.BoolOp():
            yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
        case ast.UnaryOp(op=ast.Not() | ast.USub()):
            yield node.operand
        case ast.Constant(value=bool() as value):
            yield ast.Constant(not value)
        case ast.Constant(value=int() as value):
            yield from (ast.Constant(value + 1), ast.Constant(value - 1))


def _is(node: ast.expr, value: object) -> bool:
    return isinstance(node, ast.Constant) and node.value is value


def _reading(source: str, shown: ast.expr, old: ast.expr, changed: str) -> str:
    before = ast.get_source_segment(source, old) or ""
    if shown is old or "\n" in (around := ast.get_source_segment(source, shown) or "") or len(around) > 100:
        return f"{' '.join(before.split())} -> {changed}"
    return f"{around} -> {_within(source, shown, old, changed)}"


def _within(source: str, shown: ast.expr, old: ast.expr, changed: str) -> str:
    start, end = _offset(source, shown.lineno, shown.col_offset), _ends(source, shown)
    first, last = _offset(source, old.lineno, old.col_offset), _ends(source, old)
    text = source.encode()
    return (text[start:first] + changed.encode() + text[last:end]).decode()


def _replaced(source: str, old: ast.expr, changed: str) -> str:
    text = source.encode()
    start, end = _offset(source, old.lineno, old.col_offset), _ends(source, old)
    return (text[:start] + b"(" + changed.encode() + b")" + text[end:]).decode()


def _ends(source: str, node: ast.expr) -> int:
    assert node.end_lineno is not None
    assert node.end_col_offset is not None
    return _offset(source, node.end_lineno, node.end_col_offset)


def _offset(source: str, line: int, column: int) -> int:
    """Return the place in bytes: that is how a syntax tree counts columns."""
    return sum(len(part.encode()) for part in source.splitlines(keepends=True)[: line - 1]) + column
