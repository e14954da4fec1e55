"""Looks at a received file without reading it into memory."""

import asyncio
import mmap

from domain.entities.attachment import UploadedFile
from domain.entities.file_facts import FileFacts
from domain.rules.file_formats.file_kinds import examined


class MappedFiles:
    """Maps files and looks at them in a thread, beside the event loop."""

    async def facts_of(self, upload: UploadedFile) -> FileFacts:
        return await asyncio.to_thread(_facts, upload)


def _facts(upload: UploadedFile) -> FileFacts:
    if upload.size_bytes == 0:
        # An empty file cannot be mapped.
        return examined(b"")
    with mmap.mmap(upload.content.fileno(), upload.size_bytes, access=mmap.ACCESS_READ) as content:
        return examined(content)
