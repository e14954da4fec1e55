"""A printed list has every letter of what people write, whatever their script, and a code to scan
(docs/domain.md#printed-lists)."""

import base64
import io
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest
import zxingcpp
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from PIL import Image, ImageChops, ImageStat

from persistence.readers.pick_list import PickListView, PrintedLine, PrintedPickList
from server.printing.font_files import TEXT, further_fonts
from server.printing.pick_list_pdf import pick_list_pdf
from server.printing.pick_list_sheet import PickListSheet
from tests.browser.chromium import fresh_page
from tests.browser.page import Page
from tests.factories import Workshop
from tests.log_lines import lines_of
from tests.picking.printing import SCALE, Paper, ink, printed, shapes, sheets_of
from tests.server_process import ROOT, ServerProcess
from tests.servers.shared import SharedServers

# Of each script words with what is hard in it: accents, marks above marks, letters that join, emoji of several.
WORDS = {
    "Latin, Greek and Cyrillic": ("Résistance Ωμέγα Żarówka Резистор", "text"),
    "Chinese": ("贴片电阻貼片電阻臺灣", "hei"),
    "Japanese": ("プルアップ抵抗ひらがな", "hei"),
    "Korean": ("저항표면실장한글", "hei"),
    "Thai": ("ตัวต้านทานน้ำที่ปั๊มกำลัง", "thai"),
    "Arabic": ("مقاومة سطحية لا", "text"),
    "Hebrew": ("נגד שטח", "hebrew"),
    "Devanagari": ("क्षत्रिय हिन्दी", "devanagari"),
    "emoji": ("🔋🔧👩‍🔧🇩🇪👍🏽", "emoji"),
}
MIXED = ("LM358 µΩ – 贴片 저항 مقاومة ตัว 🔋 end", "Box 5: مقاومة 10kΩ (سطح)", "מתח 12V (ישן)", "پچ گژ ہے ؟")
# What no font has: mathematical letters, a script of Mongolia, a rare ideograph, one of nobody's.
UNKNOWN = "𝔘ᠮ𠀀\ue000"
# Readers turn a bracket beside what is read from the right by rules of their own.
_ALIKE = str.maketrans(")", "(", "\u200d\ufe0f")


def _letters(text: str) -> set[str]:
    """What is to be found again, in whatever order a reader has it."""
    return set(text.translate(_ALIKE))


async def test_every_letter_of_a_list_in_many_scripts_is_found_in_the_text_of_its_paper(
    workshop: Workshop, client: httpx.AsyncClient
) -> None:
    texts = [words for words, _ in WORDS.values()] + list(MIXED)
    made, content = await printed(
        workshop, client, [*texts, UNKNOWN], project_name="时钟 Żarówka 💡", box="抵抗の箱 صندوق"
    )
    paper = Paper(content)
    for text, each in zip(texts, made["lines"], strict=False):
        found = paper.line_with(each["part"]["key"])
        assert _letters(text) <= _letters(found), text
        assert _letters(found) <= _letters(f"{text} 5 × {each['part']['key']} 1-0123456789"), text
    # A frame stands in place of each character that no font has.
    assert paper.line_with(made["lines"][-1]["part"]["key"]).endswith(" 5 × " + "□" * len(UNKNOWN))
    assert "时钟 Żarówka 💡" in paper.text
    assert "Box 1 抵抗の箱" in paper.text
    assert set("صندوق") <= set(paper.line_with("Box 1"))


async def test_a_scanner_reads_the_id_of_a_list_from_its_paper(workshop: Workshop, client: httpx.AsyncClient) -> None:
    made, content = await printed(workshop, client, ["Resistor 4k7"])
    (code,) = zxingcpp.read_barcodes(Paper(content).picture)
    assert (code.format, code.text) == (zxingcpp.BarcodeFormat.QRCode, made["id"])
    query = "query($id: ID!) { pickList(id: $id) { number } }"
    assert (await workshop.graphql(query, {"id": code.text}))["pickList"]["number"] == made["number"]


