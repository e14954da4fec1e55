"""Documents known by their hash, and a server that runs nothing else."""

from pathlib import Path

import httpx
import pytest

from graph.execution.refusals import RequestRefused
from server.errors import OperatorError
from server.wire.http.request_parameters import from_json
from server.wire.http.trusted_documents import TrustedDocuments
from tests.wire.conftest import TRUSTED, TRUSTED_ID, code_of


@pytest.mark.parametrize(
    "body",
    [
        {"documentId": f"sha256:{TRUSTED_ID}"},
        {"documentId": TRUSTED_ID, "operationName": "Trusted"},
        {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": TRUSTED_ID}}},
    ],
)
async def test_a_trusted_document_runs_by_its_hash(tuned_client: httpx.AsyncClient, body: dict[str, object]) -> None:
    assert (await tuned_client.post("/graphql", json=body)).json()["data"] == {"__typename": "Query"}


async def test_a_trusted_document_runs_by_get(tuned_client: httpx.AsyncClient) -> None:
    response = await tuned_client.get("/graphql", params={"documentId": f"sha256:{TRUSTED_ID}"})
    assert response.json()["data"] == {"__typename": "Query"}


async def test_an_unknown_hash_is_told_in_the_words_that_clients_look_for(tuned_client: httpx.AsyncClient) -> None:
    response = await tuned_client.post("/graphql", json={"documentId": "sha256:0"})
    assert code_of(response) == "PERSISTED_QUERY_NOT_FOUND"
    assert response.json()["errors"][0]["message"] == "PersistedQueryNotFound"


async def test_a_server_without_documents_says_that_it_knows_none(client: httpx.AsyncClient) -> None:
    body = {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": TRUSTED_ID}}}
    response = await client.post("/graphql", json=body)
    assert code_of(response) == "PERSISTED_QUERY_NOT_SUPPORTED"
    assert response.json()["errors"][0]["message"] == "PersistedQueryNotSupported"
    with_text = await client.post("/graphql", json=body | {"query": TRUSTED})
    assert with_text.json()["data"] == {"__typename": "Query"}


def test_a_server_for_trusted_documents_only_refuses_every_text() -> None:
    only = TrustedDocuments({f"sha256:{TRUSTED_ID}": TRUSTED}, only=True)
    assert only.text_of(from_json({"documentId": TRUSTED_ID})) == TRUSTED
    assert only.text_of(from_json({"documentId": TRUSTED_ID, "query": "{ other }"})) == TRUSTED
    with pytest.raises(RequestRefused) as refused:
        only.text_of(from_json({"query": TRUSTED}))
    assert refused.value.code == "TRUSTED_DOCUMENTS_ONLY"


@pytest.mark.parametrize("content", ["", "[]", '{"a": 1}', "{"])
def test_an_unreadable_manifest_is_told_at_start(tmp_path: Path, content: str) -> None:
    manifest = tmp_path / "documents.json"
    manifest.write_text(content)
    with pytest.raises(OperatorError, match="trusted documents"):
        TrustedDocuments.load(manifest, only=False)
