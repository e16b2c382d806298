"""A solution whose values on the way can be read, and each of them replaced by another one.

The source gets a call around every expression that works out numbers, once; running it with one value changed
then takes no longer than running it.
"""

import ast
import copy
import importlib
import warnings
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from vaecore.exercises.machinery.diagnoses.edits import called
from vaecore.exercises.machinery.diagnoses.variants import tree_of
from vaecore.exercises.machinery.exercise import CodeExercise

NOTE = "__note__"
WRAPPED = (ast.BinOp, ast.UnaryOp, ast.Call, ast.Name, ast.Subscript, ast.IfExp)
OPTIONS = ("axis", "keepdims", "full_matrices")  # of a call: no numbers of the computation

Change = Callable[[Any], Any]
Places = tuple[int, ...]


class WatchedSolution:
    """The solution of an exercise.

    tree: its syntax tree.  places: the nodes that are watched, by their number in `ast.walk(tree)`.
    alike: those that work out the same thing.  latest: what each of them was when it was worked out last.
    """

    def __init__(self, exercise: CodeExercise) -> None:
        self.exercise = exercise
        self.tree = tree_of(exercise)
        self.latest: dict[int, Any] = {}
        self.at = 0
        self.history: dict[int, list[Any]] = {}
        self._keeps = False
        self._changed: frozenset[int] = frozenset()
        self._change: Change = lambda value: value
        nodes = list(ast.walk(self.tree))
        function: Any = self.tree.body[0]
        self.arguments = {a.arg: nodes.index(a) for a in function.args.args if a.arg not in ("rng", "vae")}
        watched = _Watching(copy.deepcopy(self.tree), self.arguments)
        self.places = {place: nodes[place] for place in watched.places}
        alike: dict[str, list[int]] = {}
        for place, node in self.places.items():
            if not isinstance(node, ast.Name | ast.arg):
                alike.setdefault(ast.dump(node), []).append(place)
        self.alike = [tuple(same) for same in alike.values() if len(same) > 1]
        names = {**vars(importlib.import_module(exercise.solution.__module__)), NOTE: self._note}
        exec(compile(watched.tree, f"<{exercise.id}, watched>", "exec"), names)
        self._function = names[exercise.solution.__name__]

    def _note(self, place: int, value: Any) -> Any:
        if place in self._changed:
            self.at = place
            value = self._change(value)
        self.latest[place] = value
        if self._keeps:
            self.history.setdefault(place, []).append(value)
        return value

    def values(self, args: Mapping[str, Any]) -> dict[int, Any]:
        """Return what each place is on these arguments."""
        self.run(args)
        return dict(self.latest)

    def all_values(self, args: Mapping[str, Any]) -> dict[int, list[Any]]:
        """Return all that each place is on these arguments, one after the other, as in a loop."""
        self._keeps, self.history = True, {}
        self.run(args)
        self._keeps = False
        return self.history

    def run(self, args: Mapping[str, Any], places: Places = (), change: Change | None = None) -> Any:
        """Return the result with the value at these places changed; None where there is no finite one."""
        self._changed = frozenset(places)
        self.latest = {place: args[name] for name, place in self.arguments.items() if name in args}
        if change is not None:
            self._change = change
        more = (np.random.default_rng(0),) if self.exercise.takes_rng else ()
        try:
            with np.errstate(all="ignore"), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                result = np.asarray(self._function(*args.values(), *more), float)
        except Exception:  # the changed value does not fit
            return None
        return result if result.size and np.isfinite(result).all() else None


class _Watching(ast.NodeTransformer):
    """Puts the calls around the expressions; each gets the number of its place."""

    def __init__(self, tree: ast.Module, arguments: Mapping[str, int]) -> None:
        self.numbers = {id(node): place for place, node in enumerate(ast.walk(tree))}
        function: Any = tree.body[0]
        stores = [n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
        inner = [a.arg for f in ast.walk(tree) if isinstance(f, ast.FunctionDef) for a in f.args.args]
        self.names = {*stores, *inner} - {"rng", "vae"}
        self.places = list(arguments.values())
        function.body = [self.visit(line) for line in function.body]
        function.body[:0] = [
            ast.Assign([ast.Name(name, ast.Store())], _noted(place, ast.Name(name, ast.Load())))
            for name, place in arguments.items()
        ]
        self.tree = ast.fix_missing_locations(tree)

    def visit(self, node: Any) -> Any:
        if isinstance(node, ast.arguments) or (isinstance(node, ast.keyword) and node.arg in OPTIONS):
            return node
        is_value = isinstance(node, WRAPPED) and not isinstance(getattr(node, "ctx", None), ast.Store)
        if isinstance(node, ast.Attribute) and node.attr == "T":
            is_value = True
        if isinstance(node, ast.Name) and node.id not in self.names:
            is_value = False
        if isinstance(node, ast.UnaryOp) and isinstance(node.operand, ast.Constant):
            return node
        if isinstance(node, ast.Call):
            node.args = [self.visit(arg) for arg in node.args]
            node.keywords = [self.visit(keyword) for keyword in node.keywords]
            if isinstance(node.func, ast.Attribute):
                node.func.value = self.visit(node.func.value)
            is_value = is_value and called(node) != "range"
        else:
            self.generic_visit(node)
        if not is_value:
            return node
        place = self.numbers[id(node)]
        self.places.append(place)
        return _noted(place, node)


def _noted(place: int, node: ast.expr) -> ast.Call:
    return ast.Call(ast.Name(NOTE, ast.Load()), [ast.Constant(place), node], [])
