"""What the nouns declare for the root types: found in the modules of this package, by the ends of their names."""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Any

import graph.resolvers
from graph.library_internals import StrawberryField


def fields_of(kind: str) -> dict[str, Any]:
    """Every field that the modules `*_{kind}` declare as a name of their own, such as mutations."""
    return {
        name: declared
        for module in _modules(kind)
        for name, declared in vars(module).items()
        if isinstance(declared, StrawberryField)
    }


def classes_of(kind: str) -> tuple[type, ...]:
    """The class of fields of each module `*_{kind}`: that of `part_queries` is PartQueries."""
    return tuple(getattr(module, _class_name(module)) for module in _modules(kind))


def _modules(kind: str) -> Iterator[ModuleType]:
    for found in iter_modules(graph.resolvers.__path__, "graph.resolvers."):
        if found.name.endswith(f"_{kind}"):
            yield import_module(found.name)


def _class_name(module: ModuleType) -> str:
    return module.__name__.rpartition(".")[2].title().replace("_", "")
