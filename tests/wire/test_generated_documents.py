"""Documents generated from the whole schema: valid ones, sensible or not, never make a fault of the server."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from uuid import UUID

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis_graphql import mutations, nodes, queries

from graph.schema import schema
from tests.conftest import running
from tests.execution.documents import check_until_shown
from tests.property_sizes import examples
from tests.server_process import ServerProcess
from tests.servers.run import RunStores

SCHEMA = schema.as_str()
SCALARS = {
    "BigInt": st.integers(0, 10**12).map(str).map(nodes.String),
    "DateTime": st.datetimes().map(lambda moment: f"{moment.isoformat()}Z").map(nodes.String),
    "LocationReference": st.sampled_from(["1-1", "1-2", "9-1", "9999-1000"]).map(nodes.String),
    "PartKey": st.sampled_from(["RKTA", "jsta", "DPSG", "ZZZZ"]).map(nodes.String),
    # A file cannot be written in a document: whatever stands there is refused.
    "Upload": st.just("file").map(nodes.String),
    "URL": st.sampled_from(["https://example.org/", "http://127.0.0.1/a?b#c"]).map(nodes.String),
    "UUID": st.sampled_from([str(UUID(int=number)) for number in range(4)]).map(nodes.String),
}
MANY = settings(max_examples=examples(60), deadline=None, database=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
async def fuzzed_server(run_stores: RunStores) -> AsyncIterator[ServerProcess]:
    """A server with a demo workshop that may be changed at will; at its end the ledger still has to add up."""
    settings = await run_stores.place(demo=True)
    async with running(ServerProcess(demo_data=True, settings=settings)) as process:
        yield process
        checked = await asyncio.to_thread(process.run_command, "check")
        assert checked.returncode == 0, checked.stdout + checked.stderr


def codes_of(client: httpx.Client, document: str) -> set[str]:
    """The codes of the top-level errors, none when it was answered in full."""
    response = client.post("/graphql", json={"query": document})
    assert response.status_code < 500, (document, response.text)
    codes = {error["extensions"]["code"] for error in response.json().get("errors", [])}
    assert "INTERNAL_SERVER_ERROR" not in codes, (document, response.text)
    return codes or {"OK"}


@pytest.mark.properties
@pytest.mark.parametrize("generated", [queries, mutations])
def test_a_generated_document_is_answered_or_refused_with_a_code(
    fuzzed_server: ServerProcess, generated: object
) -> None:
    seen: Counter[str] = Counter()
    with httpx.Client(base_url=fuzzed_server.base_url, timeout=60, trust_env=False) as client:

        @MANY
        @given(generated(SCHEMA, custom_scalars=SCALARS))  # type: ignore[operator]
        def send(document: str) -> None:
            seen.update(codes_of(client, document))

        check_until_shown(send, seen, ["OK"], so_often=5)
