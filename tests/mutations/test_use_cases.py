"""Every use case says who may call it, and holds whoever calls it to that, whatever lies above."""

import inspect
from typing import Any, get_type_hints

import pytest

from domain.entities.actor import Actor, Role
from domain.errors import NotAllowed
from domain.services import Services
from domain.services.use_case import needed_role
from server.files.examination import MappedFiles
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
    services = Services.over(NothingBegins(), SystemRandomness(), MappedFiles())
    noun, _, method = name.partition(".")
    case: Any = getattr(getattr(services, noun), method)
    with pytest.raises(NotAllowed, match="yours is VIEWER"):
        await case(VIEWER, *_anything(USE_CASES[name]))


def _anything(method: Any) -> list[None]:
    """Something for each required parameter besides the service and the actor: nobody may get so far as to look."""
    parameters = list(inspect.signature(method).parameters.values())[2:]
    return [None for each in parameters if each.default is each.empty]
