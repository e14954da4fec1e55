"""What use cases wish from storage about pick lists; names mean what they mean in domain.ports.repositories.

Lists are locked after projects, which come after parts (docs/domain.md#lock-order); whoever changes lines holds the
lock of their list. Quantities are pieces.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from domain.entities.ids import OperationId, PartId, PickLineId, PickListId, ProjectId
from domain.entities.pick_list import PickFacts, PickLine, PickList, PickListState, PickPlan


class PickLists(Protocol):
    """Pick lists and their lines; docs/domain.md#pick-lines tells what the quantities of a line are."""

    async def facts(self, project_id: ProjectId) -> PickFacts | None:
        """What planning a list needs to know, in one statement: read before the locks to find them, and again after.

        Wants are in the order of the requirements, and supplies know each required part and each substitute. None when
        there is no such project.
        """

    async def add(self, project_id: ProjectId, units: int, plan: PickPlan) -> PickListId:
        """Add an open list with the lines of a plan in their order, and what it was made without.

        The boxes of the lines are shared, their parts and the project are locked, and the plan was made of facts that
        were read after that.
        """

    async def find(self, pick_list_id: PickListId) -> PickList | None:
        """A list as it is now, not locked; None when there is none."""

    async def lock(self, pick_list_id: PickListId) -> PickList | None:
        """Lock a list FOR NO KEY UPDATE. None when there is none."""

    async def lines(self, pick_list_id: PickListId) -> Sequence[PickLine]:
        """The lines of a list in the order of its plan."""

    async def lines_by_id(self, line_ids: Collection[PickLineId]) -> Mapping[PickLineId, PickLine]:
        """Lines by id, of whichever list; those that do not exist are missing."""

    async def is_without(self, pick_list_id: PickListId) -> bool:
        """Whether the list was made without some of the pieces it takes."""

    async def free_pieces(self, part_ids: Collection[PartId]) -> Mapping[PartId, int]:
        """Pieces on hand beyond all open lines, 0 at least; read after the parts were locked."""

    async def save_lines(self, pick_list: PickList, lines: Sequence[PickLine]) -> None:
        """Write the quantities and places of lines, and the next version of their list. It is locked."""

    async def finish(
        self, pick_list: PickList, state: PickListState, lines: Sequence[PickLine], built_units: int | None = None
    ) -> None:
        """Complete, cancel or reopen: write state, built units, all lines and the next version. It is locked."""

    async def add_built_units(self, project_id: ProjectId, units: int) -> tuple[int, int]:
        """Raise (or lower) the built units of a project that is locked; returns them before and after."""

    async def of_operation(self, operation_id: OperationId) -> PickListId:
        """The list that an operation of kind PICK was done for."""
