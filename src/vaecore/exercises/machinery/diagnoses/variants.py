"""Variants of a solution: what it would compute with one thing changed, such as a sign, an axis, a name.

They are made from the solution's source when they are needed, some 30 to 150 for an exercise in a fraction of
a second, so nothing has to be kept in step with solutions and inputs.
"""

import ast
import copy
import importlib
import pickle
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from vaecore.exercises.machinery.exercise import CodeExercise

OPERATORS: dict[type, tuple[type, ...]] = {
    ast.Add: (ast.Sub, ast.Mult), ast.Sub: (ast.Add, ast.Mult), ast.Mult: (ast.Add, ast.Div),
    ast.Div: (ast.Mult, ast.Sub), ast.Pow: (ast.Mult, ast.Add), ast.FloorDiv: (ast.Mult, ast.Div),
}  # fmt: skip
COMPARISONS: dict[type, tuple[type, ...]] = {
    ast.Gt: (ast.Lt, ast.LtE), ast.Lt: (ast.Gt,), ast.GtE: (ast.Lt,), ast.LtE: (ast.Gt,),
}  # fmt: skip
FUNCTIONS = {
    "exp": ("log", "expm1"), "log": ("exp", "log2", "log1p"), "log1p": ("log", "expm1"),
    "sqrt": ("square", "abs"),
    "sum": ("mean", "max", "prod"), "mean": ("sum", "max", "median"), "maximum": ("minimum", "add"),
    "abs": ("square", "negative"), "zeros_like": ("ones_like",),
    "linspace": ("geomspace",), "standard_normal": ("random",),
}  # fmt: skip
MORE_FUNCTIONS = {
    "argmax": ("argmin",), "max": ("min", "mean"), "min": ("max", "mean"), "tanh": ("arctan", "sin"),
    "log": ("log10",), "standard_normal": ("standard_exponential",), "sum": ("min",), "sort": ("array",),
    "mean": ("min",), "inv": ("transpose",), "sigmoid": ("tanh",), "sqrt": ("exp",),
}  # fmt: skip
PUT_IN = ("exp", "log", "sqrt", "square", "abs")
TRANSPARENT = {"sqrt", "exp", "log", "abs", "tanh", "square", "log1p", "sort", "inv", "sigmoid", "relu"}


@dataclass(frozen=True)
class Edit:
    """One change of a node.

    kind: what is done, such as "operator".  apply: does it to the node in place, or returns another one for
    its place.  details: what words are made of.
    """

    kind: str
    apply: Callable[[Any], ast.AST | None]
    details: tuple[Any, ...] = ()


def edits_of(node: Any) -> Iterator[Edit]:
    """Yield the changes of one node that tell whether an exercise's inputs show every slip."""

    def put(kind: str, name: str, value: Any, *details: Any) -> Edit:
        return Edit(kind, partial(_put, name, value), details)

    if isinstance(node, ast.BinOp):
        for new in OPERATORS.get(type(node.op), ()):
            yield put("operator", "op", new(), type(node.op), new)
        if isinstance(node.op, ast.Sub | ast.Div | ast.Pow):
            yield Edit("exchanged", _exchange)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield put("sign", "op", ast.UAdd())
    elif isinstance(node, ast.Compare):
        for new in COMPARISONS.get(type(node.ops[0]), ()):
            yield put("comparison", "ops", [new()], type(node.ops[0]), new)
    elif isinstance(node, ast.Constant) and type(node.value) in (int, float):
        old: Any = node.value
        for value in sorted({old + 1, old - 1, -old, 2 * old} - {old}):
            yield put("number", "value", value, old, value)
    elif isinstance(node, ast.keyword) and node.arg == "axis":
        yield put("no axis", "value", ast.Constant(None))
    elif isinstance(node, ast.Attribute) and node.attr in FUNCTIONS:
        for name in FUNCTIONS[node.attr]:
            yield put("function", "attr", name, node.attr, name)
    elif isinstance(node, ast.Call) and len(node.args) == 2 and not isinstance(node.func, ast.Attribute):
        yield Edit("arguments", lambda n: n.args.reverse())


