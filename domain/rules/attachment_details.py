"""What an attachment may say of itself: title, address, file name."""

from urllib.parse import urlsplit

from domain.entities.attachment import Attachment, AttachmentKind
from domain.entities.unset import UNSET, Settable
from domain.errors import Issue, ValidationError
from domain.rules import texts
from domain.rules.input_checks import InputChecks

MAX_TITLE_LENGTH = 255
MAX_URL_LENGTH = 2_000
MAX_ATTACHMENTS = 200
"""So many attachments of one owner; two that are added at the same moment may pass it."""


def checked_title(title: str) -> str:
    """The title, one line of 1 to 255 characters. Raises ValidationError."""
    checks = InputChecks()
    kept = checks.required_text(("title",), title, MAX_TITLE_LENGTH)
    checks.refuse()
    return kept


def checked_file(file_name: str, title: str | None) -> tuple[str, str]:
    """File name and title of a new file, which without a title has its name for one. Raises ValidationError.

    Whatever a client calls the file is cleaned and never refused: nobody chose it to be read by us.
    """
    checks = InputChecks()
    name = texts.file_name(file_name)
    kept = checks.text(("title",), title, MAX_TITLE_LENGTH)
    checks.refuse()
    return name, kept or name


def checked_link(url: str, title: str | None) -> tuple[str, str]:
    """Address and title of a new link, which without a title has its host and path for one. Raises ValidationError."""
    checks = InputChecks()
    address = _address(url, checks)
    kept = checks.text(("title",), title, MAX_TITLE_LENGTH)
    checks.refuse()
    return address, kept or _title_of(address)


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
    address = checks.address(("url",), url, MAX_URL_LENGTH)
    if address is None:
        checks.note(("url",), "must not be blank")
    if address and urlsplit(address).scheme not in {"http", "https"}:
        checks.note(("url",), "must begin with http:// or https://")
    return address or ""


def _title_of(address: str) -> str:
    """What stands behind http:// or https://, as far as a title may go."""
    behind = texts.one_line(address.partition("://")[2].rstrip("/"))[:MAX_TITLE_LENGTH]
    return texts.one_line(behind) or address[:MAX_TITLE_LENGTH]
