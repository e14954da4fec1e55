"""Queries that find parts by words, and words by how they begin."""

from collections.abc import Sequence
from typing import Annotated

import strawberry

from domain.rules.search import MAX_QUERY_LENGTH, MAX_TERMS, completing, query_of
from graph.context import Info
from graph.dataloaders import Loaders
from graph.read_fields import query_field
from graph.relations import found_by
from graph.relay_connections import After, Before, First, Last, page_request
from graph.request_errors import bad_user_input
from graph.types.order_direction import OrderDirection
from graph.types.part_list import PartFilter, PartOrder
from graph.types.search import CompletedWord, PartSearchConnection, SearchConnectionView
from persistence.readers.completion import CompletedWordView
from persistence.readers.part_order import PART_ORDERS
from persistence.readers.search_pages import BEST_FIRST, SearchRequest, sought

_MOST_COMPLETIONS = 50
_FIRST_COMPLETIONS = 10


def _search_request(
    info: Info,
    text: Annotated[
        str,
        strawberry.argument(
            description="Words, keys, part numbers, values (4k7, 100 nF) and places (7-3), in any order. All of them "
            f"must be found in a part, each anywhere; of a longer text the first {MAX_QUERY_LENGTH} characters and "
            f"{MAX_TERMS} words count. No text is an error; one that says nothing finds nothing."
        ),
    ],
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
    filter: Annotated[
        PartFilter | None,
        strawberry.argument(description="Which of the found parts to show; parts in use when left out."),
    ] = None,
    order_by: Annotated[
        PartOrder | None, strawberry.argument(description="In which order; the best first when left out.")
    ] = None,
) -> SearchRequest:
    """What is looked for, and the page of it."""
    query = query_of(text)
    page = page_request(
        info,
        BEST_FIRST if order_by is None else PART_ORDERS[order_by.field.name],
        first=first,
        after=after,
        last=last,
        before=before,
        descending=order_by is not None and order_by.direction is OrderDirection.DESC,
        conditions=(sought(query), *(filter or PartFilter()).conditions()),
    )
    return SearchRequest(query, page)


@strawberry.type
class SearchQueries:
    """Fields of Query."""

    search_parts: PartSearchConnection | None = found_by(
        Loaders.search_pages,
        arguments=_search_request,
        pick=SearchConnectionView,
        lookups=50,
        description="The parts that a text finds, in any notation and with spelling mistakes, the best first.",
    )

    @query_field(
        list[CompletedWord] | None,
        description="Words of parts and types that go on as the last word of a text, for the field in which somebody "
        "types: those of most parts first. None where the text does not end in a word.",
        lookups=9,
        length=_FIRST_COMPLETIONS,
    )
    async def complete_words(
        self,
        info: Info,
        text: Annotated[str, strawberry.argument(description="What has been typed so far.")],
        first: Annotated[
            int, strawberry.argument(description=f"At most so many words, 1 to {_MOST_COMPLETIONS}.")
        ] = _FIRST_COMPLETIONS,
    ) -> Sequence[CompletedWordView]:
        """One statement."""
        if not 1 <= first <= _MOST_COMPLETIONS:
            raise bad_user_input(f"`first` is {first}; 1 to {_MOST_COMPLETIONS} words are completed.")
        beginning, _ = completing(text)
        return await info.context.readers.completion.words(beginning, first)
