"""Idempotency keys: claimed by the first statement of a transaction, kept with its result."""

from sqlalchemy import bindparam, select, text, update

from domain.entities.actor import Actor
from domain.entities.edit import EditedKind
from domain.errors import IdempotencyKeyReusedError
from domain.ports.repositories import Idempotency
from persistence.models.idempotency import IdempotencyKeyRow
from persistence.statements import Connection, Statement

# ON CONFLICT DO NOTHING waits for a rival that inserted the same key and has not ended yet.
_CLAIM = Statement(
    text("""
    INSERT INTO idempotency_keys (actor, key, mutation, digest)
    VALUES (CAST(:actor AS text), CAST(:key AS uuid), CAST(:mutation AS text), CAST(:digest AS bytea))
    ON CONFLICT DO NOTHING
    RETURNING true
    """)
)
_FIND = Statement(
    select(IdempotencyKeyRow.mutation, IdempotencyKeyRow.digest, IdempotencyKeyRow.result_id).where(
        IdempotencyKeyRow.actor == bindparam("actor"), IdempotencyKeyRow.key == bindparam("key")
    )
)
_KEEP = Statement(
    update(IdempotencyKeyRow)
    .where(IdempotencyKeyRow.actor == bindparam("the_actor"), IdempotencyKeyRow.key == bindparam("the_key"))
    .values(result_id=bindparam("result"), result_kind=bindparam("kind"))
)


class IdempotencyRepository(Idempotency):
    """The keys of one actor."""

    def __init__(self, connection: Connection, actor: Actor) -> None:
        self._connection = connection
        self._actor = actor
        self.was_claimed = False

    async def claim(self) -> int | None:
        self.was_claimed = True
        request = self._actor.request
        if request is None:
            return None
        while True:
            claimed = await _CLAIM.value(
                self._connection,
                actor=self._actor.name,
                key=request.key,
                mutation=request.mutation,
                digest=request.digest,
            )
            if claimed:
                return None
            first = await _FIND.row(self._connection, actor=self._actor.name, key=request.key)
            if first is None:
                # The key was cleaned up between the two statements; claim it again.
                continue
            if (first["mutation"], first["digest"]) != (request.mutation, request.digest):
                raise IdempotencyKeyReusedError
            return int(first["result_id"])

    async def keep_result(self, kind: EditedKind | None, result_id: int) -> None:
        request = self._actor.request
        if request is not None:
            await _KEEP.rows(
                self._connection, the_actor=self._actor.name, the_key=request.key, result=result_id, kind=kind
            )
