"""What an attachment may say of itself: title, address, file name."""

from urllib.parse import urlsplit

from domain.entities.attachment import Attachment, AttachmentKind
from domain.entities.unset import UNSET, Settable
from domain.errors import Issue, ValidationError
from domain.rules.input_checks import InputChecks

MAX_TITLE_LENGTH = 255
MAX_FILE_NAME_LENGTH = 255
MAX_URL_LENGTH = 2_000
MAX_ATTACHMENTS = 200
"""So many attachments of one owner; two that are added at the same moment may pass it."""


def checked_title(title: str) -> str:
    """The trimmed title of 1 to 255 characters. Raises ValidationError."""
    checks = InputChecks()
    kept = checks.required_text(("title",), title, MAX_TITLE_LENGTH)
    checks.refuse()
    return kept


def checked_file(file_name: str, title: str | None) -> tuple[str, str]:
    """File name and title of a new file, which without a title has its name for one. Raises ValidationError.

    The name is kept as it came, but for the folders that some clients put before it.
    """
    checks = InputChecks()
    name = checks.required_text(("file",), file_name.rpartition("/")[2], MAX_FILE_NAME_LENGTH)
    kept = checks.text(("title",), title, MAX_TITLE_LENGTH)
    checks.refuse()
    return name, kept or name


def checked_link(url: str, title: str | None) -> tuple[str, str]:
    """Address and title of a new link, which without a title has its host and path for one. Raises ValidationError."""
    checks = InputChecks()
    address = _address(url, checks)
    kept = checks.text(("title",), title, MAX_TITLE_LENGTH)
    checks.refuse()
    return address, kept or _without_scheme(address)[:MAX_TITLE_LENGTH]


def revised(attachment: Attachment, title: Settable[str | None], url: Settable[str | None]) -> tuple[str, str | None]:
    """Title and address after the fields that were named took effect. Raises ValidationError."""
    checks = InputChecks()
    new_title, new_url = attachment.title, attachment.url
    if title is not UNSET:
        new_title = checks.required_text(("title",), title, MAX_TITLE_LENGTH)
    if url is not UNSET:
        if attachment.kind is not AttachmentKind.LINK:
            checks.note(("url",), "only a link has an address")
        else:
            new_url = _address(url, checks)
    checks.refuse()
    return new_title, new_url


def refuse_too_many(count: int, field: str) -> None:
    """Raises ValidationError when an owner has as many attachments as it may have."""
    if count >= MAX_ATTACHMENTS:
        raise ValidationError([Issue(("owner", field), f"has {count} attachments; at most {MAX_ATTACHMENTS} are kept")])


def _address(url: str | None, checks: InputChecks) -> str:
    address = checks.required_text(("url",), url, MAX_URL_LENGTH)
    if address and urlsplit(address).scheme not in {"http", "https"}:
        checks.note(("url",), "must begin with http:// or https://")
    return address


def _without_scheme(address: str) -> str:
    return address.partition("://")[2].rstrip("/") or address
