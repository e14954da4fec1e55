"""What use cases wish from storage, one protocol per noun; every call runs inside the unit of work's transaction.

Longer than other files because it is one list, read from top to bottom.

Names that begin with `lock` take row locks, kept until the end of the transaction, and return what they locked; those
that begin with `share` keep rows from being deleted. The order of all locks is docs/domain.md#lock-order. Facts are
read after the last lock, in a statement of their own. Where an id or key is looked up that nothing has, the answer is
None or misses it; nothing is raised unless it says so.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from domain.entities.actor import Role
from domain.entities.attachment import Attachment, Owner, OwnerReference, StoredFile
from domain.entities.box import Box, BoxDetails
from domain.entities.edit import EditedKind, FieldChange
from domain.entities.ids import ApiTokenId, AttachmentId, BoxId, OperationId, PartId, PartKey, PartTypeId, PickListId
from domain.entities.location import LocationReference
from domain.entities.operation import AppliedChange, Operation, OperationKind, OperationSource, RecordedOperation
from domain.entities.part import Part, PartDetails
from domain.entities.part_type import PartType
from domain.entities.stock import LockedPart, StockFacts
from domain.errors import Usage


class Idempotency(Protocol):
    """Requests that were applied before, of the actor of this unit of work; docs/domain.md#idempotency-keys."""

    was_claimed: bool
    """Whether `claim` was called in this transaction, with a key or without one."""

    async def claim(self) -> int | None:
        """Claim the key of the actor's request for this transaction, waiting for a rival that holds it.

        Returns the id of the first result when the same request was applied before, else None; None without a key.
        Raises IdempotencyKeyReusedError when the key came before with another request.
        """

    async def keep_result(self, kind: EditedKind | None, result_id: int) -> None:
        """Keep what the actor's request made, in the same transaction; nothing without a key.

        Operations keep theirs by the statement that appends them.

        `claim` gives this number back to whoever sends the request again; what it is the id of, the use case knows.
        """


class PartTypes(Protocol):
    """Part types; names are cleaned and checked, and compare folded (docs/domain.md#texts)."""

    async def add(self, name: str) -> PartTypeId | None:
        """Add a type; None when the name is taken (the transaction stays usable)."""

    async def add_missing(self, names: Sequence[str]) -> int:
        """Add those of the names that no type has; returns how many they were."""

    async def find_and_share(self, names: Sequence[str]) -> Mapping[str, PartType]:
        """Types by folded name, locked FOR KEY SHARE in the order of their ids.

        So they cannot be deleted meanwhile. Names that no type has are missing from the answer.
        """

    async def names(self, part_type_ids: Collection[PartTypeId]) -> Mapping[PartTypeId, str]:
        """The names of types as people wrote them; ids that no type has are missing."""

    async def lock(self, name: str) -> PartType | None:
        """Lock one type FOR UPDATE: nothing can begin to name it until the end. None when there is none."""

    async def rename(self, part_type: PartType, name: str) -> bool:
        """Write the name and the next version; false when another type has the name. The type is locked."""

    async def usages(self, part_type_id: PartTypeId) -> Sequence[Usage]:
        """The parts and boxes that name the type, with up to 50 keys and numbers in order; empty when nothing does."""

    async def delete(self, part_type_id: PartTypeId) -> None:
        """Remove a type that nothing names. It is locked."""


class Boxes(Protocol):
    """Boxes and their locations."""

    async def lowest_free_number(self) -> int | None:
        """The lowest number 1..9,999 without a box, None when there is none. It may be taken by the time it is used."""

    async def add(self, number: int, details: BoxDetails) -> BoxId | None:
        """Add a box with all its locations, and the types it is meant for, which are shared.

        None when the number is taken: it waits for a rival that is adding it. The transaction stays usable.
        """

    async def lock(self, number: int) -> Box | None:
        """Lock a box FOR UPDATE: no stock change touches it until the end. None when there is none."""

    async def save(self, box: Box, details: BoxDetails) -> None:
        """Write the details and the next version; adds or removes locations at the end.

        The box is locked, and what lies in a location that goes was looked for (`occupied`, `awaited`).
        """

    async def occupied(self, box_id: BoxId, above: int) -> Sequence[LocationReference]:
        """Locations with a number greater than `above` that hold stock, in order."""

    async def awaited(self, box_id: BoxId, above: int) -> Sequence[tuple[PickListId, LocationReference]]:
        """Open pick lists with the locations, of a number greater than `above`, where they are to take pieces; in the
        order of the locations."""

    async def delete(self, box_id: BoxId) -> None:
        """Remove a box with its locations. It is locked, without stock, and on no open pick list."""


