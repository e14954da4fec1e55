"""Signed addresses of files: who holds one may read the file, as an `<img>` sends no token.

An address is good until the end of the next full hour, so for one to two hours, and all that are made within one hour
for one file are equal, so that browsers and caches know them again.
"""

import hashlib
import hmac
from urllib.parse import urlencode

HOUR_SECONDS = 3_600
SIGNATURE_PARAMETER = "signature"
"""Its name stands in every signed address, before the secret part."""

_LONGEST_NUMBER = 12


def signed_path(path: str, now_seconds: float, secret: bytes, **parameters: str) -> str:
    """The path with the parameters, its end in Unix seconds, and a signature of the path and that end."""
    expires = (int(now_seconds) // HOUR_SECONDS + 2) * HOUR_SECONDS
    signed = {"expires": str(expires), SIGNATURE_PARAMETER: _signature(path, expires, secret)}
    return f"{path}?{urlencode(parameters | signed)}"


def is_signed(path: str, expires: str, signature: str, now_seconds: float, secret: bytes) -> bool:
    """Tell whether the signature is ours for this path and its time has not come yet."""
    if not (expires.isascii() and expires.isdigit() and len(expires) <= _LONGEST_NUMBER and signature.isascii()):
        return False
    is_ours = hmac.compare_digest(signature, _signature(path, int(expires), secret))
    return is_ours and now_seconds < int(expires)


def _signature(path: str, expires: int, secret: bytes) -> str:
    return hmac.new(secret, f"{path}\n{expires}".encode(), hashlib.sha256).hexdigest()
