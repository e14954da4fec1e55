"""How many statements a mutation runs depends on its shape, never on the length of its lists."""

from collections.abc import Awaitable, Callable
from uuid import uuid4

import httpx
import pytest

from tests.factories import DOCUMENTS, Workshop, booked
from tests.graphql_client import Json
from tests.log_lines import statements_of
from tests.server_process import ServerProcess

# Without the places of the parts: nothing is read about them once the last piece is gone.
REVERSE = """
mutation Reverse($input: ReverseOperationInput!) {
  reverseOperation(input: $input) {
    __typename ... on ReverseOperationSuccess { parts { key } operation { id changes { delta part { key } } } }
  }
}
"""
Counted = Callable[..., Awaitable[int]]


@pytest.fixture
def counted(server: ServerProcess, client: httpx.AsyncClient) -> Counted:
    """Runs a mutation that must succeed; returns the statements that the server's log counts for it."""

    async def run(name: str, document: str | None = None, **fields: object) -> int:
        request_id = uuid4().hex
        body = {"query": document or DOCUMENTS[name], "variables": {"input": fields}}
        response = await client.post("/graphql", json=body, headers={"X-Request-ID": request_id})
        answer: Json = response.json()
        assert answer["data"][name]["__typename"].endswith("Success"), answer
        return await statements_of(server, request_id)

    return run


async def test_using_stock_takes_at_most_six_statements(workshop: Workshop, counted: Counted) -> None:
    await workshop.box(1)
    key = await workshop.stocked(10)
    document = """
    mutation Use($input: UseStockInput!) {
      useStock(input: $input) { __typename ... on UseStockSuccess { part { key } operation { id kind } } }
    }
    """
    assert await counted("useStock", document, partKey=key, location="1-1", quantity=1) <= 6


async def test_a_booking_of_two_hundred_lines_runs_as_many_statements_as_one_of_two(
    workshop: Workshop, counted: Counted
) -> None:
    await workshop.box(1, capacity=100)
    first, second = await workshop.part(), await workshop.part()
    few = booked((first, "1-1", 1), (second, "1-1", 1))
    many = booked(*((key, f"1-{number}", 1) for key in (first, second) for number in range(1, 101)))
    assert await counted("bookStock", changes=many) == await counted("bookStock", changes=few)


async def test_moving_to_fifty_places_runs_as_many_statements_as_to_one(workshop: Workshop, counted: Counted) -> None:
    await workshop.box(1, capacity=60)
    key = await workshop.stocked(100)
    one = [{"location": "1-2", "quantity": 1}]
    fifty = [{"location": f"1-{number}", "quantity": 1} for number in range(3, 53)]
    moves = [await counted("moveStock", partKey=key, source="1-1", targets=targets) for targets in (one, fifty)]
    assert moves[0] == moves[1]


async def test_changing_fifty_parts_runs_as_many_statements_as_two(workshop: Workshop, counted: Counted) -> None:
    await workshop.part_type("Diode")
    keys = [await workshop.part() for _ in range(52)]
    change = {"typeName": "Diode", "addTags": ["new"]}
    few = await counted("updateParts", partKeys=keys[:2], **change)
    many = await counted("updateParts", partKeys=keys[2:], **change)
    assert many == few


async def test_retiring_fifty_parts_runs_as_many_statements_as_two(workshop: Workshop, counted: Counted) -> None:
    keys = [await workshop.part() for _ in range(52)]
    few = await counted("updateParts", partKeys=keys[:2], retired=True)
    many = await counted("updateParts", partKeys=keys[2:], retired=True)
    assert many == few


async def test_reversing_two_hundred_lines_runs_as_many_statements_as_reversing_two(
    workshop: Workshop, counted: Counted
) -> None:
    await workshop.box(1, capacity=100)
    key, other = await workshop.part(), await workshop.part()
    small = await workshop.book((key, "1-1", 1), (other, "1-1", 1))
    large = await workshop.book(*((each, f"1-{number}", 1) for each in (key, other) for number in range(2, 101)))
    counts = [
        await counted("reverseOperation", REVERSE, operationId=done["operation"]["id"]) for done in (small, large)
    ]
    assert counts[0] == counts[1]


async def test_creating_a_part_with_many_parameters_takes_no_more_statements(
    workshop: Workshop, counted: Counted
) -> None:
    one = await counted("createPart", description="x", parameters=[{"name": "a", "value": "1"}], tags=["a"])
    many = [{"name": f"n{number}", "value": f"{number}k"} for number in range(100)]
    tags = [f"t{number}" for number in range(50)]
    assert await counted("createPart", description="x", parameters=many, tags=tags) == one
