"""What previews are made of is, pixel by pixel, what Chromium draws: colours, transparency and the right way up.

Rules: docs/domain.md#previews-and-texts.
"""

import base64
import json
from io import BytesIO

import pytest

from domain.rules.file_formats.file_kinds import looked_at
from server.rendering.pictures import drawn_frame
from tests.attachments.samples import Sample, samples
from tests.browser.chromium import fresh_page

pytestmark = pytest.mark.needs("chromium")

SHOWN = [each for each in samples() if each.is_drawn and each.shown == "yes"]
# Its profile has two points for each ink, between which readers do not reckon alike.
MOST_APART = {"cmyk_icc.jpg": 12}
# Without an end mark Chromium leaves out the last row of blocks.
LINES_LEFT_OUT = {"no_eoi.jpg": 8, "truncated_jpeg.jpg": 16}
NOWHERE = "http://127.0.0.1:9"
_COMPARE = """async pairs => {
  const drawn = async address => {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight);
    const context = canvas.getContext('2d', { colorSpace: 'srgb' });
    context.fillStyle = 'white';
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(image, 0, 0);
    return context.getImageData(0, 0, canvas.width, canvas.height);
  };
  const found = {};
  for (const [name, lines, file, ours] of JSON.parse(pairs)) {
    const [one, other] = [await drawn(file), await drawn(ours)];
    let most = one.width === other.width && one.height === other.height ? 0 : 256;
    for (let at = 0; most < 256 && at < 4 * one.width * lines; at++)
      most = Math.max(most, Math.abs(one.data[at] - other.data[at]));
    found[name] = most;
  }
  return found;
}"""


def address(content: bytes, media_type: str) -> str:
    return f"data:{media_type};base64,{base64.b64encode(content).decode()}"


def pair(sample: Sample) -> tuple[str, int, str, str]:
    """The name of a sample, how many of its lines are compared, the file itself, and what previews are made of."""
    media_type = looked_at(sample.content).media_type
    size, frame = drawn_frame(sample.content, media_type)
    written = BytesIO()
    frame.save(written, "PNG")
    lines = size.height - LINES_LEFT_OUT.get(sample.name, 0)
    return sample.name, lines, address(sample.content, media_type), address(written.getvalue(), "image/png")


async def test_previews_are_made_of_the_pixels_that_chromium_draws() -> None:
    async with fresh_page(NOWHERE) as page:
        found = await page.call(_COMPARE, json.dumps([pair(each) for each in SHOWN]))
    assert {name: by for name, by in found.items() if by > MOST_APART.get(name, 1)} == {}
    assert len(found) == len(SHOWN)
    assert len(found) > 40
