"""Use cases of reading values again, which the server does by itself when its rules have grown."""

from dataclasses import dataclass

from domain.entities.actor import Role
from domain.entities.job import JobKind, NoPayload
from domain.ports.unit_of_work import UnitOfWork, UnitsOfWork
from domain.rules.component_values import readings_of
from domain.services.use_case import use_case

READ_VALUES = JobKind("READ_VALUES", NoPayload, timeout_seconds=12 * 60 * 60)
"""Reads all values again that were read by older rules; see docs/domain.md#values-are-read-again."""


@dataclass(frozen=True, slots=True)
class ValueReadingService:
    """Values of parameters that were read by the rules of an older version."""

    units_of_work: UnitsOfWork

    @use_case(Role.EDITOR)
    async def begin(self, uow: UnitOfWork) -> bool:
        """Have READ_VALUES run at once, if there is anything to read; returns whether there is."""
        is_due = await uow.value_readings.count_old() > 0
        if is_due:
            await uow.jobs.bring_forward(READ_VALUES)
        return is_due

    @use_case(Role.EDITOR)
    async def count_old(self, uow: UnitOfWork) -> int:
        """How many values are still to be read again."""
        return await uow.value_readings.count_old()

    @use_case(Role.EDITOR)
    async def read_again(self, uow: UnitOfWork, limit: int) -> int:
        """Read up to `limit` values again; returns how many. Does no harm twice.

        Nobody edited anything, so no part gets a version and none an edit.
        """
        values = await uow.value_readings.lock_old(limit)
        if values:
            await uow.value_readings.keep([(old, readings_of(old.value)) for old in values])
        return len(values)
