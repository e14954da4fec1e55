"""Asks for parts by words."""

from typing import Any

from tests.graphql_client import GraphQL, Json

SEARCH = """
query Search($text: String!, $filter: PartFilter, $orderBy: PartOrder, $first: Int) {
  searchParts(text: $text, filter: $filter, orderBy: $orderBy, first: $first) {
    totalCount nodes { score part { key } }
  }
}
"""
MATCHES = """
query Matches($text: String!) {
  searchParts(text: $text) {
    nodes { part { key } matches { field text ranges { start length } attachment { title } page } }
  }
}
"""


async def hits(graphql: GraphQL, text: str, **arguments: Any) -> list[tuple[str, int]]:
    """Keys and scores of the parts that a text finds, in the order of the answer, which is whole."""
    found = (await graphql(SEARCH, {"text": text, **arguments}))["searchParts"]
    assert found["totalCount"] == len(found["nodes"])
    return [(node["part"]["key"], node["score"]) for node in found["nodes"]]


async def found(graphql: GraphQL, text: str, **arguments: Any) -> list[str]:
    """The keys alone."""
    return [key for key, _ in await hits(graphql, text, **arguments)]


async def matches(graphql: GraphQL, text: str) -> dict[str, list[Json]]:
    """What matches of each part that a text finds; each range is written as the text in it."""
    nodes = (await graphql(MATCHES, {"text": text}))["searchParts"]["nodes"]
    for node in nodes:
        for match in node["matches"]:
            match["ranges"] = [
                match["text"][each["start"] : each["start"] + each["length"]] for each in match["ranges"]
            ]
    return {node["part"]["key"]: node["matches"] for node in nodes}
