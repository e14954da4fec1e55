"""Queries of projects and build plans."""

from typing import Annotated

import strawberry
from graphql import GraphQLError

from domain.entities.project import MAX_UNITS
from domain.errors import DomainError
from graph.context import Info
from graph.dataloaders import Loaders
from graph.execution.list_bounds import takes
from graph.global_ids import parse_global_id_of
from graph.mutation_fields import named
from graph.read_fields import query_field
from graph.relations import found_by
from graph.relay_connections import After, Before, ConnectionView, First, Last, page_request
from graph.request_errors import bad_user_input
from graph.schema_names import told_message
from graph.types.build_plan import BuildPlan, BuildPlanInput
from graph.types.order_direction import OrderDirection
from graph.types.project import Project, ProjectConnection, ProjectFilter, ProjectOrder, ProjectOrderField
from persistence.readers.build_plan import BuildPlanView
from persistence.readers.paging import PageRequest
from persistence.readers.project import PROJECT_ORDERS

_MAX_PLANNED = 50


def _project_number(
    info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="The id of a project.")]
) -> int | None:
    return parse_global_id_of("Project", id)


def _project_page(
    info: Info,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
    filter: Annotated[
        ProjectFilter | None, strawberry.argument(description="Which projects to show; active ones when left out.")
    ] = None,
    order_by: Annotated[
        ProjectOrder | None, strawberry.argument(description="In which order; by rank, ascending, when left out.")
    ] = None,
) -> PageRequest:
    field = order_by.field if order_by is not None else ProjectOrderField.RANK
    return page_request(
        info,
        PROJECT_ORDERS[field.name],
        first=first,
        after=after,
        last=last,
        before=before,
        descending=order_by is not None and order_by.direction is OrderDirection.DESC,
        conditions=(filter or ProjectFilter()).conditions(),
    )


@strawberry.type
class ProjectQueries:
    """Fields of Query."""

    project: Project | None = found_by(
        Loaders.project_by_id,
        arguments=_project_number,
        description="The project with this id; null when there is none.",
    )
    projects: ProjectConnection | None = found_by(
        Loaders.project_pages, arguments=_project_page, pick=ConnectionView, description="The projects of the workshop."
    )

    @query_field(
        BuildPlan | None,
        description="What several projects are short of together: one shortage per part, each piece counted once.",
    )
    async def build_plan(
        self,
        info: Info,
        projects: Annotated[
            list[BuildPlanInput],
            strawberry.argument(
                description=f"1 to {_MAX_PLANNED} projects, each once, in any order.", metadata=takes(_MAX_PLANNED)
            ),
        ],
    ) -> BuildPlanView:
        """All facts by one statement."""
        planned = _planned(projects)
        try:
            plan = await info.context.readers.build_plans.read(
                {each: named(given.units) for each, given in planned.items()}
            )
        except DomainError as refusal:
            raise bad_user_input(told_message(refusal)) from refusal
        if plan.unknown_ids:
            raise _unknown(planned[min(plan.unknown_ids)])
        return plan


def _unknown(given: BuildPlanInput) -> GraphQLError:
    return bad_user_input(f"`projects` names {given.project_id!r}, which is no project.")


def _planned(projects: list[BuildPlanInput]) -> dict[int, BuildPlanInput]:
    """The projects by their numbers."""
    if not 1 <= len(projects) <= _MAX_PLANNED:
        raise bad_user_input(f"`projects` takes 1 to {_MAX_PLANNED} projects, not {len(projects)}.")
    if len({each.project_id for each in projects}) < len(projects):
        raise bad_user_input("`projects` names a project twice.")
    planned: dict[int, BuildPlanInput] = {}
    for each in projects:
        wanted = named(each.units)
        if wanted is not None and not 0 <= wanted <= MAX_UNITS:
            raise bad_user_input(f"`units` is {wanted}; a plan builds 0 to {MAX_UNITS:,} units of a project.")
        number = parse_global_id_of("Project", each.project_id)
        if number is None:
            raise _unknown(each)
        planned[number] = each
    return planned
