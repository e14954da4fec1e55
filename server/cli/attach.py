"""partsgraph attach: attach files of this machine to a part, with a progress bar."""

import argparse
import hashlib
import io
import stat
from functools import partial
from pathlib import Path
from typing import Any

from domain.entities.actor import Actor, OwnName, Role
from domain.entities.attachment import OwnerKind, OwnerReference, UploadedFile
from domain.entities.ids import PartKey
from domain.errors import DomainError
from domain.rules.file_formats.file_kinds import MAX_FILE_BYTES
from domain.rules.part_keys import parsed_key
from server.cli.parsing import add_data_dir
from server.cli.running import run_with_application
from server.errors import OperatorError
from server.start.progress import Announcer, Bar
from server.wiring import Application

_ACTOR = Actor(OwnName.COMMAND_LINE, Role.EDITOR)
_CHUNK_BYTES = 1024 * 1024


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the arguments."""
    parser.set_defaults(run=_run)
    parser.add_argument("key", metavar="KEY", help="the key of the part")
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="files to attach")
    parser.add_argument("--title", help="title of the attachment, for a single file; its name when left out")
    add_data_dir(parser)


def _run(arguments: argparse.Namespace) -> int:
    paths: list[Path] = arguments.files
    if arguments.title is not None and len(paths) > 1:
        raise OperatorError("--title is for a single file")
    try:
        key = parsed_key(arguments.key)
    except ValueError as error:
        raise OperatorError(f"KEY {error}") from None
    refused = run_with_application(arguments, partial(_attach_all, key, paths, arguments.title))
    for line in refused:
        print(line)
    return 1 if refused else 0


async def _attach_all(
    key: PartKey, paths: list[Path], title: str | None, application: Application, _: Announcer
) -> list[str]:
    """Attach one after the other; the refusals, one line each, of those that were not attached."""
    refused = []
    total = sum(_size_bytes(path) for path in paths)
    with Bar(f"Attaching to {key}") as progress:
        done = 0
        for path in paths:
            try:
                with path.open("rb") as file:
                    await _attach(application, key, path, file, title, partial(_advance, progress, done, total))
            except DomainError as refusal:
                refused.append(f"{path}: {refusal.message}")
            except OSError as error:
                raise OperatorError(f"{path} cannot be read: {error.strerror or error}") from None
            done += _size_bytes(path)
    return refused


async def _attach(
    application: Application, key: PartKey, path: Path, file: io.BufferedReader, title: str | None, advance: Any
) -> None:
    digest, size_bytes = hashlib.sha256(), 0
    while chunk := file.read(_CHUNK_BYTES):
        digest.update(chunk)
        size_bytes += len(chunk)
    upload = UploadedFile(_Watched(file, advance), path.name, size_bytes, digest.digest())
    await application.services.attachments.attach_file(_ACTOR, OwnerReference(OwnerKind.PART, key), upload, title)


class _Watched(io.BufferedReader):
    """A file that tells how far it has been read when it is sent."""

    def __init__(self, file: io.BufferedReader, advance: Any) -> None:
        super().__init__(file.raw)
        self._advance = advance

    def read(self, size: int | None = -1, /) -> bytes:
        """Read on, and tell the position."""
        content = super().read(size)
        self._advance(self.tell())
        return content


def _advance(progress: Bar, before: int, total: int, position: int) -> None:
    progress(before + position, total)


def _size_bytes(path: Path) -> int:
    try:
        found = path.stat()
    except OSError as error:
        raise OperatorError(f"{path} cannot be read: {error.strerror or error}") from None
    if not stat.S_ISREG(found.st_mode):
        raise OperatorError(f"{path} is no file")
    if found.st_size > MAX_FILE_BYTES:
        raise OperatorError(f"{path} has {found.st_size:,} bytes; a file has at most {MAX_FILE_BYTES:,}")
    return found.st_size
