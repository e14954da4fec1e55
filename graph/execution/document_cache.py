"""Every document is parsed, validated, measured and planned once; then it is found by the hash of its text."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, TypeVar

from graphql import (
    ASTValidationRule,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    OperationType,
    parse,
    specified_rules,
)

from graph.execution.breadth_first.plan_memory import OperationPlans, PlanMemory
from graph.execution.cost import CostModel
from graph.execution.cost_plan import CostPlan
from graph.execution.document_memory import DocumentMemory
from graph.execution.introspection import Introspection, SchemaAnswers
from graph.execution.kept_documents import Tree, bytes_kept, forget_tokens, make_small, take_apart, validated
from graph.execution.limits import Limits, check_shape, check_size
from graph.execution.list_bounds import ListBounds
from graph.execution.refusals import RequestCode, over_limit, refusal, refusal_of
from graph.execution.root_fields import root_fields, variables_below
from graph.library_internals import STRAWBERRY_RULES, FragmentDetails, ValidationAbortedError

R = TypeVar("R")

_RULES: tuple[type[ASTValidationRule], ...] = (*specified_rules, *STRAWBERRY_RULES)

# Far more than the screens of a front end. What is kept is looked at by each full run of the garbage collector.
_MAX_CACHED_BYTES = 6_000_000

# What takes more than a few milliseconds leaves the event loop to the other requests.
_TOKENS_OFF_THE_LOOP = 200


@dataclass(frozen=True, slots=True)
class PreparedOperation:
    """One operation that may run: valid, within the limits, its cost planned."""

    schema: GraphQLSchema
    name: str | None
    kind: OperationType
    node: OperationDefinitionNode
    fragment_definitions: dict[str, FragmentDefinitionNode]
    fragments: dict[str, FragmentDetails]
    root_fields: tuple[str, ...]
    variables_below: frozenset[str]
    """Of a subscription: the variables that its answers depend on, besides the event."""
    most_items: Mapping[str, int]
    """Of each variable that is a list."""
    cost_plan: CostPlan
    plans: OperationPlans
    introspection: Introspection
    tree: Tree
    document_hash: str
    """SHA-256 of the document's text, in hexadecimal digits."""


@dataclass(frozen=True, slots=True)
class CacheFigures:
    """What is kept at the moment, and what was made since the start."""

    documents_kept: int
    documents_read: int
    plans_kept: int
    plans_made: int
    schema_answers_kept: int
    schema_answers_made: int


@dataclass(frozen=True, slots=True)
class _Document:
    """A valid document; its operations are prepared when they are first asked for."""

    tokens: int
    bytes_kept: int
    tree: Tree
    operations: tuple[OperationDefinitionNode, ...]
    fragments: dict[str, FragmentDefinitionNode]
    prepared: dict[str | None, PreparedOperation] = field(default_factory=dict)


