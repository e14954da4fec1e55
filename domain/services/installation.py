"""Use cases of a new installation: what is loaded once in the life of a database."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from domain.entities.actor import Role
from domain.ports.unit_of_work import UnitOfWork, UnitsOfWork
from domain.services.use_case import use_case


@dataclass(frozen=True, slots=True)
class InstallationService:
    """Of two servers that start at once one loads; the other waits and then finds it done."""

    units_of_work: UnitsOfWork

    @use_case(Role.EDITOR)
    async def load_starter_types(self, uow: UnitOfWork, names: Sequence[str]) -> int:
        """Add the types that are missing, unless that was done before; returns how many were added."""
        if not await uow.installation.claim_starter_types():
            return 0
        return await uow.part_types.add_missing(names)

    @use_case(Role.EDITOR)
    async def load_demo(self, uow: UnitOfWork, load: Callable[[UnitOfWork], Awaitable[None]]) -> bool:
        """Run the loader in this transaction when the database is empty and never had a demo; tells whether it ran."""
        if not await uow.installation.claim_demo():
            return False
        await load(uow)
        return True
