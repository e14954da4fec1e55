"""GraphiQL: the page and its assets, from our own origin and under a strict Content-Security-Policy."""

import mimetypes
import os
from pathlib import Path

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.staticfiles import NotModifiedResponse, PathLike, StaticFiles
from starlette.types import Scope

from graph.explorer import ASSETS_DIRECTORY, CONTENT_SECURITY_POLICY, INDEX_PAGE
from server.wire.http.content_coding import wanted_coding
from server.wire.pages.compressed_files import copy_of, is_copy

_PAGE_HEADERS = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-cache",
    "vary": "Accept",
}

_NOT_BUILT = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Partsgraph</title></head>
<body><h1>Partsgraph</h1><p>The API answers at <code>/graphql</code>. GraphiQL is not built yet: run
<code>make explorer</code> and load this page again.</p></body></html>
"""


def explorer_page() -> Response:
    """The built page, or a plain one that says how to build it."""
    if INDEX_PAGE.is_file():
        return FileResponse(INDEX_PAGE, headers=_PAGE_HEADERS, media_type="text/html")
    return HTMLResponse(_NOT_BUILT, headers=_PAGE_HEADERS)


class ExplorerAssets(StaticFiles):
    """The built files, whose names carry a hash of their content, so that browsers may keep them for ever.

    Each is sent as the compressed copy that set-up made, where there is one that the client takes.
    """

    def __init__(self) -> None:
        super().__init__(directory=ASSETS_DIRECTORY, check_dir=False)

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file. Raises HTTPException when there is none, or the method is not GET or HEAD."""
        if is_copy(path):
            raise HTTPException(404)
        response = await super().get_response(path, scope)
        response.headers["cache-control"] = "public, max-age=31536000, immutable"
        response.headers["vary"] = "Accept-Encoding"
        # A worker runs under the policy of its own script.
        response.headers["content-security-policy"] = CONTENT_SECURITY_POLICY
        return response

    def file_response(
        self, full_path: PathLike, stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        """The file or its copy, or that the client has it: each copy has an ETag of its own."""
        copy = self._copy(Path(full_path), scope)
        return copy or super().file_response(full_path, stat_result, scope, status_code)

    def _copy(self, path: Path, scope: Scope) -> Response | None:
        """The copy in the coding that the client wants. Who asks for a part gets a part of the file itself."""
        coding, asked = wanted_coding(scope), Headers(scope=scope)
        if coding is None or "range" in asked:
            return None
        copy = copy_of(path, coding)
        if not copy.is_file():
            return None
        response = FileResponse(copy, media_type=mimetypes.guess_type(path)[0], stat_result=copy.stat())
        response.headers["content-encoding"] = coding.value
        response.headers["accept-ranges"] = "none"
        return NotModifiedResponse(response.headers) if self.is_not_modified(response.headers, asked) else response
