"""The mechanism under all mutations, tried on a schema of its own: nothing it does needs a database."""

from typing import Any, cast

import strawberry
from graphql import GraphQLUnionType

import domain.errors as refusals
from domain.entities.actor import LOCAL_ACTOR
from domain.services.stock import StockService
from graph.context import OperationContext
from graph.execution.answer_size import AnswerSize
from graph.execution.observation import Unobserved
from graph.file_addresses import FileAddresses
from graph.library_internals import core_schema
from graph.mutations import Call, UnlistedRefusal, mutation
from graph.types.errors import ConflictError, NotFoundError


@strawberry.input
class StirInput:
    """What the one mutation of this page takes."""

    outcome: str


@strawberry.type
class StirSuccess:
    """What it answers."""

    loaders_were_renewed: bool


@mutation(StockService.use, NotFoundError, ConflictError)
async def stir_pot(call: Call, input: StirInput) -> StirSuccess:
    """Stir."""
    before = call.context.loaders
    if input.outcome == "missing":
        raise refusals.NotFoundError("pot", "7", ("outcome",))
    if input.outcome == "unlisted":
        raise refusals.ExhaustedError("no spoon is left")
    if input.outcome == "broken":
        raise RuntimeError("the spoon broke")
    return StirSuccess(loaders_were_renewed=call.loaders_after_commit() is not before)


@strawberry.type
class Query:
    """A schema cannot be without it."""

    pots: int = 1


@strawberry.type
class Mutation:
    """Holds the one mutation."""

    stir_pot = stir_pot


SCHEMA = strawberry.Schema(query=Query, mutation=Mutation)
DOCUMENT = """
mutation Stir($outcome: String!) {
  stirPot(input: {outcome: $outcome}) { __typename ... on UserError { code path } ... on NotFoundError { reference } }
}
"""


def _context() -> OperationContext:
    # No use case and no reader is touched, so there are none.
    nothing = cast(Any, None)
    return OperationContext(
        LOCAL_ACTOR,
        "request",
        nothing,
        nothing,
        FileAddresses(b"", lambda: 0.0),
        nothing,
        Unobserved(),
        AnswerSize(10**9),
    )


async def _stirred(outcome: str) -> strawberry.types.ExecutionResult:
    return await SCHEMA.execute(DOCUMENT, {"outcome": outcome}, context_value=_context())


def test_a_function_becomes_a_described_field_with_its_union() -> None:
    root = core_schema(SCHEMA).mutation_type
    assert root is not None
    field = root.fields["stirPot"]
    assert field.description == "Stir."
    assert isinstance(field.type, GraphQLUnionType)
    assert field.type.name == "StirPotPayload"
    assert [member.name for member in field.type.types] == ["StirSuccess", "NotFoundError", "ConflictError"]


async def test_a_listed_refusal_is_answered_as_a_value() -> None:
    result = await _stirred("missing")
    assert result.errors is None
    answer = {"__typename": "NotFoundError", "code": "NOT_FOUND", "path": ["outcome"], "reference": "7"}
    assert result.data == {"stirPot": answer}


async def test_loaders_are_renewed_before_and_after_the_change() -> None:
    context = _context()
    stale = context.loaders
    document = 'mutation { stirPot(input: {outcome: "done"}) { ... on StirSuccess { loadersWereRenewed } } }'
    result = await SCHEMA.execute(document, context_value=context)
    assert result.data == {"stirPot": {"loadersWereRenewed": True}}
    assert context.loaders is not stale


async def test_a_refusal_that_the_payload_does_not_list_is_a_fault() -> None:
    result = await _stirred("unlisted")
    assert result.data == {"stirPot": None}
    assert result.errors is not None
    assert isinstance(result.errors[0].original_error, UnlistedRefusal)
    assert str(result.errors[0].original_error) == "stirPot does not list ExhaustedError"


async def test_only_refusals_are_caught() -> None:
    result = await _stirred("broken")
    assert result.data == {"stirPot": None}
    assert result.errors is not None
    assert isinstance(result.errors[0].original_error, RuntimeError)
