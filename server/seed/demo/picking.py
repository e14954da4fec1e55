"""The demo workshop's pick lists, made and picked by the ordinary use cases within the transaction that loads the demo.

By number: a prototype of the Metronome, completed; a Line follower that was given up for want of transistors, its
motors put back; two Bench power supplies, half picked; a Weather station made without its clock, and five Blinker kits,
both not begun.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from domain.entities.actor import Actor
from domain.entities.ids import PartKey, ProjectId
from domain.entities.pick_list import Pick, PickListState, PickWish, WhenShort
from domain.ports.unit_of_work import UnitOfWork
from domain.services.pick_list_endings import PickListEndingService
from domain.services.pick_lists import PickListService
from server.seed.starter_types import SEED_ACTOR

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class DemoPickList:
    """A list for so many units, whose lines of some parts are picked whole; it takes what there is."""

    project: str
    units: int
    picked: tuple[str, ...] = ()
    state: PickListState = PickListState.OPEN


PICK_LISTS = (
    DemoPickList("Metronome", 1, ("UTMA", "BUZA", "RHSA"), PickListState.COMPLETED),
    DemoPickList("Line follower", 1, ("MTRA",), PickListState.CANCELLED),
    DemoPickList("Bench power supply", 2, ("CELA", "TBLK")),
    DemoPickList("Weather station", 1),
    DemoPickList("Blinker kit", 5),
)


@dataclass(frozen=True, slots=True)
class _Within:
    """Units of work that are all part of one: what begins in it is committed with it."""

    uow: UnitOfWork

    async def begin(self, actor: Actor, work: Callable[[UnitOfWork], Awaitable[T]], *, uploads: bool = False) -> T:
        """Run the work; the actor is the one of the unit it is part of."""
        return await work(self.uow)


async def add_pick_lists(uow: UnitOfWork, projects: Mapping[str, ProjectId]) -> None:
    """Make and pick them in their order."""
    service, endings = PickListService(_Within(uow)), PickListEndingService(_Within(uow))
    for demo in PICK_LISTS:
        wish = PickWish(demo.units, WhenShort.TAKE_AVAILABLE)
        made = (await service.create(SEED_ACTOR, projects[demo.project], wish)).id
        wanted = {PartKey(key) for key in demo.picked}
        lines = [line for line in await uow.pick_lists.lines(made) if line.part_key in wanted]
        if lines:
            await service.pick(SEED_ACTOR, [Pick(line.id, line.open) for line in lines])
        if demo.state is PickListState.COMPLETED:
            await endings.complete(SEED_ACTOR, made)
        elif demo.state is PickListState.CANCELLED:
            await endings.cancel(SEED_ACTOR, made)
