"""Every refusal that a payload of attachments names, provoked once through HTTP."""

import httpx
import pytest

from tests.attachments.refusals import REFUSALS, UPLOAD_REFUSALS, USED_KEY, Known
from tests.attachments.uploading import PDF, attached, payload
from tests.factories import Workshop


@pytest.fixture
async def known(workshop: Workshop, client: httpx.AsyncClient) -> Known:
    """A part with a file, another without, and a key that was used for something else."""
    key, other = await workshop.part(), await workshop.part()
    file = await attached(client, {"partKey": key}, PDF)
    await workshop.done("createPart", description="Fuse", idempotencyKey=USED_KEY)
    return {"part": key, "other": other, "file": file["id"]}


async def test_each_refusal_is_answered_and_changes_nothing(workshop: Workshop, known: Known) -> None:
    for (name, typename), request in REFUSALS.items():
        await workshop.refused(name, typename, **request(known))


async def test_each_refusal_of_an_upload_is_answered_and_changes_nothing(
    workshop: Workshop, client: httpx.AsyncClient, known: Known
) -> None:
    for (_, typename), request in UPLOAD_REFUSALS.items():
        owner, content, fields = request(known)
        async with workshop.unchanged():
            refused = await payload(client, owner, content, **fields)
        assert refused["__typename"] == typename, refused
        assert refused["message"]
