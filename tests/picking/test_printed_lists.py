"""A pick list as a PDF: who may fetch it, and what stands on it."""

import asyncio
import ctypes
import signal
import time

import asyncpg
import httpx
import psutil
import pypdfium2

from domain.rules.file_addresses import signed_path
from tests.factories import Workshop
from tests.log_lines import lines_of
from tests.operating.nursery import child, children, end_children, halted, nursery, until_there_is_none
from tests.picking.lists import line, opened, project
from tests.server_process import ServerProcess
from tests.waiting import patience
from tests.wire.conftest import GuardedServer, guarded_client, guarded_server

__all__ = ["guarded_client", "guarded_server"]


def _pages(content: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(content)
    try:
        return [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()


async def test_a_printed_list_has_boxes_places_keys_and_numbered_pages(
    workshop: Workshop, client: httpx.AsyncClient
) -> None:
    keys = []
    for box in (1, 2):
        await workshop.box(box, capacity=15)
        places = [f"{box}-{number}" for number in range(1, 16)]
        told = "Résistance Ωμέγα 电阻器 😀"
        keys += [await workshop.stocked(9, place, description=told) for place in places]
    lamp = await project(workshop, "Żarówka 灯 💡", 5, *(line(key, designators=["R1"]) for key in keys))
    made = await opened(workshop, lamp, 5)
    query = "query($id: ID!) { pickList(id: $id) { printUrl } }"
    url = (await workshop.graphql(query, {"id": made["id"]}))["pickList"]["printUrl"]
    assert url.startswith(f"/files/pick-lists/{made['number']}.pdf?")
    answer = await client.get(url)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert f"pick-list-{made['number']}.pdf" in answer.headers["content-disposition"]
    pages = _pages(answer.content)
    assert len(pages) > 1
    for number, text in enumerate(pages, start=1):
        assert f"Pick list {made['number']} · page {number} of {len(pages)}" in text
    whole = "\n".join(pages)
    assert "Żarówka" in pages[0]
    assert whole.index("Box 1") < whole.index("Box 2")
    assert "Résistance Ωμέγα" in whole
    assert all(f"{each['locationReference']} {each['part']['key']} 5 ×" in whole for each in made["lines"])


_TEXT, _PATH = pypdfium2.raw.FPDF_PAGEOBJ_TEXT, pypdfium2.raw.FPDF_PAGEOBJ_PATH


class Printed:
    """The marks and the words of one page: what is drawn by its size in millimetres, what is written by its size."""

    def __init__(self, content: bytes) -> None:
        document = pypdfium2.PdfDocument(content)
        try:
            (page,) = document
            words = page.get_textpage()
            self.whole: str = words.get_text_range()
            self.sizes: dict[str, set[float]] = {}
            self.drawn: list[tuple[int, int]] = []
            for each in page.get_objects():
                left, bottom, right, top = each.get_bounds()
                if each.type == _PATH:
                    self.drawn.append((round((right - left) / 72 * 25.4), round((top - bottom) / 72 * 25.4)))
                elif each.type == _TEXT:
                    told = words.get_text_bounded(left, bottom, right, top).strip()
                    self.sizes.setdefault(told, set()).add(round(self._size(each), 1))
        finally:
            document.close()

    @staticmethod
    def _size(of: pypdfium2.PdfObject) -> float:
        size = ctypes.c_float()
        assert pypdfium2.raw.FPDFTextObj_GetFontSize(of, size)
        return float(size.value)

    def squares(self) -> int:
        """Drawn things as high as wide, larger than a dot of the code: tick boxes, and each stroke of their crosses."""
        return sum(1 for width, height in self.drawn if width == height > 4)


async def test_lines_have_tick_boxes_that_are_crossed_when_they_are_done_and_keys_are_the_largest(
    workshop: Workshop, client: httpx.AsyncClient
) -> None:
    await workshop.box(capacity=15)
    untouched, half, done, closed, lacking, stand_in = [
        await workshop.stocked(pieces, f"1-{number}", description=f"Thing {number}")
        for number, pieces in enumerate((50, 50, 50, 50, 1, 50), start=1)
    ]
    wanted = [line(key, 2) for key in (untouched, half, done, closed)]
    lamp = await project(workshop, "Lamp", 9, *wanted, line(lacking, substituteKeys=[stand_in], designators=["R7"]))
    made = await opened(workshop, lamp, 4, substitutesAllowed=True)
    ids = {each["part"]["key"]: each["id"] for each in made["lines"]}
    query = "query($id: ID!) { pickList(id: $id) { printUrl } }"

    async def printed() -> Printed:
        url = (await workshop.graphql(query, {"id": made["id"]}))["pickList"]["printUrl"]
        return Printed((await client.get(url)).content)

    before = await printed()
    assert before.squares() == len(made["lines"]) == 6
    for key, quantity, close in ((half, 3, False), (done, 8, False), (closed, 1, True)):
        await workshop.done("pickLine", lineId=ids[key], quantity=quantity, close=close)
    after = await printed()
    # Two strokes for each line of which nothing is open.
    assert after.squares() == 6 + 2 * 2

    def told(number: int) -> list[str]:
        """What stands from one part to the next."""
        parts = after.whole.replace("\r\n", "\n").split("\n1-")
        (found,) = [each for each in parts if each.startswith(f"{number} ")]
        return found.split("Pick list")[0].strip().split("\n")

    assert told(1) == [f"1 {untouched} 8 × Thing 1"]
    # What is open is what is to be taken; of a line that is done, the pieces it was made for.
    assert told(2) == [f"2 {half} 5 × Thing 2", "3 of 8 picked"]
    assert told(3) == [f"3 {done} 8 × Thing 3", "8 of 8 picked"]
    assert told(4) == [f"4 {closed} 8 × Thing 4", "1 of 8 picked"]
    assert told(5) == [f"5 {lacking} 1 × Thing 5", "R7"]
    assert told(6) == [f"6 {stand_in} 3 × Thing 6", f"in place of {lacking}", "R7"]
    in_lines = {word: max(sizes) for word, sizes in after.sizes.items() if word and not word.startswith("Pick list")}
    keys = {in_lines.pop(each["part"]["key"]) for each in made["lines"]}
    assert len(keys) == 1
    assert min(keys) > max(in_lines.values())


async def printable(workshop: Workshop, client: httpx.AsyncClient) -> str:
    """The address of a list that was printed once."""
    await workshop.box()
    lamp = await project(workshop, "Lamp", 5, line(await workshop.stocked(9)))
    path = f"/files/pick-lists/{(await opened(workshop, lamp, 1))['number']}.pdf"
    assert (await client.get(path)).status_code == 200
    return path


async def being_printed(
    workshop: Workshop, server: ServerProcess, client: httpx.AsyncClient
) -> tuple[str, asyncio.Task[httpx.Response], psutil.Process]:
    """The address of a list, the request that asks for it, and the child that begins to print it."""
    path = await printable(workshop, client)
    await end_children(server.process.pid)
    asked = asyncio.create_task(client.get(path))
    return path, asked, await child(server.process.pid)


async def test_so_many_lists_wait_to_be_printed_and_no_more(
    workshop: Workshop, server: ServerProcess, client: httpx.AsyncClient
) -> None:
    path = await printable(workshop, client)
    # Those that are kept from lists before this one answer without the nursery.
    with halted(await nursery(server.process.pid), *children(server.process.pid)):
        asked = [asyncio.create_task(client.get(path)) for _ in range(11)]
        [refused], waiting = await asyncio.wait(asked, timeout=patience(60), return_when=asyncio.FIRST_COMPLETED)
        answer = refused.result()
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
        assert answer.json()["errors"][0]["extensions"]["code"] == "UNAVAILABLE"
        assert len(waiting) == 10
    assert [(await task).status_code for task in waiting] == [200] * 10


async def test_nobody_prints_for_a_client_that_has_left(
    workshop: Workshop, server: ServerProcess, client: httpx.AsyncClient
) -> None:
    path, asked, printer = await being_printed(workshop, server, client)
    with halted(printer):
        asked.cancel()
        await asyncio.wait({asked})
        await until_there_is_none(server.process.pid)
    assert (await client.get(path)).status_code == 200


async def test_a_child_that_printed_a_list_prints_the_next_one(
    workshop: Workshop, server: ServerProcess, client: httpx.AsyncClient
) -> None:
    await end_children(server.process.pid)
    path = await printable(workshop, client)
    printer = await child(server.process.pid)
    for _ in range(3):
        assert (await client.get(path)).status_code == 200
    assert children(server.process.pid) == [printer]


async def test_a_list_is_printed_though_the_child_that_was_kept_for_it_has_died(
    workshop: Workshop, server: ServerProcess, client: httpx.AsyncClient
) -> None:
    path = await printable(workshop, client)
    await end_children(server.process.pid)
    assert (await client.get(path)).status_code == 200


async def test_a_list_whose_child_is_killed_is_printed_when_it_is_asked_for_again(
    workshop: Workshop, server: ServerProcess, client: httpx.AsyncClient
) -> None:
    path, asked, printer = await being_printed(workshop, server, client)
    printer.kill()
    answer = await asked
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert lines_of(server, event="a list was not printed", request_id=answer.headers["x-request-id"])
    assert (await client.get(path)).status_code == 200


async def test_a_list_that_takes_more_than_its_share_of_the_processor_is_too_large(
    workshop: Workshop, server: ServerProcess, client: httpx.AsyncClient
) -> None:
    path, asked, printer = await being_printed(workshop, server, client)
    # What the system sends a child when its share is used up (tests/operating/test_children.py).
    printer.send_signal(signal.SIGPROF)
    answer = await asked
    assert (answer.status_code, answer.headers.get("retry-after")) == (413, None)
    (error,) = answer.json()["errors"]
    assert (error["message"], error["extensions"]["code"]) == (
        "The list is too large to be printed; make several lists of fewer lines.",
        "PRINT_LIMIT",
    )
    (told,) = lines_of(server, event="a list is too large to be printed", request_id=answer.headers["x-request-id"])
    assert "30 seconds of processor time" in told["reason"]
    assert (await client.get(path)).status_code == 200


async def test_a_list_that_does_not_exist_is_not_found(client: httpx.AsyncClient) -> None:
    for number in ("1", "01", "-1", "١", str(2**70), "9" * 5_000, "x"):
        assert (await client.get(f"/files/pick-lists/{number}.pdf")).status_code == 404


async def test_a_list_is_printed_for_a_signed_address_or_a_token_alone(
    guarded_server: GuardedServer, guarded_client: httpx.AsyncClient
) -> None:
    path = "/files/pick-lists/77.pdf"
    connection = await asyncpg.connect(guarded_server.process.database_url)
    try:
        secret = await connection.fetchval("SELECT file_secret FROM installation")
    finally:
        await connection.close()
    signed = signed_path(path, time.time(), secret)
    forged = signed_path("/files/pick-lists/78.pdf", time.time(), secret).replace("78.pdf", "77.pdf")
    old = signed_path(path, time.time() - 3 * 3_600, secret)
    # There is no such list; whoever may read is told so.
    assert (await guarded_client.get(signed)).status_code == 404
    assert (await guarded_client.get(path, headers=guarded_server.headers("VIEWER"))).status_code == 404
    refusals = ((path, 401, "UNAUTHENTICATED"), (forged, 403, "FORBIDDEN"), (old, 403, "FORBIDDEN"))
    for refused, status, code in refusals:
        answer = await guarded_client.get(refused)
        assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (status, code)
