"""One run of a plan: the values that all its fields share."""

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import FragmentDefinitionNode, GraphQLResolveInfo, GraphQLSchema, OperationDefinitionNode, VariableValues
from graphql.pyutils import Path, gather_with_cancel, is_awaitable
from graphql.type import GraphQLResolveInfoHelpers

from graph.execution.breadth_first.field_sizes import FieldSizes
from graph.execution.breadth_first.loads import ColumnLoaders
from graph.execution.breadth_first.pending import Pending
from graph.execution.breadth_first.plan import FieldPlan, SelectionPlan
from graph.execution.context import ExecutionContext
from graph.execution.document_cache import PreparedOperation
from graph.execution.introspection import Introspection


@dataclass(slots=True)
class Run:
    """`selections` remembers which plan made an object of an interface or union.

    `has_failures` asks for null propagation, `pending` are the answers that are not there yet.
    """

    schema: GraphQLSchema
    operation: OperationDefinitionNode
    fragment_definitions: dict[str, FragmentDefinitionNode]
    variables: VariableValues
    context: ExecutionContext
    introspection: Introspection
    has_failures: bool = False
    pending: list[Pending] = field(default_factory=list)
    selections: dict[int, SelectionPlan] = field(default_factory=dict)
    sizes: FieldSizes = field(default_factory=FieldSizes)
    _column_loaders: ColumnLoaders | None = None
    _left_behind: set[asyncio.Future[Any]] = field(default_factory=set)

    @classmethod
    def of(cls, prepared: PreparedOperation, variables: VariableValues, context: ExecutionContext) -> "Run":
        """A run of the operation that has not begun."""
        return cls(
            prepared.schema,
            prepared.node,
            prepared.fragment_definitions,
            variables,
            context,
            prepared.introspection,
        )

    def column_loaders(self) -> ColumnLoaders:
        """The column loaders over the context's loaders, which a mutation renews."""
        loaders = self.context.loaders
        if self._column_loaders is None or self._column_loaders.loaders is not loaders:
            self._column_loaders = ColumnLoaders(loaders)
        return self._column_loaders

    def info(self, field_plan: FieldPlan) -> GraphQLResolveInfo[ExecutionContext]:
        """What a resolver is told. One value serves all objects of the level, so its path names the field alone."""
        return GraphQLResolveInfo(
            field_plan.name,
            field_plan.nodes,
            field_plan.definition.type,
            field_plan.parent_type,
            Path(None, field_plan.key, field_plan.parent_type.name),
            self.schema,
            self.fragment_definitions,
            None,
            self.operation,
            self.variables,
            self.context,
            is_awaitable,
            None,
            GraphQLResolveInfoHelpers(gather=_gather, track=self._track),
        )

    def _track(self, values: Sequence[Any]) -> None:
        """Finish work that a resolver left behind, in the background."""
        for value in values:
            if is_awaitable(value):
                left = asyncio.ensure_future(_finished(value))
                self._left_behind.add(left)
                left.add_done_callback(self._left_behind.discard)


async def _gather(awaitables: Sequence[Awaitable[Any]]) -> list[Any]:
    return list(await gather_with_cancel(*awaitables))


async def _finished(awaitable: Awaitable[Any]) -> None:
    await asyncio.gather(awaitable, return_exceptions=True)
