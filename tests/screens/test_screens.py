"""What a front end asks for on its screens is valid, answered, and shows something of the demo workshop."""

from collections.abc import AsyncIterator

import httpx
import pytest
from graphql import OperationDefinitionNode, OperationType, is_non_null_type, parse, type_from_ast, validate

from graph.schema import graphql_schema
from tests.conftest import connect, running
from tests.graphql_client import data_of, post
from tests.screens.screens import FOLDER, SCREENS, Screen
from tests.server_process import ServerProcess, settings_for_same_stores

each_screen = pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)

_ROOMY = {
    "PARTSGRAPH_MAX_COST": "1000000000",
    "PARTSGRAPH_MAX_ALIASES": "1000",
    "PARTSGRAPH_MAX_ROOT_FIELDS": "1000",
    # Jobs are left to the server whose stores these are.
    "PARTSGRAPH_JOB_SLOTS": "0",
}

REFUSED = {
    **dict.fromkeys(("activity-chart", "scanned-keys", "stock-chart"), "ALIAS_LIMIT"),
    **dict.fromkeys(
        (
            "box-map",
            "dense-parts-list",
            "duplicates-review",
            "file-gallery",
            "open-pick-lists",
            "parts-export",
            "project-list",
            "project-requirements",
            "ten-boxes",
        ),
        "COST_LIMIT",
    ),
}
"""The screens that a server with its ordinary limits refuses, and the code of the limit that it tells."""


@pytest.fixture(scope="module")
async def roomy_client(demo_server: ServerProcess) -> AsyncIterator[httpx.AsyncClient]:
    """HTTP to a server on the demo workshop that lets any screen through."""
    settings = settings_for_same_stores(demo_server) | _ROOMY
    async with running(ServerProcess(settings=settings)) as server, connect(server) as connected:
        yield connected


def _operation(screen: Screen) -> OperationDefinitionNode:
    (operation,) = (each for each in parse(screen.document).definitions if isinstance(each, OperationDefinitionNode))
    return operation


def test_there_are_at_least_forty_screens_and_each_variables_file_belongs_to_one() -> None:
    assert len(SCREENS) >= 40
    names = {screen.name for screen in SCREENS}
    assert {path.stem for path in FOLDER.glob("*.json")} - names == set()
    assert REFUSED.keys() - names == set()


@each_screen
def test_a_screen_is_one_valid_query_that_says_what_is_seen(screen: Screen) -> None:
    assert screen.document.startswith("# ")
    assert validate(graphql_schema, parse(screen.document)) == []
    operation = _operation(screen)
    assert operation.operation is OperationType.QUERY
    assert operation.name is not None
    assert operation.name.value == screen.operation_name


@each_screen
def test_its_variables_are_those_that_it_declares(screen: Screen) -> None:
    declared = {each.variable.name.value: each for each in _operation(screen).variable_definitions or ()}
    required = {
        name
        for name, each in declared.items()
        if each.default_value is None and is_non_null_type(type_from_ast(graphql_schema, each.type))
    }
    assert required <= screen.variables.keys() <= declared.keys()


@pytest.mark.parametrize("value", [None, [], [{"key": "RKTA"}, None], {"totalCount": 0, "nodes": []}, {"edges": []}])
def test_a_screen_that_shows_nothing_is_noticed(value: object) -> None:
    screen = Screen("a-screen", "# A screen.\n# Empty on the demo workshop: jobs, boxes.\n", {})
    assert screen.empty_fields({"parts": value, "jobs": value, "boxes": value, "count": {"totalCount": 0}}) == ["parts"]


@each_screen
async def test_a_screen_shows_something_of_the_demo_workshop(screen: Screen, roomy_client: httpx.AsyncClient) -> None:
    data = await data_of(roomy_client, screen.document, screen.variables)
    assert screen.empty_fields(data) == []


@each_screen
async def test_ordinary_limits_refuse_only_the_screens_that_are_named_here(
    screen: Screen, demo_client: httpx.AsyncClient
) -> None:
    answer = (await post(demo_client, screen.document, screen.variables)).json()
    codes = [error["extensions"]["code"] for error in answer.get("errors", [])]
    assert codes == ([REFUSED[screen.name]] if screen.name in REFUSED else [])
