"""Changes of one node of a solution's syntax tree: the slips that students make."""

import ast
import copy
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

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
PUT_IN = ("exp", "log", "sqrt", "square", "abs", "sigmoid")
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
        if isinstance(node.op, ast.Add) and isinstance(node.left, ast.Call) and called(node.left) == "sqrt":
            yield Edit("inside the root", _inside_the_root)
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
        if name == "log" and len(node.args) == 1 and _is_quotient(node.args[0]):
            yield Edit("quotient of logarithms", _quotient_of_logarithms)
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
        isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Tuple)
        and isinstance(node.value, ast.Call)
        and len(node.targets[0].elts) == 2
    ):
        yield Edit("other result", lambda n: n.targets[0].elts.reverse())
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
    if name == "sigmoid":
        below = ast.BinOp(ast.Constant(1), ast.Add(), _numpy("exp", ast.UnaryOp(ast.USub(), node.value)))
        node.value = ast.BinOp(ast.Constant(1), ast.Div(), below)
    else:
        node.value = _numpy(name, node.value)


def _absolute_terms(node: Any) -> ast.AST:
    return ast.Call(node.func, [_numpy("abs", node.args[0])], node.keywords)


def _inside_the_root(node: Any) -> ast.AST:
    return ast.Call(node.left.func, [ast.BinOp(node.left.args[0], ast.Add(), node.right)], [])


def _quotient_of_logarithms(node: Any) -> ast.AST:
    both = (ast.Call(node.func, [side], []) for side in (node.args[0].left, node.args[0].right))
    return ast.BinOp(next(both), ast.Div(), next(both))


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
