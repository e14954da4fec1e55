"""Facets: what all hits under the filter have in common (docs/domain.md#matches-facets-and-completions)."""

from tests.factories import Workshop
from tests.graphql_client import GraphQL, Json

FACETS = """
query Facets($text: String!, $filter: PartFilter) {
  searchParts(text: $text, filter: $filter, first: 1) {
    nodes { score }
    facets {
      types { type { name } count } tags { tag count } boxes { box { number } count }
      parameters { name count values { value count } }
    }
  }
}
"""


async def _facets(graphql: GraphQL, text: str, **filter_fields: object) -> Json:
    arguments = {"text": text, "filter": filter_fields or None}
    facets: Json = (await graphql(FACETS, arguments))["searchParts"]["facets"]
    return {
        "types": {each["type"]["name"]: each["count"] for each in facets["types"]},
        "tags": {each["tag"]: each["count"] for each in facets["tags"]},
        "boxes": {each["box"]["number"]: each["count"] for each in facets["boxes"]},
        "parameters": {
            each["name"]: (each["count"], {value["value"]: value["count"] for value in each["values"]})
            for each in facets["parameters"]
        },
    }


async def test_all_hits_under_the_filter_are_counted(workshop: Workshop, graphql: GraphQL) -> None:
    for box in (1, 2):
        await workshop.box(box)
    for name in ("Relay", "Coil"):
        await workshop.part_type(name)
    first = await workshop.part(
        "Relay a", typeName="Relay", tags=["Power", "spare"], parameters=[{"name": "Coil", "value": "5 V"}]
    )
    second = await workshop.part(
        "Relay b", typeName="Relay", tags=["power"], parameters=[{"name": "coil", "value": "5V"}]
    )
    third = await workshop.part(
        "For a relay",
        typeName="Coil",
        parameters=[{"name": "Coil", "value": "12 V"}, {"name": "Colour", "value": "Red"}],
    )
    await workshop.part("Other", typeName="Coil", tags=["power"])
    for key, place in ((first, "1-1"), (first, "1-2"), (first, "2-1"), (second, "1-3"), (third, "2-1")):
        await workshop.receive(key, place, 1)
    assert await _facets(graphql, "relay") == {
        "types": {"Relay": 2, "Coil": 1},
        "tags": {"Power": 2, "spare": 1},
        "boxes": {1: 2, 2: 2},
        "parameters": {"Coil": (3, {"5 V": 2, "12 V": 1}), "Colour": (1, {"Red": 1})},
    }
    assert await _facets(graphql, "relay", boxNumber=2, tag="power") == {
        "types": {"Relay": 1},
        "tags": {"Power": 1, "spare": 1},
        "boxes": {1: 1, 2: 1},
        "parameters": {"Coil": (1, {"5 V": 1})},
    }
    assert await _facets(graphql, "nothing") == {"types": {}, "tags": {}, "boxes": {}, "parameters": {}}


async def test_one_number_is_one_value_in_whatever_notation(workshop: Workshop, graphql: GraphQL) -> None:
    for value in ("4k7", "4.7 kΩ", "4700 Ω", "4700 ohm", "47k"):
        await workshop.part("Resistor", parameters=[{"name": "Resistance", "value": value}])
    for value in ("5 V", "5 A", "5"):
        await workshop.part("Resistor", parameters=[{"name": "Rating", "value": value}])
    counted = (await _facets(graphql, "resistor"))["parameters"]
    assert sorted(counted["Resistance"][1].values()) == [1, 4]
    assert counted["Rating"] == (3, {"5 V": 1, "5 A": 1, "5": 1})


async def test_the_twenty_that_most_hits_have_are_told(workshop: Workshop, graphql: GraphQL) -> None:
    for number in range(22):
        parameters = [{"name": f"Name {each:02}", "value": f"{number} V"} for each in range(22)]
        await workshop.part("Relay", tags=[f"tag {number:02}", "all"], parameters=parameters)
    facets = await _facets(graphql, "relay")
    assert facets["tags"] == {"all": 22, **{f"tag {number:02}": 1 for number in range(19)}}
    assert list(facets["parameters"]) == [f"Name {number:02}" for number in range(20)]
    assert all(count == 22 and len(values) == 20 for count, values in facets["parameters"].values())
