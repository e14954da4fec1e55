"""What a file is by its bytes, and which files are refused.

Rules: docs/domain.md#file-kinds.
"""

import io
import mmap
import struct
import zlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from domain.entities.file_facts import FileFacts, FileKind, PixelSize
from domain.errors import FileRefusalReason, FileRefusedError
from domain.rules.file_formats.exif_orientation import orientation_in
from domain.rules.file_formats.file_kinds import (
    FIRST_BYTES,
    MAX_FILE_BYTES,
    MAX_IMAGE_BYTES,
    Doubt,
    Opened,
    looked_at,
    max_bytes_of,
    settled,
)
from domain.rules.file_formats.structure import Content
from tests.attachments.samples import Sample, samples

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"
SIGNATURES = (
    *(b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"GIF87a", b"RIFF\x20\0\0\0WEBP", b"%PDF-1.4\n"),
    *(b"II*\0\x08\0\0\0", b"MM\0+\0\x08\0\0", b"BM" + bytes(12) + b"\x28\0\0\0", b"BM" + bytes(12) + b"\x0c\0\0\0"),
    *(b"\0\0\0\x10ftypheic\0\0\0\0", b"\0\0\0\x14ftypmif1\0\0\0\0avif", b"\0\0\0\x10ftypavif\0\0\0\0\0\0\0\xffmeta"),
)
SAMPLES = samples()
MEDIA_TYPES = {
    "JPEG": "image/jpeg",
    "PNG": "image/png",
    "GIF": "image/gif",
    "WEBP": "image/webp",
    "AVIF": "image/avif",
    "TIFF": "image/tiff",
    "BMP": "image/bmp",
}

formats = st.sampled_from(sorted(MEDIA_TYPES))
sides = st.integers(1, 90)
patient = settings(deadline=None)
"""The first picture of a format loads its encoder."""


def picture(format_name: str, width: int = 20, height: int = 10, **options: object) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(written, format_name, **options)
    return written.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


def gif(screen: tuple[int, int], frame: tuple[int, int, int, int]) -> bytes:
    return b"GIF89a" + struct.pack("<HHBBB", *screen, 0, 0, 0) + b"," + struct.pack("<HHHHB", *frame, 0) + b"\x02\0;"


def jpeg(*segments: tuple[int, bytes]) -> bytes:
    return b"\xff\xd8" + b"".join(
        b"\xff" + bytes([marker]) + struct.pack(">H", 2 + len(body)) + body for marker, body in segments
    )


def frame_header(width: int, height: int) -> bytes:
    return struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\0"


def examined(content: Content) -> FileFacts:
    """What a file is where no reader opens it that is in doubt."""
    look = looked_at(content)
    return settled(look, None) if isinstance(look, Doubt) else look


def refusal(content: bytes) -> FileRefusedError:
    with pytest.raises(FileRefusedError) as caught:
        examined(content)
    return caught.value


class Followed(bytes):
    """A file that counts how often it is looked into, and how many bytes are taken out of it."""

    looks = 0
    taken = 0

    def __getitem__(self, place: Any) -> Any:
        found = super().__getitem__(place)
        self.looks += 1
        self.taken += len(found) if isinstance(place, slice) else 1
        return found


def soon_refused(content: bytes) -> FileRefusalReason:
    """Why it is refused, after no more looks than the bound on blocks leaves: a fraction of a second on any machine."""
    followed = Followed(content)
    reason = refusal(followed).reason
    assert followed.looks < 1_100_000
    assert followed.taken < 3_000_000
    return reason


@patient
@given(formats, sides, sides)
def test_an_image_is_known_by_its_bytes_with_its_size(format_name: str, width: int, height: int) -> None:
    facts = examined(picture(format_name, width, height))
    assert facts == FileFacts(FileKind.IMAGE, MEDIA_TYPES[format_name], PixelSize(width, height))


