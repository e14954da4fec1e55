"""What mutations of pick lists answer when they succeed."""

from typing import Any

import strawberry

from graph.types.operation import StockOperation
from graph.types.pick_list import PickList
from persistence.readers.operation import OperationView
from persistence.readers.pick_list import PickListView


def _pick_list(description: str = "The list as it is now.") -> Any:
    return strawberry.field(graphql_type=PickList, description=description)


def _operation() -> Any:
    return strawberry.field(
        graphql_type=StockOperation | None, description="The operation that was recorded; null when no piece moved."
    )


def _replayed() -> Any:
    return strawberry.field(
        description="True when an earlier request with this idempotency key did it; the fields are those of today."
    )


@strawberry.type(description="The pick list was made; its pieces are promised to the project.")
class CreatePickListSuccess:
    """The answer of createPickList."""

    pick_list: PickListView = _pick_list("The new list.")
    replayed: bool = _replayed()


@strawberry.type(description="The pieces were taken.")
class PickLineSuccess:
    """The answer of pickLine."""

    pick_list: PickListView = _pick_list()
    operation: OperationView | None = _operation()
    replayed: bool = _replayed()


@strawberry.type(description="The pieces of all the lines were taken.")
class PickLinesSuccess:
    """The answer of pickLines."""

    pick_list: PickListView = _pick_list()
    operation: OperationView | None = _operation()
    replayed: bool = _replayed()


@strawberry.type(description="The pieces were given back and are open again.")
class UndoPickSuccess:
    """The answer of undoPick."""

    pick_list: PickListView = _pick_list()
    operation: OperationView | None = _operation()
    replayed: bool = _replayed()


@strawberry.type(description="The list is completed; its units are built.")
class CompletePickListSuccess:
    """The answer of completePickList."""

    pick_list: PickListView = _pick_list()
    operation: OperationView | None = _operation()
    replayed: bool = _replayed()


@strawberry.type(description="The list is open again; its units are not built.")
class ReopenPickListSuccess:
    """The answer of reopenPickList."""

    pick_list: PickListView = _pick_list()
    operation: OperationView | None = _operation()
    replayed: bool = _replayed()


@strawberry.type(description="The list is given up; what was picked is back on the shelf.")
class CancelPickListSuccess:
    """The answer of cancelPickList."""

    pick_list: PickListView = _pick_list()
    operation: OperationView | None = _operation()
    replayed: bool = _replayed()
