"""Every input that takes a text keeps to its rule, whichever it is: they are found by walking the schema.

What one kind of fact does with every text of the table is tried once; all other inputs are tried with those that tell
the rules apart.

Rules: docs/domain.md#texts, #file-names.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any
from unicodedata import is_normalized
from urllib.parse import quote, unquote

import asyncpg
import httpx
import pytest
from graphql import GraphQLObjectType, get_named_type

from domain.rules.texts import fold
from graph.schema import graphql_schema
from persistence.models.base import Base
from persistence.text_columns import text_columns
from tests.attachments.multipart import TYPE, body, parts
from tests.attachments.uploading import PREFLIGHT
from tests.factories import DOCUMENTS, Workshop
from tests.graphql_client import Json
from tests.texts.inputs import (
    NO_TEXTS,
    Place,
    field_of,
    given_at,
    marked,
    places,
    places_below_the_roots,
    scalars,
    variables_at,
)
from tests.texts.tables import rows, text_of

INPUTS = places(graphql_schema.mutation_type)
# What is looked for is never refused, whatever it holds (tests/search); its filter is that of every list of parts.
SEARCHES = ("searchParts", "completeWords")
FILTERS = [
    place
    for place in [*places(graphql_schema.query_type), *places_below_the_roots()]
    if place.field not in SEARCHES and place.path[-1] != "search"
]
REFUSED = ("Bell\x07", "\x1b[31m", "\u202eexe.gpj", "a\u2066b\u2069", "a\x00b", "\x9f")
ENDLESS = "x" + 200_000 * "\u0301\u0323"
ADDRESS = "https://example.com/"
# What search keeps are words, not texts (tests/search).
COLUMNS = tuple(each for each in text_columns(Base.metadata) if not each.table.startswith("search_"))


@dataclass(frozen=True)
class Wanted:
    """A text as it is written, as it is kept, and as somebody else may write the same."""

    written: str
    kept: str
    same: str


def wanted(place: Place) -> Wanted:
    """A text for a place whose white space, forms and invisible characters tell the rules apart."""
    mark = marked()
    if place.scalar == "URL":
        return Wanted(f" \u3000{ADDRESS}{mark}\r\n", f"{ADDRESS}{mark}", "")
    written = f"\t Ab\u00a0 c\x0b\u2009de\u0301\u200b {mark}\u2028"
    kept = f"Ab\u00a0 c\n\u2009dé\u200b {mark}" if place.keeps_lines else f"Ab c dé\u200b {mark}"
    return Wanted(written, kept, f"aB\u3000C DÉ \u2060{mark.upper()}\n")


class Sender:
    """Sends mutations with a text in one place, and looks for the texts that were kept."""

    def __init__(self, workshop: Workshop, client: httpx.AsyncClient) -> None:
        self.workshop = workshop
        self._client = client
        self._known: dict[str, Any] = {}

    async def prepare(self) -> None:
        """Make what inputs name."""
        run = self.workshop.done
        await self.workshop.box(1)
        await self.workshop.part(key="AAAA")
        for place in ("1-1", "1-2"):
            await self.workshop.receive("AAAA", place, 100_000)
        await self.workshop.part_type("Diode")
        project = (await run("createProject", name="Amplifier"))["project"]["id"]
        link = (await run("attachLink", owner={"partKey": "AAAA"}, url=ADDRESS))["attachment"]["id"]
        self._known = {
            "Int": 1,
            "PartKey": "AAAA",
            "LocationReference": "1-1",
            "source": "1-2",
            "Boolean": False,
            "URL": ADDRESS,
            "projectId": project,
            "attachmentId": link,
        }

    async def send(self, place: Place, text: str) -> tuple[Json, list[str]]:
        """What the mutation answers, and the path of the text; a new name and a new operation each time."""
        known = {**self._known, "String": f"Another {marked()}"}
        if place.field == "updatePartType":
            known["name"] = "Diode"
        if place.field == "reverseOperation":
            known["operationId"] = (await self.workshop.receive("AAAA", "1-1", 1))["operation"]["id"]
        given, path = given_at(place, text, known | {"Upload": None})
        body = {"query": DOCUMENTS[place.field], "variables": {"input": given}}
        if "file" not in given:
            # Not escaped, which would take six times as many bytes.
            content = json.dumps(body, ensure_ascii=False).encode()
            answer = await self._client.post("/graphql", content=content, headers={"Content-Type": "application/json"})
        else:
            parts: Any = [
                ("operations", (None, json.dumps(body, ensure_ascii=False))),
                ("map", (None, json.dumps({"0": ["variables.input.file"]}))),
                ("0", ("a.bin", marked().encode(), "application/x-whatever")),
            ]
            answer = await self._client.post("/graphql", files=parts, headers=PREFLIGHT)
        return answer.json(), path

    async def found(self, word: str) -> set[str]:
        """Every text of the database that holds the word, but for the past that edits tell.

        Each of them is as `partsgraph check` expects it of its column.
        """
        texts = (f"unnest({each.name})" if each.is_list else each.name for each in COLUMNS)
        selects = (f"SELECT {n} AS column, {text} AS text FROM {COLUMNS[n].table}" for n, text in enumerate(texts))
        everywhere = " UNION ALL ".join(selects)
        query = f"SELECT DISTINCT * FROM ({everywhere}) AS every WHERE text LIKE $1"
        rows = await self.workshop.connection.fetch(query, f"%{word}%")
        assert [
            (COLUMNS[row["column"]], row["text"]) for row in rows if not COLUMNS[row["column"]].is_kept(row["text"])
        ] == []
        return {row["text"] for row in rows}


@pytest.fixture
async def sender(workshop: Workshop, client: httpx.AsyncClient) -> Sender:
    """A workshop with everything that inputs name."""
    made = Sender(workshop, client)
    await made.prepare()
    return made


def refusal(answer: Json, place: Place, path: list[str]) -> str:
    """What is said against the text, by its path; nothing where it is not refused there."""
    if place.scalar == "URL":
        # What is no URL is told by GraphQL itself, as every value that does not fit its scalar.
        error = answer["errors"][0]
        return error["message"] if error["extensions"]["code"] == "BAD_USER_INPUT" else ""
    payload = answer["data"][place.field]
    if payload["__typename"] == "NotFoundError":
        return payload["message"] if payload["path"] == path else ""
    issues = payload.get("issues") or ()
    return "; ".join(issue["message"] for issue in issues if issue["path"] == path)


async def test_what_a_text_cannot_hold_is_refused_by_every_input_with_its_path(sender: Sender) -> None:
    taken = []
    counted = 0
    async with sender.workshop.unchanged():
        for number, place in enumerate(INPUTS):
            # Each input with one of the controls and with one of the directions; all of them come by.
            for bad in (REFUSED[number % 2], REFUSED[2 + number % 4]):
                if place.field == "reverseOperation":
                    continue
                answer, path = await sender.send(place, ADDRESS + bad if place.scalar == "URL" else bad)
                counted += 1
                if not refusal(answer, place, path):
                    taken.append(f"{place}: {bad!a} {answer}")
    assert (counted > 100, taken) == (True, [])
    for bad in REFUSED:
        reversing = next(place for place in INPUTS if place.field == "reverseOperation")
        answer, path = await sender.send(reversing, bad)
        assert refusal(answer, reversing, path)


async def test_a_text_without_end_is_refused_by_every_input_before_it_is_normalised(sender: Sender) -> None:
    """It would take minutes to put its marks in order, and the server would answer nobody meanwhile."""
    taken = []
    for place in INPUTS:
        answer, path = await sender.send(place, f"https://{ENDLESS}" if place.scalar == "URL" else ENDLESS)
        if not refusal(answer, place, path):
            taken.append(str(place))
    assert taken == []


async def test_what_shows_nothing_is_to_every_input_what_a_blank_is(sender: Sender) -> None:
    def told(answer: Json, place: Place) -> object:
        payload = answer["data"][place.field]
        return payload["__typename"], payload.get("issues"), payload.get("path")

    different = []
    for place in INPUTS:
        if place.scalar != "URL":
            blank, _ = await sender.send(place, " ")
            nothing, _ = await sender.send(place, "\u200b \u00ad\ufeff")
            if told(blank, place) != told(nothing, place):
                different.append(f"{place}: {told(blank, place)} but {told(nothing, place)}")
    assert different == []
    assert await sender.found("\u200b") == set()


async def test_every_input_keeps_a_text_by_its_rule_or_finds_what_has_that_name(sender: Sender) -> None:
    wrong = []
    for place in INPUTS:
        text = wanted(place)
        mark = text.kept.removeprefix(ADDRESS).split(" ")[-1]
        answer, path = await sender.send(place, text.written)
        payload = answer["data"][place.field]
        if payload["__typename"].endswith("Success") and await sender.found(mark):
            # A link without a title has its address for one.
            title = {text.kept.removeprefix("https://")} - {text.kept}
            if (kept := await sender.found(mark)) - title != {text.kept}:
                wrong.append(f"{place}: {kept}")
        elif not await _is_found(sender, place, text, mark):
            wrong.append(f"{place}: neither kept nor found: {payload}, {path}")
    assert wrong == []


async def _is_found(sender: Sender, place: Place, text: Wanted, mark: str) -> bool:
    """Whether a text that is not kept names a part type, or a tag that is to go, however it is written."""
    await sender.workshop.done("createPartType", name=text.kept)
    await sender.workshop.done("updatePart", partKey="AAAA", tags=[text.kept])
    answer, _ = await sender.send(place, text.same)
    used = answer["data"][place.field]
    is_done = bool(used["__typename"].endswith("Success"))
    tags = await sender.workshop.connection.fetchval("SELECT tags FROM parts WHERE key = 'AAAA'")
    types = await sender.workshop.connection.fetch("SELECT name FROM part_types WHERE name LIKE $1", f"%{mark}")
    is_gone = not tags or not types
    used_it = await sender.workshop.connection.fetchval(
        "SELECT (SELECT count(*) FROM parts JOIN part_types AS type ON type.id = type_id WHERE type.name = $1)"
        " + (SELECT count(*) FROM box_designated_types JOIN part_types AS type ON type.id = part_type_id"
        " WHERE type.name = $1)",
        text.kept,
    )
    return is_done and (is_gone or used_it > 0)


@pytest.fixture
async def named(workshop: Workshop, database_connection: asyncpg.Connection) -> str:
    """The text that everything is called by which a filter can ask for."""
    kept = f"Ab c dé\u200b {marked()}"
    await workshop.part_type(kept)
    await workshop.box(1, description=kept, designatedTypeNames=[kept])
    await workshop.part(description=kept, typeName=kept, tags=[kept], manufacturerCode=kept, manufacturer=kept)
    await workshop.done("createProject", name=kept)
    await database_connection.execute("INSERT INTO operations (kind, actor, at) VALUES ('RECEIVE', $1, now())", kept)
    await database_connection.execute(
        "INSERT INTO jobs (kind, payload, owner, max_attempts, timeout_seconds, state, finished_at)"
        " VALUES ($1, '{}', $1, 1, 1, 'CANCELLED', now())",
        kept,
    )
    return kept


@pytest.fixture
async def ids(named: str, graphql: Callable[..., Any]) -> Mapping[str, str]:
    """An object of each type that has lists to be filtered."""
    some = "{ nodes { __typename id } }"
    found = await graphql(
        f"{{ boxes {{ nodes {{ __typename id locations {some} }} }} parts {some} partTypes {some} projects {some} }}"
    )
    nodes = [node for connection in found.values() for node in connection["nodes"]]
    nodes += nodes[0]["locations"]["nodes"]
    return {node["__typename"]: node["id"] for node in nodes}


async def test_every_filter_finds_a_text_however_its_white_space_is_written(
    named: str, ids: Mapping[str, str], graphql_raw: Callable[..., Any]
) -> None:
    written = "\u3000" + named.replace(" ", "\u00a0\n").replace("é", "e\u0301") + "\t"
    found = {}
    # What a parameter is called is no filter without a number, and a number is no name.
    for place in (each for each in FILTERS if "parameters" not in each.path):
        answer = (await graphql_raw(*_query(place, written, ids))).json()
        found[str(place)] = _number(_answered(answer, place))
    # History has a line for each piece of stock that moved, and the operation of this test moved none.
    assert {place for place, number in found.items() if number != 1} == {
        str(place) for place in FILTERS if place.field == "history"
    }


async def test_every_filter_refuses_what_no_text_can_hold_by_its_name(
    ids: Mapping[str, str], graphql_raw: Callable[..., Any]
) -> None:
    for place in FILTERS:
        for bad in (*REFUSED, ENDLESS):
            answer = (await graphql_raw(*_query(place, bad, ids))).json()
            told = [(error["extensions"]["code"], error["path"][-1]) for error in answer["errors"]]
            assert (place, told) == (place, [("BAD_USER_INPUT", place.field)])
            assert f"{place.path[-1]}`" in answer["errors"][0]["message"]


async def test_an_actor_is_found_however_the_white_space_of_the_name_is_written(
    workshop: Workshop, graphql: Callable[..., Any]
) -> None:
    await workshop.box(1)
    await workshop.receive(await workshop.part(key="AAAA"), "1-1", 5)
    query = """
    query Q($actor: String) {
      history(filter: { actor: $actor }) { nodes { delta } }
      part(key: "AAAA") { history(filter: { actor: $actor }) { nodes { delta } } }
    }
    """
    found = await graphql(query, {"actor": "\u00a0local\n"})
    assert found == {"history": {"nodes": [{"delta": 5}]}, "part": {"history": {"nodes": [{"delta": 5}]}}}


def test_every_scalar_is_a_text_of_people_or_known_to_be_none() -> None:
    assert scalars() == NO_TEXTS | {place.scalar for place in [*INPUTS, *FILTERS]}


def _query(place: Place, text: str, ids: Mapping[str, str]) -> tuple[str, Mapping[str, Any]]:
    field = field_of(place)
    argument = place.path[0]
    answered = get_named_type(field.type)
    assert isinstance(answered, GraphQLObjectType)
    selection = "{ nodes { __typename } }" if "nodes" in answered.fields else "{ id }"
    asked = f"{place.field}({argument}: ${argument}) {selection}"
    if place.of != "Query":
        asked = f'node(id: "{ids[place.of]}") {{ ... on {place.of} {{ {asked} }} }}'
    return f"query Q(${argument}: {field.args[argument].type}) {{ {asked} }}", variables_at(place, text)


def _answered(answer: Json, place: Place) -> Json | None:
    data: Json = answer["data"]
    found: Json | None = (data if place.of == "Query" else data["node"])[place.field]
    return found


def _number(answer: Json | None) -> int:
    return len(answer["nodes"]) if answer and "nodes" in answer else int(answer is not None)


FIELDS = """
fragment Kept on CreatePartSuccess { part { description manufacturer tags parameters { name value } } }
fragment Issues on ValidationError { issues { path message } }
"""
LIMITS = {"description": 2_000, "manufacturer": 255, "tags": 50, "parameters": 100}
PATHS = {
    "description": ["description"],
    "manufacturer": ["manufacturer"],
    "tags": ["tags", "0"],
    "parameters": ["parameters", "0", "name"],
}
OF_PAGE = 40


async def test_every_text_of_the_table_goes_through_every_kind_of_input(
    workshop: Workshop, graphql: Callable[..., Any]
) -> None:
    """Texts of several lines, of one, lists of them, and pairs; a text that is longer than its field is left out."""
    # A lone surrogate comes in no JSON that can be read.
    table = [row for row in rows("texts") if not any("\ud800" <= each <= "\udfff" for each in text_of(row[1]))]
    for start in range(0, len(table), OF_PAGE):
        page = [(row, _inputs(text_of(row[1]))) for row in table[start : start + OF_PAGE]]
        declared = ", ".join(f"$i{number}: CreatePartInput!" for number in range(len(page)))
        asked = " ".join(
            f"a{number}: createPart(input: $i{number}) {{ __typename ...Kept ...Issues }}"
            for number in range(len(page))
        )
        variables = {f"i{number}": given for number, (_, given) in enumerate(page)}
        answer = await graphql(f"mutation All({declared}) {{ {asked} }} {FIELDS}", variables)
        for number, (row, given) in enumerate(page):
            assert (row[0], _outcome(answer[f"a{number}"])) == (row[0], _expected(row, given))
    kept = await workshop.connection.fetch("SELECT description, manufacturer FROM parts")
    assert {row["description"] for row in kept} >= {
        text_of(row[3]) for row in table if row[3] not in {"BLANK", "REFUSED"}
    }
    assert {row["manufacturer"] for row in kept} >= {
        text_of(row[2]) for row in table if row[2] not in {"BLANK", "REFUSED"} and len(text_of(row[1])) <= 255
    }


def _inputs(text: str) -> Json:
    """The text in each field that may be as long."""
    given: Json = {
        "description": text,
        "manufacturer": text,
        "tags": [text],
        "parameters": [{"name": text, "value": "1"}],
    }
    return {name: value for name, value in given.items() if name == "description" or len(text) <= LIMITS[name]}


def _outcome(payload: Json) -> object:
    if payload["__typename"] == "ValidationError":
        return sorted(issue["path"] for issue in payload["issues"])
    return payload["part"]


def _expected(row: list[str], given: Json) -> object:
    if row[2] == "REFUSED":
        return sorted(PATHS[name] for name in given)
    if row[2] == "BLANK":
        return sorted(PATHS[name] for name in given if name != "manufacturer")
    one = text_of(row[2])
    return {
        "description": text_of(row[3]),
        "manufacturer": one if "manufacturer" in given else None,
        "tags": [one] if "tags" in given else [],
        "parameters": [{"name": one, "value": "1"}] if "parameters" in given else [],
    }


def _unfolding(length: int, seed: int) -> str:
    """A text whose folded form takes several times as many bytes, most of which are left when it is compressed."""
    ranges = (0x1F80, 0x1FF8), (0x2033, 0x2231), (0x3200, 0x3400), (0xFB50, 0xFE00), (0x1F100, 0x1F250)
    characters = [chr(number) for first, end in ranges for number in range(first, end)]
    longest = [each for each in characters if len(fold(each).encode()) > 4 and is_normalized("NFC", each)]
    return "".join(Random(seed).sample(longest, k=min(length, len(longest))))


async def test_texts_are_kept_however_long_their_folded_forms_are(workshop: Workshop) -> None:
    """An entry of an index has room for 2,704 bytes."""
    seeds = iter(range(1_000))
    for number in range(1, 4):
        await workshop.part(
            description=_unfolding(500, next(seeds)),
            manufacturer=_unfolding(255, next(seeds)),
            manufacturerCode=_unfolding(255, next(seeds)),
            tags=[_unfolding(50, next(seeds)) for _ in range(20)],
            parameters=[{"name": _unfolding(100, next(seeds)), "value": "1"}],
        )
        await workshop.done("createProject", name=_unfolding(255, next(seeds)))
        await workshop.part_type(_unfolding(100, next(seeds)))
        await workshop.box(number, description=_unfolding(255, next(seeds)))
    folded = await workshop.connection.fetch("SELECT octet_length(manufacturer_key) FROM parts")
    assert [size for (size,) in folded if size < 1_300] == []


async def test_a_file_is_kept_and_fetched_under_its_cleaned_name(workshop: Workshop, client: httpx.AsyncClient) -> None:
    """Some of the table's rows by HTTP; all of them are tried without it (test_texts.py)."""
    names = [(text_of(name), told) for name, told in rows("file_names")]
    sent = [
        (name, told) for name, told in names if len(name) < 300 and not any(0xD800 <= ord(c) <= 0xDFFF for c in name)
    ]
    key = await workshop.part()
    for number, (name, told) in enumerate(sent[::5]):
        written = f"name=\"0\"; filename*=UTF-8''{quote(name, safe='')}"
        content = body(*parts(key)[:2], (written, f"content {number}".encode()))
        made = (await client.post("/graphql", content=content, headers=TYPE)).json()["data"]["attachFile"]["attachment"]
        kept = "file" if told == "DEFAULT" else text_of(told)
        assert (name, made["fileName"], made["title"]) == (name, kept, kept)
        headers = (await client.get(made["url"])).headers
        assert unquote(headers["content-disposition"].partition("filename*=UTF-8''")[2]) == kept
