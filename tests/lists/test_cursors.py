"""Page arguments and cursors are untrusted: what cannot be met is refused, never a fault."""

import base64
import json

import pytest

from tests.graphql_client import RawGraphQL


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("first: -1", "`first` is -1; a page has 0 to 200 items."),
        ("last: 201", "`last` is 201; a page has 0 to 200 items."),
        ("first: 1, last: 1", "Use `first` or `last`, not both."),
        ('after: "x"', "`after` is not a cursor that this server gave out."),
        ('before: ""', "`before` is not a cursor that this server gave out."),
    ],
)
async def test_page_arguments_that_cannot_be_met_are_refused(
    graphql_raw: RawGraphQL, arguments: str, message: str
) -> None:
    answer = (await graphql_raw(f"{{ parts({arguments}) {{ nodes {{ key }} }} viewer {{ name }} }}")).json()
    assert answer["data"] == {"parts": None, "viewer": {"name": "local"}}
    (error,) = answer["errors"]
    assert (error["message"], error["extensions"]["code"]) == (message, "BAD_USER_INPUT")


def _cursor(content: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


@pytest.mark.parametrize(
    "content",
    [
        None,
        {},
        [],
        [1],
        [2, "part.total_quantity ASC", 1, 1],
        [True, "part.total_quantity ASC", 1, 1],
        [1, "part.total_quantity ASC", 1],
        [1, "part.total_quantity ASC", 1, 1, 1],
        [1, "part.total_quantity ASC", "1", 1],
        [1, "part.total_quantity ASC", 1.5, 1],
        [1, "part.total_quantity ASC", True, 1],
        [1, "part.total_quantity ASC", None, 1],
        [1, "part.total_quantity ASC", 2**63, 1],
        [1, "part.total_quantity ASC", 1, -(2**70)],
        [1, "part.total_quantity DESC", 1, 1],
        [1, "part.key ASC", "AAAA"],
        [1, ["part.total_quantity ASC"], 1, 1],
        "[" * 20_000,
    ],
)
async def test_a_forged_cursor_is_refused(graphql_raw: RawGraphQL, content: object) -> None:
    query = "query Q($after: String) { parts(after: $after, orderBy: { field: TOTAL_QUANTITY }) { nodes { key } } }"
    answer = (await graphql_raw(query, {"after": _cursor(content)})).json()
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["BAD_USER_INPUT"]


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("DESCRIPTION", ["a\x00", 1]),
        ("DESCRIPTION", ["\ud800", 1]),
        ("CREATED_AT", [2**62, 1]),
        ("CREATED_AT", ["2026-01-01", 1]),
        ("KEY", [1]),
    ],
)
async def test_a_cursor_with_values_no_row_can_have_is_refused(
    graphql_raw: RawGraphQL, field: str, values: list[object]
) -> None:
    query = "query Q($after: String, $by: PartOrder) { parts(after: $after, orderBy: $by) { nodes { key } } }"
    cursor = _cursor([1, f"part.{field.lower()} ASC", *values])
    answer = (await graphql_raw(query, {"after": cursor, "by": {"field": field}})).json()
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["BAD_USER_INPUT"]
