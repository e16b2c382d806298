"""The reference: every public function and class of a module, from its docstring, with its source.

    ```{reference} vaecore.kl
    ```

makes a section of a module, or of a package that says in `__all__` what it offers.  Sphinx's autodoc reads
the code, `docstrings` turns the text into reStructuredText, Sphinx's viewcode makes the pages of source.
"""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Collection
from importlib import import_module
from textwrap import dedent
from typing import TYPE_CHECKING, Any

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.pycode import ModuleAnalyzer
from sphinx.util.docutils import SphinxDirective
from sphinx.util.nodes import make_refnode

import vaecore
from vaebook.pages.docstrings import as_rest
from vaecore.widgets.page.book_widget import BookWidget

if TYPE_CHECKING:
    from types import ModuleType

    from sphinx.application import Sphinx
    from sphinx.config import Config
    from sphinx.environment import BuildEnvironment

PAGE = "reference"


def setup(app: Sphinx) -> dict[str, bool]:
    app.setup_extension("sphinx.ext.autodoc")
    app.setup_extension("sphinx.ext.viewcode")
    app.add_directive("reference", Reference)
    app.connect("config-inited", settle, priority=500)
    app.connect("autodoc-process-signature", as_in_the_source)
    app.connect("autodoc-process-docstring", rewrite)
    app.connect("autodoc-skip-member", skip)
    app.connect("missing-reference", find_entry)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def settle(app: Sphinx, config: Config) -> None:
    config.add_module_names = False
    config.toc_object_entries_show_parents = "hide"
    config.html_domain_indices = False


def offered(module: ModuleType) -> list[str]:
    """The public names of a module: what a package lists, or its own functions, classes, documented values.

    A value is documented by a comment that begins with "#:".
    """
    documented = {name for _, name in ModuleAnalyzer.for_module(module.__name__).find_attr_docs()}

    def shown(name: str) -> bool:
        thing = getattr(module, name)
        is_ours = inspect.isfunction(thing) or inspect.isclass(thing)
        return name in documented or (is_ours and thing.__module__.startswith("vaecore."))

    if names := getattr(module, "__all__", None):
        return [name for name in names if shown(name)]
    own = [name for name, thing in vars(module).items() if not name.startswith("_")]
    return [
        n
        for n in own
        if shown(n) and getattr(getattr(module, n), "__module__", module.__name__) == module.__name__
    ]


class Reference(SphinxDirective):
    """A section for a module."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        module = import_module(self.arguments[0])
        section = nodes.section(ids=[nodes.make_id(module.__name__)], classes=["module"])
        section += nodes.title("", "", nodes.literal("", module.__name__))
        # The docstrings speak of "cosine" and x', which are code: no typographer's quotes.
        section["support_smartquotes"] = False
        lines = ["~~~~~{eval-rst}", *self.entries(module), "~~~~~"]
        self.state.nested_parse(StringList(lines, source=module.__name__), 0, section)
        return [section]

    def entries(self, module: ModuleType) -> list[str]:
        lines = [f".. automodule:: {module.__name__}", ""]
        for name in offered(module):
            thing = getattr(module, name)
            if inspect.isclass(thing):
                lines += [
                    f".. autoclass:: {module.__name__}.{name}",
                    "   :member-order: bysource",
                    "   :members:",
                ]
                if issubclass(thing, BookWidget):  # what every widget has is of no interest at each
                    lines.append(f"   :exclude-members: {', '.join(vars(BookWidget))}")
                lines.append("")
            elif inspect.isfunction(thing):
                lines += [f".. autofunction:: {module.__name__}.{name}", ""]
            else:
                lines += [f".. autodata:: {module.__name__}.{name}", "   :no-value:", ""]
        return lines


def as_in_the_source(
    app: Sphinx, what: str, name: str, thing: Any, options: Any, signature: str | None, returns: str | None
) -> tuple[str | None, str | None] | None:
    """The signature with the types and defaults as they are written, `Network` and not what it stands for."""
    function: Any = thing.__dict__.get("__init__") if inspect.isclass(thing) else thing
    try:
        node = ast.parse(dedent(inspect.getsource(function))).body[0]
    except (OSError, TypeError):  # what a dataclass was given: no source, and autodoc knows it
        return None
    if not isinstance(node, ast.FunctionDef):
        return None
    everything = [*node.args.posonlyargs, *node.args.args]
    if everything and everything[0].arg in ("self", "cls"):
        (node.args.posonlyargs or node.args.args).pop(0)
    node = UnquotedTypes().visit(node)
    returned = ast.unparse(node.returns) if node.returns and not inspect.isclass(thing) else None
    return f"({ast.unparse(node.args)})", returned


class UnquotedTypes(ast.NodeTransformer):
    """Types in quotes, as "Figure", without them."""

    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.annotation = unquoted(node.annotation)
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        node.returns = unquoted(node.returns)
        self.visit(node.args)
        return node


def unquoted(annotation: ast.expr | None) -> ast.expr | None:
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        return ast.parse(annotation.value, mode="eval").body
    return annotation


def arguments_of(thing: Any) -> Collection[str]:
    """What a docstring may describe: arguments; of a class also its attributes."""
    names = set(getattr(thing, "__annotations__", ()))
    if inspect.isclass(thing):
        names |= {name for name in dir(thing) if not name.startswith("_")}
    try:
        names |= set(inspect.signature(thing).parameters)
    except (TypeError, ValueError):
        pass
    return names


def rewrite(app: Sphinx, what: str, name: str, thing: Any, options: Any, lines: list[str]) -> None:
    lines[:] = as_rest("\n".join(lines), arguments_of(thing))


def skip(app: Sphinx, what: str, name: str, thing: Any, is_skipped: bool, options: Any) -> bool | None:
    """Leave out a class's attributes: its docstring describes them."""
    is_method = inspect.isroutine(thing) or isinstance(thing, (classmethod, staticmethod, property))
    return None if is_method and inspect.getdoc(thing) else True


def find_entry(
    app: Sphinx, env: BuildEnvironment, node: nodes.Element, inside: nodes.TextElement
) -> nodes.Node | None:
    """Where a name in a docstring or signature leads: to its entry, if there is one; else it is only code."""
    if node.get("refdomain") != "py" or node["refdoc"] != PAGE:
        return None
    name = node["reftarget"]
    thing = getattr(vaecore, name, None)
    same = [key for key in entries(env) if key.endswith(f".{name}")]
    target = entry_for(env, thing) if thing is not None else same[0] if len(same) == 1 else None
    if target is None:
        return inside if isinstance(inside, nodes.Text) else nodes.literal("", inside.astext())
    return make_refnode(app.builder, PAGE, PAGE, target, inside)


def entries(env: BuildEnvironment) -> dict[str, str]:
    """The entries of the page: full name -> id."""
    objects = env.domains["py"].objects
    return {name: entry.node_id for name, entry in objects.items() if entry.docname == PAGE}


def entry_for(env: BuildEnvironment, thing: Any) -> str | None:
    """The id of the entry of a function, class, value or module."""
    for name, target in entries(env).items():
        module, _, last = name.rpartition(".")
        if thing is sys.modules.get(name) or thing is getattr(sys.modules.get(module), last, sys):
            return target
    return None
