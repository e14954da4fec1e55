"""Identities: database numbers as distinct types, and the key people read on a label."""

from typing import NewType

PartId = NewType("PartId", int)
PartTypeId = NewType("PartTypeId", int)
BoxId = NewType("BoxId", int)
LocationId = NewType("LocationId", int)
OperationId = NewType("OperationId", int)
ApiTokenId = NewType("ApiTokenId", int)
ProjectId = NewType("ProjectId", int)
RequirementId = NewType("RequirementId", int)
PickListId = NewType("PickListId", int)
PickLineId = NewType("PickLineId", int)
AttachmentId = NewType("AttachmentId", int)
JobId = NewType("JobId", int)

PartKey = NewType("PartKey", str)
"""Four upper-case letters, unique: what stands on the label."""