@patient
@given(formats, sides, sides, st.data())
def test_an_image_without_its_last_bytes_is_cut_off(
    format_name: str, width: int, height: int, data: st.DataObject
) -> None:
    whole = picture(format_name, width, height)
    # So many bytes tell a BMP from a text that begins with its two letters.
    length = data.draw(st.integers(18, len(whole) - 1))
    assert refusal(whole[:length]).reason is FileRefusalReason.CUT_OFF


@patient
@given(st.sampled_from(("JPEG", "PNG", "WEBP", "TIFF")), st.integers(0, 9), st.sampled_from(("<", ">")))
def test_the_size_of_an_image_is_that_in_which_it_is_shown(format_name: str, orientation: int, order: str) -> None:
    exif = Image.Exif()
    exif.endian = order
    exif[0x010F], exif[0x0112] = "maker", orientation
    facts = examined(picture(format_name, 20, 10, exif=exif))
    # No browser turns a WebP.
    is_on_its_side = 5 <= orientation <= 8 and format_name != "WEBP"
    assert facts.pixel_size == (PixelSize(10, 20) if is_on_its_side else PixelSize(20, 10))


@given(st.sampled_from((b"II*\0", b"MM\0*", b"")), st.binary(max_size=60))
def test_any_orientation_data_says_which_way_up(start: bytes, rest: bytes) -> None:
    assert 1 <= orientation_in(start + rest) <= 8


@patient
@given(formats, st.binary(min_size=1, max_size=200))
def test_what_follows_the_end_of_an_image_changes_nothing(format_name: str, more: bytes) -> None:
    assert examined(picture(format_name) + more) == examined(picture(format_name))


@given(st.sampled_from((b"", *SIGNATURES)), st.binary(max_size=400))
def test_any_bytes_are_known_or_refused_with_a_reason(start: bytes, rest: bytes) -> None:
    try:
        facts = examined(start + rest)
    except FileRefusedError as refused:
        kind, message = None, refused.message
    else:
        kind, message = facts.kind, "."
    assert message.endswith(".")
    assert kind in {None, *FileKind}


@given(st.sampled_from(SAMPLES), st.lists(st.tuples(st.integers(0, 600), st.integers(0, 255)), max_size=6), st.data())
def test_a_damaged_file_is_known_or_refused_too(
    sample: Sample, damages: list[tuple[int, int]], data: st.DataObject
) -> None:
    content = bytearray(sample.content)
    for place, byte in damages:
        content[place % len(content)] = byte
    length = data.draw(st.integers(1, len(content)))
    try:
        facts = examined(bytes(content[:length]))
    except FileRefusedError as refused:
        message = refused.message
    else:
        message = "."
        assert (facts.pixel_size is not None) == (facts.kind is FileKind.IMAGE)
    assert message.endswith(".")


def test_a_loop_of_pages_and_a_crowd_of_them_are_soon_left() -> None:
    """Each page of a TIFF names the next one, and each has as many strips as it says."""
    strips = struct.pack("<HHII", 273, 4, 100_000, 26) + struct.pack("<HHII", 279, 4, 100_000, 26)
    loop = b"II*\0\x08\0\0\0" + struct.pack("<H", 2) + strips + struct.pack("<I", 8) + bytes(400_026)
    assert soon_refused(loop) is FileRefusalReason.BROKEN


def box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(content), kind) + content


def heic(items: bytes, properties_of_items: bytes) -> bytes:
    """With these tables of where its items lie, and of what belongs to them."""
    size = box(b"ispe", struct.pack(">III", 0, 20, 10))
    properties = box(b"iprp", box(b"ipco", size) + box(b"ipma", properties_of_items))
    meta = bytes(4) + box(b"pitm", b"\0\0\0\0\0\1") + box(b"iloc", items) + properties
    return box(b"ftyp", b"heic\0\0\0\0") + box(b"meta", meta)


