"""What mutations show of what they did: views read after the commit, through loaders that remember nothing older."""

from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import TypeVar

from domain.entities.ids import AttachmentId, BoxId, PartId, PartKey, PartTypeId, ProjectId
from domain.errors import NotFoundError
from domain.services.stock import StockOutcome
from graph.global_ids import global_id
from graph.mutations import Call
from persistence.readers.attachment import AttachmentView
from persistence.readers.box import BoxView
from persistence.readers.operation import OperationView, view_of
from persistence.readers.part_type import PartTypeView
from persistence.readers.part_view import PartView
from persistence.readers.project import ProjectView

View = TypeVar("View")


async def part_after(call: Call, part_id: PartId, path: Sequence[str] = ("partKey",)) -> PartView:
    """The part. Raises NotFoundError when it was deleted since, as every function here does."""
    return _present(
        await call.loaders_after_commit().part_by_id.load(part_id), "part", global_id("Part", part_id), path
    )


async def parts_after(call: Call, part_ids: Sequence[PartId]) -> list[PartView]:
    """The parts in the order of their ids as given."""
    views = await call.loaders_after_commit().part_by_id.load_many(part_ids)
    return [
        _present(view, "part", global_id("Part", part_id), ("partKeys",))
        for part_id, view in zip(part_ids, views, strict=True)
    ]


async def part_type_after(call: Call, part_type_id: PartTypeId, path: Sequence[str] = ("name",)) -> PartTypeView:
    """The part type."""
    view = await call.loaders_after_commit().part_type_by_id.load(part_type_id)
    return _present(view, "part type", global_id("PartType", part_type_id), path)


async def box_after(call: Call, box_id: BoxId, path: Sequence[str] = ("number",)) -> BoxView:
    """The box."""
    return _present(await call.loaders_after_commit().box_by_id.load(box_id), "box", global_id("Box", box_id), path)


async def project_after(call: Call, project_id: ProjectId, path: Sequence[str] = ("projectId",)) -> ProjectView:
    """The project."""
    view = await call.loaders_after_commit().project_by_id.load(project_id)
    return _present(view, "project", global_id("Project", project_id), path)


async def attachment_after(
    call: Call, attachment_id: AttachmentId, path: Sequence[str] = ("attachmentId",)
) -> AttachmentView:
    """The attachment."""
    view = await call.loaders_after_commit().attachment_by_id.load(attachment_id)
    return _present(view, "attachment", global_id("Attachment", attachment_id), path)


async def operation_after(call: Call, outcome: StockOutcome) -> OperationView:
    """The operation: as it was recorded just now, or read where an earlier request had recorded it."""
    loaders = call.loaders_after_commit()
    if outcome.recorded is not None:
        return view_of(outcome.recorded)
    operation = await loaders.operation_by_id.load(outcome.operation_id)
    return _present(operation, "operation", global_id("StockOperation", outcome.operation_id), ("idempotencyKey",))


async def stock_after(
    call: Call, outcome: StockOutcome, part_keys: Iterable[PartKey]
) -> tuple[OperationView, list[PartView]]:
    """The operation and these parts, each once, in the order in which they were named first."""
    operation = await operation_after(call, outcome)
    keys = list(dict.fromkeys(part_keys))
    parts = await call.context.loaders.part_by_key.load_many(keys)
    return operation, [_present(part, "part", key, ("partKey",)) for key, part in zip(keys, parts, strict=True)]


async def reversal_after(call: Call, outcome: StockOutcome) -> tuple[OperationView, list[PartView]]:
    """The operation and the parts it changed, each once, by key."""
    operation = await operation_after(call, outcome)
    loaders = call.context.loaders
    changes = await loaders.changes_by_operation.load(outcome.operation_id)
    parts = await loaders.part_by_id.load_many(list({change.part_id for change in changes}))
    return operation, sorted(filter(None, parts), key=attrgetter("key"))


def _present(view: View | None, kind: str, reference: str, path: Sequence[str]) -> View:
    if view is None:
        raise NotFoundError(kind, reference, path)
    return view
