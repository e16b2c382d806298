"""Wrong answers that nobody listed: a program changes the solutions; none passes that changes a result."""

import ast
import copy
import importlib

import pytest
from right_answers import SAME

from vaecore.exercises.checking import EXERCISES
from vaecore.exercises.machinery.exercise import CodeExercise
from vaecore.exercises.machinery.judging import judge_function

CODE = [e for e in EXERCISES.values() if isinstance(e, CodeExercise)]

OPERATORS = {
    ast.Add: (ast.Sub, ast.Mult), ast.Sub: (ast.Add, ast.Mult), ast.Mult: (ast.Add, ast.Div),
    ast.Div: (ast.Mult, ast.Sub), ast.Pow: (ast.Mult, ast.Add), ast.FloorDiv: (ast.Mult, ast.Div),
}  # fmt: skip
COMPARISONS = {ast.Gt: (ast.Lt, ast.LtE), ast.Lt: (ast.Gt,), ast.GtE: (ast.Lt,), ast.LtE: (ast.Gt,)}
FUNCTIONS = {
    "exp": ("log", "expm1"), "log": ("exp", "log2", "log1p"), "log1p": ("log", "expm1"),
    "sqrt": ("square", "abs"),
    "sum": ("mean", "max", "prod"), "mean": ("sum", "max", "median"), "maximum": ("minimum", "add"),
    "abs": ("square", "negative"), "zeros_like": ("ones_like",),
    "linspace": ("geomspace",), "standard_normal": ("random",),
}  # fmt: skip


def changes_of(node):
    """Yield what to do to a node, as functions that change it in place."""

    def put(name, value):
        return lambda n: setattr(n, name, value)

    if isinstance(node, ast.BinOp):
        yield from (put("op", new()) for new in OPERATORS.get(type(node.op), ()))
        if isinstance(node.op, ast.Sub | ast.Div | ast.Pow):
            yield lambda n: (left := n.left, setattr(n, "left", n.right), setattr(n, "right", left))
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield put("op", ast.UAdd())
    elif isinstance(node, ast.Compare):
        yield from (put("ops", [new()]) for new in COMPARISONS.get(type(node.ops[0]), ()))
    elif isinstance(node, ast.Constant) and type(node.value) in (int, float):
        yield from (
            put("value", value)
            for value in {node.value + 1, node.value - 1, -node.value, 2 * node.value} - {node.value}
        )
    elif isinstance(node, ast.keyword) and node.arg == "axis":
        yield put("value", ast.Constant(None))
    elif isinstance(node, ast.Attribute) and node.attr in FUNCTIONS:
        yield from (put("attr", new) for new in FUNCTIONS[node.attr])
    elif isinstance(node, ast.Call) and len(node.args) == 2 and not isinstance(node.func, ast.Attribute):
        yield lambda n: n.args.reverse()


def mutants_of(exercise):
    """Yield the changed line and the changed function."""
    module = importlib.import_module(exercise.solution.__module__)
    tree = ast.parse(exercise.source)
    for index, node in enumerate(ast.walk(tree)):
        if (
            isinstance(node, ast.arguments)
            or (not hasattr(node, "lineno")
            and not isinstance(node, ast.keyword))
        ):
            continue
        for number in range(len(list(changes_of(node)))):
            changed = copy.deepcopy(tree)
            target = list(ast.walk(changed))[index]
            list(changes_of(target))[number](target)
            for argument in (d for d in changed.body[0].args.defaults):
                ast.fix_missing_locations(argument)
            text = ast.unparse(ast.fix_missing_locations(changed))
            before = set(ast.unparse(tree).splitlines())
            line = next((x.strip() for x in text.splitlines() if x not in before), "")
            if not line or line.startswith("def "):
                continue  # a default value: every call gives all arguments
            names = dict(vars(module))
            exec(compile(text, f"<mutant of {exercise.id}>", "exec"), names)
            yield line, names[exercise.solution.__name__]


@pytest.mark.spread
@pytest.mark.parametrize("exercise", CODE, ids=lambda e: e.id)
def test_no_mutant_passes_unless_it_computes_the_same(exercise, record_property):
    tried = named = 0
    passed = set()
    same = SAME.get(exercise.id, {})
    for line, function in mutants_of(exercise):
        tried += 1
        verdict = judge_function(exercise, function)
        named += verdict.misconception is not None
        assert verdict.status != "not attempted", line
        if verdict.status == "passed":
            passed.add(line)
    record_property("mutants", tried)
    print(f"{exercise.id}: {tried} mutants, {named} with a name, {len(same)} the same")
    assert tried >= 5
    assert not passed - set(same), passed - set(same)
    assert set(same) <= passed, "no longer passes: take it out of SAME"
