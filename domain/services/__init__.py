"""Use cases; one method is one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, get_type_hints

from domain.ports.outside import FileExaminer, Randomness
from domain.ports.unit_of_work import UnitsOfWork
from domain.services.attachments import AttachmentService
from domain.services.boxes import BoxService
from domain.services.file_readings import FileReadingService
from domain.services.installation import InstallationService
from domain.services.jobs import JobService
from domain.services.part_lifecycle import PartLifecycleService
from domain.services.part_types import PartTypeService
from domain.services.parts import PartService
from domain.services.pick_list_endings import PickListEndingService
from domain.services.pick_lists import PickListService
from domain.services.project_requirements import RequirementService
from domain.services.projects import ProjectService
from domain.services.search import SearchService
from domain.services.stock import StockService
from domain.services.tokens import TokenService
from domain.services.value_readings import ValueReadingService


@dataclass(frozen=True, slots=True)
class Services:
    """Every use case, by noun."""

    parts: PartService
    part_lifecycle: PartLifecycleService
    part_types: PartTypeService
    boxes: BoxService
    stock: StockService
    pick_lists: PickListService
    pick_list_endings: PickListEndingService
    attachments: AttachmentService
    projects: ProjectService
    requirements: RequirementService
    file_readings: FileReadingService
    value_readings: ValueReadingService
    search: SearchService
    jobs: JobService
    tokens: TokenService
    installation: InstallationService

    @classmethod
    def over(cls, units_of_work: UnitsOfWork, randomness: Randomness, examiner: FileExaminer) -> "Services":
        """Build all services over one way to begin units of work, and what they wish from the machine."""
        given = {"units_of_work": units_of_work, "randomness": randomness, "examiner": examiner}
        services = get_type_hints(cls)
        return cls(**{noun: service(**_of(service, given)) for noun, service in services.items()})


def _of(service: type, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """What of all that is given the service wishes."""
    return {name: given[name] for name in (each.name for each in fields(service))}
