"""Every loader of an operation, on one page.

A loader collects the keys that are asked for at the same time, reads them with one statement, and keeps the answers for
the rest of the operation. Loaders whose keys are pairs with a page request read one statement per different request.
Declarations of the schema name a loader as it stands in the class: `Loaders.part_by_id`.

Longer than other files because it is one list.
"""

from collections.abc import Sequence
from datetime import datetime

from aiodataloader import DataLoader

from domain.entities.edit import EditedKind
from domain.entities.ids import PartKey
from domain.entities.location import LocationReference
from graph.batches import PageLoader, each_alone, loader, page_loader
from graph.execution.answer_size import AnswerSize
from graph.execution.operation_loader import OperationLoader
from graph.long_texts import some_at_a_time
from persistence.readers import Readers
from persistence.readers.activity import ActivityDayView, BoxUseView, DaysAsked, PartTypeUseView
from persistence.readers.attachment import AttachmentView
from persistence.readers.box import BoxUsageView, BoxView
from persistence.readers.edit import EditView
from persistence.readers.job import JobView
from persistence.readers.location import LocationView
from persistence.readers.operation import OperationView, QuantityChangeView
from persistence.readers.paging import Conditions, Page, PageRequest
from persistence.readers.part import ParameterView
from persistence.readers.part_type import PartTypeView
from persistence.readers.part_view import PartView
from persistence.readers.pick_list import PickLineView, PickListShortageView, PickListView
from persistence.readers.project import ProjectView
from persistence.readers.requirement import (
    CoverageView,
    PartAvailabilityView,
    RequirementView,
    ReservationView,
    SubstituteView,
)
from persistence.readers.search_facets import BoxFacetView, ParameterFacetView, TagFacetView, TypeFacetView
from persistence.readers.search_matches import MatchView
from persistence.readers.search_pages import HitView, SearchRequest
from persistence.readers.stock import PartStock, StockView


