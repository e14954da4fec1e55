"""Source texts as trees, for the rules of the house."""

import ast
from collections.abc import Iterator
from functools import lru_cache


@lru_cache(maxsize=1000)
def tree(text: str) -> ast.Module:
    """The tree of a text, parsed once for all rules."""
    return ast.parse(text)


def imported(of: ast.AST) -> Iterator[tuple[int, str]]:
    """Every imported module with its line; `from a import b` counts as a.b, since b may be a module."""
    for node in ast.walk(of):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield node.lineno, f"{node.module or ''}.{alias.name}"
