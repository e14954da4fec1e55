"""Search: parts that were found, what of them matches, and what they have in common."""

from dataclasses import dataclass
from enum import Enum
from operator import attrgetter
from typing import Any

import strawberry

from graph.dataloaders import Loaders
from graph.prices import expected
from graph.relations import derived, one
from graph.relay_connections import Connection, ConnectionView
from graph.types.attachment import Attachment
from graph.types.references import BoxRef, PartRef, PartTypeRef
from persistence.readers.search_facets import MOST_FACETS
from persistence.readers.search_matches import MOST_MATCHES

_COUNTED = "All hits under the filter are counted, whatever page is read."


@strawberry.enum(description="Where in a part a query was found.")
class SearchMatchField(Enum):
    """The names of search matches with their descriptions."""

    KEY = strawberry.enum_value("KEY", description="The part's key.")
    MANUFACTURER_CODE = strawberry.enum_value("MANUFACTURER_CODE", description="The maker's part number.")
    DESCRIPTION = strawberry.enum_value("DESCRIPTION", description="The description.")
    TYPE = strawberry.enum_value("TYPE", description="The name of the part's type.")
    PACKAGE = strawberry.enum_value("PACKAGE", description="The package.")
    SERIES = strawberry.enum_value("SERIES", description="The series.")
    MANUFACTURER = strawberry.enum_value("MANUFACTURER", description="The maker.")
    TAG = strawberry.enum_value("TAG", description="A tag.")
    PARAMETER = strawberry.enum_value(
        "PARAMETER", description="A parameter: its name, a colon and a blank, and its value."
    )
    DIMENSIONS = strawberry.enum_value("DIMENSIONS", description="The dimensions.")
    VOLTAGE_RATING = strawberry.enum_value("VOLTAGE_RATING", description="The voltage rating.")
    INPUT_VOLTAGE = strawberry.enum_value("INPUT_VOLTAGE", description="The input voltage.")
    OUTPUT_VOLTAGE = strawberry.enum_value("OUTPUT_VOLTAGE", description="The output voltage.")
    MOUNTING_TYPE = strawberry.enum_value("MOUNTING_TYPE", description="How it is mounted.")
    PIN_PITCH = strawberry.enum_value("PIN_PITCH", description="The distance of its pins.")
    PIN_COUNT = strawberry.enum_value("PIN_COUNT", description="The number of its pins.")
    PRODUCT_PAGE = strawberry.enum_value("PRODUCT_PAGE", description="The address of the product page.")
    LOCATION = strawberry.enum_value("LOCATION", description="A place where it lies, as on labels.")
    ATTACHMENT_TITLE = strawberry.enum_value("ATTACHMENT_TITLE", description="The title of an attachment.")
    FILE_NAME = strawberry.enum_value("FILE_NAME", description="The file name of an attachment.")
    DOCUMENT = strawberry.enum_value("DOCUMENT", description="A line of the text of a PDF.")


@strawberry.type(description="A piece of a text, counted in Unicode code points.")
class TextRange:
    """Declares RangeView."""

    start: int = strawberry.field(description="Where it begins, from 0.")
    length: int = strawberry.field(description="How long it is, 1 or more.")


@strawberry.type(description="A text of a hit in which the query was found.")
class SearchMatch:
    """Declares MatchView."""

    field: SearchMatchField = strawberry.field(description="Where in the part the text stands.")
    text: str = strawberry.field(
        description="The whole text; of a PDF the line that holds the words, at most 200 characters of it."
    )
    ranges: list[TextRange] = strawberry.field(
        description="What of the text matches, ascending, apart from each other.", metadata=expected(2)
    )
    attachment: Attachment | None = one(
        Loaders.attachment_by_id,
        key=attrgetter("attachment_id"),
        description="The attachment whose title, file name or text it is; null for what the part itself says.",
    )
    page: int | None = strawberry.field(description="The page of the PDF, from 1; null for every other field.")


