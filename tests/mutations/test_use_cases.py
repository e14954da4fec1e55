"""Every use case says who may call it, and holds whoever calls it to that, whatever lies above."""

import inspect
from collections.abc import Awaitable, Callable
from typing import Any, get_type_hints

import pytest
from prometheus_client import CollectorRegistry

from domain.entities.actor import Actor, Role
from domain.errors import NotAllowed
from domain.services import Services
from domain.services.use_case import creating_use_case, first_time, idempotent_use_case, needed_role
from server.files.examination import ExaminedFiles
from server.metrics.services import ExaminationMetrics
from server.process.children import Children
from server.randomness import SystemRandomness

# The token that an operator chose outside is registered before anybody can be an actor.
OF_NOBODY = {"tokens.register_first"}
SERVICES = get_type_hints(Services)
USE_CASES = {
    f"{noun}.{name}": method
    for noun, service in SERVICES.items()
    for name, method in inspect.getmembers(service, inspect.iscoroutinefunction)
    if not name.startswith("_") and f"{noun}.{name}" not in OF_NOBODY
}
VIEWER = Actor("vera", Role.VIEWER)


class NothingBegins:
    """Where no unit of work may begin."""

    async def begin(self, *_arguments: Any, **_named: Any) -> Any:
        """Fails the test."""
        raise AssertionError("a unit of work has begun")


def test_every_service_has_use_cases() -> None:
    assert {name.partition(".")[0] for name in USE_CASES} == set(SERVICES)


@pytest.mark.parametrize("name", USE_CASES)
def test_a_use_case_says_who_may_call_it(name: str) -> None:
    assert needed_role(USE_CASES[name]) in {Role.EDITOR, Role.ADMIN}


@pytest.mark.parametrize("name", USE_CASES)
async def test_who_lacks_the_role_is_turned_away_before_anything_happens(name: str) -> None:
    examiner = ExaminedFiles(Children(at_once=1), ExaminationMetrics(CollectorRegistry()))
    services = Services.over(NothingBegins(), SystemRandomness(), examiner)
    noun, _, method = name.partition(".")
    case: Any = getattr(getattr(services, noun), method)
    with pytest.raises(NotAllowed, match="yours is VIEWER"):
        await case(VIEWER, *_anything(USE_CASES[name]))


def _anything(method: Any) -> list[None]:
    """Something for each required parameter besides the service and the actor: nobody may get so far as to look."""
    parameters = list(inspect.signature(method).parameters.values())[2:]
    return [None for each in parameters if each.default is each.empty]


class Keys:
    """The keys of an actor who sent none."""

    was_claimed = False

    async def claim(self) -> None:
        """Note that it was asked for."""
        self.was_claimed = True

    async def keep_result(self, _kind: Any, _result: int) -> None:
        """Keep nothing."""


class Running:
    """Runs work at once, and is the unit of work that it is given."""

    def __init__(self) -> None:
        self.idempotency = Keys()
        self.units_of_work = self

    async def begin(self, _actor: Actor, work: Callable[[Any], Awaitable[Any]], **_named: Any) -> Any:
        """Run it."""
        return await work(self)


async def _nothing_before(_uow: Any, _earlier: int) -> int:
    return 0


@pytest.mark.parametrize(
    "declare", [creating_use_case(Role.EDITOR, makes=None), idempotent_use_case(Role.EDITOR, replay=_nothing_before)]
)
async def test_a_use_case_that_may_be_sent_again_has_to_claim_its_key(declare: Any) -> None:
    async def forgetful(_service: Any, _uow: Any) -> int:
        return 1

    async def mindful(_service: Any, uow: Any) -> int:
        await first_time(uow)
        return 1

    editor = Actor("edith", Role.EDITOR)
    with pytest.raises(RuntimeError, match="forgetful ended without first_time"):
        await declare(forgetful)(Running(), editor)
    await declare(mindful)(Running(), editor)