def more_edits_of(node: Any, names: tuple[str, ...], values: Mapping[str, Any]) -> Iterator[Edit]:
    """Yield changes that students make besides: something left out, or one thing taken for another.

    values: of each name that is given once, what is given to it.
    """
    if isinstance(node, ast.BinOp):
        if isinstance(node.op, ast.Add | ast.Sub | ast.Mult | ast.MatMult | ast.Div | ast.Pow):
            yield Edit("left out", lambda n: n.left, (type(node.op), "right"))
        if isinstance(node.op, ast.Add | ast.Sub | ast.Mult):
            yield Edit("left out", lambda n: n.right, (type(node.op), "left"))
        if isinstance(node.op, ast.Pow) and _difference_of_squares(values, node) is not None:
            yield Edit("difference of squares", partial(_difference_of_squares, values))
        if isinstance(node.op, ast.Mult):
            yield Edit("squared factor", lambda n: ast.BinOp(n, ast.Mult(), copy.deepcopy(n.right)))
    elif isinstance(node, ast.Constant) and type(node.value) in (int, float) and node.value:
        old: Any = node.value
        for value in sorted({old / 2, 4 * old, 0.0} - {old}):
            yield Edit("number", partial(_put, "value", value), (old, value))
    elif isinstance(node, ast.keyword) and node.arg == "axis" and isinstance(node.value, ast.Constant):
        if node.value.value in (0, 1):
            yield Edit("axis", lambda n: setattr(n, "value", ast.Constant(1 - n.value.value)))
    elif isinstance(node, ast.Call):
        name = called(node)
        if name in TRANSPARENT and node.args:
            yield Edit("function left out", lambda n: n.args[0], (name,))
        if name in MORE_FUNCTIONS and isinstance(node.func, ast.Attribute):
            for new in MORE_FUNCTIONS[name]:
                yield Edit("function", partial(_rename, new), (name, new))
        if name == "sum" and isinstance(node.func, ast.Attribute) and len(node.args) == 1:
            yield Edit("root of squares", _root_of_squares)
        if len(node.args) == 1 and name in ("mean", "sum") and isinstance(node.func, ast.Attribute):
            yield Edit("not collected", lambda n: n.args[0], (name,))
            yield Edit("absolute terms", _absolute_terms, (name,))
            if name == "mean":
                yield Edit("mean of exponentials", _mean_of_exponentials)
    elif (
        isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id in names
    ):
        for name in PUT_IN:
            yield Edit("function put in", partial(_put_in, name), (name,))
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in names:
        for other in names:
            if other != node.id:
                yield Edit("name", partial(_put, "id", other), (node.id, other))
        for kind, other_node in (("taken from 1", _from_one), ("negative", _negative)):
            yield Edit(kind, other_node, (node.id,))


def called(node: ast.Call) -> str:
    """Return the name of what is called: `log` of `np.log(x)`."""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _put(name: str, value: Any, node: Any) -> None:
    setattr(node, name, value)


def _rename(name: str, call: Any) -> None:
    call.func.attr = name


def _from_one(node: Any) -> ast.AST:
    return ast.BinOp(ast.Constant(1), ast.Sub(), ast.Name(node.id, ast.Load()))


def _negative(node: Any) -> ast.AST:
    return ast.UnaryOp(ast.USub(), ast.Name(node.id, ast.Load()))


def _exchange(node: Any) -> None:
    node.left, node.right = node.right, node.left


def _numpy(name: str, *args: Any, keywords: Any = ()) -> ast.Call:
    return ast.Call(ast.Attribute(ast.Name("np", ast.Load()), name, ast.Load()), list(args), list(keywords))


def _put_in(name: str, node: Any) -> None:
    node.value = _numpy(name, node.value)


def _absolute_terms(node: Any) -> ast.AST:
    return ast.Call(node.func, [_numpy("abs", node.args[0])], node.keywords)


def _mean_of_exponentials(node: Any) -> ast.AST:
    return _numpy("log", ast.Call(node.func, [_numpy("exp", node.args[0])], node.keywords))


def _difference_of_squares(values: Mapping[str, Any], node: Any) -> ast.AST | None:
    """a^2 - b^2 for (a - b)^2, and so over c^2 for ((a - b) / c)^2; None where nothing is of this form."""
    if not (isinstance(node.right, ast.Constant) and node.right.value == 2):
        return None
    base = values.get(node.left.id, node.left) if isinstance(node.left, ast.Name) else node.left
    inner = base.left if _is_quotient(base) else base
    if not (isinstance(inner, ast.BinOp) and isinstance(inner.op, ast.Sub)):
        return None
    two = ast.Constant(2)
    squares = ast.BinOp(
        ast.BinOp(inner.left, ast.Pow(), two), ast.Sub(), ast.BinOp(inner.right, ast.Pow(), two)
    )
    if not _is_quotient(base):
        return squares
    return ast.BinOp(squares, ast.Div(), ast.BinOp(base.right, ast.Pow(), two))