class Parts(Protocol):
    """Parts; keys are upper case here."""

    async def add(self, keys: Sequence[PartKey], details: PartDetails) -> tuple[PartId, PartKey] | None:
        """Add a part under the first of these keys that is free; None when all are taken (the transaction stays
        usable)."""

    async def free_keys(self, limit: int) -> Sequence[PartKey]:
        """Up to so many drawable keys that no part has, in no particular order; empty when none is left."""

    async def lock(self, keys: Collection[PartKey]) -> Mapping[PartKey, Part]:
        """Lock parts FOR NO KEY UPDATE in the order of their ids; keys that no part has are missing from the answer."""

    async def save(self, part: Part, details: PartDetails) -> None:
        """Write the details, parameters included, and the next version. The part is locked."""

    async def save_types_and_tags(self, revised: Sequence[tuple[Part, PartDetails]]) -> None:
        """Write the types and tags of many parts and their next versions, in one statement. The parts are locked."""

    async def set_retired(self, parts: Sequence[Part], *, retired: bool) -> datetime | None:
        """Retire parts or bring them back, and write their next versions, in one statement; there is at least one.

        All are locked. Returns the time of retirement, None for parts that are brought back; these count as merged no
        longer.
        """

    async def places_with_stock(self, part_ids: Collection[PartId]) -> Mapping[PartId, Sequence[LocationReference]]:
        """Where these parts lie, by box and location; parts without stock are missing from the answer."""

    async def usages(self, part_id: PartId) -> Sequence[Usage]:
        """Everything that names the part: stock (places), history, merged parts, requirements, substitutes and pick
        lines; empty when nothing does."""

    async def delete(self, part_id: PartId) -> None:
        """Remove a part that nothing names. It is locked, and its attachments were removed."""

    async def merge(self, keep: Part, drop: Part) -> datetime:
        """Move stock, history and pick lines of `drop` to `keep`, sum up the running quantities again, retire `drop`.

        Both are locked. Returns the time of retirement. Raises QuantityLimitError when a quantity or the total would
        be, or would have been, too large.
        """


class Stock(Protocol):
    """What lies where: the locks of a stock change, and what it has to know. Operations.append writes it."""

    async def lock(self, box_numbers: Collection[int], part_keys: Collection[PartKey]) -> Mapping[PartKey, LockedPart]:
        """Take the locks of a stock change: boxes FOR KEY SHARE by number, then parts FOR NO KEY UPDATE by id.

        Returns the parts by key, retired ones too. Boxes and parts that do not exist are passed over.
        """

    async def read(self, places: Sequence[tuple[PartId, LocationReference]]) -> StockFacts:
        """What the ledger needs to know of these parts at these places, in one statement after `lock`.

        Places that do not exist and places without stock are missing from it; the totals of all parts are there.

        Raises RepeatWork when a place is in a box that `lock` did not find and so did not lock.
        """


class Operations(Protocol):
    """The ledger: operations are appended, never changed (docs/domain.md#append-only)."""

    async def append(
        self,
        kind: OperationKind,
        reason: str | None,
        changes: Sequence[AppliedChange],
        facts: StockFacts,
        *,
        reverses: OperationId | None = None,
        source: OperationSource | None = None,
    ) -> RecordedOperation:
        """Write the operation, its lines, the stock, the totals and the idempotent result in one statement.

        The parts are locked, `facts` were read after the locks, and `changes` follow from them (domain.rules.ledger);
        each part and place is named once. Id and time are taken by that statement, the time never before the last
        operation of a part. Raises NotReversibleError when `reverses` was reversed meanwhile.
        """

    async def get(self, operation_id: OperationId) -> Operation:
        """An operation with its lines in the order in which they were applied, not locked. Raises NotFoundError."""


