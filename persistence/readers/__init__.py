"""What is read: frozen views, and the functions that fetch them, one statement each, on connections of their own.

The graph may import this package and nothing else of persistence. Views of rows are named tuples: as frozen as a frozen
dataclass, and made in a fifth of its time.
"""

from persistence.database import Database
from persistence.readers.api_token import ApiTokenReader
from persistence.readers.attachment import AttachmentReader
from persistence.readers.box import BoxReader
from persistence.readers.build_plan import BuildPlanReader
from persistence.readers.edit import EditReader
from persistence.readers.installation import InstallationReader
from persistence.readers.inventory import InventoryReader
from persistence.readers.job import JobReader
from persistence.readers.live import Bounds, Listener
from persistence.readers.location import LocationReader
from persistence.readers.operation import OperationReader
from persistence.readers.part import PartReader
from persistence.readers.part_type import PartTypeReader
from persistence.readers.pick_list import PickListReader
from persistence.readers.project import ProjectReader
from persistence.readers.requirement import RequirementReader
from persistence.readers.statistics import StatisticsReader
from persistence.readers.stock import StockReader
from persistence.readers.written import WrittenReader


class Readers:
    """Every reader, by noun."""

    __slots__ = (
        "api_tokens",
        "attachments",
        "boxes",
        "build_plans",
        "edits",
        "installation",
        "inventory",
        "jobs",
        "live",
        "locations",
        "operations",
        "part_types",
        "parts",
        "pick_lists",
        "projects",
        "requirements",
        "statistics",
        "stock",
        "written",
    )

    def __init__(
        self,
        database: Database,
        live_bounds: Bounds = Bounds(),  # noqa: B008 - frozen
    ) -> None:
        self.api_tokens = ApiTokenReader(database)
        self.attachments = AttachmentReader(database)
        self.boxes = BoxReader(database)
        self.build_plans = BuildPlanReader(database)
        self.edits = EditReader(database)
        self.installation = InstallationReader(database)
        self.inventory = InventoryReader(database)
        self.live = Listener(database, live_bounds)
        self.jobs = JobReader(database)
        self.locations = LocationReader(database)
        self.operations = OperationReader(database)
        self.part_types = PartTypeReader(database)
        self.parts = PartReader(database)
        self.pick_lists = PickListReader(database)
        self.projects = ProjectReader(database)
        self.requirements = RequirementReader(database)
        self.statistics = StatisticsReader(database)
        self.stock = StockReader(database)
        self.written = WrittenReader(database)
