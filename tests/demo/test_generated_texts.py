"""What a search has to cope with: the words of generated parts, and their data sheets."""

import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from random import Random

import asyncpg
import httpx
import pytest

from domain.entities.file_reading import PAGE_BREAK, DocumentText
from domain.entities.ids import PartId, PartTypeId
from domain.entities.part import PartDetails
from domain.rules.texts import fold
from persistence.checks import run_checks
from server.errors import OperatorError
from server.rendering.documents import read_text
from server.seed.generated.parts import FAMILIES, generated_details
from server.seed.generated.sheets import NAMES, PHYSICS, Subject, document_of, names_of
from server.seed.generated.wording import ADJECTIVES, LINES, MAKERS, NOUNS
from server.seed.generated.workshop import generate
from server.settings import load_settings
from server.wiring import Application, open_application
from tests.emptying import empty_database
from tests.factories import Workshop
from tests.graphql_client import data_of
from tests.rendering.reading import preview_url
from tests.server_process import ServerProcess, settings_for_same_stores

_TYPE_IDS = {family.type_name: PartTypeId(number) for number, family in enumerate(FAMILIES, start=1)}
_WORD = re.compile(r"[^\W_]+")
_SUBJECT = Subject(PartId(1), "Tofland Électronique", "TFLR100-000007")
_DOCUMENTS = """
SELECT part.manufacturer_code, attachment.title, attachment.sha256, found.text
  FROM attachments AS attachment
  JOIN parts AS part ON part.id = attachment.part_id
  JOIN attachment_texts AS found ON found.attachment_id = attachment.id
 ORDER BY attachment.id
"""
_SHEETS = """
{ parts(first: 100) { nodes { manufacturerCode attachments {
    url title fileName kind textState previewState pageCount text(page: 2) } } } }
"""


@pytest.fixture
async def application(server: ServerProcess) -> AsyncIterator[Application]:
    """The server's stores, opened once more in this process, as its command line does."""
    settings = settings_for_same_stores(server)
    named = {name.removeprefix("PARTSGRAPH_").lower(): value for name, value in settings.items()}
    async with open_application(load_settings(**named)) as opened:
        yield opened


def details(parts: int) -> Iterator[PartDetails]:
    chance, before = Random(parts), None
    for number in range(parts):
        before = generated_details(number, chance.choice(FAMILIES), chance, _TYPE_IDS, before)
        yield before


def words_of(text: str) -> set[str]:
    return set(_WORD.findall(fold(text)))


def test_a_hundred_thousand_parts_have_twenty_thousand_words_and_four_hundred_makers() -> None:
    words: dict[str, int] = {}
    makers = set()
    for each in details(100_000):
        makers.add(each.manufacturer)
        for word in words_of(each.description):
            words[word] = words.get(word, 0) + 1
    assert len(words) > 20_000
    assert len(makers) == 400
    # Few are on many parts, and most on hardly any.
    assert sum(1 for count in words.values() if count > 1_000) < 300
    assert sum(1 for count in words.values() if count <= 3) > len(words) / 2


def test_the_same_number_of_parts_has_the_same_words() -> None:
    assert list(details(500)) == list(details(500))
    assert list(details(500)) != list(details(501))[:500]


def test_each_word_has_a_number_of_its_own_and_belongs_to_one_vocabulary() -> None:
    made = [vocabulary.word(number) for vocabulary in (LINES, PHYSICS, NAMES) for number in range(20_000)]
    english = {*ADJECTIVES, *NOUNS}
    assert len(english) == len(ADJECTIVES) + len(NOUNS)
    assert len(english.union(made)) == len(english) + 60_000


def test_makers_differ_and_have_initials_of_ascii() -> None:
    assert len({fold(name) for name, _ in MAKERS}) == 400
    assert all(re.fullmatch("[A-Z]{1,3}", initials) for _, initials in MAKERS)


