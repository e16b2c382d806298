"""Names for the values that a solution works out on the way, in the question's terms, without its formula."""

import ast
from typing import Any

from vaecore.exercises.machinery.diagnoses.edits import called
from vaecore.exercises.machinery.diagnoses.variant_clauses import OF
from vaecore.exercises.machinery.diagnoses.variant_words import Words
from vaecore.exercises.machinery.diagnoses.watched_solution import WatchedSolution
from vaecore.exercises.machinery.exercise import CodeExercise

BETWEEN = {
    ast.Add: "the sum of {L} and {R}", ast.Sub: "the difference of {L} and {R}",
    ast.Mult: "the product of {L} and {R}", ast.Div: "{L} over {R}",
    ast.MatMult: "the matrix product of {L} and {R}", ast.FloorDiv: "the whole part of {L} over {R}",
}  # fmt: skip
MEETS = {
    ast.Add: "where it goes into a sum with {}", ast.Sub: "where it goes into a difference with {}",
    ast.Mult: "where it goes into a product with {}", ast.Div: "where it goes into a ratio with {}",
    ast.MatMult: "where it goes into a matrix product with {}", ast.Pow: "where it is raised to a power",
}  # fmt: skip
NOISE = ("standard_normal", "normal", "random", "uniform", "standard_exponential")
CALLED = ("encode", "decode")  # of a VAE
DEEP = 2  # steps into an expression
LONG = 80  # characters of a name


