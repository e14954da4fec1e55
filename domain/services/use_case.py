"""A use case: a method of a service that runs as one transaction."""

from collections.abc import Awaitable, Callable, Coroutine
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from domain.entities.actor import Actor
from domain.ports.unit_of_work import UnitOfWork, UnitsOfWork


class Service(Protocol):
    """What a service needs to run its use cases."""

    @property
    def units_of_work(self) -> UnitsOfWork:
        """Where its transactions begin."""


S = TypeVar("S", bound=Service)
P = ParamSpec("P")
T = TypeVar("T")


def use_case(
    method: Callable[Concatenate[S, UnitOfWork, P], Awaitable[T]],
) -> Callable[Concatenate[S, Actor, P], Coroutine[Any, Any, T]]:
    """Run the method inside a unit of work of its own.

    The method is written with a `uow`; callers pass the actor in its place. It may run more than once and so has no
    effect outside its unit of work.
    """
    return _run_by(method, uploads=False)


def uploading_use_case(
    method: Callable[Concatenate[S, UnitOfWork, P], Awaitable[T]],
) -> Callable[Concatenate[S, Actor, P], Coroutine[Any, Any, T]]:
    """As `use_case`, for a method that puts or copies objects; it takes no lock that a stock change wants."""
    return _run_by(method, uploads=True)


def _run_by(
    method: Callable[Concatenate[S, UnitOfWork, P], Awaitable[T]], *, uploads: bool
) -> Callable[Concatenate[S, Actor, P], Coroutine[Any, Any, T]]:
    @wraps(method)
    async def run(service: S, actor: Actor, /, *args: P.args, **kwargs: P.kwargs) -> T:
        work = lambda uow: method(service, uow, *args, **kwargs)  # noqa: E731
        return await service.units_of_work.begin(actor, work, uploads=uploads)

    return run
