"""Every example of the documentation runs, and answers what its page says."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.conftest import connect
from tests.graphql_client import post
from tests.guide.demo_copy import DemoCopy
from tests.guide.examples import BrokenPage, differences, examples, filled, read_page, remembered
from tests.live.sockets import acknowledged
from tests.server_process import ROOT, ServerProcess

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs" / "guide").glob("*.md"))]


@pytest.fixture(scope="module")
async def demo_copy(demo_server: ServerProcess) -> AsyncIterator[DemoCopy]:
    """The demo workshop as it was loaded."""
    copy = DemoCopy(demo_server.database_url)
    await copy.take()
    yield copy
    await copy.forget()


@pytest.fixture
async def fresh_demo(demo_server: ServerProcess, demo_copy: DemoCopy) -> AsyncIterator[httpx.AsyncClient]:
    """HTTP to the demo workshop; whatever the examples change is taken back."""
    async with connect(demo_server) as client:
        yield client
    await demo_copy.put_back()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
async def test_the_examples_of_a_page_answer_what_it_says(
    page: Path, fresh_demo: httpx.AsyncClient, demo_server: ServerProcess
) -> None:
    known: dict[str, Any] = {}
    async with acknowledged(demo_server) as socket:
        for example in examples(page):
            variables = filled(example.variables, known)
            if example.document is None:
                answer = (await socket.receive())["payload"]
            elif example.answer is None:
                await socket.subscribe(example.place, example.document, variables)
                continue
            else:
                answer = (await post(fresh_demo, example.document, variables)).json()
            if "extensions" not in example.answer:
                answer.pop("extensions", None)
            assert list(differences(example.answer, answer)) == [], f"{example.place}: {answer}"
            known |= dict(remembered(example.answer, answer))


def test_the_readme_has_a_query_and_a_mutation() -> None:
    documents = [example.document or "" for example in examples(ROOT / "README.md")]
    assert any("mutation" in document for document in documents)
    assert any("mutation" not in document for document in documents)


PAGE = """
```json variables
{"key": "ABCD"}
```
```graphql
query Q($key: PartKey!) { part(key: $key) { key } }
```
```json
{"data": {"part": {"key": "ABCD"}}}
```
"""


def test_a_page_is_read_into_documents_variables_and_answers() -> None:
    (example,) = read_page("page.md", PAGE)
    assert example.variables == {"key": "ABCD"}
    assert example.document == "query Q($key: PartKey!) { part(key: $key) { key } }\n"
    assert example.answer == {"data": {"part": {"key": "ABCD"}}}


@pytest.mark.parametrize(
    "page", ["```graphql\n{ a }\n```\n", "```json\n{}\n```\n", '```json variables\n{"a": 1}\n```\n']
)
def test_a_page_with_half_an_example_is_broken(page: str) -> None:
    with pytest.raises(BrokenPage):
        list(read_page("page.md", page))


def test_answers_are_compared_in_full_but_for_what_the_page_leaves_open() -> None:
    promised = {"id": "…", "list": [1, 2, "…"], "name": "a", "none": None}
    assert list(differences(promised, {"id": "x", "list": [1, 2, 3, 4], "name": "a", "none": None})) == []
    for wrong in (
        {"id": "x", "list": [1, 3], "name": "a", "none": None},
        {"id": "x", "list": [1], "name": "a", "none": None},
        {"id": "x", "list": [1, 2], "name": "b", "none": None},
        {"id": "x", "list": [1, 2], "name": "a"},
        {"id": "x", "list": [1, 2], "name": "a", "none": None, "more": 1},
        {"id": "x", "list": [True, 2], "name": "a", "none": None},
    ):
        assert len(list(differences(promised, wrong))) == 1


def test_a_named_value_of_an_answer_stands_in_later_variables() -> None:
    promised = {"data": {"project": {"id": "…lamp", "lines": ["…", {"key": "…part"}]}}}
    found = {"data": {"project": {"id": "x1", "lines": [1, {"key": "ABCD"}]}}}
    assert list(differences(promised, found)) == []
    known = dict(remembered(promised, found))
    assert filled({"input": {"id": "…lamp", "keys": ["…part", "…other"], "units": 3}}, known) == {
        "input": {"id": "x1", "keys": ["ABCD", "…other"], "units": 3}
    }
