"""The document cache: what it keeps, what it forgets, and that it stays bounded."""

import gc
from contextlib import suppress

import pytest
from graphql import FieldNode, GraphQLError, Node, OperationDefinitionNode, Token, TokenKind, build_schema

from graph.execution import document_cache
from graph.execution.document_cache import DocumentCache
from graph.execution.limits import Limits
from graph.execution.refusals import RequestRefused

SCHEMA = build_schema("type Query { part: Part } type Part { key: String }")


def cache(max_documents: int = 3) -> DocumentCache:
    """A small cache."""
    return DocumentCache(SCHEMA, Limits(), max_documents)


async def test_the_same_text_is_prepared_once() -> None:
    documents = cache()
    first = await documents.prepare("{ part { key } }", None)
    assert await documents.prepare("{ part { key } }", None) is first


async def test_each_operation_of_a_document_is_prepared_by_its_name() -> None:
    documents = cache()
    text = "query A { part { key } } query B { __typename }"
    a = await documents.prepare(text, "A")
    b = await documents.prepare(text, "B")
    assert (a.name, a.root_fields, b.name, b.root_fields) == ("A", ("part",), "B", ("__typename",))
    assert await documents.prepare(text, "A") is a


async def test_the_least_recently_used_document_is_forgotten() -> None:
    documents = cache(max_documents=2)
    first = await documents.prepare("query A { __typename }", None)
    second = await documents.prepare("query B { __typename }", None)
    assert await documents.prepare("query A { __typename }", None) is first
    await documents.prepare("query C { __typename }", None)
    assert await documents.prepare("query A { __typename }", None) is first
    assert await documents.prepare("query B { __typename }", None) is not second


async def test_large_documents_push_others_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document_cache, "_MAX_CACHED_BYTES", 10_000)
    documents = cache()
    small = await documents.prepare("query A { __typename }", None)
    large = await documents.prepare("query B { " + "__typename " * 18 + "}", None)
    assert await documents.prepare("query B { " + "__typename " * 18 + "}", None) is large
    assert await documents.prepare("query A { __typename }", None) is not small


async def test_the_text_of_a_document_counts_as_its_tokens_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document_cache, "_MAX_CACHED_BYTES", 10_000)
    documents = cache()
    small = await documents.prepare("query A { __typename }", None)
    await documents.prepare("#" * 9_000 + "\nquery B { __typename }", None)
    assert await documents.prepare("query A { __typename }", None) is not small


async def test_a_kept_document_keeps_no_tokens_and_no_comments_beside_its_text() -> None:
    prepared = await cache().prepare("# one\nquery A {\n  # two\n  part { key }\n} # three", None)
    waiting: list[object] = [prepared.node]
    while waiting:
        node = waiting.pop()
        assert isinstance(node, Node)
        # Where a field stands is kept, as errors tell it.
        assert (node.loc is not None) or not isinstance(node, FieldNode | OperationDefinitionNode)
        if node.loc is not None:
            for token in (node.loc.start_token, node.loc.end_token):
                assert (token.kind, token.prev, token.next) == (TokenKind.SOF, None, None)
        held = [getattr(node, key) for key in node.keys]
        waiting += [each for each in held if isinstance(each, Node)]
        waiting += [each for group in held if isinstance(group, (list, tuple)) for each in group]
    assert prepared.node.selection_set.loc is None
    error = GraphQLError("here", [prepared.node.selection_set.selections[0]])
    assert error.locations == [(4, 3)]


@pytest.mark.parametrize("text", ["{ part { key } }", "{ nothing }"])
async def test_tokens_are_gone_when_a_document_was_read_or_refused(text: str) -> None:
    def tokens() -> int:
        return sum(isinstance(each, Token) for each in gc.get_objects())

    gc.collect()
    gc.disable()
    try:
        before = tokens()
        with suppress(RequestRefused):
            await cache().prepare(text, None)
        assert tokens() == before
    finally:
        gc.enable()


async def test_refused_documents_push_nothing_out() -> None:
    documents = cache(max_documents=1)
    kept = await documents.prepare("{ __typename }", None)
    for number in range(5):
        with pytest.raises(RequestRefused):
            await documents.prepare(f"{{ missing{number} }}", None)
    assert await documents.prepare("{ __typename }", None) is kept
