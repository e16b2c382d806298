"""Variants of a solution: what it would compute with one thing changed, such as a sign, an axis, a name.

They are made from the solution's source when they are needed, some 30 to 150 for an exercise in a fraction of
a second, so nothing has to be kept in step with solutions and inputs.
"""

import ast
import importlib
import pickle
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from vaecore.exercises.machinery.diagnoses.edits import Edit, edits_of, more_edits_of
from vaecore.exercises.machinery.exercise import CodeExercise


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
