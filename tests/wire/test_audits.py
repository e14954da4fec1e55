"""The audits of npm's graphql-http, the reference implementation of the GraphQL over HTTP specification."""

import asyncio
import json
from pathlib import Path

from tests.node import start_script
from tests.server_process import ServerProcess

AUDITS = Path(__file__).resolve().parents[1] / "audits"


async def test_all_61_audits_of_graphql_over_http_pass(server: ServerProcess) -> None:
    audit = await start_script(AUDITS, "audit.js", f"{server.base_url}/graphql")
    output, _ = await asyncio.wait_for(audit.communicate(), 60)
    results = json.loads(output)
    assert len(results) == 61
    assert [result for result in results if result["status"] != "ok"] == []