@strawberry.type(description="A part that was found.")
class PartSearchHit:
    """Declares HitView."""

    part: PartRef = strawberry.field(description="The part; its stock tells where it lies.")
    score: int = strawberry.field(
        description="How well it fits, more is better. It depends on the query and on what stands in the part alone: "
        "2,000,000 and more where the whole query begins its key or MPN, 3,000,000 where it is its MPN, 4,000,000 "
        "where it is its key."
    )
    matches: list[SearchMatch] = derived(
        Loaders.matches_by_hit,
        key=lambda hit: hit,
        description=f"Where in the part the query was found, the best fields first, at most {MOST_MATCHES}.",
        length=3,
        lookups=10,
    )


@strawberry.type(description="How many hits are of a type.")
class PartTypeFacet:
    """Declares TypeFacetView."""

    type: PartTypeRef = strawberry.field(description="The type.")
    count: int = strawberry.field(description="Hits of this type.")


@strawberry.type(description="How many hits have a tag.")
class TagFacet:
    """Declares TagFacetView."""

    tag: str = strawberry.field(description="The tag, in one of its spellings.")
    count: int = strawberry.field(description="Hits with this tag, ignoring case and spacing.")


@strawberry.type(description="How many hits lie in a box.")
class BoxFacet:
    """Declares BoxFacetView."""

    box: BoxRef = strawberry.field(description="The box.")
    count: int = strawberry.field(description="Hits that lie in it.")


@strawberry.type(description="How many hits have a value of a parameter.")
class ParameterValueFacet:
    """Declares ValueFacetView."""

    value: str = strawberry.field(description="The value, in one of its notations: 4k7 and 4.7 kΩ are the same.")
    count: int = strawberry.field(description="Hits with this value.")


@strawberry.type(description="How many hits have a parameter of a name.")
class ParameterFacet:
    """Declares ParameterFacetView."""

    name: str = strawberry.field(description="The name, in one of its spellings.")
    count: int = strawberry.field(description="Hits with a parameter of this name, ignoring case and spacing.")
    values: list[ParameterValueFacet] = strawberry.field(
        description=f"The {MOST_FACETS} values that most hits have.", metadata=expected(MOST_FACETS)
    )


def _facets(loader: Any, description: str) -> Any:
    return derived(
        loader,
        key=attrgetter("page.request.conditions"),
        description=f"{description} {_COUNTED}",
        length=MOST_FACETS,
        lookups=50,
    )


@strawberry.type(description="What the hits have in common, to choose from by a filter.")
class PartSearchFacets:
    """Declares SearchConnectionView."""

    types: list[PartTypeFacet] = _facets(Loaders.type_facets, f"The {MOST_FACETS} types that most hits are of.")
    tags: list[TagFacet] = _facets(Loaders.tag_facets, f"The {MOST_FACETS} tags that most hits have.")
    boxes: list[BoxFacet] = _facets(Loaders.box_facets, f"The {MOST_FACETS} boxes in which most hits lie.")
    parameters: list[ParameterFacet] = _facets(
        Loaders.parameter_facets, f"The {MOST_FACETS} parameters that most hits have."
    )


@strawberry.type(description="One page of what a search found.")
class PartSearchConnection(Connection[PartSearchHit]):
    """Declares SearchConnectionView."""

    facets: PartSearchFacets = strawberry.field(description="What all hits under the filter have in common.")


@dataclass(frozen=True, slots=True)
class SearchConnectionView(ConnectionView):
    """A page of hits as a connection shows it."""

    @property
    def facets(self) -> "SearchConnectionView":
        """Each of them is counted when it is asked for."""
        return self


@strawberry.type(description="A word that goes on as somebody has begun to type.")
class CompletedWord:
    """Declares CompletedWordView."""

    word: str = strawberry.field(description="In small letters without accents.")
    part_count: int = strawberry.field(
        description="Parts that have it, or whose type's name has it, retired ones included."
    )
