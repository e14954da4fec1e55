"""The SQL function that finds: what it answers is what a few lines over documents in memory answer."""

import re
from collections.abc import Callable
from pathlib import Path

import asyncpg
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from domain.entities.search import SearchField
from domain.rules.search import query_of
from domain.rules.search.weights import WEIGHT_BY_FIELD
from tests.property_sizes import examples
from tests.search.oracle import Known, hits, score_of, write

WORDS = (
    "resistor", "resistors", "resister", "resitsor", "capacitor", "capacitr", "cap", "smd", "0805", "080", "lm358",
    "lm385", "lm", "diode", "didoe", "idode", "axial", "axila", "ab", "a", "abc", "potentiometer", "potenciometr",
    "=4700", "=4700 Ω", "=4700 ?", "µ", "日本", "kqzz", "kqza",
)  # fmt: skip
ASKED = (
    *(word for word in WORDS if word[0] != "="),
    "4k7",
    "4.7 kΩ",
    "4700",
    "7-3",
    "1-1",
    "kq",
    "res",
    "capac",
    "zzz",
)
_FIELDS = [each for each in SearchField if each not in {SearchField.TYPE, SearchField.KEY, *list(SearchField)[13:]}]

_words = st.sampled_from([word for word in WORDS if word[0] != "k"])
_plain = st.sampled_from([word for word in WORDS if word[0] not in "=k"])
_lists = st.lists(_plain, max_size=2, unique=True)
_keys = st.sampled_from(["kqzz", "kqza", "kabc", "kcap"])
_documents = st.tuples(_keys, st.dictionaries(_words, st.sampled_from(_FIELDS), max_size=6)).map(
    lambda pair: {**pair[1], pair[0]: SearchField.KEY}
)
_places = st.lists(st.sampled_from([(7, 3), (1, 1), (7, 1)]), max_size=2, unique=True)
parts = st.builds(Known, _documents, _lists, _lists, _lists, _places)
texts = st.lists(st.sampled_from(ASKED), max_size=4).map(" ".join)

NAMED = Known({"kabc": SearchField.KEY, "lm358": SearchField.MANUFACTURER_CODE})


@settings(max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example([NAMED], ["lm358", "lm 358", "kabc zzz", "ka", "lm385"])
@example([NAMED, Known({"kcap": SearchField.KEY, "capacitor": SearchField.TAG}, places=[(7, 3)])], ["7-3 cap"])
@given(st.lists(parts, min_size=1, max_size=5), st.lists(texts, min_size=1, max_size=6))
async def test_the_database_finds_what_documents_in_memory_say(
    database_connection: asyncpg.Connection, known: list[Known], asked: list[str]
) -> None:
    ids = await write(database_connection, known)
    for text in asked:
        expected = {
            part_id: score
            for part_id, part in zip(ids, known, strict=True)
            if (score := score_of(part, query_of(text))) is not None
        }
        assert await hits(database_connection, text) == expected, text


async def test_many_parts_with_a_word_are_found_as_few_are(database_connection: asyncpg.Connection) -> None:
    """Each way in which the function may go about it gives the same: by documents, by postings, by two words first."""
    broad = {"smd": SearchField.TAG, "capacitor": SearchField.DESCRIPTION}
    ids = await write(database_connection, [NAMED])
    count = 8_000
    await database_connection.execute(
        "INSERT INTO parts (key, description, description_key) "
        "SELECT 'A' || chr(65 + i / 676) || chr(65 + i / 26 % 26) || chr(65 + i % 26), 'x', 'x' "
        "FROM generate_series(1, $1::int) AS i",
        count,
    )
    await database_connection.execute(
        "INSERT INTO search_documents (part_id, words, fields, rules_version) "
        "SELECT id, CASE WHEN id % 2 = 0 THEN ARRAY['smd', 'capacitor', 'n' || id % 7, 'm' || id % 1000] "
        "ELSE ARRAY['smd', 'resistor', 'n' || id % 7, 'm' || id % 1000] END, ARRAY[10, 6, 6, 6]::smallint[], 1 "
        "FROM parts WHERE id <> $1",
        ids[0],
    )
    every = [row[0] for row in await database_connection.fetch("SELECT id FROM parts WHERE id <> $1", ids[0])]
    described = SearchField.DESCRIPTION
    wanted_of: dict[str, Callable[[int], bool]] = {
        "smd": lambda id: True,
        "smd capacitor": lambda id: id % 2 == 0,
        "capacitor n3": lambda id: id % 2 == 0 and id % 7 == 3,
        "smd m333": lambda id: id % 1000 == 333,
        "smd capacitor n3": lambda id: id % 2 == 0 and id % 7 == 3,
        "resistor n3 smd m9": lambda id: id % 2 == 1 and id % 7 == 3 and str(id % 1000).startswith("9"),
    }
    for text, wanted in wanted_of.items():
        document = {**broad, "resistor": described, "n3": described}
        found = await hits(database_connection, text)
        assert set(found) == {id for id in every if wanted(id)}, text
        for id in list(found)[:50]:
            own = {**document, f"m{id % 1000}": described, f"n{id % 7}": described}
            assert found[id] == score_of(Known(own), query_of(text)), text


def test_the_page_of_the_domain_has_the_weights_of_the_code() -> None:
    page = (Path(__file__).parents[2] / "docs" / "domain.md").read_text(encoding="utf-8")
    section = page.partition("### Order of hits")[2].partition("\n### ")[0]
    told = {name: int(weight) for name, weight in re.findall(r"^\| ([A-Z_]+) \| (\d+) \|$", section, re.MULTILINE)}
    assert told == {field.name: weight for field, weight in WEIGHT_BY_FIELD.items()}
