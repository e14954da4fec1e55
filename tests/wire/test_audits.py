"""The audits of npm's graphql-http, the reference implementation of the GraphQL over HTTP specification."""

import asyncio
import json

from tests.server_process import ServerProcess
from tests.wire.node import AUDITS, install_audits, node_environment


async def test_all_61_audits_of_graphql_over_http_pass(server: ServerProcess) -> None:
    environment = node_environment()
    await asyncio.to_thread(install_audits, environment)
    audit = await asyncio.create_subprocess_exec(
        "node",
        "audit.js",
        f"{server.base_url}/graphql",
        cwd=AUDITS,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await asyncio.wait_for(audit.communicate(), 60)
    results = json.loads(output)
    assert len(results) == 61
    assert [result for result in results if result["status"] != "ok"] == []
