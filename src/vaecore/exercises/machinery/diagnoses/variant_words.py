"""What a variant does otherwise than the solution, in the terms of the question: its arguments, its formulas.

Names that a reader does not have (those inside the answer) are told by the arguments they are made of.
"""

import ast
import re
from collections.abc import Callable
from typing import Any

from vaecore.exercises.machinery.diagnoses.edits import Edit, called
from vaecore.exercises.machinery.diagnoses.variant_clauses import LEFT_OUT, OF, OPERATOR_WORDS, SYMBOLS
from vaecore.exercises.machinery.diagnoses.variants import tree_of, values_of
from vaecore.exercises.machinery.diagnoses.words import and_so_on
from vaecore.exercises.machinery.exercise import CodeExercise


class Words:
    """Sentences about the variants of one exercise."""

    def __init__(self, exercise: CodeExercise) -> None:
        self.tree = tree_of(exercise)
        self.nodes = list(ast.walk(self.tree))
        self.parents = {id(child): n for n in self.nodes for child in ast.iter_child_nodes(n)}
        function: Any = self.tree.body[0]
        self.arguments = [a.arg for a in function.args.args]
        shown = ast.parse(exercise.stub)
        stores = [n for n in ast.walk(shown) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
        self.shown = {*self.arguments, *(n.id for n in stores)}
        told = set(re.findall(r"\w+", " ".join((exercise.question, *exercise.hints))))
        written = [n for n in self.nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
        self.shown |= {n.id for n in written if n.id in told}
        self.values = values_of(self.tree)
        self.made_of = self._made_of()

    def _made_of(self) -> dict[str, tuple[str, ...]]:
        """Of each name that is not shown: the shown names that it is made of."""
        made: dict[str, tuple[str, ...]] = {}
        for node in self.nodes:
            if isinstance(node, ast.Assign):
                for target, value in _pairs(node.targets[0], node.value):
                    sources: list[str] = []
                    for n in ast.walk(value):
                        if isinstance(n, ast.Name):
                            sources += [n.id] if n.id in self.shown else made.get(n.id, ())
                    for name in (n.id for n in ast.walk(target) if isinstance(n, ast.Name)):
                        if name not in self.shown:
                            kept = [s for s in sources if s != "rng"]
                            made[name] = tuple(dict.fromkeys([*made.get(name, ()), *kept]))
        return made

    def about(self, place: int, edit: Edit) -> str:
        """Return a clause that says what the edit does at this place, in the words of the question."""
        node: Any = self.nodes[place]
        sentences: dict[str, Callable[[Any, Edit], str]] = {
            "operator": self._operator, "exchanged": self._exchanged, "sign": self._sign,
            "comparison": self._comparison, "number": self._number, "no axis": self._no_axis,
            "axis": self._axis, "function": self._function, "arguments": self._arguments,
            "left out": self._left_out, "squared factor": self._squared_factor,
            "function left out": self._function_left_out, "root of squares": self._root,
            "not collected": self._not_collected, "name": self._name,
            "taken from 1": self._from_one, "negative": self._negative,
            "difference of squares": self._squares, "mean of exponentials": self._exponentials,
            "absolute terms": self._absolute, "function put in": self._function_put_in,
            "other result": self._other_result, "quotient of logarithms": self._quotient_of_logarithms,
            "inside the root": self._inside_the_root,
        }  # fmt: skip
        return sentences[edit.kind](node, edit)

    def names_in(self, *nodes: ast.AST) -> list[str]:
        """The shown names on which a part depends."""
        found: list[str] = []
        for node in nodes:
            for n in ast.walk(node):
                if isinstance(n, ast.Name):
                    found += [n.id] if n.id in self.shown else self.made_of.get(n.id, ())
        return [n for n in dict.fromkeys(found) if n != "rng"]

    def describe(self, node: Any) -> str:
        """Return a few words for a part of the computation, without its formula."""
        if isinstance(node, ast.Constant):
            return f"{node.value!r}"
        if isinstance(node, ast.UnaryOp) and isinstance(node.operand, ast.Constant):
            return f"-{node.operand.value!r}"
        if isinstance(node, ast.Name) and node.id in self.shown:
            return f"`{node.id}`"
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "np":
            return node.attr
        names = self.names_in(node)
        of = and_so_on(names)
        if isinstance(node, ast.Call) and (word := OF.get(called(node))):
            if called(node) == "log" and not names:
                return "the logarithm of a constant"
            return f"{word} of a part with {of}" if names else word
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow) and _is(node.right, 2):
            inner = self.describe(node.left)
            return f"the square of {inner}"
        if not names:
            return "a number"
        return f"the part with {of}"

    def _pair(self, node: Any) -> dict[str, str]:
        left, right = self.describe(node.left), self.describe(node.right)
        if left == right:
            left, right = f"{left} (the first)", f"{right} (the second)"
        return {"L": left, "R": right}

    def _operator(self, node: Any, edit: Edit) -> str:
        old, new = edit.details
        pair = self._pair(node)
        if old is ast.Pow and new is ast.Mult and _is(node.right, 2):
            return f"{pair['L']} is doubled where it should be squared"
        return OPERATOR_WORDS[old, new].format(**pair)

    def _exchanged(self, node: Any, edit: Edit) -> str:
        how = {
            ast.Sub: "{L} is subtracted from {R}, and not the other way round",
            ast.Div: "{R} is divided by {L}, and not the other way round",
            ast.Pow: "{R} is raised to the power {L}, and not the other way round",
        }
        return how[type(node.op)].format(**self._pair(node))

    def _sign(self, node: Any, edit: Edit) -> str:
        return f"{self.describe(node.operand)} has lost its minus sign"

    def _comparison(self, node: Any, edit: Edit) -> str:
        old, new = edit.details
        what = self.describe(node.left)
        return f"a condition asks whether {what} is {SYMBOLS[new]} a limit, not {SYMBOLS[old]} it"

    def _number(self, node: Any, edit: Edit) -> str:
        value = edit.details[1]
        parent: Any = self.parents.get(id(node))
        if isinstance(parent, ast.UnaryOp):
            value, node, parent = -value, parent, self.parents.get(id(parent))
        shown = f"{value:g}"
        if isinstance(parent, ast.BinOp):
            other = self.describe(parent.left if parent.right is node else parent.right)
            first = parent.left is node
            words = {
                ast.Mult: f"{other} has the factor {shown} in place of another number",
                ast.Add: f"{shown} is added to {other} in place of another number",
                ast.Sub: f"{other} is subtracted from {shown} in place of another number" if first
                else f"{shown} is subtracted from {other} in place of another number",
                ast.Div: f"{shown} over {other} stands in place of another number over it" if first
                else f"{other} is divided by {shown} in place of another number",
                ast.Pow: f"{other} has the power {shown} in place of another",
                ast.FloorDiv: f"{other} is divided by {shown} in place of another number",
            }  # fmt: skip
            return words.get(type(parent.op), f"{shown} stands beside {other} in place of another number")
        if isinstance(parent, ast.keyword) and parent.arg == "axis":
            call: Any = self.parents[id(parent)]
            return f"{self.describe(call)} runs along axis {shown}, which is another axis than it should be"
        if isinstance(parent, ast.Call):
            return f"`{called(parent)}` gets the number {shown} in place of another"
        while parent is not None and not isinstance(parent, ast.Subscript | ast.stmt):
            parent = self.parents.get(id(parent))
        if isinstance(parent, ast.Subscript):
            base = self.describe(parent.value)
            if isinstance(parent.value, ast.Attribute) and parent.value.attr == "shape":
                return f"the length of axis {shown} of {base} is taken, and another is needed"
            return f"an index of {base} is {shown} in place of another number"
        return f"the number {shown} stands in place of another"

    def _call_of(self, node: Any) -> Any:
        return self.parents[id(node)]

    def _no_axis(self, node: Any, edit: Edit) -> str:
        return f"{self.describe(self._call_of(node))} runs over everything, not along one axis"

    def _axis(self, node: Any, edit: Edit) -> str:
        wrong = 1 - node.value.value
        return f"{self.describe(self._call_of(node))} runs along axis {wrong}, which is the other axis"

    def _function(self, node: Any, edit: Edit) -> str:
        old, new = (OF.get(name, f"`{name}`") for name in edit.details)
        call = node if isinstance(node, ast.Call) else self.parents.get(id(node))
        names = self.names_in(call) if call is not None else []
        of = f" of a part with {and_so_on(names)}" if names else ""
        return f"{new}{of} is taken, where {old} belongs"

    def _arguments(self, node: Any, edit: Edit) -> str:
        return f"`{called(node)}` gets its two arguments in the other order"

    def _left_out(self, node: Any, edit: Edit) -> str:
        op, side = edit.details
        if op is ast.Pow and _is(node.right, 2):
            return f"{self.describe(node.left)} is not squared, and should be"
        return LEFT_OUT[op, side].format(**self._pair(node))

    def _squared_factor(self, node: Any, edit: Edit) -> str:
        return f"the factor {self.describe(node.right)} is there twice"

    def _function_left_out(self, node: Any, edit: Edit) -> str:
        (name,) = edit.details
        of = and_so_on(self.names_in(node))
        return f"{OF.get(name, name)} of a part with {of} is missing: the part stands there as it is"

    def _function_put_in(self, node: Any, edit: Edit) -> str:
        (name,) = edit.details
        what = self._by_name(node.targets[0].id).replace("what is made of", "a part with")
        is_exponential = isinstance(node.value, ast.Call) and called(node.value) == "exp"
        also = " (which halves its logarithm)" if is_exponential and name == "sqrt" else ""
        return f"{OF[name]} of {what} is taken{also}, which belongs there as it is"

    def _other_result(self, node: Any, edit: Edit) -> str:
        of = and_so_on(self.names_in(node.value))
        if called(node.value) == "slogdet":
            return f"the sign of a determinant of a part with {of} is taken, where its logarithm belongs"
        return f"the two results of `{called(node.value)}` are taken for each other"

    def _inside_the_root(self, node: Any, edit: Edit) -> str:
        return f"{self.describe(node.right)} is added inside the square root, where it belongs outside"

    def _quotient_of_logarithms(self, node: Any, edit: Edit) -> str:
        pair = self._pair(node.args[0])
        return (
            f"the logarithm of {pair['L']} is divided by the logarithm of {pair['R']}, where the logarithm "
            "of their quotient belongs"
        )

    def _root(self, node: Any, edit: Edit) -> str:
        of = and_so_on(self.names_in(node))
        return f"the root of the sum of squares of a part with {of} is taken, not its sum"

    def _not_collected(self, node: Any, edit: Edit) -> str:
        (name,) = edit.details
        return f"{OF[name]} over all is missing"

    def _squares(self, node: Any, edit: Edit) -> str:
        base = self.values.get(getattr(node.left, "id", ""), node.left)
        while isinstance(base, ast.BinOp) and not isinstance(base.op, ast.Sub):
            base = base.left
        pair = self._pair(base)
        return f"the squares of {pair['L']} and {pair['R']} are subtracted, where their difference is squared"

    def _exponentials(self, node: Any, edit: Edit) -> str:
        of = and_so_on(self.names_in(node))
        return f"the logarithm of a mean of exponentials is taken of a part with {of}, where its mean belongs"

    def _absolute(self, node: Any, edit: Edit) -> str:
        (name,) = edit.details
        of = and_so_on(self.names_in(node))
        return f"the terms with {of} are taken without their signs before {OF[name]}"

    def _name(self, node: Any, edit: Edit) -> str:
        old, new = (self._by_name(name) for name in edit.details)
        if old == new:
            return f"one result made of {old.removeprefix('what is made of ')} is taken for another"
        return f"{new} stands in a place where {old} belongs"

    def _from_one(self, node: Any, edit: Edit) -> str:
        what = self._by_name(node.id)
        return f"1 minus {what} stands where {what} belongs{self._once(node)}"

    def _negative(self, node: Any, edit: Edit) -> str:
        whole = self._whole(node)
        return f"{whole or self._by_name(node.id)} has the other sign{'' if whole else self._once(node)}"

    def _once(self, node: Any) -> str:
        """That this is one of several places where a name is used."""
        uses = sum(isinstance(n, ast.Name) and n.id == node.id for n in self.nodes)
        stores = sum(
            isinstance(n, ast.Name) and n.id == node.id and isinstance(n.ctx, ast.Store) for n in self.nodes
        )
        return ", in one of the places where it counts" if uses - stores > 1 else ""

    def _whole(self, node: Any) -> str:
        """The name that is given to a part of this, as `log_std` is to columns of an argument; or ""."""
        parent: Any = self.parents.get(id(node))
        above: Any = self.parents.get(id(parent))
        if isinstance(parent, ast.Subscript) and isinstance(above, ast.Assign):
            return self.describe(above.targets[0]) if isinstance(above.targets[0], ast.Name) else ""
        return ""

    def _by_name(self, name: str) -> str:
        if name in self.shown:
            return f"`{name}`"
        made = self.made_of.get(name, ())
        return f"what is made of {and_so_on(made)}" if made else "a number that is worked out on the way"


def _pairs(target: Any, value: Any) -> list[tuple[Any, Any]]:
    """What is assigned to what, one by one where both sides are written out."""
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        return list(zip(target.elts, value.elts, strict=True))
    return [(target, value)]


def _is(node: Any, value: float) -> bool:
    return isinstance(node, ast.Constant) and node.value == value
