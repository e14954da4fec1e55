"""API tokens, known by the SHA-256 of their text."""

from sqlalchemy import exists, select, text

from domain.entities.actor import Actor, Role
from domain.entities.ids import ApiTokenId
from domain.ports.repositories import ApiTokens
from domain.rules.texts import fold
from persistence.models.api_token import ApiTokenRow
from persistence.statements import Connection, Statement

_ADD = Statement(
    text("""
    INSERT INTO api_tokens (name, name_key, role, digest)
    SELECT CAST(:name AS text), CAST(:name_key AS text), CAST(:role AS text), CAST(:digest AS bytea)
     WHERE NOT EXISTS (SELECT FROM api_tokens WHERE name_key = CAST(:name_key AS text))
    ON CONFLICT DO NOTHING
    RETURNING id
    """)
)
_EXISTS = Statement(select(exists(select(ApiTokenRow.id))))
_REVOKE = Statement(
    text("""
    UPDATE api_tokens SET revoked_at = clock_timestamp()
     WHERE name_key = CAST(:name_key AS text) AND revoked_at IS NULL
    RETURNING id
    """)
)


class ApiTokenRepository(ApiTokens):
    """All tokens, whoever asks."""

    def __init__(self, connection: Connection, actor: Actor) -> None:
        self._connection = connection
        self._actor = actor

    async def add(self, name: str, role: Role, digest: bytes) -> ApiTokenId | None:
        added = await _ADD.value(self._connection, name=name, name_key=fold(name), role=role.value, digest=digest)
        return ApiTokenId(added) if added is not None else None

    async def exists(self) -> bool:
        return bool(await _EXISTS.value(self._connection))

    async def revoke(self, name: str) -> bool:
        return await _REVOKE.value(self._connection, name_key=fold(name)) is not None
