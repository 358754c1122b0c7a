"""Lengths of functions, and which of them say no types."""

import ast
from collections.abc import Iterator
from statistics import median, quantiles

from .source import modules

Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions() -> Iterator[tuple[str, Function]]:
    """Every function of the product, with where it stands."""
    for module in modules().values():
        for node in ast.walk(module.tree):
            if isinstance(node, Function):
                yield f"{module.path}:{node.lineno} {node.name}", node


def lengths() -> tuple[float, float, int]:
    """Lines of a function: the median, nine in ten, and the longest."""
    found = [(node.end_lineno or node.lineno) - node.lineno + 1 for _, node in functions()]
    return median(found), quantiles(found, n=10)[-1], max(found)


def untyped() -> list[str]:
    """Functions of which an argument or the result has no type."""
    return [where for where, node in functions() if not _is_typed(node)]


def _is_typed(node: Function) -> bool:
    of = node.args
    named = [*of.posonlyargs, *of.args, *of.kwonlyargs, *filter(None, (of.vararg, of.kwarg))]
    given = [one for one in named if one.arg not in ("self", "cls")]
    return node.returns is not None and all(one.annotation for one in given)
