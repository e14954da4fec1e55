"""What a resolver loads and what a column beside it loads come in one statement, whichever of them asks first."""

import pytest

from tests.execution.both_executors import BothExecutors
from tests.execution.workshop import contexts, open_workshop, workshop_schema
from tests.factories import Workshop
from tests.server_process import ServerProcess

COLUMN = "project(id: $one) { name }"
RESOLVER = "node(id: $other) { ... on Project { name } }"
RESOLVERS = "nodes(ids: [$other]) { ... on Project { name } }"

executors = BothExecutors(workshop_schema)


@pytest.mark.parametrize("fields", [(COLUMN, RESOLVER), (RESOLVER, COLUMN), (COLUMN, RESOLVERS), (RESOLVERS, COLUMN)])
async def test_a_resolver_shares_the_statement_of_a_column(
    server: ServerProcess, workshop: Workshop, fields: tuple[str, str]
) -> None:
    one, other = [(await workshop.done("createProject", name=name))["project"]["id"] for name in ("Amplifier", "Clock")]
    document = f"query ($one: ID!, $other: ID!) {{ {' '.join(fields)} }}"
    async with open_workshop(server) as application:
        answers = await executors.run(document, {"one": one, "other": other}, contexts(application))
    assert (answers.ours.data, answers.ours.errors) == (answers.theirs.data, None)
    assert answers.our_statements == 1
