"""Waits for what the server makes from a file, and fetches it."""

import base64

import httpx

from tests.graphql_client import Json, data_of
from tests.log_lines import lines_of
from tests.server_process import ServerProcess
from tests.waiting import until

MADE = """
id kind width height previewState previewFailure placeholder textState textFailure
previews { size width height url }
"""
_BY_ID = f"query Q($id: ID!) {{ node(id: $id) {{ ... on Attachment {{ {MADE} }} }} }}"


async def made_from(client: httpx.AsyncClient, attachment: Json) -> Json:
    """The attachment as it is now."""
    found: Json = (await data_of(client, _BY_ID, {"id": attachment["id"]}))["node"]
    return found


async def read(client: httpx.AsyncClient, attachment: Json, patience_seconds: float = 60) -> Json:
    """The attachment once nothing of it is to be made any more."""

    async def as_it_is() -> Json:
        return await made_from(client, attachment)

    found: Json = await until(
        as_it_is, lambda now: "PENDING" not in (now["previewState"], now["textState"]), patience_seconds
    )
    return found


def preview_url(attachment: Json, size: int) -> str:
    """The address of a preview, whether or not it is there."""
    path, _, _ = attachment["url"].partition("?")
    return f"{path}/preview/{size}"


def times_drawn(attachment: Json, *servers: ServerProcess) -> int:
    """How often the previews of an attachment were made, by the logs."""
    number = int(base64.urlsafe_b64decode(attachment["id"] + "==").decode().rpartition(":")[2])
    lines = [line for server in servers for line in lines_of(server, event="file was read", attachment=number)]
    return sum("drawn" in line["how"] for line in lines)
