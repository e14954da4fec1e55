"""Who is let in, and which root field asks for which role.

Rules: docs/domain.md#roles, #actors-and-tokens, #open-mode.
"""

from typing import Any, cast

import httpx
import pytest
import strawberry
from graphql import GraphQLField, GraphQLObjectType, get_named_type, is_leaf_type, is_required_argument

from graph.execution.access import AccessRules, MissingRole
from graph.library_internals import core_schema, declaration
from graph.required_role import ROLE
from graph.schema import graphql_schema
from server.settings import Settings
from tests.conftest import connect, running
from tests.server_process import ServerProcess
from tests.servers.run import RunStores
from tests.wire.conftest import GuardedServer, code_of, make_token, run_sql, until_asked_again

CORE = graphql_schema
REVOKE = "UPDATE api_tokens SET revoked_at = now() WHERE name = $1"
ROLES = ("VIEWER", "EDITOR", "ADMIN")


def fields_of(root: GraphQLObjectType | None) -> dict[str, GraphQLField]:
    """The fields of a root type."""
    assert root is not None
    fields: dict[str, GraphQLField] = root.fields
    return fields


def document(operation: str, name: str, field: GraphQLField) -> str:
    """A valid document for one root field, whose required arguments are variables that no request of ours gives."""
    required = {argument: found.type for argument, found in field.args.items() if is_required_argument(found)}
    definitions = "(" + ", ".join(f"${argument}: {type_}" for argument, type_ in required.items()) + ")"
    uses = "(" + ", ".join(f"{argument}: ${argument}" for argument in required) + ")"
    selection = "" if is_leaf_type(get_named_type(field.type)) else " { __typename }"
    return f"{operation} {definitions if required else ''} {{ {name}{uses if required else ''}{selection} }}"


async def outcome(client: httpx.AsyncClient, query: str, headers: dict[str, str]) -> str:
    """OK, or the code of the first error."""
    response = await client.post("/graphql", json={"query": query}, headers=headers)
    answer: dict[str, Any] = response.json()
    return cast(str, answer["errors"][0]["extensions"]["code"]) if "errors" in answer else "OK"


@pytest.mark.parametrize("name", sorted(fields_of(CORE.mutation_type)))
async def test_a_mutation_runs_for_its_role_and_those_above(
    guarded_server: GuardedServer, guarded_client: httpx.AsyncClient, name: str
) -> None:
    field = fields_of(CORE.mutation_type)[name]
    declared = declaration(field)
    assert declared is not None
    least = declared.metadata[ROLE]
    query = document("mutation", name, field)
    assert await outcome(guarded_client, query, {}) == "UNAUTHENTICATED"
    for role in ROLES:
        # The input is missing, so a mutation that is allowed goes no further than its variables.
        expected = "FORBIDDEN" if ROLES.index(role) < ROLES.index(least) else "BAD_USER_INPUT"
        assert await outcome(guarded_client, query, guarded_server.headers(role)) == expected, role


@pytest.mark.parametrize("name", sorted(fields_of(CORE.query_type)))
async def test_a_query_is_for_everybody_with_a_token(
    guarded_server: GuardedServer, guarded_client: httpx.AsyncClient, name: str
) -> None:
    query = document("query", name, fields_of(CORE.query_type)[name])
    assert await outcome(guarded_client, query, {}) == "UNAUTHENTICATED"
    for role in ROLES:
        assert await outcome(guarded_client, query, guarded_server.headers(role)) in {"OK", "BAD_USER_INPUT"}, role


async def test_a_forbidden_field_behind_a_fragment_or_a_directive_forbids_the_whole_operation(
    guarded_server: GuardedServer, guarded_client: httpx.AsyncClient
) -> None:
    query = """
    mutation ($input: DeleteBoxInput!) { __typename ...F }
    fragment F on Mutation { x: deleteBox(input: $input) @skip(if: true) { __typename } }
    """
    response = await guarded_client.post("/graphql", json={"query": query}, headers=guarded_server.headers("EDITOR"))
    assert response.status_code == 403
    assert response.json() == {
        "errors": [
            {
                "message": "deleteBox takes the role ADMIN; yours is EDITOR.",
                "extensions": {"code": "FORBIDDEN", "field": "deleteBox", "requiredRole": "ADMIN"},
            }
        ]
    }


def test_a_root_field_without_a_role_does_not_start() -> None:
    @strawberry.type
    class Query:
        @strawberry.field
        def unguarded(self) -> str:
            return ""

    with pytest.raises(MissingRole, match=r"Query\.unguarded"):
        AccessRules(core_schema(strawberry.Schema(Query)))


@pytest.mark.parametrize(
    "authorization",
    ["", "Bearer", "Bearer pg_wrong", "Basic dXNlcjpwYXNz", "Bearer " + "x" * 500, "pg_x", "Bearer pg_\xff"],
)
async def test_without_a_valid_token_nobody_is_let_in(guarded_client: httpx.AsyncClient, authorization: str) -> None:
    token = [(b"Authorization", authorization.encode("latin-1"))] if authorization else []
    for accept in ("application/json", "application/graphql-response+json"):
        response = await guarded_client.post(
            "/graphql", json={"query": "{ __typename }"}, headers=[*token, (b"Accept", accept.encode())]
        )
        assert response.status_code == 401
        assert response.headers["www-authenticate"].startswith("Bearer")
        assert code_of(response) == "UNAUTHENTICATED"
        message = response.json()["errors"][0]["message"]
        assert message.endswith(" In GraphiQL: Headers tab, then re-fetch the schema.")


async def test_a_revoked_token_fails_after_at_most_two_seconds(
    guarded_server: GuardedServer, guarded_client: httpx.AsyncClient
) -> None:
    # By default; the servers of the tests keep what they know of a token for less.
    assert Settings.model_fields["token_kept_seconds"].default == 2
    token = await make_token(guarded_server.process, "VIEWER", "short-lived")
    headers = {"Authorization": f"Bearer {token}"}
    assert await outcome(guarded_client, "{ __typename }", headers) == "OK"
    await run_sql(guarded_server.process, REVOKE, "short-lived")
    await until_asked_again(guarded_server.process)
    assert await outcome(guarded_client, "{ __typename }", headers) == "UNAUTHENTICATED"


async def test_the_first_token_closes_an_open_server_and_revoking_it_does_not_open_it_again(
    run_stores: RunStores,
) -> None:
    async with running(ServerProcess(settings=await run_stores.place())) as process, connect(process) as client:
        assert await outcome(client, "{ __typename }", {}) == "OK"
        await make_token(process, "ADMIN", "first")
        await until_asked_again(process)
        assert await outcome(client, "{ __typename }", {}) == "UNAUTHENTICATED"
        await run_sql(process, REVOKE, "first")
        await until_asked_again(process)
        assert await outcome(client, "{ __typename }", {}) == "UNAUTHENTICATED"


async def test_the_actor_is_the_one_of_the_token(
    guarded_server: GuardedServer, guarded_client: httpx.AsyncClient
) -> None:
    query = "{ viewer { name role } }"
    response = await guarded_client.post("/graphql", json={"query": query}, headers=guarded_server.headers("EDITOR"))
    assert response.json()["data"] == {"viewer": {"name": "editor", "role": "EDITOR"}}


async def test_pages_and_health_need_no_token(guarded_client: httpx.AsyncClient) -> None:
    for path in ("/", "/healthz", "/readyz"):
        assert (await guarded_client.get(path)).status_code == 200