def pages_that_share_a_row(number: int, row: int) -> bytes:
    """A TIFF whose pages all say that their strips begin where one long row of numbers says."""
    pages = b""
    for page in range(1, number + 1):
        following = 8 + 18 * page if page < number else 0
        pages += struct.pack("<HHHIII", 1, 273, 4, row, 8, following)
    return (b"II*\0\x08\0\0\0" + pages).ljust(8 + 4 * row, b"\0")


@pytest.mark.parametrize(
    "content",
    [
        pages_that_share_a_row(10_000, MAX_IMAGE_BYTES // 4 - 2),
        heic(struct.pack(">BxxxxxI", 2, 900_000).ljust(9_000_010, b"\0"), struct.pack(">IIHBB", 0, 1, 1, 1, 1)),
        heic(bytes(8), struct.pack(">II", 0, 3_000_000).ljust(9_000_008, b"\0")),
    ],
    ids=["row of a TIFF", "items of a HEIC", "properties of a HEIC"],
)
def test_a_crowd_of_what_is_empty_is_soon_left(content: bytes) -> None:
    """It is looked at in the server itself: what is long may be named often, and what is short be there often."""
    assert isinstance(looked_at(heic(bytes(8), struct.pack(">IIHBB", 0, 1, 1, 1, 1))), FileFacts)
    assert soon_refused(content) is FileRefusalReason.BROKEN


@pytest.mark.parametrize(
    "options",
    [
        {"format_name": "JPEG", "progressive": True},
        {"format_name": "JPEG", "icc_profile": b"\xff\xd9" * 80_000, "exif": b"Exif\0\0" + b"\xff\xd9" * 500},
        {"format_name": "PNG", "optimize": True},
        {"format_name": "WEBP", "lossless": True},
        {"format_name": "WEBP", "exif": b"Exif\0\0II*\0\x08\0\0\0\0\0"},
    ],
    ids=str,
)
def test_the_ways_to_write_an_image_are_all_read(options: dict[str, object]) -> None:
    assert examined(picture(**options)).pixel_size == PixelSize(20, 10)  # type: ignore[arg-type]


@pytest.mark.parametrize("format_name", ["GIF", "WEBP", "PNG"])
def test_an_animation_has_the_size_of_its_canvas(format_name: str) -> None:
    frames = [Image.new("RGB", (30, 40), colour) for colour in ("red", "green", "blue")]
    written = io.BytesIO()
    frames[0].save(written, format_name, save_all=True, append_images=frames[1:])
    assert examined(written.getvalue()).pixel_size == PixelSize(30, 40)


def test_a_mapped_file_is_read_like_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "spooled"
    path.write_bytes(picture("JPEG", 64, 48))
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        assert examined(content).pixel_size == PixelSize(64, 48)


@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf", b"\r\n\n"])
@pytest.mark.parametrize("end", [b"", b"\0" * 5_000, b"\n<!-- served by a web server -->\n"])
def test_a_pdf_is_known_by_its_header_and_its_end(start: bytes, end: bytes) -> None:
    assert examined(start + PDF + end) == FileFacts(FileKind.PDF, "application/pdf")


@pytest.mark.parametrize("length", [9, 40, len(PDF) - 2, len(PDF) - 15])
def test_a_pdf_without_its_end_is_cut_off(length: int) -> None:
    assert refusal(PDF[:length]).reason is FileRefusalReason.CUT_OFF


@pytest.mark.parametrize(
    "content",
    [
        b"<svg><script>alert(1)</script></svg>",
        b"<!doctype html><script>alert(1)</script>",
        b"<html>" + PDF,
        b"PK\x03\x04 an archive",
        b"BM a bitmap",
        b"\0\0\0\x18ftypmp42\0\0\0\0isommp42 a film",
        b"II*\0\x10\0\0\0CR\2\0 raw data of a camera",
        b"%PDF-",
        b"GIF",
        b"\0",
    ],
)
def test_anything_else_is_a_file_that_is_only_downloaded(content: bytes) -> None:
    assert examined(content) == FileFacts(FileKind.FILE, "application/octet-stream")


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (gif((1, 1), (0, 0, 1, 1)) + b"=1;alert(document.domain)//", "image/gif"),
        (picture("JPEG") + b"PK\x03\x04 an archive", "image/jpeg"),
        (picture("PNG") + b"<script>alert(1)</script>", "image/png"),
        (b"%PDF-1.4 <script>alert(1)</script>" + PDF, "application/pdf"),
    ],
)
def test_a_file_of_two_kinds_is_what_its_first_bytes_say(content: bytes, media_type: str) -> None:
    assert examined(content).media_type == media_type


