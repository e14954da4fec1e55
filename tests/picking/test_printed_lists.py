"""A pick list as a PDF: who may fetch it, and what stands on it."""

import time

import asyncpg
import httpx
import pypdfium2

from domain.rules.file_addresses import signed_path
from tests.factories import Workshop
from tests.picking.lists import line, opened, project
from tests.wire.conftest import GuardedServer, guarded_client, guarded_server

__all__ = ["guarded_client", "guarded_server"]


def _pages(content: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(content)
    try:
        return [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()


async def test_a_printed_list_has_boxes_places_keys_and_numbered_pages(
    workshop: Workshop, client: httpx.AsyncClient
) -> None:
    keys = []
    for box in (1, 2):
        await workshop.box(box, capacity=15)
        places = [f"{box}-{number}" for number in range(1, 16)]
        told = "Résistance Ωμέγα 电阻器 😀"
        keys += [await workshop.stocked(9, place, description=told) for place in places]
    lamp = await project(workshop, "Żarówka 灯 💡", 5, *(line(key, designators=["R1"]) for key in keys))
    made = await opened(workshop, lamp, 5)
    query = "query($id: ID!) { pickList(id: $id) { printUrl } }"
    url = (await workshop.graphql(query, {"id": made["id"]}))["pickList"]["printUrl"]
    assert url.startswith(f"/files/pick-lists/{made['number']}.pdf?")
    answer = await client.get(url)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert f"pick-list-{made['number']}.pdf" in answer.headers["content-disposition"]
    pages = _pages(answer.content)
    assert len(pages) > 1
    for number, text in enumerate(pages, start=1):
        assert f"Pick list {made['number']} · page {number} of {len(pages)}" in text
    whole = "\n".join(pages)
    assert "Żarówka" in pages[0]
    assert whole.index("Box 1") < whole.index("Box 2")
    assert "Résistance Ωμέγα" in whole
    assert all(f"{each['locationReference']} {each['part']['key']} 5 ×" in whole for each in made["lines"])


async def test_a_list_that_does_not_exist_is_not_found(client: httpx.AsyncClient) -> None:
    for number in ("1", str(2**70), "x"):
        assert (await client.get(f"/files/pick-lists/{number}.pdf")).status_code == 404


async def test_a_list_is_printed_for_a_signed_address_or_a_token_alone(
    guarded_server: GuardedServer, guarded_client: httpx.AsyncClient
) -> None:
    path = "/files/pick-lists/77.pdf"
    connection = await asyncpg.connect(guarded_server.process.database_url)
    try:
        secret = await connection.fetchval("SELECT file_secret FROM installation")
    finally:
        await connection.close()
    signed = signed_path(path, time.time(), secret)
    forged = signed_path("/files/pick-lists/78.pdf", time.time(), secret).replace("78.pdf", "77.pdf")
    old = signed_path(path, time.time() - 3 * 3_600, secret)
    # There is no such list; whoever may read is told so.
    assert (await guarded_client.get(signed)).status_code == 404
    assert (await guarded_client.get(path, headers=guarded_server.headers("VIEWER"))).status_code == 404
    for refused in (path, forged, old):
        answer = await guarded_client.get(refused)
        assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (401, "UNAUTHENTICATED")
