"""The tables, one file per noun; importing this package registers all of them on `Base.metadata`."""

from persistence.models.api_token import ApiTokenRow
from persistence.models.attachment import AttachmentRow, AttachmentTextRow, CoverRow
from persistence.models.base import Base
from persistence.models.box import BoxDesignatedTypeRow, BoxRow, LocationRow
from persistence.models.edit import EditRow
from persistence.models.idempotency import IdempotencyKeyRow
from persistence.models.installation import InstallationRow
from persistence.models.job import JobRow, JobScheduleRow
from persistence.models.operation import OperationRow, QuantityChangeRow
from persistence.models.part import PartParameterRow, PartRow, PartTotalRow
from persistence.models.part_type import PartTypeRow
from persistence.models.pick_list import PickLineRow, PickListRow, PickShortageRow
from persistence.models.project import ProjectRow, RequirementRow, RequirementSubstituteRow
from persistence.models.stock import StockRow

__all__ = [
    "ApiTokenRow",
    "AttachmentRow",
    "AttachmentTextRow",
    "Base",
    "BoxDesignatedTypeRow",
    "BoxRow",
    "CoverRow",
    "EditRow",
    "IdempotencyKeyRow",
    "InstallationRow",
    "JobRow",
    "JobScheduleRow",
    "LocationRow",
    "OperationRow",
    "PartParameterRow",
    "PartRow",
    "PartTotalRow",
    "PartTypeRow",
    "PickLineRow",
    "PickListRow",
    "PickShortageRow",
    "ProjectRow",
    "QuantityChangeRow",
    "RequirementRow",
    "RequirementSubstituteRow",
    "StockRow",
]
