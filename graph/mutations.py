"""How a mutation is declared: a function of a few lines becomes a field with role, payload union and refusals.

    @mutation(PartLifecycleService.retire, NotFoundError, ConflictError)
    async def retire_part(call: Call, input: RetirePartInput) -> RetirePartSuccess:
        \"""Retire a part.\"""                                       the field's description
        part_id = await call.services.part_lifecycle.retire(call.actor, input.part_key, input.expected_version)
        return RetirePartSuccess(part=await part_by_id(call.loaders_after_commit(), part_id))

The field `retirePart(input: RetirePartInput!): RetirePartPayload` follows from it, with
`union RetirePartPayload = RetirePartSuccess | NotFoundError | ConflictError`. The service commits before it returns, so
whatever fails later never undoes the change.
"""

import hashlib
import inspect
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import reduce
from operator import or_
from typing import Annotated, Any, Protocol, TypeVar
from uuid import UUID

import strawberry

from domain.entities.actor import Actor
from domain.entities.idempotency import IdempotentRequest
from domain.errors import DomainError
from domain.services import Services
from domain.services.use_case import needed_role
from graph.context import Info, OperationContext
from graph.dataloaders import Loaders
from graph.library_internals import is_declared_type
from graph.required_role import required_role
from graph.schema_names import schema_name
from graph.types.errors import UserError, translated

USE_CASE = "use case"
"""The key of the use case in a mutation's metadata."""

Input = TypeVar("Input")
Success = TypeVar("Success")


class UnlistedRefusal(Exception):
    """A service refused with an error that the mutation's payload does not list: a fault, not the caller's mistake."""


class IdempotentInput(Protocol):
    """An input with a key under which it may be sent again; UNSET or None when it came without one."""

    idempotency_key: UUID | None


@dataclass(frozen=True, slots=True)
class Call:
    """One mutation as it is carried out."""

    mutation: str
    context: OperationContext

    @property
    def actor(self) -> Actor:
        """Who acts."""
        return self.context.actor

    @property
    def services(self) -> Services:
        """The use cases."""
        return self.context.services

    def repeatable(self, given: IdempotentInput) -> Actor:
        """Who acts, with the request by which this is recognised when it comes again, if the caller sent a key."""
        key = given.idempotency_key
        if key is None or key is strawberry.UNSET:
            return self.actor
        return replace(self.actor, request=IdempotentRequest(key, self.mutation, digest_of(given)))

    def loaders_after_commit(self) -> Loaders:
        """Loaders that remember nothing from before the commit."""
        self.context.renew_loaders()
        return self.context.loaders


def digest_of(given: object) -> bytes:
    """The SHA-256 of the input fields that were given, without the key, in the form the scalars gave them.

    Canonical JSON: sorted names, no white space, ASCII (so that every text can be written, even a lone surrogate).
    A field that was left out is missing, one that was null is null, so the two differ.
    """
    written = json.dumps(_plain(given), sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(written.encode("ascii")).digest()


def _plain(value: object) -> object:
    if is_dataclass(value) and is_declared_type(value):
        named = ((field.name, getattr(value, field.name)) for field in fields(value))
        return {
            name: _plain(item) for name, item in named if item is not strawberry.UNSET and name != "idempotency_key"
        }
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value if value is None or isinstance(value, str | int) else str(value)


def mutation(
    use_case: Callable[..., Any], *refusals: type[UserError]
) -> Callable[[Callable[[Call, Input], Awaitable[Success]]], Any]:
    """Declare a mutation that answers its success or one of these refusals; its docstring describes the field.

    It takes the role that its use case asks for.
    """

    def declare(carry_out: Callable[[Call, Input], Awaitable[Success]]) -> Any:
        name = schema_name(carry_out.__name__)
        annotations = inspect.get_annotations(carry_out)
        payload = _payload(name, annotations["return"], refusals)

        async def resolve(info: Info, input: Input) -> Success | UserError:
            info.context.renew_loaders()
            try:
                return await carry_out(Call(name, info.context), input)
            except DomainError as refusal:
                answer = translated(refusal)
                if not isinstance(answer, refusals):
                    raise UnlistedRefusal(f"{name} does not list {type(answer).__name__}") from refusal
                info.context.refusals.append(refusal.code.value)
                return answer

        resolve.__annotations__["input"] = Annotated[
            annotations["input"], strawberry.argument(description=f"What to do: see {annotations['input'].__name__}.")
        ]
        return strawberry.mutation(
            resolver=resolve,
            graphql_type=payload | None,
            description=inspect.cleandoc(carry_out.__doc__ or ""),
            metadata={USE_CASE: use_case, **required_role(needed_role(use_case))},
        )

    return declare


def _payload(name: str, success: type, refusals: tuple[type[UserError], ...]) -> Any:
    """The union of the success and the refusals, named after the mutation."""
    payload_name = f"{name[0].upper()}{name[1:]}Payload"
    members: Mapping[str, type] = {member.__name__: member for member in (success, *refusals)}
    union = strawberry.union(payload_name, description=f"What {name} answers: {', or '.join(members)}.")
    return Annotated[reduce(or_, members.values()), union]