def test_an_empty_file_is_refused() -> None:
    answer = refusal(b"")
    assert (answer.reason, answer.message) == (FileRefusalReason.EMPTY, "The file is empty.")


@pytest.mark.parametrize(
    ("content", "pixels"),
    [
        (png(50_000, 50_000), "50,000 × 50,000 = 2,500,000,000"),
        (png(50_000_001, 1), "50,000,001 × 1 = 50,000,001"),
        (gif((10, 10), (0, 0, 60_000, 60_000)), "60,000 × 60,000 = 3,600,000,000"),
        (gif((10, 10), (65_535, 65_535, 1, 1)), "65,536 × 65,536 = 4,294,967,296"),
        (jpeg((0xC0, frame_header(50_000, 50_000))) + b"\xff\xd9", "50,000 × 50,000 = 2,500,000,000"),
        (
            b"RIFF" + struct.pack("<I", 36) + b"WEBPVP8X" + struct.pack("<IB3x", 10, 0) + b"\x4f\xc3\0" * 2
            + b"VP8L" + struct.pack("<I", 5) + b"\x2f\0\0\0\0\0",
            "50,000 × 50,000 = 2,500,000,000",
        ),
    ],
)  # fmt: skip
def test_an_image_of_too_many_pixels_is_refused_by_its_header(content: bytes, pixels: str) -> None:
    answer = refusal(content)
    assert answer.reason is FileRefusalReason.TOO_MANY_PIXELS
    assert answer.message == f"An image may have 50,000,000 pixels, not {pixels}."


def test_an_image_of_just_50_megapixels_is_kept() -> None:
    assert examined(png(10_000, 5_000)).pixel_size == PixelSize(10_000, 5_000)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (png(0, 5), "The PNG image names no size."),
        (png(5, 5).replace(b"IHDR", b"IHDX"), "The PNG image does not begin with its header."),
        (png(5, 5).replace(b"IDAT", b"iDAT"), "The PNG image has no picture in it."),
        (png(5, 5)[:-12] + png(5, 5)[8:], "The PNG image has two headers."),
        (gif((5, 5), (0, 0, 1, 1)).replace(b",", b"?"), "The GIF image has an unknown block."),
        (b"GIF89a" + b"\5\0\5\0\0\0\0;", "The GIF image has no picture in it."),
        (b"GIF89a" + b"\5\0\5\0\0\0\0" + b"!\xfe\0" * 200_001, "The GIF image has more than 200,000 blocks."),
        (jpeg((0xE0, b"JFIF")) + b"\xff\xd9", "The JPEG image has no frame header."),
        (jpeg((0xC0, b"\x08\0")) + b"\xff\xd9", "The JPEG image has a frame header without a size."),
        (jpeg(*[(0xC0, frame_header(5, 5))] * 2) + b"\xff\xd9", "The JPEG image has two frame headers."),
        (jpeg((0xE0, b"JFIF")) + b"\0\xff\xd9", "The JPEG image has bytes between its segments."),
        (jpeg((0xC0, frame_header(5, 0))) + b"\xff\xd9", "The JPEG image names no size."),
        (b"RIFF\x04\0\0\0WEBP", "The WebP image has no picture in it."),
        (b"RIFF\x0c\0\0\0WEBPVP8L\0\0\0\0", "The WebP image has a chunk without a size."),
    ],
)  # fmt: skip
def test_a_structure_that_contradicts_itself_is_refused(content: bytes, message: str) -> None:
    answer = refusal(content)
    assert (answer.reason, answer.message) == (FileRefusalReason.BROKEN, message)