class Edits(Protocol):
    """Who changed what: the actor of this unit of work and the time come from storage (docs/domain.md#edits)."""

    def record(self, kind: EditedKind, object_id: int, changes: Sequence[FieldChange]) -> None:
        """Remember the changes; they are written when the unit of work is flushed. Without changes nothing is."""


class ApiTokens(Protocol):
    """Tokens by the SHA-256 of their text."""

    async def add(self, name: str, role: Role, digest: bytes) -> ApiTokenId | None:
        """Add a token whose text has this SHA-256; None when a token has this name, or had it before it was revoked.

        The transaction stays usable.
        """

    async def exists(self) -> bool:
        """Tell whether a token was ever made, revoked ones included."""

    async def revoke(self, name: str) -> bool:
        """Revoke the active token of this name; false when there is none."""


class Installation(Protocol):
    """The one row that tells what was loaded into this database, so that it is loaded once in its life."""

    async def claim_starter_types(self) -> bool:
        """True for the one transaction that is to load the starter types; waits for a rival."""

    async def claim_demo(self) -> bool:
        """True for the one transaction that is to load the demo workshop into an empty database; waits for a rival."""


class Attachments(Protocol):
    """Files and links of owners, and the owners' covers; docs/domain.md#owners-and-attachments.

    Only rows are written here: objects are announced to the unit of work.
    """

    async def find_owner(self, reference: OwnerReference) -> Owner | None:
        """The owner of this key, number or id, not locked; None when there is none."""

    async def count(self, owner: Owner) -> int:
        """How many attachments an owner has, files and links together; others may be adding some just now."""

    async def add_file(self, owner: Owner, title: str, file: StoredFile) -> tuple[AttachmentId, UUID] | None:
        """Add the row of a file under a fresh object id; None when the owner has the same bytes.

        Waits for a rival that is adding the same bytes. The owner cannot be deleted until the end; nothing else of it
        is locked, so its stock can change meanwhile. Raises NotFoundError when the owner was deleted just before.
        """

    async def twin(self, owner: Owner, sha256: bytes) -> Attachment | None:
        """The attachment of the owner with these bytes, not locked; None when there is none (any more)."""

    async def add_link(self, owner: Owner, title: str, url: str) -> AttachmentId:
        """Add a link. Raises NotFoundError as `add_file` does."""

    async def lock(self, attachment_id: AttachmentId) -> Attachment | None:
        """Lock an attachment FOR UPDATE. None when there is none."""

    async def share(self, attachment_id: AttachmentId) -> Attachment | None:
        """Lock an attachment FOR KEY SHARE: it is not deleted until the end. None when there is none."""

    async def save(self, attachment: Attachment, title: str, url: str | None) -> None:
        """Write title and address and the next version. It is locked."""

    async def delete(self, attachment_id: AttachmentId) -> None:
        """Remove the row of an attachment; as a cover it is forgotten. It is locked."""

    async def delete_all(self, owner: Owner) -> Sequence[Attachment]:
        """Remove the rows of all attachments of an owner and return them, so that their objects can be deleted.

        Locks the owner FOR UPDATE: uploads to it are waited for, and nothing can be added any more until the end.
        """

    async def hand_over(self, source: Owner, target: Owner) -> Sequence[Attachment]:
        """Give the attachments of one owner to another of its kind; returns those that were removed instead, because
        the target has the same bytes. The source's cover is forgotten, the target's stays."""

    async def set_cover(self, owner: Owner, attachment_id: AttachmentId | None) -> None:
        """Choose the cover of an owner; None for no cover at all. The attachment is shared."""

    async def forget_cover(self, owner: Owner) -> None:
        """Take back what was decided about the cover: the oldest image is shown."""
