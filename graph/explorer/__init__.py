"""The built GraphiQL page: where `make explorer` puts it and what its Content-Security-Policy has to allow."""

from pathlib import Path

STATIC_DIRECTORY = Path(__file__).parent / "static"
"""Holds `index.html` and `assets/`; absent until `make explorer` has run."""

INDEX_PAGE = STATIC_DIRECTORY / "index.html"
ASSETS_DIRECTORY = STATIC_DIRECTORY / "assets"
ASSETS_PATH = "/explorer/assets"
"""The URL path below which the page expects its assets; their names carry a content hash, so they never change."""

# Inline styles are for Monaco, which writes style elements and attributes while it runs; everything it executes,
# workers included, is a file of our own origin. The data: fonts and images stand inside GraphiQL's style sheets.
CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "font-src 'self' data:",
        "img-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ]
)
