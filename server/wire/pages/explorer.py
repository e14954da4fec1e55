"""GraphiQL: the page and its assets, from our own origin and under a strict Content-Security-Policy."""

from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from graph.explorer import ASSETS_DIRECTORY, CONTENT_SECURITY_POLICY, INDEX_PAGE

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
    """The built files, whose names carry a hash of their content, so that browsers may keep them for ever."""

    def __init__(self) -> None:
        super().__init__(directory=ASSETS_DIRECTORY, check_dir=False)

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file. Raises HTTPException when there is none, or the method is not GET or HEAD."""
        response = await super().get_response(path, scope)
        response.headers["cache-control"] = "public, max-age=31536000, immutable"
        # A worker runs under the policy of its own script.
        response.headers["content-security-policy"] = CONTENT_SECURITY_POLICY
        return response
