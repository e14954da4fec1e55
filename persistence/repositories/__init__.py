"""The write side, one file per noun.

Each repository says by its base class which port of the domain it is, and the port says what its methods do.

A unit of work has one of each; which there are is read from the port of the unit of work.
"""

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, Protocol, cast, get_type_hints

from domain.entities.actor import Actor
from domain.ports.unit_of_work import UnitOfWork
from persistence.statements import Connection

for _module in iter_modules(__path__, f"{__name__}."):
    import_module(_module.name)


class MakesRepository(Protocol):
    """The class of a repository."""

    def __call__(self, connection: Connection, actor: Actor) -> Any:
        """Make it for one unit of work."""


def _implementation(port: type) -> MakesRepository:
    """Raises ValueError unless one repository is the port."""
    found: list[type] = port.__subclasses__()
    if len(found) != 1:
        raise ValueError(f"{port.__name__} is the port of {len(found)} repositories")
    return cast(MakesRepository, found[0])


REPOSITORIES: Mapping[str, MakesRepository] = {
    name: _implementation(port) for name, port in get_type_hints(UnitOfWork).items() if port is not Actor
}
"""The repositories of a unit of work by the names of its attributes."""
