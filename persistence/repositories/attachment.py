"""Attachments with their owners, covers and documents of search.

Adding one locks nothing but the existence of its owner.

Longer than other files because it is one table with three kinds of owners, and each statement writes all of a change.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

from asyncpg import Record
from sqlalchemy import text

from domain.entities.actor import Actor
from domain.entities.attachment import Attachment, AttachmentKind, Owner, OwnerKind, OwnerReference, StoredFile
from domain.entities.file_facts import FileFacts, FileKind, PixelSize
from domain.entities.ids import AttachmentId
from domain.ports.repositories import Attachments
from domain.rules.previews import is_drawn
from domain.rules.search import RULES_VERSION, attachment_words
from persistence.models.attachment import NEW_OBJECT_ID
from persistence.statements import Connection, Statement

# Column in attachments and covers, table of the owners, how people name them, and the kind of that name.
_OWNERS: Mapping[OwnerKind, tuple[str, str, str, str]] = {
    OwnerKind.PART: ("part_id", "parts", "key", "text"),
    OwnerKind.BOX: ("box_id", "boxes", "number", "int"),
    OwnerKind.PROJECT: ("project_id", "projects", "id", "bigint"),
}
_FIND = {
    kind: Statement(text(f"SELECT id FROM {table} WHERE {name} = CAST(:reference AS {type_})"))
    for kind, (_, table, name, type_) in _OWNERS.items()
}
_COLUMNS = (
    "id, part_id, box_id, project_id, kind, title, version, file_name, media_type, size_bytes, sha256, object_id, url, "
    "width, height, kind_reader"
)


def _document_of(kind: OwnerKind) -> str:
    """What search finds a new attachment by; those of parts alone are found."""
    if kind is not OwnerKind.PART:
        return ""
    return f""", document AS (
        INSERT INTO search_attachments (attachment_id, part_id, name_words, rules_version)
        SELECT id, CAST(:owner_id AS bigint), CAST(:words AS text[]), {RULES_VERSION} FROM added
        )"""


# A rival with the same bytes is waited for; the twin is there when it committed.
_ADD_FILE = {
    kind: Statement(
        text(f"""
        WITH added AS (
        INSERT INTO attachments ({column}, kind, title, file_name, media_type, size_bytes, sha256, object_id,
                                 width, height, preview_state, text_state, kind_reader, actor)
        VALUES (CAST(:owner_id AS bigint), CAST(:kind AS text), CAST(:title AS text), CAST(:file_name AS text),
                CAST(:media_type AS text), CAST(:size_bytes AS bigint), CAST(:sha256 AS bytea), {NEW_OBJECT_ID},
                CAST(:width AS int), CAST(:height AS int),
                CASE WHEN CAST(:is_drawn AS bool) THEN 'PENDING' END,
                CASE WHEN CAST(:kind AS text) = 'PDF' THEN 'PENDING' END, CAST(:kind_reader AS smallint),
                CAST(:actor AS text))
        ON CONFLICT ({column}, sha256) DO NOTHING
        RETURNING id, object_id
        ){_document_of(kind)}
        SELECT id, object_id FROM added
        """)
    )
    for kind, (column, *_) in _OWNERS.items()
}
_TWIN = {
    kind: Statement(
        text(f"""
        SELECT {_COLUMNS} FROM attachments
         WHERE {column} = CAST(:owner_id AS bigint) AND sha256 = CAST(:sha256 AS bytea)
        """)
    )
    for kind, (column, *_) in _OWNERS.items()
}
_COUNT = {
    kind: Statement(text(f"SELECT count(*) FROM attachments WHERE {column} = CAST(:owner_id AS bigint)"))
    for kind, (column, *_) in _OWNERS.items()
}
_ADD_LINK = {
    kind: Statement(
        text(f"""
        WITH added AS (
        INSERT INTO attachments ({column}, kind, title, url, actor)
        VALUES (CAST(:owner_id AS bigint), 'LINK', CAST(:title AS text), CAST(:url AS text), CAST(:actor AS text))
        RETURNING id
        ){_document_of(kind)}
        SELECT id FROM added
        """)
    )
    for kind, (column, *_) in _OWNERS.items()
}
_LOCK = Statement(text(f"SELECT {_COLUMNS} FROM attachments WHERE id = CAST(:id AS bigint) FOR UPDATE"))
_SHARE = Statement(text(f"SELECT {_COLUMNS} FROM attachments WHERE id = CAST(:id AS bigint) FOR KEY SHARE"))
# The words of its text stay, and with them the rules that they were made by; a mark goes, as the document is no longer
# what it was.
_SAVE = Statement(
    text(f"""
    WITH saved AS (
        UPDATE attachments
           SET title = CAST(:title AS text), url = CAST(:url AS text), version = version + 1,
               updated_at = clock_timestamp()
         WHERE id = CAST(:id AS bigint)
        RETURNING id, part_id, updated_at
    )
    INSERT INTO search_attachments AS known (attachment_id, part_id, name_words, rules_version, indexed_at)
    SELECT id, part_id, CAST(:words AS text[]), {RULES_VERSION}, greatest(clock_timestamp(), updated_at)
      FROM saved WHERE part_id IS NOT NULL
    ON CONFLICT (attachment_id) DO UPDATE
       SET name_words = excluded.name_words, indexed_at = excluded.indexed_at,
           rules_version = greatest(known.rules_version, 0)
    """)
)
_DELETE = Statement(text("DELETE FROM attachments WHERE id = CAST(:id AS bigint)"))
_LOCK_OWNER = {
    kind: Statement(text(f"SELECT 1 FROM {table} WHERE id = CAST(:owner_id AS bigint) FOR UPDATE"))
    for kind, (_, table, *_) in _OWNERS.items()
}
_DELETE_ALL = {
    kind: Statement(text(f"DELETE FROM attachments WHERE {column} = CAST(:owner_id AS bigint) RETURNING {_COLUMNS}"))
    for kind, (column, *_) in _OWNERS.items()
}
_DELETE_TWINS = {
    kind: Statement(
        text(f"""
        DELETE FROM attachments AS dropped
         WHERE {column} = CAST(:source_id AS bigint)
           AND EXISTS (SELECT FROM attachments AS kept
                        WHERE kept.{column} = CAST(:target_id AS bigint) AND kept.sha256 = dropped.sha256)
        RETURNING {_COLUMNS}
        """)
    )
    for kind, (column, *_) in _OWNERS.items()
}
_FORGET_COVER = {
    kind: Statement(text(f"DELETE FROM covers WHERE {column} = CAST(:owner_id AS bigint)"))
    for kind, (column, *_) in _OWNERS.items()
}
_HAND_OVER = {
    kind: Statement(
        text(
            f"UPDATE attachments SET {column} = CAST(:target_id AS bigint) WHERE {column} = CAST(:source_id AS bigint)"
        )
    )
    for kind, (column, *_) in _OWNERS.items()
}
_HAND_OVER[OwnerKind.PART] = Statement(
    text("""
    WITH handed AS (
        UPDATE attachments SET part_id = CAST(:target_id AS bigint) WHERE part_id = CAST(:source_id AS bigint)
    )
    UPDATE search_attachments SET part_id = CAST(:target_id AS bigint) WHERE part_id = CAST(:source_id AS bigint)
    """)
)
_SET_COVER = {
    kind: Statement(
        text(f"""
        INSERT INTO covers ({column}, attachment_id)
        VALUES (CAST(:owner_id AS bigint), CAST(:attachment_id AS bigint))
        ON CONFLICT ({column}) DO UPDATE SET attachment_id = excluded.attachment_id
        """)
    )
    for kind, (column, *_) in _OWNERS.items()
}


class AttachmentRepository(Attachments):
    """All attachments, and the covers of their owners."""

    def __init__(self, connection: Connection, actor: Actor) -> None:
        self._connection = connection
        self._actor = actor

    async def find_owner(self, reference: OwnerReference) -> Owner | None:
        found = await _FIND[reference.kind].value(self._connection, reference=reference.reference)
        return Owner(reference.kind, found) if found is not None else None

    async def count(self, owner: Owner) -> int:
        return int(await _COUNT[owner.kind].value(self._connection, owner_id=owner.id))

    async def add_file(self, owner: Owner, title: str, file: StoredFile) -> tuple[AttachmentId, UUID] | None:
        size = file.facts.pixel_size
        row = await _ADD_FILE[owner.kind].row(
            self._connection,
            owner_id=owner.id,
            kind=file.facts.kind.value,
            title=title,
            file_name=file.name,
            media_type=file.facts.media_type,
            size_bytes=file.size_bytes,
            sha256=file.sha256,
            width=size.width if size is not None else None,
            height=size.height if size is not None else None,
            is_drawn=is_drawn(file.facts),
            kind_reader=file.reader,
            actor=self._actor.name,
            words=attachment_words(title, file.name),
        )
        return (AttachmentId(row["id"]), row["object_id"]) if row is not None else None

    async def twin(self, owner: Owner, sha256: bytes) -> Attachment | None:
        row = await _TWIN[owner.kind].row(self._connection, owner_id=owner.id, sha256=sha256)
        return _attachment(row) if row is not None else None

    async def add_link(self, owner: Owner, title: str, url: str) -> AttachmentId:
        values = {"owner_id": owner.id, "title": title, "url": url, "actor": self._actor.name}
        values["words"] = attachment_words(title, None)
        return AttachmentId(await _ADD_LINK[owner.kind].value(self._connection, **values))

    async def lock(self, attachment_id: AttachmentId) -> Attachment | None:
        row = await _LOCK.row(self._connection, id=attachment_id)
        return _attachment(row) if row is not None else None

    async def share(self, attachment_id: AttachmentId) -> Attachment | None:
        row = await _SHARE.row(self._connection, id=attachment_id)
        return _attachment(row) if row is not None else None

    async def save(self, attachment: Attachment, title: str, url: str | None) -> None:
        words = attachment_words(title, attachment.file.name if attachment.file is not None else None)
        await _SAVE.rows(self._connection, id=attachment.id, title=title, url=url, words=words)

    async def delete(self, attachment_id: AttachmentId) -> None:
        await _DELETE.rows(self._connection, id=attachment_id)

    async def delete_all(self, owner: Owner) -> Sequence[Attachment]:
        await _LOCK_OWNER[owner.kind].rows(self._connection, owner_id=owner.id)
        rows = await _DELETE_ALL[owner.kind].rows(self._connection, owner_id=owner.id)
        return [_attachment(row) for row in rows]

    async def hand_over(self, source: Owner, target: Owner) -> Sequence[Attachment]:
        await _LOCK_OWNER[source.kind].rows(self._connection, owner_id=source.id)
        both = {"source_id": source.id, "target_id": target.id}
        twins = await _DELETE_TWINS[source.kind].rows(self._connection, **both)
        await _FORGET_COVER[source.kind].rows(self._connection, owner_id=source.id)
        await _HAND_OVER[source.kind].rows(self._connection, **both)
        return [_attachment(row) for row in twins]

    async def set_cover(self, owner: Owner, attachment_id: AttachmentId | None) -> None:
        await _SET_COVER[owner.kind].rows(self._connection, owner_id=owner.id, attachment_id=attachment_id)

    async def forget_cover(self, owner: Owner) -> None:
        await _FORGET_COVER[owner.kind].rows(self._connection, owner_id=owner.id)


def _attachment(row: Record) -> Attachment:
    owner = next(Owner(kind, row[column]) for kind, (column, *_) in _OWNERS.items() if row[column] is not None)
    kind = AttachmentKind(row["kind"])
    file = None
    if kind is not AttachmentKind.LINK:
        size = PixelSize(row["width"], row["height"]) if row["width"] is not None else None
        facts = FileFacts(FileKind(kind.value), row["media_type"], size)
        file = StoredFile(row["file_name"], row["size_bytes"], row["sha256"], facts, row["kind_reader"])
    identity = AttachmentId(row["id"])
    return Attachment(identity, owner, kind, row["title"], row["version"], row["url"], file, row["object_id"])