async def test_paper_has_the_zone_and_the_address_of_the_settings_and_frames_where_fonts_are_missing(
    workshop: Workshop,
    client: httpx.AsyncClient,
    shared_servers: SharedServers,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    # Packages of these names that hold no fonts are found before those that do.
    elsewhere = tmp_path_factory.mktemp("packages")
    for name in ("manimgx_fonts", "paperang_p2_fonts_cjk"):
        (elsewhere / name).mkdir()
        (elsewhere / name / "__init__.py").touch()
    settings = {
        "PARTSGRAPH_TIME_ZONE": "Asia/Kathmandu",
        "PARTSGRAPH_PICK_LIST_URL": "https://parts.example.org/lists/{number}?id={id}",
        "PYTHONPATH": os.pathsep.join([str(elsewhere), str(ROOT)]),
    }
    bare = await shared_servers.with_settings(settings)
    made, _ = await printed(workshop, client, ["贴片 Résistance"])
    async with httpx.AsyncClient(base_url=bare.base_url, timeout=60) as there:
        paper = Paper((await there.get(f"/files/pick-lists/{made['number']}.pdf")).content)
    assert "□□ Résistance" in paper.text
    local = datetime.fromisoformat(made["createdAt"]).astimezone(ZoneInfo("Asia/Kathmandu"))
    assert f"made {local:%Y-%m-%d %H:%M} +0545 by local" in paper.text
    (code,) = zxingcpp.read_barcodes(paper.picture)
    assert code.text == f"https://parts.example.org/lists/{made['number']}?id={made['id']}"
    (told,) = lines_of(bare, event="fonts are missing: what they alone have is printed as frames")
    assert {"NotoSansThai[wght].ttf", "wqy-microhei.ttc"} < set(told["missing"])
    assert len(told["missing"]) == len(further_fonts())


def test_the_license_of_the_font_that_comes_without_its_own_lies_beside_ours() -> None:
    (font,) = [each.path for each in further_fonts() if each.name == "hei"]
    # Copyright, trademark, license and where that is: https://learn.microsoft.com/typography/opentype/spec/name
    told = {str(each) for each in TTFont(font, fontNumber=0, lazy=True)["name"].names if each.nameID in {0, 7, 13, 14}}
    notice, license_text = [(TEXT.path.parent / name).read_text() for name in ("NOTICE.txt", "APACHE-2.0.txt")]
    assert "Licensed under the Apache License, Version 2.0" in told
    assert all(line in notice for each in told for line in each.splitlines())
    assert "END OF TERMS AND CONDITIONS" in license_text


async def test_what_is_written_leaves_neither_its_page_nor_its_column(
    workshop: Workshop, client: httpx.AsyncClient
) -> None:
    tall = "\ufdfd" * 300
    marks = ("resistor".replace("s", "s" + "\u0301\u0323\u0330\u034a\u0360" * 20), "ก" + "\u0e48" * 1_900)
    parts = ("👩" + "\u200d👩" * 120, "क" + "\u093f" * 200)
    _, content = await printed(workshop, client, [tall, *marks, *parts, tall], project_name=tall[:100], box=tall[:250])
    margin = 10 / 25.4 * 72
    sheets = sheets_of(content)
    assert len(sheets) == 2
    for sheet in sheets:
        for _, (left, bottom, right, top) in sheet.pieces:
            assert margin < left <= right < sheet.width - margin
            assert margin / 2 < bottom <= top < sheet.height - margin / 2
    # The name, the box, and two parts are cut.
    assert sum(sheet.text.count("…") for sheet in sheets) == 4


@pytest.mark.parametrize(("place", "key", "pieces"), [((9_999, 1_000), "WMWM", 2**31 - 1), ((1, 1), "A1", 5)])
def test_places_keys_and_pieces_never_lie_over_each_other(place: tuple[int, int], key: str, pieces: int) -> None:
    row = PrintedLine(key, "Resistor", (), *place, pieces, pieces, 0, key, "Resistors")
    pick_list = PickListView(7, 1, 5, "OPEN", None, 1, "ann", datetime(2026, 1, 1, tzinfo=UTC), None, None)
    (sheet,) = sheets_of(pick_list_pdf(PickListSheet(PrintedPickList(pick_list, "Lamp", [row]), "today", "7")))
    found = dict(sheet.pieces)
    columns = [found[each] for each in (f"{place[0]}-{place[1]}", key, f"{pieces:,} ×", "Resistor")]
    for (_, _, right, _), (left, _, _, _) in pairwise(columns):
        assert left - right > 3


_DRAW = """async (font, words, kerning) => {
  const face = new FontFace('drawn', Uint8Array.from(atob(font), each => each.charCodeAt(0)));
  await face.load();
  document.fonts.add(face);
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [1600, 200];
  const pen = canvas.getContext('2d');
  pen.fillStyle = 'white';
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.fillStyle = 'black';
  pen.font = 'SIZEpx drawn';
  pen.fontKerning = kerning;
  pen.fillText(words, pen.direction == 'rtl' ? 1500 : 50, 120);
  document.fonts.delete(face);
  return canvas.toDataURL();
}""".replace("SIZE", str(9 * SCALE))


@pytest.mark.needs("chromium")
async def test_each_script_is_drawn_as_a_browser_draws_it(
    workshop: Workshop, client: httpx.AsyncClient, server: ServerProcess
) -> None:
    _, content = await printed(workshop, client, [words for words, _ in WORDS.values()])
    paper = Paper(content)
    files = {font.name: font.path for font in (TEXT, *further_fonts())}
    async with fresh_page(server.base_url) as page:
        drawn = [await _drawn(page, _whole_or_part(files[font]), words) for words, font in WORDS.values()]
    seen = [paper.seen(row) for row in range(len(WORDS))]
    for row, (script, (_, font)) in enumerate(WORDS.items()):
        # No mark is missing; strokes of ideographs may touch by a hair in one of the two.
        assert abs(shapes(seen[row]) - shapes(drawn[row])) <= (1 if font == "hei" else 0), script
        alike = [_likeness(seen[row], each) for each in drawn]
        # What another script looks like tells how much chance gives.
        assert alike[row] > 0.6, (script, alike)
        assert max(alike[:row] + alike[row + 1 :]) < 0.3, (script, alike)


@cache
def _whole_or_part(font: Path) -> str:
    """A font as a browser takes it: one that is large, or lies in a collection, with nothing but the words above."""
    opened = TTFont(font, fontNumber=0, lazy=True)
    if font.stat().st_size > 400_000:
        part = Subsetter(Options(layout_features=["*"]))
        part.populate(text="".join(words for words, _ in WORDS.values()))
        part.subset(opened)
    content = io.BytesIO()
    opened.save(content)
    return base64.b64encode(content.getvalue()).decode()


async def _drawn(page: Page, font: str, words: str) -> Image.Image:
    """What a browser draws in the same font and size."""
    # Letters that stand for themselves stand at their own width on paper, however they meet.
    kerning = "none" if words[0] in "R贴プ저" else "normal"
    address = await page.call(_DRAW, font, words, kerning)
    return ink(Image.open(io.BytesIO(base64.b64decode(address.partition(",")[2]))).convert("L"))


def _likeness(one: Image.Image, other: Image.Image) -> float:
    """How much of the ink of two pictures lies at the same place, from 0 to 1; sizes that differ count, too."""
    size = (max(one.width, other.width), max(one.height, other.height))
    spread: Sequence[Image.Image] = [Image.new("L", size, 255) for _ in range(2)]
    for sheet, picture in zip(spread, (one, other), strict=True):
        sheet.paste(picture)
    # A pixel of difference in place is none to the eye.
    small = [each.resize((size[0] // 3, size[1] // 3), Image.Resampling.BOX) for each in spread]
    both, either = ImageChops.lighter(*small), ImageChops.darker(*small)
    return (255 - ImageStat.Stat(both).mean[0]) / (255 - ImageStat.Stat(either).mean[0])
