"""Types that name each other in a circle: a reference is looked up when the schema is built."""

from typing import TYPE_CHECKING, Annotated, TypeAlias

from strawberry import lazy

if TYPE_CHECKING:
    from graph.types.attachment import Attachment
    from graph.types.box import Box
    from graph.types.location import Location
    from graph.types.operation import QuantityChange, StockOperation
    from graph.types.part import Part
    from graph.types.part_type import PartType
    from graph.types.pick_list import PickLine, PickList
    from graph.types.project import Project
    from graph.types.requirement import Requirement
    from graph.types.stock import Stock

AttachmentRef: TypeAlias = Annotated["Attachment", lazy("graph.types.attachment")]
BoxRef: TypeAlias = Annotated["Box", lazy("graph.types.box")]
LocationRef: TypeAlias = Annotated["Location", lazy("graph.types.location")]
OperationRef: TypeAlias = Annotated["StockOperation", lazy("graph.types.operation")]
PartRef: TypeAlias = Annotated["Part", lazy("graph.types.part")]
PartTypeRef: TypeAlias = Annotated["PartType", lazy("graph.types.part_type")]
PickLineRef: TypeAlias = Annotated["PickLine", lazy("graph.types.pick_list")]
PickListRef: TypeAlias = Annotated["PickList", lazy("graph.types.pick_list")]
ProjectRef: TypeAlias = Annotated["Project", lazy("graph.types.project")]
QuantityChangeRef: TypeAlias = Annotated["QuantityChange", lazy("graph.types.operation")]
RequirementRef: TypeAlias = Annotated["Requirement", lazy("graph.types.requirement")]
StockRef: TypeAlias = Annotated["Stock", lazy("graph.types.stock")]
