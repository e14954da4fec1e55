"""How tests speak GraphQL: the types of the fixtures, and the selection every refusal is read with."""

from collections.abc import Mapping
from typing import Any, Protocol

import httpx

# JSON answers have as many shapes as there are documents.
Json = dict[str, Any]
Variables = Mapping[str, Any]

REFUSAL = """
fragment Refusal on UserError {
  __typename code message path
  ... on ValidationError { issues { path message } }
  ... on NotFoundError { kind reference }
  ... on AlreadyExistsError { kind reference }
  ... on ConflictError { expected current }
  ... on InUseError { usages { kind count references } }
  ... on PartRetiredError { partKeys }
  ... on InsufficientStockError {
    partKey location available requested
    shortfalls { partKey location locationExists available requested }
  }
  ... on QuantityLimitError { partKey result limit }
  ... on FileRefusedError { fileRefused: reason }
  ... on DuplicateFileError { twin { id title } }
  ... on ShortageError { shortages { partKey part { key } needed available missing } }
  ... on PickListStateError { state }
  ... on JobFinishedError { finished: state }
  ... on NotOwnerError { owner }
  ... on NotReversibleError { notReversible: reason }
}
"""


class GraphQL(Protocol):
    """Runs a document and returns its data, after asserting that the answer holds no top-level error."""

    async def __call__(self, query: str, variables: Variables | None = None) -> Json: ...


class RawGraphQL(Protocol):
    """Runs a document and returns the HTTP answer as it is; `.json()` holds data, errors and extensions."""

    async def __call__(self, query: str, variables: Variables | None = None) -> httpx.Response: ...


async def post(client: httpx.AsyncClient, query: str, variables: Variables | None = None) -> httpx.Response:
    """Send one document."""
    return await client.post("/graphql", json={"query": query, "variables": dict(variables or {})})


async def data_of(client: httpx.AsyncClient, query: str, variables: Variables | None = None) -> Json:
    """Send one document and return its data; an error of the request or of the server fails the test."""
    response = await post(client, query, variables)
    answer: Json = response.json()
    assert response.status_code == 200, answer
    assert "errors" not in answer, answer["errors"]
    data: Json = answer["data"]
    return data


def mutation(name: str, selection: str) -> str:
    """A document for one mutation: the selection of its success, and every fact of its refusals."""
    kind = name[0].upper() + name[1:]
    return (
        f"mutation {kind}($input: {kind}Input!) {{ {name}(input: $input) "
        f"{{ __typename ... on {kind}Success {{ {selection} }} ...Refusal }} }}\n{REFUSAL}"
    )