def _is_quotient(node: Any) -> bool:
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div)


def _root_of_squares(node: Any) -> ast.AST:
    inner = ast.BinOp(node.args[0], ast.Pow(), ast.Constant(2))
    total = ast.Call(node.func, [inner], node.keywords)
    return ast.Call(ast.Attribute(ast.Name("np", ast.Load()), "sqrt", ast.Load()), [total], [])


@dataclass(frozen=True)
class Variant:
    """A solution with changes: `edits` at the nodes with the numbers `places`, in the order of `ast.walk`."""

    places: tuple[int, ...]
    edits: tuple[Edit, ...]
    code: ast.Module

    def function(self, exercise: CodeExercise) -> Callable[..., Any]:
        """Return the changed function, with the names of the solution's module."""
        names = dict(vars(importlib.import_module(exercise.solution.__module__)))
        try:
            code = compile(self.code, f"<variant of {exercise.id}>", "exec")
        except (
            TypeError
        ):  # something new has no line yet; to give one to everything takes as long as the rest
            code = compile(ast.fix_missing_locations(self.code), f"<variant of {exercise.id}>", "exec")
        exec(code, names)
        return names[exercise.solution.__name__]


def with_another(exercise: CodeExercise, name: str, function: Any) -> Callable[..., Any]:
    """Return the solution with another function in the place of the one that it calls by this name."""
    names = {**vars(importlib.import_module(exercise.solution.__module__)), name: function}
    exec(compile(tree_of(exercise), f"<{exercise.id} with another {name}>", "exec"), names)
    return names[exercise.solution.__name__]


def tree_of(exercise: CodeExercise) -> ast.Module:
    """Return the solution's syntax tree."""
    return ast.parse(exercise.source)


def variants_of(exercise: CodeExercise, more: bool = True) -> Iterator[Variant]:
    """Yield the variants with one change; without `more`, those that every exercise's inputs must show."""
    tree = tree_of(exercise)
    function: Any = tree.body[0]
    defaults = {id(node) for node in ast.walk(function.args)}  # every call gives all arguments
    names, values = _names_of(tree), values_of(tree)
    for place, node in enumerate(ast.walk(tree)):
        if id(node) in defaults:
            continue
        edits = list(edits_of(node))
        if more:
            edits += more_edits_of(node, names, values)
        for edit in edits:
            yield changed(tree, ((place, edit),))


def changed(tree: ast.Module, changes: tuple[tuple[int, Edit], ...]) -> Variant:
    """Return the tree with these changes."""
    new = pickle.loads(_pickled(tree))
    nodes = list(ast.walk(new))
    for place, edit in changes:
        replacement = edit.apply(nodes[place])
        if replacement is not None:
            _replace(new, nodes[place], replacement)
    places, edits = zip(*changes, strict=True)
    return Variant(places, edits, new)


@cache
def _pickled(tree: ast.Module) -> bytes:
    """A tree to copy: reading it back takes a fifth of the time of `copy.deepcopy`."""
    return pickle.dumps(tree)


def _replace(tree: ast.AST, old: ast.AST, new: ast.AST) -> None:
    for parent in ast.walk(tree):
        for field, value in ast.iter_fields(parent):
            if value is old:
                setattr(parent, field, new)
                return
            if isinstance(value, list) and any(item is old for item in value):
                value[:] = [new if item is old else item for item in value]
                return


def values_of(tree: ast.Module) -> dict[str, Any]:
    """Return of each name that is given once, in a line of its own, what is given to it."""
    given: dict[str, list[Any]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            given.setdefault(node.targets[0].id, []).append(node.value)
    return {name: values[0] for name, values in given.items() if len(values) == 1}


def _names_of(tree: ast.Module) -> tuple[str, ...]:
    """The arguments and the local names of the solution, in the order in which they come up."""
    function: Any = tree.body[0]
    names = [a.arg for a in function.args.args if a.arg not in ("rng", "vae")]
    names += [n.id for n in ast.walk(function) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
    counted = {n.id for loop in ast.walk(function) if isinstance(loop, ast.For) for n in _loop_names(loop)}
    return tuple(dict.fromkeys(n for n in names if n != "_" and n not in counted))


def _loop_names(loop: ast.For) -> list[ast.Name]:
    return [n for part in (loop.target, loop.iter) for n in ast.walk(part) if isinstance(n, ast.Name)]
