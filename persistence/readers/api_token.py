"""API tokens as they are read: by the SHA-256 of their text."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import LargeBinary, bindparam, exists, select

from domain.entities.actor import Role
from persistence.database import Database
from persistence.readers.tables import api_tokens
from persistence.statements import Statement


@dataclass(frozen=True, slots=True)
class ApiTokenView:
    """Whom a token stands for; a revoked one stands for nobody."""

    name: str
    role: Role
    created_at: datetime
    revoked_at: datetime | None


_COLUMNS = (api_tokens.c.name, api_tokens.c.role, api_tokens.c.created_at, api_tokens.c.revoked_at)
_BY_DIGEST = Statement(select(*_COLUMNS).where(api_tokens.c.digest == bindparam("digest", type_=LargeBinary())))
_ANY = Statement(select(exists(select(api_tokens.c.id))))
_ALL = Statement(select(*_COLUMNS).order_by(api_tokens.c.id))


@dataclass(frozen=True, slots=True)
class ApiTokenReader:
    """Reads API tokens; each method runs one statement."""

    database: Database

    async def by_digest(self, digest: bytes) -> ApiTokenView | None:
        """The token with this SHA-256, revoked or not."""
        row = await self.database.fetch_row(_BY_DIGEST, digest=digest)
        return _view(*row) if row is not None else None

    async def any_was_ever_made(self) -> bool:
        """Whether a token was ever made, revoked ones included."""
        (record,) = await self.database.fetch(_ANY)
        return bool(record[0])

    async def all(self) -> list[ApiTokenView]:
        """Every token, oldest first."""
        return [_view(*record) for record in await self.database.fetch(_ALL)]


def _view(name: str, role: str, created_at: datetime, revoked_at: datetime | None) -> ApiTokenView:
    return ApiTokenView(name, Role(role), created_at, revoked_at)