class Loaders:
    """Made inside the running event loop; each loader when it is first used. `load` never takes None."""

    def __init__(self, readers: Readers, answer_size: AnswerSize) -> None:
        self._readers = readers
        self._answer_size = answer_size

    @OperationLoader
    def part_by_id(self) -> DataLoader[int, PartView | None]:
        return loader(self._readers.parts.by_ids)

    @OperationLoader
    def part_by_key(self) -> DataLoader[PartKey, PartView | None]:
        return loader(self._readers.parts.by_keys)

    @OperationLoader
    def part_pages(self) -> DataLoader[PageRequest, Page[PartView]]:
        return loader(each_alone(self._readers.parts.page))

    @OperationLoader
    def parts_by_type(self) -> PageLoader[int, PartView]:
        return page_loader(self._readers.parts.pages_of_types)

    @OperationLoader
    def parameters_by_part(self) -> DataLoader[int, tuple[ParameterView, ...]]:
        return loader(self._readers.parts.parameters)

    @OperationLoader
    def possible_duplicates(self) -> DataLoader[int, tuple[PartView, ...]]:
        return loader(self._readers.parts.possible_duplicates)

    @OperationLoader
    def quantity_by_part_and_time(self) -> DataLoader[tuple[int, datetime], int]:
        return loader(self._readers.parts.quantities_at)

    @OperationLoader
    def part_type_by_id(self) -> DataLoader[int, PartTypeView | None]:
        return loader(self._readers.part_types.by_ids)

    @OperationLoader
    def part_type_by_name_key(self) -> DataLoader[str, PartTypeView | None]:
        return loader(self._readers.part_types.by_name_keys)

    @OperationLoader
    def part_count_by_type(self) -> DataLoader[int, int]:
        return loader(self._readers.part_types.part_counts)

    @OperationLoader
    def designated_types_by_box(self) -> DataLoader[int, tuple[PartTypeView, ...]]:
        return loader(self._readers.part_types.designated)

    @OperationLoader
    def stock_by_part(self) -> DataLoader[int, PartStock]:
        return loader(self._readers.stock.of_parts)

    @OperationLoader
    def stock_by_location(self) -> DataLoader[int, tuple[StockView, ...]]:
        return loader(self._readers.stock.at_locations)

    @OperationLoader
    def box_by_id(self) -> DataLoader[int, BoxView | None]:
        return loader(self._readers.boxes.by_ids)

    @OperationLoader
    def box_by_number(self) -> DataLoader[int, BoxView | None]:
        return loader(self._readers.boxes.by_numbers)

    @OperationLoader
    def box_pages(self) -> DataLoader[PageRequest, Page[BoxView]]:
        return loader(each_alone(self._readers.boxes.page))

    @OperationLoader
    def usage_by_box(self) -> DataLoader[int, BoxUsageView | None]:
        return loader(self._readers.boxes.usages)

    @OperationLoader
    def job_by_id(self) -> DataLoader[int, JobView | None]:
        return loader(self._readers.jobs.by_ids)

    @OperationLoader
    def location_by_id(self) -> DataLoader[int, LocationView | None]:
        return loader(self._readers.locations.by_ids)

    @OperationLoader
    def location_by_reference(self) -> DataLoader[LocationReference, LocationView | None]:
        return loader(self._readers.locations.by_references)

    @OperationLoader
    def locations_by_box(self) -> PageLoader[int, LocationView]:
        return page_loader(self._readers.locations.pages_of_boxes)

    @OperationLoader
    def attachment_by_id(self) -> DataLoader[int, AttachmentView | None]:
        return loader(self._readers.attachments.by_ids)

    @OperationLoader
    def attachments_by_part(self) -> DataLoader[int, tuple[AttachmentView, ...]]:
        return loader(self._readers.attachments.of_parts)

    @OperationLoader
    def attachments_by_box(self) -> DataLoader[int, tuple[AttachmentView, ...]]:
        return loader(self._readers.attachments.of_boxes)

    @OperationLoader
    def attachments_by_project(self) -> DataLoader[int, tuple[AttachmentView, ...]]:
        return loader(self._readers.attachments.of_projects)

    @OperationLoader
    def text_by_attachment_and_page(self) -> DataLoader[tuple[int, int], str | None]:
        return loader(some_at_a_time(self._readers.attachments.pages, self._answer_size))

    @OperationLoader
    def cover_by_part(self) -> DataLoader[int, AttachmentView | None]:
        return loader(self._readers.attachments.covers_of_parts)

    @OperationLoader
    def cover_by_box(self) -> DataLoader[int, AttachmentView | None]:
        return loader(self._readers.attachments.covers_of_boxes)

    @OperationLoader
    def cover_by_project(self) -> DataLoader[int, AttachmentView | None]:
        return loader(self._readers.attachments.covers_of_projects)

    @OperationLoader
    def operation_by_id(self) -> DataLoader[int, OperationView | None]:
        return loader(self._readers.operations.by_ids)

    @OperationLoader
    def reversal_by_operation(self) -> DataLoader[int, OperationView | None]:
        return loader(self._readers.operations.by_reversed_ids)

    @OperationLoader
    def change_by_id(self) -> DataLoader[int, QuantityChangeView | None]:
        return loader(self._readers.operations.changes_by_ids)

    @OperationLoader
    def changes_by_operation(self) -> DataLoader[int, tuple[QuantityChangeView, ...]]:
        return loader(self._readers.operations.changes_of_operations)

    @OperationLoader
    def history_by_part(self) -> PageLoader[int, QuantityChangeView]:
        return page_loader(self._readers.operations.history_pages_of_parts)

    @OperationLoader
    def history_by_box_number(self) -> PageLoader[int, QuantityChangeView]:
        return page_loader(self._readers.operations.history_pages_of_boxes)

    @OperationLoader
    def history_by_location(self) -> PageLoader[LocationReference, QuantityChangeView]:
        return page_loader(self._readers.operations.history_pages_of_locations)

    @OperationLoader
    def project_pages(self) -> DataLoader[PageRequest, Page[ProjectView]]:
        return loader(each_alone(self._readers.projects.page))

    @OperationLoader
    def project_by_id(self) -> DataLoader[int, ProjectView | None]:
        return loader(self._readers.projects.by_ids)

    @OperationLoader
    def buildable_units_by_project(self) -> DataLoader[int, int]:
        return loader(self._readers.projects.buildable_units)

    @OperationLoader
    def requirement_by_id(self) -> DataLoader[int, RequirementView | None]:
        return loader(self._readers.requirements.by_ids)

    @OperationLoader
    def requirements_by_project(self) -> PageLoader[int, RequirementView]:
        return page_loader(self._readers.requirements.pages_of_projects)

    @OperationLoader
    def requirements_by_part(self) -> PageLoader[int, RequirementView]:
        return page_loader(self._readers.requirements.pages_of_parts)

    @OperationLoader
    def coverage_by_requirement(self) -> DataLoader[int, CoverageView | None]:
        return loader(self._readers.requirements.coverage)

    @OperationLoader
    def substitutes_by_requirement(self) -> DataLoader[int, tuple[SubstituteView, ...]]:
        return loader(self._readers.requirements.substitutes)

    @OperationLoader
    def reservations_by_part(self) -> DataLoader[int, tuple[ReservationView, ...]]:
        return loader(self._readers.requirements.reservations)

    @OperationLoader
    def reservations_of_others(self) -> DataLoader[tuple[int, int], tuple[ReservationView, ...]]:
        return loader(self._readers.requirements.reservations_of_others)

    @OperationLoader
    def availability_by_part(self) -> DataLoader[int, PartAvailabilityView]:
        return loader(self._readers.requirements.part_availability)

    @OperationLoader
    def history_by_project(self) -> PageLoader[int, QuantityChangeView]:
        return page_loader(self._readers.operations.history_pages_of_projects)

    @OperationLoader
    def pick_list_by_id(self) -> DataLoader[int, PickListView | None]:
        return loader(self._readers.pick_lists.by_ids)

    @OperationLoader
    def pick_lists_by_project(self) -> PageLoader[int, PickListView]:
        return page_loader(self._readers.pick_lists.pages_of_projects)

    @OperationLoader
    def pick_line_by_id(self) -> DataLoader[int, PickLineView | None]:
        return loader(self._readers.pick_lists.lines_by_ids)

    @OperationLoader
    def lines_by_pick_list(self) -> DataLoader[int, tuple[PickLineView, ...]]:
        return loader(self._readers.pick_lists.lines)

    @OperationLoader
    def shortages_by_pick_list(self) -> DataLoader[int, tuple[PickListShortageView, ...]]:
        return loader(self._readers.pick_lists.shortages)

    @OperationLoader
    def open_lines_by_part(self) -> DataLoader[int, tuple[PickLineView, ...]]:
        return loader(self._readers.pick_lists.open_lines_of_parts)

    @OperationLoader
    def edit_by_id(self) -> DataLoader[int, EditView | None]:
        return loader(self._readers.edits.by_ids)

    @OperationLoader
    def edits_by_object(self) -> PageLoader[tuple[EditedKind, int], EditView]:
        return page_loader(self._readers.edits.pages_of_objects)

    @OperationLoader
    def fullest_boxes(self) -> DataLoader[int, tuple[BoxUseView, ...]]:
        return loader(each_alone(self._readers.activity.fullest_boxes))

    @OperationLoader
    def uses_of_part_types(self) -> DataLoader[int, tuple[PartTypeUseView, ...]]:
        return loader(each_alone(self._readers.activity.part_types))

    @OperationLoader
    def days_of_activity(self) -> DataLoader[tuple[int, DaysAsked], tuple[ActivityDayView, ...]]:
        return loader(each_alone(self._readers.activity.days))

    @OperationLoader
    def search_pages(self) -> DataLoader[SearchRequest, Page[HitView]]:
        return loader(each_alone(self._readers.search_pages.page))

    @OperationLoader
    def matches_by_hit(self) -> DataLoader[HitView, Sequence[MatchView]]:
        return loader(self._readers.search_matches.of_hits)

    @OperationLoader
    def type_facets(self) -> DataLoader[Conditions, list[TypeFacetView]]:
        return loader(each_alone(self._readers.search_facets.types))

    @OperationLoader
    def tag_facets(self) -> DataLoader[Conditions, list[TagFacetView]]:
        return loader(each_alone(self._readers.search_facets.tags))

    @OperationLoader
    def box_facets(self) -> DataLoader[Conditions, list[BoxFacetView]]:
        return loader(each_alone(self._readers.search_facets.boxes))

    @OperationLoader
    def parameter_facets(self) -> DataLoader[Conditions, list[ParameterFacetView]]:
        return loader(each_alone(self._readers.search_facets.parameters))
