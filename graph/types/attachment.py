"""Attachments: files and links of a part, a box or a project."""

from collections.abc import Hashable
from datetime import datetime
from enum import Enum
from operator import attrgetter
from typing import Annotated, Any

import strawberry

from graph.context import Info
from graph.dataloaders import Loaders
from graph.execution.operation_loader import OperationLoader
from graph.prices import expected
from graph.relations import derived, many, one
from graph.types.node import Node
from graph.types.preview import Preview, PreviewState, previews_of
from graph.types.references import BoxRef, PartRef, ProjectRef
from persistence.readers.attachment import AttachmentView


@strawberry.enum(description="What an attachment is, told by its bytes and never by its name.")
class AttachmentKind(Enum):
    """The domain's kinds with their descriptions."""

    IMAGE = strawberry.enum_value(
        "IMAGE",
        description="JPEG, PNG, WebP, GIF, AVIF, BMP, HEIC or TIFF, up to 10 MiB and 50 megapixels; shown in place, "
        "but for HEIC and TIFF, which browsers do not draw: these are downloaded, and have previews.",
    )
    PDF = strawberry.enum_value("PDF", description="PDF up to 100 MiB; shown in place.")
    FILE = strawberry.enum_value(
        "FILE", description="Anything else up to 100 MiB; only ever downloaded. An SVG is a FILE with previews."
    )
    LINK = strawberry.enum_value("LINK", description="An address elsewhere.")


def _at_page(
    info: Info, page: Annotated[int, strawberry.argument(description="Which page, counted from 1.")]
) -> Hashable:
    return max(page, 0)


@strawberry.enum(description="What is to stand for an owner in lists.")
class CoverChoice(Enum):
    """The domain's choices with their descriptions."""

    CHOSEN = strawberry.enum_value("CHOSEN", description="The attachment that is named: an image or PDF of the owner.")
    NONE = strawberry.enum_value("NONE", description="Nothing, also when images are attached later.")
    OLDEST = strawberry.enum_value("OLDEST", description="The oldest image there is, as before anything was chosen.")


@strawberry.enum(description="How far the text of a PDF is, by which it is found.")
class TextState(Enum):
    """The domain's states with their descriptions."""

    PENDING = strawberry.enum_value("PENDING", description="It is to be read.")
    DONE = strawberry.enum_value("DONE", description="It was read.")
    EMPTY = strawberry.enum_value(
        "EMPTY", description="There is none: the pages are pictures, or their letters mean nothing."
    )
    FAILED = strawberry.enum_value("FAILED", description="It could not be read; see textFailure.")


@strawberry.type(description="A file or a link that belongs to one part, box or project.")
class Attachment(Node, shows=AttachmentView, found_by=Loaders.attachment_by_id):
    """Declares AttachmentView."""

    kind: AttachmentKind = strawberry.field(description="What it is.")
    title: str = strawberry.field(description="What people call it, 1 to 255 characters in one line.")
    version: int = strawberry.field(description="Grows by 1 with each edit; send it as expectedVersion.")
    file_name: str | None = strawberry.field(
        description="The name under which the file came, without folders and control characters, 1 to 255 characters "
        "in one line; null for a link."
    )
    media_type: str | None = strawberry.field(
        description="The media type it is served with, from its bytes; null for a link."
    )
    size_bytes: int | None = strawberry.field(description="Bytes, 1 to 104,857,600; null for a link.")
    width: int | None = strawberry.field(
        description="Pixels across, of an image as it is shown; of a PDF those of its largest preview, and of an SVG "
        "those of the drawing, once there are previews."
    )
    height: int | None = strawberry.field(description="Pixels down; see `width`.")
    preview_state: PreviewState | None = strawberry.field(
        description="How far the previews of an image, a PDF or an SVG are; null for others."
    )
    preview_failure: str | None = strawberry.field(description="Why no preview can be made; a sentence.")
    placeholder: str | None = strawberry.field(
        description="A ThumbHash in Base64 (about 33 characters), from which a front end draws a blurred likeness "
        "before it loads anything; null until the previews are made."
    )
    text_state: TextState | None = strawberry.field(description="How far the text of a PDF is; null for others.")
    text_failure: str | None = strawberry.field(description="Why the text could not be read.")
    page_count: int | None = strawberry.field(description="Pages of a PDF, once it was read; null for others.")
    text: str | None = derived(
        Loaders.text_by_attachment_and_page,
        key=attrgetter("id"),
        arguments=_at_page,
        description="The text of a page of a PDF, up to 100,000 characters, with a line feed between two lines; a "
        "word that was divided at a line's end is whole. Null where the page has none, there is no such page, it was "
        "not read (only the first 2,000 pages and 5,000,000 characters are) or not yet.",
        lookups=3,
    )
    part: PartRef | None = one(
        Loaders.part_by_id, key=attrgetter("part_id"), description="The part it belongs to, if any."
    )
    box: BoxRef | None = one(Loaders.box_by_id, key=attrgetter("box_id"), description="The box it belongs to, if any.")
    project: ProjectRef | None = one(
        Loaders.project_by_id, key=attrgetter("project_id"), description="The project it belongs to, if any."
    )
    actor: str = strawberry.field(description="Who attached it.")
    created_at: datetime = strawberry.field(description="When it was attached.")
    updated_at: datetime = strawberry.field(description="When its title or address was last edited.")

    @strawberry.field(
        description="Its previews, smallest first, 1 to 5; none for links and for files but SVG, when none can be "
        "made, and for a PDF and an SVG until they are made.",
        metadata=expected(5),
    )
    def previews(self, info: Info) -> list[Preview]:
        """The previews."""
        view: Any = self
        return previews_of(view, info)

    @strawberry.field(description="The SHA-256 of the bytes in hexadecimal; null for a link.")
    def sha256(self) -> str | None:
        """The digest as text."""
        digest: bytes | None = self.sha256
        return digest.hex() if digest is not None else None

    @strawberry.field(
        description="Where it is: the address of a link; of a file a path on this server, signed, so that it needs no "
        "token, good for an hour at least and the same within the hour. Images that browsers draw and PDFs are shown, "
        "others downloaded."
    )
    def url(self, info: Info) -> str:
        """The address."""
        view: Any = self
        return view.url if view.object_id is None else info.context.file_addresses.of_file(view.object_id)

    @strawberry.field(description="As `url`, but always downloaded under its file name; null for a link.")
    def download_url(self, info: Info) -> str | None:
        """The address of the download."""
        view: Any = self
        return None if view.object_id is None else info.context.file_addresses.of_download(view.object_id)


def attachments_of(loader: OperationLoader[Any]) -> Any:
    """Declare the attachments of an owner."""
    description = "Its files and links, the oldest first, up to 200."
    return many(loader, key=attrgetter("id"), description=description, length=3)


def cover_of(loader: OperationLoader[Any]) -> Any:
    """Declare the cover of an owner."""
    return one(
        loader,
        key=attrgetter("id"),
        description="What stands for it in lists: the image or PDF that was chosen, nothing if it was cleared, else "
        "its oldest image.",
    )
