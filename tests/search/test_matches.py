"""What of a hit matches: which texts, and where in them, also in a PDF."""

import asyncpg
import httpx

from domain.rules.search import text_words
from server.seed.data_sheets import data_sheet
from tests.attachments.uploading import attached
from tests.factories import Workshop
from tests.graphql_client import GraphQL, Json
from tests.search.searching import found, matches
from tests.waiting import until


def _told(own: list[Json]) -> dict[tuple[str, str], list[str]]:
    return {(match["field"], match["text"]): match["ranges"] for match in own}


async def test_every_field_that_matches_is_told_with_the_words_in_it(workshop: Workshop, graphql: GraphQL) -> None:
    await workshop.part_type("Film capacitor")
    await workshop.box(7)
    key = await workshop.part(
        "Condensateur à film, Capacitors for Größen",
        typeName="Film capacitor",
        manufacturerCode="CAP-100N",
        tags=["audio", "film"],
        voltageRating="63 V",
        parameters=[{"name": "Capacitance", "value": "100 nF"}, {"name": "Film", "value": "PET"}],
    )
    await workshop.receive(key, "7-3", 5)
    own = _told((await matches(graphql, "capacitor film 0.1µF grossen 63V 7-3"))[key])
    assert own == {
        ("TYPE", "Film capacitor"): ["Film", "capacitor"],
        ("DESCRIPTION", "Condensateur à film, Capacitors for Größen"): ["film", "Capacitor", "Größen"],
        ("TAG", "film"): ["film"],
        ("VOLTAGE_RATING", "63 V"): ["63 V"],
        ("PARAMETER", "Capacitance: 100 nF"): ["100 nF"],
        ("PARAMETER", "Film: PET"): ["Film"],
        ("LOCATION", "7-3"): ["7-3"],
    }


async def test_a_misspelt_word_and_a_beginning_mark_what_they_mean(workshop: Workshop, graphql: GraphQL) -> None:
    key = await workshop.part("Potentiometer, linear", manufacturerCode="STM32-F103", key="AAAA")
    assert _told((await matches(graphql, "potentiomter"))[key]) == {
        ("DESCRIPTION", "Potentiometer, linear"): ["Potentiometer"]
    }
    assert _told((await matches(graphql, "poten lin"))[key]) == {
        ("DESCRIPTION", "Potentiometer, linear"): ["Poten", "lin"]
    }
    assert _told((await matches(graphql, "stm32f"))[key]) == {("MANUFACTURER_CODE", "STM32-F103"): ["STM32-F"]}
    assert _told((await matches(graphql, "aaa"))[key]) == {("KEY", "AAAA"): ["AAA"]}


async def test_a_word_inside_a_pdf_is_told_by_its_page_and_a_line_around_it(
    workshop: Workshop, graphql: GraphQL, client: httpx.AsyncClient
) -> None:
    key = await workshop.part("Thing")
    lines = [f"Line {number} of nothing" for number in range(60)]
    lines[50] = "The quiescent current is below 3 mA, and there is hysteresis"
    await attached(client, {"partKey": key}, data_sheet("Summary", lines), "quiescent-sheet.pdf", title="All about it")
    own = (await until(lambda: matches(graphql, "quiescent hysteresis")))[key]
    assert [(match["field"], match["text"], match["page"], match["ranges"]) for match in own] == [
        ("FILE_NAME", "quiescent-sheet.pdf", None, ["quiescent"]),
        ("DOCUMENT", lines[50], 2, ["quiescent", "hysteresis"]),
    ]
    assert {match["attachment"]["title"] for match in own} == {"All about it"}
    assert await found(graphql, "quiscent hysterese") == [key]


async def test_of_a_long_line_what_is_around_the_word_is_told(
    workshop: Workshop, graphql: GraphQL, database_connection: asyncpg.Connection
) -> None:
    key = await workshop.part("Thing")
    link = {"owner": {"partKey": key}, "title": "Sheet", "url": "https://example.org"}
    await workshop.done("attachLink", **link)
    text = "Page one\fHead\n" + "before " * 70 + "hysteresis " + "behind " * 70 + "\nquiescent\n"
    words = text_words(text)
    await database_connection.execute(
        "INSERT INTO attachment_texts (attachment_id, text) SELECT id, $1 FROM attachments", text
    )
    await database_connection.execute(
        "UPDATE search_attachments SET text_words = $1, text_offsets = $2, text_pages = $3",
        [each.word for each in words],
        [each.offset for each in words],
        [each.page for each in words],
    )
    [match] = (await matches(graphql, "hysteresis"))[key]
    assert (match["page"], match["ranges"]) == (2, ["hysteresis"])
    assert 150 <= len(match["text"]) <= 200
    assert match["text"].startswith(("before", "efore", "fore", "ore", "re", "e"))
    assert "behind" in match["text"]
    both = (await matches(graphql, "quiescent page"))[key]
    assert [(match["text"], match["page"]) for match in both] == [("Page one", 1), ("quiescent", 2)]


async def test_at_most_twenty_matches_of_a_hit_are_told(workshop: Workshop, graphql: GraphQL) -> None:
    key = await workshop.part("Relay", tags=[f"relay {number}" for number in range(30)])
    own = (await matches(graphql, "relay"))[key]
    assert len(own) == 20
    assert own[0]["field"] == "DESCRIPTION"
