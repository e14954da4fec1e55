"""The rules of the house for graph/: the executor, its loaders, and the libraries (see tests/architecture.py)."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import get_type_hints

from graphql import is_scalar_type, is_specified_scalar_type

from domain.services import Services
from graph.schema import graphql_schema
from tests.source_trees import imported, tree

_FLOORS = frozenset({"domain", "persistence", "graph", "server"})
# The executor stands by itself (docs/executor.md): whatever it needs of the workshop it is handed. What stands around
# it refuses operations by the roles of their fields, and tells refusals as the domain has them.
_AROUND_THE_EXECUTOR, _EXECUTOR = Path("graph/execution"), Path("graph/execution/breadth_first")
_OF_THE_EXECUTOR = (
    "graph.execution.breadth_first",
    "graph.execution.context",
    "graph.execution.answer_size",
    "graph.execution.document_cache",
    "graph.execution.introspection",
    "graph.execution.observation",
    "graph.execution.operation_loader",
    "graph.execution.relation",
    "graph.library_internals",
)
_OF_WHAT_IS_AROUND = (
    "graph.execution",
    "graph.library_internals",
    "graph.required_role",
    "graph.schema_names",
    "domain",
)
_SCALARS = frozenset(
    name
    for name, kind in graphql_schema.type_map.items()
    if is_scalar_type(kind) and not is_specified_scalar_type(kind)
)

# What these libraries promise; the rest of them is used in one file, which a test holds against their next version.
_MAY_NAME_INTERNALS = frozenset({Path("graph/library_internals.py"), Path("tests/graph_rules.py")})
_LIBRARIES = frozenset({"aiodataloader", "graphql", "strawberry"})
_DOCUMENTED = frozenset(
    {
        "aiodataloader",
        "graphql",
        "graphql.error",
        "graphql.execution",
        "graphql.language",
        "graphql.pyutils",
        "graphql.type",
        "graphql.utilities",
        "graphql.validation",
        "strawberry",
        "strawberry.schema.config",
        "strawberry.types",
        "strawberry.types.scalar",
    }
)
_PRIVATE = frozenset({"_cache", "_field", "_queue", "_raw_info", "_schema", "__strawberry_definition__"})
_PRIVATE_KEYS = frozenset({"strawberry-definition", "__strawberry_definition__"})
# Public, in spite of their names.
_OF_TUPLES = frozenset({"_asdict", "_fields", "_make", "_replace"})


def the_executor_stands_by_itself(path: Path, text: str) -> list[str]:
    """graph/execution/breadth_first imports nothing of the workshop; what stands around it knows roles and refusals.

    Neither knows a scalar of the workshop by its name.
    """
    if _AROUND_THE_EXECUTOR not in path.parents:
        return []
    allowed = _OF_THE_EXECUTOR if _EXECUTOR in path.parents else _OF_WHAT_IS_AROUND
    foreign = [
        f"{path}:{line}: the executor imports {name}"
        for line, name in imported(tree(text))
        if _is_for_graph(name) and not _is_below(name, allowed)
    ]
    return foreign + [
        f"{path}:{node.lineno}: the executor knows the scalar {node.value}"
        for node in ast.walk(tree(text))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in _SCALARS
    ]


def _is_for_graph(name: str) -> bool:
    """Whether the rest of graph may import it: what it may not is a breach of `imports_point_inward` already."""
    return _is_below(name, ("domain", "graph", "persistence.readers"))


def _is_below(name: str, packages: tuple[str, ...]) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def loaders_are_named_by_themselves(path: Path, text: str) -> list[str]:
    """No loader is asked for by a text: `Loaders.part_by_id.of(loaders)` is checked, and found among its uses."""
    if path.parts[0] not in _FLOORS:
        return []
    return [
        f"{path}:{node.lineno}: asks for a loader by its name"
        for node in ast.walk(tree(text))
        if isinstance(node, ast.Call)
        if _last_name(node.func) == "getattr" and _last_name(node.args[0]).endswith("loaders")
    ]


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def internals_of_libraries_stand_in_one_file(path: Path, text: str) -> list[str]:
    """What Strawberry, graphql-core and aiodataloader do not promise is used in graph/library_internals.py alone."""
    if path in _MAY_NAME_INTERNALS or path.parts[0] not in {"graph", "server", "tests"}:
        return []
    is_graph = path.parts[0] == "graph"
    modules = [f"{path}:{line}: imports {name}" for line, name in _undocumented(tree(text))]
    return modules + [
        f"{path}:{node.lineno}: uses what is private in a library"
        for node in ast.walk(tree(text))
        if isinstance(node, ast.expr | ast.keyword) and _touches_internals(node, is_graph=is_graph)
    ]


def _undocumented(of: ast.AST) -> Iterator[tuple[int, str]]:
    """Modules of the three libraries that no documentation names, and private names of those that are named."""
    for node in ast.walk(of):
        if isinstance(node, ast.Import):
            found = [(alias.name, "") for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            found = [(node.module or "", alias.name) for alias in node.names]
        else:
            continue
        for module, name in found:
            is_documented = module in _DOCUMENTED and not name.startswith("_")
            if module.partition(".")[0] in _LIBRARIES and not is_documented:
                yield node.lineno, module


def _touches_internals(node: ast.expr | ast.keyword, *, is_graph: bool) -> bool:
    match node:
        case ast.Attribute(value=ast.Name(id="self" | "cls")):
            return False
        case ast.Attribute(attr=name):
            # Whatever else graph has in its hands, it has no business with its private parts.
            is_private = name.startswith("_") and not name.startswith("__") and name not in _OF_TUPLES
            return name in _PRIVATE or (is_graph and is_private)
        case ast.keyword(arg=str(name)):
            return name in _PRIVATE
        case ast.Constant(value=str(text)):
            return text in _PRIVATE_KEYS
        case _:
            return False


_NOUNS = {service.__name__: noun for noun, service in get_type_hints(Services).items()}


def mutations_call_the_use_case_they_name(path: Path, text: str) -> list[str]:
    """A mutation's role is that of the use case which it names: it calls this one, and no other."""
    if path.parts[:2] != ("graph", "resolvers"):
        return []
    faults: list[str] = []
    for function in ast.walk(tree(text)):
        named = _named_use_case(function)
        if named is not None and _called_use_cases(function) != {named}:
            faults.append(f"{path}: the mutation of {named} calls {_called_use_cases(function)}")
    return faults


def _named_use_case(function: ast.AST) -> str | None:
    """`boxes.delete` for a function under `@mutation(BoxService.delete)`."""
    if not isinstance(function, ast.AsyncFunctionDef):
        return None
    for decorator in function.decorator_list:
        match decorator:
            case ast.Call(
                func=ast.Name(id="mutation"), args=[ast.Attribute(value=ast.Name(id=service), attr=method), *_]
            ):
                return f"{_NOUNS.get(service, service)}.{method}"
    return None


def _called_use_cases(function: ast.AST) -> set[str]:
    """The methods of `call.services` that a function names."""
    return {f"{noun}.{method}" for node in ast.walk(function) for noun, method in _of_services(node)}


def _of_services(node: ast.AST) -> Iterator[tuple[str, str]]:
    match node:
        case ast.Attribute(value=ast.Attribute(value=ast.Attribute(attr="services"), attr=noun), attr=method):
            yield noun, method


RULES: tuple[Callable[[Path, str], list[str]], ...] = (
    the_executor_stands_by_itself,
    loaders_are_named_by_themselves,
    internals_of_libraries_stand_in_one_file,
    mutations_call_the_use_case_they_name,
)
