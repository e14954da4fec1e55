"""What a front end asks for on its screens is valid, within the limits, and shows something of the demo workshop."""

import httpx
import pytest
from graphql import OperationDefinitionNode, OperationType, is_non_null_type, parse, type_from_ast, validate

from graph.schema import graphql_schema
from tests.graphql_client import data_of
from tests.screens.screens import FOLDER, SCREENS, Screen

each_screen = pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)


def _operation(screen: Screen) -> OperationDefinitionNode:
    (operation,) = (each for each in parse(screen.document).definitions if isinstance(each, OperationDefinitionNode))
    return operation


def test_there_are_at_least_forty_screens_and_each_variables_file_belongs_to_one() -> None:
    assert len(SCREENS) >= 40
    names = {screen.name for screen in SCREENS}
    assert {path.stem for path in FOLDER.glob("*.json")} - names == set()


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
async def test_a_screen_fits_the_limits_and_shows_something_of_the_demo_workshop(
    screen: Screen, demo_client: httpx.AsyncClient
) -> None:
    data = await data_of(demo_client, screen.document, screen.variables)
    assert screen.empty_fields(data) == []