def test_a_picture_of_nothing_but_padding_is_soon_refused() -> None:
    """Byte by byte it would take seconds."""
    assert soon_refused(b"\xff\xd8" + b"\xff" * 10_000_000) is FileRefusalReason.CUT_OFF


@pytest.mark.parametrize("content", [*map(picture, MEDIA_TYPES), PDF, b"PK\x03\x04 an archive with %PDF-1.4 in it"])
def test_a_sound_file_is_known_without_a_reader(content: bytes) -> None:
    assert isinstance(looked_at(content), FileFacts)


def test_a_reader_is_asked_about_a_pdf_that_does_not_begin_its_file() -> None:
    for before in (b"x" * 1_024, b"HTTP/1.1 200 OK\r\n\r\n"):
        assert isinstance(looked_at(before + PDF), Doubt)
    assert isinstance(looked_at(b"x" * 1_025 + PDF), FileFacts)


def test_what_a_reader_says_of_a_picture_is_bounded_too() -> None:
    doubt = looked_at(picture("JPEG")[:-2])
    assert isinstance(doubt, Doubt)
    assert settled(doubt, Opened(PixelSize(20, 10))) == FileFacts(FileKind.IMAGE, "image/jpeg", PixelSize(20, 10))
    with pytest.raises(FileRefusedError, match="An image may have 50,000,000 pixels"):
        settled(doubt, Opened(PixelSize(50_000, 50_000)))


def test_the_raw_data_of_a_camera_are_a_file_as_large_as_any() -> None:
    """Their first page is a reduced likeness, and others lie behind it."""
    entries = struct.pack("<HHII", 254, 4, 1, 1) + struct.pack("<HHII", 330, 4, 1, 8)
    raw = b"II*\0\x08\0\0\0" + struct.pack("<H", 2) + entries + bytes(4)
    assert max_bytes_of(raw) == MAX_FILE_BYTES
    assert examined(raw) == FileFacts(FileKind.FILE, "application/octet-stream")
    no_raw = raw.replace(b"\x4a\x01", b"\x4b\x01")
    assert max_bytes_of(no_raw) == MAX_IMAGE_BYTES
    # Phones write no likeness but say that it is a DNG, and which version of it.
    of_a_phone = no_raw.replace(struct.pack("<H", 331), struct.pack("<H", 50_706))
    assert max_bytes_of(of_a_phone) == MAX_FILE_BYTES
    assert examined(of_a_phone).kind is FileKind.FILE


def test_a_file_may_be_as_large_as_its_kind_allows() -> None:
    image, other = picture("PNG"), b"PK\x03\x04"
    assert max_bytes_of(image[:FIRST_BYTES]) == MAX_IMAGE_BYTES == 10_485_760
    assert max_bytes_of(other) == max_bytes_of(PDF[:FIRST_BYTES]) == MAX_FILE_BYTES == 104_857_600
    assert examined(image.ljust(MAX_IMAGE_BYTES, b"\0")).kind is FileKind.IMAGE
    assert examined(other.ljust(MAX_FILE_BYTES, b"\0")).kind is FileKind.FILE


def test_a_file_of_one_byte_more_is_refused() -> None:
    too_large = refusal(picture("PNG").ljust(MAX_IMAGE_BYTES + 1, b"\0"))
    assert too_large.reason is FileRefusalReason.TOO_LARGE
    assert too_large.message == "A PNG image may have 10,485,760 bytes, not 10,485,761."
    too_large = refusal(PDF.ljust(MAX_FILE_BYTES + 1, b"\0"))
    assert too_large.message == "A file may have 104,857,600 bytes, not 104,857,601."