def test_the_text_of_a_data_sheet_is_what_the_reader_reads(tmp_path: Path) -> None:
    for number in range(20):
        document = document_of(number, _SUBJECT)
        file = tmp_path / document.file.name
        file.write_bytes(document.content)
        assert read_text(file) == document.text
        assert 3 <= document.text.page_count == document.text.text.count(PAGE_BREAK) + 1 <= 6
        assert 250 <= len(document.text.text.split()) <= 650
        assert len(document.content) < 8_000


def test_each_data_sheet_has_words_that_no_other_has() -> None:
    sheets = [words_of(document_of(number, _SUBJECT).text.text) for number in range(200)]
    for number, words in enumerate(sheets):
        own = names_of(number)
        assert len(own) == 3
        assert words.issuperset(own)
        assert not any(other.intersection(own) for place, other in enumerate(sheets) if place != number)


async def test_documents_are_found_and_downloaded(
    application: Application, client: httpx.AsyncClient, workshop: Workshop, tmp_path: Path
) -> None:
    key = await workshop.part()
    told: list[tuple[int, int]] = []
    await generate(application, 9, lambda done, total: told.append((done, total)), documents=4)
    assert told[-1] == (103, 103)
    assert await run_checks(application.database) == []
    found = (await data_of(client, _SHEETS))["parts"]["nodes"]
    assert len(found) == 10
    sheets = {part["manufacturerCode"]: part["attachments"] for part in found if part["attachments"]}
    assert [len(own) for own in sheets.values()] == [1] * 4
    for code, (sheet,) in sheets.items():
        assert (sheet["title"], sheet["fileName"], sheet["kind"]) == (f"{code} data sheet", f"{code}.pdf", "PDF")
        assert (sheet["textState"], sheet["previewState"]) == ("DONE", "PENDING")
        file = tmp_path / sheet["fileName"]
        file.write_bytes((await client.get(sheet["url"])).content)
        read = read_text(file)
        assert isinstance(read, DocumentText)
        assert read.page_count == sheet["pageCount"]
        assert read.text.split(PAGE_BREAK)[1] == sheet["text"]
    assert key not in sheets


async def test_the_preview_of_a_generated_document_is_drawn_when_it_is_asked_for(
    application: Application, client: httpx.AsyncClient, workshop: Workshop
) -> None:
    await generate(application, 1, lambda _, __: None, documents=1)
    sheet = (await data_of(client, _SHEETS))["parts"]["nodes"][0]["attachments"][0]
    answer = await client.get(preview_url(sheet, 64))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/webp")
    assert await workshop.connection.fetchval("SELECT preview_state FROM attachments") == "DONE"


async def test_documents_are_the_same_for_the_same_number(
    application: Application, server: ServerProcess, workshop: Workshop
) -> None:
    told = server.run_command("seed", "--parts", "12", "--documents", "5")
    assert (told.returncode, told.stdout) == (0, "12 parts and 5 documents are generated.\n")
    first = await workshop.connection.fetch(_DOCUMENTS)
    assert len(first) == 5
    await empty_database(server.database_url)
    await generate(application, 12, lambda _, __: None, documents=5)
    assert await workshop.connection.fetch(_DOCUMENTS) == first


async def test_documents_take_as_long_as_they_take(
    application: Application, database_connection: asyncpg.Connection
) -> None:
    await database_connection.execute("""
        CREATE FUNCTION limited() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            ASSERT current_setting('statement_timeout') = '0'; RETURN NULL;
        END $$;
        CREATE TRIGGER limited AFTER INSERT ON attachment_texts EXECUTE FUNCTION limited()
    """)
    try:
        await generate(application, 2, lambda _, __: None, documents=1)
    finally:
        await database_connection.execute("DROP FUNCTION limited CASCADE")


async def test_more_documents_than_parts_are_refused(application: Application) -> None:
    with pytest.raises(OperatorError, match="3 parts have at most 3 documents, one each, not 4"):
        await generate(application, 3, lambda _, __: None, documents=4)
