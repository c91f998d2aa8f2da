"""What a Word template may do: name fields, choose, go through lists; nothing that runs or runs away.

The office edits it in Word or WPS, so it is treated like any input: an environment without attributes that begin with
an underscore, without functions, without arithmetic that could fill the memory, and with loops two deep at most.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jinja2 import StrictUndefined, TemplateSyntaxError, UndefinedError, nodes
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from app.core.errors import DomainError
from app.core.text import N_

DEEPEST = 2
FILTERS = frozenset({"default", "d", "join", "length", "first", "last"})
_FORBIDDEN = (nodes.Call, nodes.Import, nodes.FromImport, nodes.Include, nodes.Extends, nodes.Macro, nodes.CallBlock)


class Fields(ImmutableSandboxedEnvironment):
    """The environment of a report: names and lists only."""

    intercepted_binops = frozenset({"*", "**", "%", "+", "-", "/", "//"})

    def __init__(self) -> None:
        super().__init__(undefined=StrictUndefined, autoescape=True)
        self.globals.clear()
        self.filters = {name: found for name, found in self.filters.items() if name in FILTERS}
        self.tests = {name: found for name, found in self.tests.items() if name in {"defined", "undefined", "none"}}

    def is_safe_callable(self, obj: Any) -> bool:
        """Nothing is called: what a method could tell stands in a field of its own."""
        return False

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Figures are texts already: there is nothing to reckon with."""
        raise SecurityError(operator)


def check_source(source: str) -> None:
    """Refuse what a template may not do. Raises DomainError `template_wrong`."""
    try:
        tree = Fields().parse(source)
    except TemplateSyntaxError as error:
        raise wrong(str(error.message or error)) from error
    for node in tree.find_all(_FORBIDDEN):
        raise wrong(type(node).__name__)
    if any(depth > DEEPEST for depth in _depths(tree, 0)):
        raise wrong(f"for × {DEEPEST + 1}")


def _depths(node: nodes.Node, depth: int) -> Iterator[int]:
    for child in node.iter_child_nodes():
        here = depth + isinstance(child, nodes.For)
        yield here
        yield from _depths(child, here)


def wrong(detail: str) -> DomainError:
    """The refusal of a template, with the place that is wrong."""
    return DomainError("template_wrong", N_("模板有一处用不了：%(detail)s"), detail=detail[:120], field="file")


def unknown(error: UndefinedError) -> DomainError:
    """The refusal of a template that names what does not exist."""
    return DomainError(
        "template_field", N_("模板里有不认识的字段：%(detail)s"), detail=str(error.message)[:120], field="file"
    )
