"""What is read: frozen views, and the functions that fetch them, one statement each, on connections of their own.

The graph may import this package and nothing else of persistence. Views of rows are named tuples: as frozen as a frozen
dataclass, and made in a fifth of its time.
"""

from typing import get_type_hints

from persistence.database import Database
from persistence.readers.activity import ActivityReader
from persistence.readers.api_token import ApiTokenReader
from persistence.readers.attachment import AttachmentReader
from persistence.readers.box import BoxReader
from persistence.readers.build_plan import BuildPlanReader
from persistence.readers.completion import CompletionReader
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
from persistence.readers.search_facets import SearchFacetReader
from persistence.readers.search_matches import SearchMatchReader
from persistence.readers.search_pages import SearchPageReader
from persistence.readers.statistics import StatisticsReader
from persistence.readers.stock import StockReader
from persistence.readers.written import WrittenReader


class Readers:
    """Every reader, by noun."""

    activity: ActivityReader
    api_tokens: ApiTokenReader
    attachments: AttachmentReader
    boxes: BoxReader
    build_plans: BuildPlanReader
    completion: CompletionReader
    edits: EditReader
    installation: InstallationReader
    inventory: InventoryReader
    jobs: JobReader
    locations: LocationReader
    operations: OperationReader
    part_types: PartTypeReader
    parts: PartReader
    pick_lists: PickListReader
    projects: ProjectReader
    requirements: RequirementReader
    search_facets: SearchFacetReader
    search_matches: SearchMatchReader
    search_pages: SearchPageReader
    statistics: StatisticsReader
    stock: StockReader

    def __init__(
        self,
        database: Database,
        live_bounds: Bounds = Bounds(),  # noqa: B008 - frozen
    ) -> None:
        for noun, reader in _READERS.items():
            setattr(self, noun, reader(database))
        self.live = Listener(database, live_bounds)
        self.written = WrittenReader(database)


_READERS = get_type_hints(Readers)
