"""A use case: a method of a service that runs as one transaction, for actors of a role, perhaps once for each request.

    @use_case(Role.EDITOR)
    async def retire(self, uow: UnitOfWork, key: PartKey) -> PartId: ...

The method is written with a `uow`; callers pass the actor in its place. It may run more than once (a deadlock repeats
it), so it has no effect outside its unit of work. Whoever lacks the role gets NotAllowed. The role is read by what lies
above: whatever offers the use case to callers asks for the same role.

Where an actor may send a request again, the use case is declared so: `creating_use_case` for one that makes something
and returns its id, `idempotent_use_case` for others. Such a method calls `first_time` after its checks and before its
first lock; one that ends without having called it is a fault, and nothing is committed. When the actor's request was
applied before, the method ends there, and the caller gets what it had made.
"""

from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, Generic, ParamSpec, Protocol, TypeVar, cast

from domain.entities.actor import Actor, Role
from domain.entities.edit import EditedKind
from domain.errors import NotAllowed
from domain.ports.unit_of_work import UnitOfWork, UnitsOfWork


class Service(Protocol):
    """What a service needs to run its use cases."""

    @property
    def units_of_work(self) -> UnitsOfWork:
        """Where its transactions begin."""


S = TypeVar("S", bound=Service)
P = ParamSpec("P")
T = TypeVar("T")
Id = TypeVar("Id", bound=int)


@dataclass(frozen=True, slots=True)
class Done(Generic[Id]):
    """The id of what was made; `replayed` when an earlier, identical request had made it."""

    id: Id
    replayed: bool = False


Method = Callable[Concatenate[S, UnitOfWork, P], Awaitable[T]]
UseCase = Callable[Concatenate[S, Actor, P], Coroutine[Any, Any, T]]


class _AppliedBefore(Exception):
    """The request was applied before."""

    def __init__(self, result: int) -> None:
        super().__init__(result)
        self.result = result


async def first_time(uow: UnitOfWork) -> None:
    """Claim the idempotency key of the actor's request, waiting for a rival that holds it; nothing without a key.

    It does not return when the request was applied before. Raises IdempotencyKeyReusedError when the key came before
    with another request.
    """
    earlier = await uow.idempotency.claim()
    if earlier is not None:
        raise _AppliedBefore(earlier)


def use_case(needs: Role, *, uploads: bool = False) -> Callable[[Method[S, P, T]], UseCase[S, P, T]]:
    """Run the method inside a unit of work of its own, for actors of this role.

    One that `uploads` puts or copies objects; it takes no lock that a stock change wants.
    """

    def declare(method: Method[S, P, T]) -> UseCase[S, P, T]:
        @wraps(method)
        async def run(service: S, actor: Actor, /, *args: P.args, **kwargs: P.kwargs) -> T:
            require(actor, needs)
            work = lambda uow: method(service, uow, *args, **kwargs)  # noqa: E731
            return await service.units_of_work.begin(actor, work, uploads=uploads)

        run.needs = needs  # type: ignore[attr-defined]
        return run

    return declare


def creating_use_case(
    needs: Role, *, makes: EditedKind | None, uploads: bool = False
) -> Callable[[Method[S, P, Id]], UseCase[S, P, Done[Id]]]:
    """As `use_case`, for a method that makes something of a kind under `first_time` and returns its id, which is kept.

    Without a kind nobody looks later whether it is still there.
    """

    def declare(method: Method[S, P, Id]) -> UseCase[S, P, Done[Id]]:
        @wraps(method)
        async def make(service: S, uow: UnitOfWork, /, *args: P.args, **kwargs: P.kwargs) -> Done[Id]:
            try:
                made = await method(service, uow, *args, **kwargs)
            except _AppliedBefore as earlier:
                return Done(cast(Id, earlier.result), replayed=True)
            _refuse_unclaimed(uow, method)
            await uow.idempotency.keep_result(makes, made)
            return Done(made)

        return _idempotent(use_case(needs, uploads=uploads)(make))

    return declare


def idempotent_use_case(
    needs: Role, *, replay: Callable[[UnitOfWork, int], Awaitable[T]]
) -> Callable[[Method[S, P, T]], UseCase[S, P, T]]:
    """As `use_case`, for a method that keeps its result itself; `replay` tells the outcome of an earlier result."""

    def declare(method: Method[S, P, T]) -> UseCase[S, P, T]:
        @wraps(method)
        async def apply(service: S, uow: UnitOfWork, /, *args: P.args, **kwargs: P.kwargs) -> T:
            try:
                outcome = await method(service, uow, *args, **kwargs)
            except _AppliedBefore as earlier:
                return await replay(uow, earlier.result)
            _refuse_unclaimed(uow, method)
            return outcome

        return _idempotent(use_case(needs)(apply))

    return declare


def preparing(
    case: Callable[..., Any],
) -> Callable[[Callable[Concatenate[S, Actor, P], Awaitable[T]]], UseCase[S, P, T]]:
    """For a method that does something before its transaction, such as looking at a file, and then runs this use case.

    It is for the same actors, and as idempotent.
    """
    needs = needed_role(case)

    def declare(method: Callable[Concatenate[S, Actor, P], Awaitable[T]]) -> UseCase[S, P, T]:
        @wraps(method)
        async def run(service: S, actor: Actor, /, *args: P.args, **kwargs: P.kwargs) -> T:
            require(actor, needs)
            return await method(service, actor, *args, **kwargs)

        run.needs = needs  # type: ignore[attr-defined]
        return _idempotent(run) if is_idempotent(case) else run

    return declare


def require(actor: Actor, needs: Role) -> None:
    """Raises NotAllowed when the actor's role does not include the one that is needed."""
    if not actor.role.allows(needs):
        raise NotAllowed(needs, actor.role)


def needed_role(case: Callable[..., Any]) -> Role:
    """The role that a use case asks for. Raises AttributeError for a function that is none."""
    role: Role = case.needs  # type: ignore[attr-defined]
    return role


def is_idempotent(case: Callable[..., Any]) -> bool:
    """Whether the use case recognises a request that is sent again."""
    return getattr(case, "is_idempotent", False)


def _refuse_unclaimed(uow: UnitOfWork, method: Callable[..., Any]) -> None:
    if not uow.idempotency.was_claimed:
        raise RuntimeError(f"{method.__qualname__} ended without first_time")


def _idempotent(case: UseCase[S, P, T]) -> UseCase[S, P, T]:
    case.is_idempotent = True  # type: ignore[attr-defined]
    return case
