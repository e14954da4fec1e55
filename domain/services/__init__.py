"""Use cases; one method is one transaction."""

from dataclasses import dataclass

from domain.ports.outside import FileExaminer, Randomness
from domain.ports.unit_of_work import UnitsOfWork
from domain.services.attachments import AttachmentService
from domain.services.boxes import BoxService
from domain.services.file_readings import FileReadingService
from domain.services.installation import InstallationService
from domain.services.jobs import JobService
from domain.services.part_types import PartTypeService
from domain.services.parts import PartService
from domain.services.pick_lists import PickListService
from domain.services.projects import ProjectService
from domain.services.stock import StockService
from domain.services.tokens import TokenService


@dataclass(frozen=True, slots=True)
class Services:
    """Every use case, by noun."""

    parts: PartService
    part_types: PartTypeService
    boxes: BoxService
    stock: StockService
    pick_lists: PickListService
    attachments: AttachmentService
    projects: ProjectService
    file_readings: FileReadingService
    jobs: JobService
    tokens: TokenService
    installation: InstallationService

    @classmethod
    def over(cls, units_of_work: UnitsOfWork, randomness: Randomness, examiner: FileExaminer) -> "Services":
        """Build all services over one way to begin units of work, and what they wish from the machine."""
        return cls(
            parts=PartService(units_of_work, randomness),
            part_types=PartTypeService(units_of_work),
            boxes=BoxService(units_of_work),
            stock=StockService(units_of_work),
            pick_lists=PickListService(units_of_work),
            attachments=AttachmentService(units_of_work, examiner),
            projects=ProjectService(units_of_work),
            file_readings=FileReadingService(units_of_work),
            jobs=JobService(units_of_work),
            tokens=TokenService(units_of_work, randomness),
            installation=InstallationService(units_of_work),
        )
