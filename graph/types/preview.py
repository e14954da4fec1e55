"""Previews: small likenesses of an image or of the first page of a PDF."""

from enum import Enum

import strawberry

from domain.entities.file_facts import PixelSize
from domain.rules.previews import scaled, sizes_of
from graph.context import Info
from persistence.readers.attachment import AttachmentView


@strawberry.enum(description="How far the previews of an image, a PDF or an SVG are.")
class PreviewState(Enum):
    """The domain's states with their descriptions."""

    PENDING = strawberry.enum_value("PENDING", description="They are to be made; one that is asked for is made first.")
    DONE = strawberry.enum_value("DONE", description="They are there.")
    FAILED = strawberry.enum_value("FAILED", description="None can be made; see previewFailure.")


@strawberry.type(description="A small likeness of an image or of the first page of a PDF, in WebP.")
class Preview:
    """One size of it."""

    size: int = strawberry.field(
        description="The longest side it was made for, in pixels: 64, 128, 256, 512 or 1024. It is never larger than "
        "the image itself."
    )
    width: int = strawberry.field(description="Pixels across.")
    height: int = strawberry.field(description="Pixels down.")
    url: str = strawberry.field(
        description="Where it is: a path on this server, signed like the file's own. Asked for before it is there, it "
        "is made and then answered."
    )


def previews_of(file: AttachmentView, info: Info) -> list[Preview]:
    """The previews of a file as far as their sizes are known, smallest first."""
    if file.preview_state in {None, "FAILED"} or file.width is None or file.height is None or file.object_id is None:
        return []
    picture = PixelSize(file.width, file.height)
    addresses = info.context.file_addresses
    return [
        Preview(size=size, width=drawn.width, height=drawn.height, url=addresses.of_preview(file.object_id, size))
        for size in sizes_of(picture)
        for drawn in (scaled(picture, size),)
    ]