class ValueWords:
    """Names of the places of a watched solution."""

    def __init__(self, exercise: CodeExercise, watched: WatchedSolution) -> None:
        self.words = Words(exercise)
        self.watched = watched
        nodes = list(ast.walk(watched.tree))
        self.parents = {id(child): n for n in nodes for child in ast.iter_child_nodes(n)}
        self.assigned: dict[str, list[Any]] = {}
        self.uses: dict[str, int] = {}
        self.returned: dict[str, str] = {}
        for node in nodes:
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                self.assigned.setdefault(node.targets[0].id, []).append(node.value)
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
                names: list[str] = [n.id for n in ast.walk(node.targets[0]) if isinstance(n, ast.Name)]
                if called(node.value) in CALLED and len(names) > 1:
                    self.returned |= {name: called(node.value) for name in names}
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                self.uses[node.id] = self.uses.get(node.id, 0) + 1
        self.own = {
            a.arg for f in ast.walk(watched.tree) if isinstance(f, ast.FunctionDef) for a in f.args.args
        }

    def name(self, place: int) -> str:
        """Return a few words for the value at a place, wherever it is used or in one use of several."""
        node: Any = self.watched.places[place]
        if isinstance(node, ast.arg):
            again = node.arg in self.assigned
            return f"the `{node.arg}` that was handed in" if again else f"`{node.arg}`"
        parent: Any = self.parents.get(id(node))
        if isinstance(parent, ast.Assign) and isinstance(parent.targets[0], ast.Name):
            target = parent.targets[0].id
            if target in self.words.shown and len(self.assigned.get(target, ())) == 1:
                return f"`{target}`"
        said = self._short(node)
        if isinstance(node, ast.Name) and self.uses.get(node.id, 0) > 1 and (where := self._where(node)):
            return f"{said}, {where},"
        return said

    def plain_name(self, place: int) -> str:
        """Return a few words for the value at a place, without the place where it is used."""
        return self.name(place).partition(", where it ")[0]

    def _short(self, node: Any) -> str:
        """As much as can be said in a few words."""
        for deep in range(DEEP, 0, -1):
            if len(said := self.describe(node, deep)) <= LONG:
                return said
        return self.words.describe(node)

    def is_echo(self, place: int) -> bool:
        """Whether this is the only use of a value that has a place of its own."""
        node: Any = self.watched.places[place]
        once = isinstance(node, ast.Name) and self.uses.get(node.id) == 1
        return once and (node.id in self.watched.arguments or len(self.assigned.get(node.id, ())) == 1)

    def is_named(self, place: int) -> bool:
        """Whether a line of the solution, or its caller, gives the value a name."""
        node: Any = self.watched.places[place]
        return isinstance(node, ast.arg) or isinstance(self.parents.get(id(node)), ast.Assign)

    def _where(self, node: Any) -> str:
        parent: Any = self.parents.get(id(node))
        while isinstance(parent, ast.Subscript | ast.Attribute | ast.UnaryOp) and id(parent) in self.parents:
            node, parent = parent, self.parents[id(parent)]
        if isinstance(parent, ast.BinOp) and type(parent.op) in MEETS:
            other = parent.right if parent.left is node else parent.left
            return MEETS[type(parent.op)].format(self.describe(other, 1))
        if isinstance(parent, ast.Call) and called(parent):
            return f"where it goes into `{called(parent)}`"
        return ""

    def describe(self, node: Any, deep: int) -> str:
        """Return words for an expression; below the last step only what it is made of is said."""
        if isinstance(node, ast.Name) and node.id not in self.words.shown:
            values = self.assigned.get(node.id, [])
            if len(values) == 1 and node.id not in self.own:
                return self.describe(values[0], deep)
            if node.id in self.own:
                return self._of_inner(node)
            if node.id in self.returned:
                return f"what `{self.returned[node.id]}` returns"
        if isinstance(node, ast.Call) and called(node) in NOISE:
            return "the noise"
        if deep <= 0 or isinstance(node, ast.Constant | ast.Name):
            return self.words.describe(node)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            return f"minus {self.describe(node.operand, deep)}"
        if isinstance(node, ast.BinOp):
            if isinstance(node.op, ast.Pow):
                inner = self.describe(node.left, deep - 1)
                two = isinstance(node.right, ast.Constant) and node.right.value == 2
                return f"the square of {inner}" if two else f"a power of {inner}"
            left, right = (self.describe(side, deep - 1) for side in (node.left, node.right))
            return BETWEEN[type(node.op)].format(L=left, R=right)
        if isinstance(node, ast.Subscript):
            return self._subscript(node, deep)
        if isinstance(node, ast.Attribute) and node.attr == "T":
            return f"{self.describe(node.value, deep)}, transposed"
        return self._call(node, deep) if isinstance(node, ast.Call) else self.words.describe(node)

    def _of_inner(self, node: Any) -> str:
        """An argument of a function inside the answer."""
        function: Any = node
        while not (isinstance(function, ast.FunctionDef) and node.id in [a.arg for a in function.args.args]):
            function = self.parents[id(function)]
        names = [a.arg for a in function.args.args]
        at = names.index(node.id)
        calls = [
            c for c in ast.walk(self.watched.tree) if isinstance(c, ast.Call) and called(c) == function.name
        ]
        handed = [self.words.describe(c.args[at]) for c in calls if len(c.args) > at]
        return " or ".join(dict.fromkeys(handed)) or "a number that is worked out on the way"

    def _subscript(self, node: Any, deep: int) -> str:
        parent = self.parents.get(id(node))
        if isinstance(parent, ast.Assign) and isinstance(parent.targets[0], ast.Name):
            if parent.targets[0].id in self.words.shown:
                return f"`{parent.targets[0].id}`"
        if isinstance(node.value, ast.Attribute) and node.value.attr == "shape":
            return f"a length of {self.describe(node.value.value, 1)}"
        if isinstance(node.slice, ast.Constant) or (
            isinstance(node.slice, ast.UnaryOp) and isinstance(node.slice.operand, ast.Constant)
        ):
            return f"place [{ast.unparse(node.slice)}] of {self.describe(node.value, deep)}"
        return f"the part that is taken of {self.describe(node.value, deep)}"

    def _call(self, node: Any, deep: int) -> str:
        name = called(node)
        if name == "eye":
            return "the identity matrix"
        if name == "len":
            return f"the length of {self.describe(node.args[0], 1)}"
        word = OF.get(name)
        inner = node.args[0] if node.args else getattr(node.func, "value", None)
        if isinstance(node.func, ast.Attribute) and not isinstance(node.func.value, ast.Name):
            inner = node.func.value if not node.args or name in OF else inner
        elif isinstance(node.func, ast.Attribute) and getattr(node.func.value, "id", "np") not in (
            "np",
            "vae",
        ):
            inner = node.func.value
        if word and inner is not None and len(node.args) <= 1:
            return f"{word} of {self.describe(inner, deep - 1)}"
        if name in self.words.arguments or name in CALLED:
            return f"what `{name}` returns"
        if not word and not isinstance(node.func, ast.Attribute):
            return (
                f"what `{name}` gives for {self.words.describe(node.args[0])}" if node.args else f"`{name}`"
            )
        return self.words.describe(node)
