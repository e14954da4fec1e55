"""The files of the demo workshop: 40 attachments of parts and boxes, drawn and written by code, about a megabyte.

What documentation and tests may rely on:

    attachments 40: 26 images, 10 PDFs, 3 other files, 1 link; all of them by the actor `seed`
    UREG, UREX   the same data sheet, byte for byte; UREG's cover is that PDF
    box 1        a very tall image, 90 × 6,000 pixels
    UMSA         a symbol with transparency; LADR an animated GIF; DPLD a WebP
    box 10       a floor plan in SVG, which is only ever downloaded
"""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from tempfile import TemporaryFile

from domain.entities.attachment import CoverChoice, OwnerKind, OwnerReference, UploadedFile
from server.seed.data_sheets import data_sheet
from server.seed.demo import drawings as drawn
from server.seed.demo.story import DemoPart
from server.seed.demo.workshop import PARTS
from server.seed.starter_types import SEED_ACTOR
from server.wiring import Application


@dataclass(frozen=True, slots=True)
class DemoFile:
    """A file of a part (by key) or a box (by number)."""

    owner: str | int
    title: str
    name: str
    content: Callable[[], bytes]

    @property
    def reference(self) -> OwnerReference:
        """The owner as the service knows it."""
        return OwnerReference(OwnerKind.BOX if isinstance(self.owner, int) else OwnerKind.PART, self.owner)


_BY_KEY = {part.key: part for part in PARTS}
_PHOTOS: tuple[tuple[str | int, Callable[[drawn.Canvas], None]], ...] = (
    ("RKTA", drawn.axial("#8ecae6", ("#ffd60a", "#7209b7", "#d00000", "#6f1d1b"))),
    ("RGNA", drawn.axial("#8ecae6", ("#6f1d1b", "black", "#fb8500", "#6f1d1b"))),
    ("RZQA", drawn.axial("#5c677d", ())),
    ("DRFA", drawn.axial("#22223b", ("#c0c0c0",))),
    ("DZNA", drawn.axial("#bc4b21", ("black",))),
    ("CELA", drawn.can("#1d3557", "#a8dadc")),
    ("CELB", drawn.can("#14213d", "#e5e5e5")),
    ("CSUP", drawn.can("#2b2d42", "#ef233c")),
    ("LEDR", drawn.lens("#d62828")),
    ("LEDG", drawn.lens("#2a9d8f")),
    ("TNPN", drawn.lens("#22223b")),
    ("UMSA", drawn.chip(4)),
    ("UTMA", drawn.chip(4)),
    ("USHR", drawn.chip(8)),
    ("UMCA", drawn.chip(14)),
    ("UREG", drawn.tab()),
    ("TMSB", drawn.tab()),
    ("USWA", drawn.board("#1b4332", 9)),
    ("UMCB", drawn.board("#10002b", 14)),
    ("SHUM", drawn.board("#5a189a", 4)),
    ("NUTA", drawn.ring((160, 164, 170), 6)),
    (8, drawn.grid(4, 3, 8)),
)
_SHEETS = ("UMSA", "UTMA", "USHR", "UMCA", "TMSB", "USWA", "STMP", "SHUM")
_FLOOR_PLAN = b"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 40">
<rect width="60" height="40" fill="#eee"/><rect x="4" y="4" width="20" height="8"/><text x="5" y="30">bench</text>
</svg>
"""


def _photo(position: int, owner: str | int, draw: Callable[[drawn.Canvas], None]) -> DemoFile:
    title = f"Box {owner} from above" if isinstance(owner, int) else "On the mat"
    return DemoFile(owner, title, f"{owner}.jpg", lambda: drawn.photo(draw, position))


def _sheet(key: str, written_for: str | None = None) -> DemoFile:
    part = _BY_KEY[written_for or key]
    return DemoFile(key, "Data sheet", f"{part.manufacturer_code or key}.pdf", lambda: _sheet_of(part))


def _sheet_of(part: DemoPart) -> bytes:
    """What is known of a part, as its maker would put it, and some pages of limits."""
    lines = [part.description, "", f"Maker: {part.manufacturer}", f"Order code: {part.manufacturer_code}", ""]
    lines += [f"{name}: {value}" for name, value in part.parameters]
    lines += ["", "Absolute maximum ratings apply over the whole operating temperature range.", "Keep dry."]
    lines += [f"Characteristic {number} of {part.key}: see figure {number}." for number in range(1, 31)]
    return data_sheet(part.manufacturer_code or part.key, lines)


DEMO_FILES: tuple[DemoFile, ...] = (
    *(_photo(position, owner, draw) for position, (owner, draw) in enumerate(_PHOTOS)),
    DemoFile("UMSA", "Symbol", "opamp.png", lambda: drawn.symbol(4)),
    DemoFile("LADR", "Test pattern", "blink.gif", lambda: drawn.blinking("red")),
    DemoFile("DPLD", "Module", "display.webp", lambda: drawn.photo(drawn.board("#03045e", 3), 99, "WEBP")),
    DemoFile(1, "Label tape of the cabinet", "labels.png", drawn.tall_strip),
    *(_sheet(key) for key in _SHEETS),
    _sheet("UREG"),
    _sheet("UREX", written_for="UREG"),
    DemoFile("UMCA", "Pin table", "pins.csv", lambda: b"pin,name\n1,RESET\n2,RXD\n3,TXD\n7,VCC\n8,GND\n"),
    DemoFile("BRDA", "Notes", "notes.txt", lambda: b"Rails are split in the middle.\n"),
    DemoFile(10, "Floor plan", "plan.svg", lambda: _FLOOR_PLAN),
)
_LINK = (OwnerReference(OwnerKind.PART, "UMCB"), "https://example.org/cv-dev32w", "Getting started")


async def load_demo_files(application: Application) -> None:
    """Attach everything, one after the other, as people would."""
    await application.object_store.ensure_bucket()
    service = application.services.attachments
    for file in DEMO_FILES:
        content = file.content()
        with TemporaryFile() as spooled:
            spooled.write(content)
            spooled.flush()
            upload = UploadedFile(spooled, file.name, len(content), sha256(content).digest())
            added = await service.attach_file(SEED_ACTOR, file.reference, upload, file.title)
        if (file.owner, file.title) == ("UREG", "Data sheet"):
            await service.set_cover(SEED_ACTOR, file.reference, CoverChoice.CHOSEN, added.id)
    owner, address, title = _LINK
    await service.attach_link(SEED_ACTOR, owner, address, title)