class DocumentCache:
    """A bounded memory of valid documents. Refused ones are not kept: whoever sends them must not push others out."""

    def __init__(self, schema: GraphQLSchema, limits: Limits, max_documents: int) -> None:
        self._schema = schema
        self.limits = limits
        self._documents: DocumentMemory[_Document] = DocumentMemory(max_documents, _MAX_CACHED_BYTES)
        self._documents_read = 0
        self._plans = PlanMemory(schema)
        self._schema_answers = SchemaAnswers()
        self.cost_model = CostModel(schema, limits.max_cost)
        self.list_bounds = ListBounds(schema, limits)

    async def prepare(self, text: str, operation_name: str | None) -> PreparedOperation:
        """The operation to run. Raises RequestRefused when the document or the operation may not run."""
        key = sha256(text.encode()).digest()
        document = self._documents.get(key)
        if document is None:
            document = await self._read(text)
            self._documents_read += 1
            # Another request may have read it meanwhile.
            if self._documents.get(key) is None:
                self._documents.keep(key, document, document.bytes_kept)
        operation = document.prepared.get(operation_name)
        if operation is None:
            arguments = document, operation_name, key.hex()
            operation = await self._by_size(document.tokens, self._prepare_operation, *arguments)
            document.prepared[operation_name] = operation
        return operation

    def figures(self) -> CacheFigures:
        """What the memory holds."""
        return CacheFigures(
            len(self._documents),
            self._documents_read,
            len(self._plans),
            self._plans.made_count,
            len(self._schema_answers),
            self._schema_answers.made_count,
        )

    async def _read(self, text: str) -> _Document:
        tokens = check_size(text, self.limits)
        return await self._by_size(tokens, self._parse_and_validate, text, tokens)

    async def _by_size(self, tokens: int, read: Callable[..., R], *arguments: Any) -> R:
        """Read something of a document, beside the event loop if it is large."""
        if tokens < _TOKENS_OFF_THE_LOOP:
            return read(*arguments)
        # One after the other: each thread more that is at work takes turns from the loop.
        return await self._schema_answers.thread.run(lambda: read(*arguments))

    def _parse_and_validate(self, text: str, tokens: int) -> _Document:
        try:
            # The library's own count is the second lock on the same door.
            document = parse(text, max_lexical_tokens=self.limits.max_tokens)
        except GraphQLSyntaxError as error:
            raise refusal_of(RequestCode.GRAPHQL_PARSE_FAILED, [error]) from None
        forget_tokens(document)
        if "[" in text:
            self.list_bounds.check_document(document)
        operations = tuple(node for node in document.definitions if isinstance(node, OperationDefinitionNode))
        most = self.limits.max_validation_errors
        errors = validated(self._schema, document, _RULES, most)
        if errors:
            take_apart(document)
            raise refusal_of(RequestCode.GRAPHQL_VALIDATION_FAILED, _with_limits(errors, most))
        make_small(document)
        fragments = [node for node in document.definitions if isinstance(node, FragmentDefinitionNode)]
        by_name = {fragment.name.value: fragment for fragment in fragments}
        return _Document(tokens, bytes_kept(text, tokens), Tree(document), operations, by_name)

    def _prepare_operation(self, document: _Document, name: str | None, document_hash: str) -> PreparedOperation:
        node = _chosen(document.operations, name)
        check_shape(node, document.fragments, self.limits)
        fragments = {name: FragmentDetails(fragment) for name, fragment in document.fragments.items()}
        is_live = node.operation is OperationType.SUBSCRIPTION
        return PreparedOperation(
            schema=self._schema,
            name=node.name.value if node.name else None,
            kind=node.operation,
            node=node,
            fragment_definitions=document.fragments,
            fragments=fragments,
            root_fields=tuple(dict.fromkeys(field.name.value for field in root_fields(node, document.fragments))),
            variables_below=variables_below(node, document.fragments) if is_live else frozenset(),
            most_items=self.list_bounds.of_variables(node, document.fragments),
            cost_plan=self.cost_model.plan(node, document.fragments),
            plans=OperationPlans(node, fragments, self._plans),
            introspection=Introspection(
                self._schema, node, document.fragments, fragments, document_hash, self._schema_answers
            ),
            tree=document.tree,
            document_hash=document_hash,
        )


def _chosen(operations: Sequence[OperationDefinitionNode], name: str | None) -> OperationDefinitionNode:
    if name is None:
        if len(operations) == 1:
            return operations[0]
        raise refusal(
            RequestCode.OPERATION_RESOLUTION_FAILED,
            "operationName must say which operation to run." if operations else "The document has no operation.",
        )
    for operation in operations:
        if operation.name and operation.name.value == name:
            return operation
    raise refusal(RequestCode.OPERATION_RESOLUTION_FAILED, "The document has no operation of this operationName.")


def _with_limits(errors: list[GraphQLError], most: int) -> list[GraphQLError]:
    """The errors, with the library's note that it stopped replaced by the limit it stopped at."""
    if not isinstance(errors[-1], ValidationAbortedError):
        return errors
    if len(errors) > most:
        note = over_limit(RequestCode.VALIDATION_ERROR_LIMIT, "validation errors", len(errors), most)
    else:
        note = refusal(
            RequestCode.COMPLEXITY_LIMIT, "The document is too entangled to be validated.", limit="complexity"
        )
    return [*errors[:-1], *note.errors]
