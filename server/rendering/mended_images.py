"""An image as its library opens it, where browsers draw it and the library would refuse it."""

from server.rendering.plain_png import plain_png
from server.rendering.whole_jpeg import END_OF_IMAGE


def with_an_end(content: bytes, media_type: str) -> bytes:
    """A JPEG with an end mark behind whatever it ends with, a PNG with its picture alone; others as they are."""
    if media_type == "image/png":
        return plain_png(content).content
    return content + END_OF_IMAGE if media_type == "image/jpeg" else content
