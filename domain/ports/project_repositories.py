"""What use cases wish from storage about projects; names mean what they mean in domain.ports.repositories.

Locks of projects come after those of parts and before those of pick lists; the order of ranks is locked before any
project (docs/domain.md#lock-order).
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from domain.entities.ids import PartId, PartKey, ProjectId, RequirementId
from domain.entities.project import Project, ProjectDetails, Requirement, RequirementDetails
from domain.entities.stock import LockedPart
from domain.errors import Usage


class Projects(Protocol):
    """Projects; names are cleaned and checked, and compare folded. Rank 1 comes first (docs/domain.md#ranks)."""

    async def lock_ranks(self) -> None:
        """Wait until nobody else adds, removes or ranks a project, and keep them from it until the end."""

    async def add(self, details: ProjectDetails) -> ProjectId | None:
        """Add an active project with the last rank; None when the name is taken (the transaction stays usable).

        Ranks are locked.
        """

    async def lock(self, project_id: ProjectId) -> Project | None:
        """Lock a project FOR NO KEY UPDATE. None when there is none."""

    async def lock_for_removal(self, project_id: ProjectId) -> Project | None:
        """Lock a project FOR UPDATE: nothing can begin to name it until the end. None when there is none."""

    async def lock_all(self) -> int:
        """Lock every project FOR NO KEY UPDATE by id; returns how many there are."""

    async def lock_requiring(self, part_ids: Collection[PartId]) -> Mapping[ProjectId, Project]:
        """Lock the projects that name one of the parts in a requirement or substitute.

        FOR NO KEY UPDATE, in the order of their ids. The parts are locked, so no other project begins to name one.
        """

    async def save(self, project: Project, details: ProjectDetails) -> bool:
        """Write the details and the next version; false when another project has the name. The project is locked."""

    async def touch(self, project: Project) -> None:
        """Write the next version: something that belongs to the project was edited. It is locked."""

    async def set_archived(self, project: Project, *, archived: bool) -> None:
        """Archive a project or bring it back, and write the next version. It is locked."""

    async def move_to_rank(self, project: Project, rank: int) -> None:
        """Give a project another rank, from 1 to the number of projects; those between move by one.

        The ranks and all projects are locked. It writes no version: `touch` does.
        """

    async def open_lists(self, project_id: ProjectId) -> Sequence[str]:
        """The open pick lists of a project as people read them, the oldest first."""

    async def usages(self, project_id: ProjectId) -> Sequence[Usage]:
        """What keeps a project from being deleted: how many pick lists it ever had, naming up to 50 open ones; empty
        when nothing does."""

    async def delete(self, project: Project) -> None:
        """Remove a project that was never picked for with its requirements, and close the gap in the ranks.

        The ranks and all projects are locked, and its attachments were removed.
        """


class Requirements(Protocol):
    """Requirements and their substitutes; docs/domain.md#requirements."""

    async def share_parts(self, keys: Collection[PartKey]) -> Mapping[PartKey, LockedPart]:
        """Lock parts FOR SHARE by id, so that none is retired meanwhile; keys that no part has are missing."""

    async def part_ids(self, keys: Collection[PartKey]) -> Mapping[PartKey, PartId]:
        """The ids of parts that requirements of locked projects name: these cannot vanish meanwhile. Parts come before
        projects in the order of locks, so nobody who holds a project waits for one."""

    async def of_project(self, project_id: ProjectId) -> Sequence[Requirement]:
        """The requirements of a project by position, their substitutes in order; not locked themselves."""

    async def save_all(
        self, project_id: ProjectId, lines: Sequence[tuple[RequirementDetails, int]], part_ids: Mapping[PartKey, PartId]
    ) -> None:
        """Add or replace requirements, each with its position from 1, told apart by their parts.

        `part_ids` knows the parts and substitutes of all lines. The project is locked, and new parts are shared.
        """

    async def change_part(self, requirement_id: RequirementId, part_id: PartId) -> None:
        """Let a requirement ask for another part; no other of the project does. Projects and parts are locked."""

    async def take_over_lines(self, requirement_id: RequirementId, from_id: RequirementId) -> None:
        """Let the pick lines that serve the requirement `from_id` serve another one. The project is locked."""

    async def remove(self, requirement_ids: Collection[RequirementId]) -> None:
        """Remove requirements; pick lines that served them stay and serve none. The project is locked."""

    async def need_of_parts(self, part_ids: Collection[PartId]) -> Sequence[tuple[PartKey, str, str]]:
        """What keeps parts from being retired: part, kind ("project" or "pick list"), and its name.

        Active projects that require one come first, by rank, then open pick lists with open pieces, by id. Read after
        the parts were locked.
        """
