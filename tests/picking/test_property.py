"""Any projects, stock, acts on stock and projects, picks, undos and ends of lists: no list promises what another holds,
nothing is lost, and what is shown is what the rule says.

Rules: docs/domain.md#promises, #the-formulas.
"""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.rules.availability import needed_for_list
from persistence.checks import run_checks
from persistence.database import open_database
from tests.emptying import empty_database
from tests.factories import Workshop
from tests.graphql_client import Json
from tests.picking.oracle import Facts, amount, by_rule, read_facts, shown
from tests.picking.random_acts import PARTS, Act, Acting, Request, Wish, acts, wishes
from tests.property_sizes import examples
from tests.server_process import ServerProcess

_EACH_ACT_ONCE = [
    ("make_whole_list", 0, 5),
    ("make_list", 1, 7),
    ("pick", 0, 2),
    ("pick_several", 1, 1),
    ("undo", 0, 1),
    ("complete", 0, 3),
    ("reopen", 0, 1),
    ("cancel", 0, 1),
    ("make_list_without", 0, 1),
    ("use", 0, 2),
    ("move", 0, 3),
    ("receive", 0, 4),
    ("rank", 1, 1),
    ("target", 1, 2),
    ("archive", 2, 1),
    ("restore", 0, 1),
    ("remove_requirement", 0, 1),
]


class Account:
    """What has to hold after each act, whatever it was; pieces come and go by hand or by picks alone."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.brought = {key: facts.on_hand(key) for key in facts.keys}

    async def settle(self, workshop: Workshop, request: Request, answer: Json) -> None:
        """Look at what an act left behind."""
        before, after = self.facts, await read_facts(workshop.connection)
        self.facts = after
        if not answer["__typename"].endswith("Success"):
            assert after == before
            return
        name, fields = request
        if name in ("receiveStock", "useStock"):
            self.brought[fields["partKey"]] += fields["quantity"] if name == "receiveStock" else -fields["quantity"]
        for key in after.keys:
            assert after.on_hand(key) + after.picked(key) == self.brought[key]
            # Only stock that is used by hand may leave open lines without their pieces.
            assert name == "useStock" or after.excess(key) <= before.excess(key)
        if name == "createPickList":
            _assert_list_is_right(before, after, fields)
        assert await shown(workshop) == by_rule(after)


def _assert_list_is_right(before: Facts, after: Facts, wish: Json) -> None:
    """A new list takes n(s+U) - n(s) for each requirement, of what the project may list, and lies free."""
    made = after.lists[-1]
    lines = [each for each in after.lines if each["pick_list_id"] == made["id"]]
    name, started = made["project"], before.started(made["project"])
    for requirement in before.requirements:
        if requirement["project"] != name:
            continue
        pieces = needed_for_list(amount(requirement), started, 0, wish["units"])
        listed = [each for each in lines if each["requirement_id"] == requirement["id"]]
        taken = sum(each["planned_quantity"] for each in listed)
        assert taken <= pieces if wish["whenShort"] == "TAKE_AVAILABLE" else taken in (0, pieces)
        assert wish["whenShort"] != "REJECT" or taken == pieces
        assert wish["substitutesAllowed"] or {each["key"] for each in listed} <= {requirement["key"]}
    for key in before.keys:
        of_part = [each for each in lines if each["key"] == key]
        assert sum(each["planned_quantity"] for each in of_part) <= before.may_list(name, key)
        for each in of_part:
            free = before.stock[key, each["place"]] - before.open_at(key, each["place"])
            assert after.open_at(key, each["place"]) - before.open_at(key, each["place"]) <= free


async def _ended(acting: Acting, account: Account, ending: str) -> None:
    """Complete or cancel every open list; then nothing is promised, and what is reserved is what is still wanted."""
    for made in acting.open_lists():
        request: Request = (ending, {"pickListId": made["id"]})
        if ending == "completePickList":
            request[1]["builtUnits"] = made["units"] // 2
        answer = await acting.ask(request)
        assert answer["__typename"].endswith("Success"), answer
        await account.settle(acting.workshop, request, answer)
    told = await shown(acting.workshop)
    for key, (_, reserved, _, by_project) in told["parts"].items():
        assert {firm for firm, _ in by_project.values()} <= {0}
        assert reserved == sum(claim.soft for claim in account.facts.claims(key))


async def _begun(server: ServerProcess, workshop: Workshop, stock: list[int], projects: list[Wish]) -> Acting:
    await empty_database(server.database_url)
    acting = Acting(workshop)
    await acting.prepare(stock, projects)
    return acting


async def _carried_out(acting: Acting, account: Account, act: Act) -> str:
    """Returns what was answered, "" when there was nothing to ask."""
    done = await acting.carry_out(act, account.facts)
    if done is None:
        return ""
    await account.settle(acting.workshop, *done)
    answered: str = done[1]["__typename"]
    return answered


@pytest.mark.parametrize("ending", ["completePickList", "cancelPickList"])
@settings(max_examples=examples(14), deadline=None, suppress_health_check=list(HealthCheck))
@given(
    stock=st.lists(st.integers(0, 12), min_size=PARTS, max_size=PARTS),
    projects=st.lists(wishes(), min_size=2, max_size=3),
    planned=st.lists(acts, min_size=8, max_size=20),
)
async def test_no_sequence_promises_a_piece_twice_or_loses_one(
    server: ServerProcess, workshop: Workshop, ending: str, stock: list[int], projects: list[Wish], planned: list[Act]
) -> None:
    acting = await _begun(server, workshop, stock, projects)
    account = Account(await read_facts(workshop.connection))
    for act in planned:
        await _carried_out(acting, account, act)
    await _ended(acting, account, ending)
    assert await _faults(server) == []


async def test_each_of_the_acts_can_succeed(server: ServerProcess, workshop: Workshop) -> None:
    """Else the sequences would prove nothing of it."""
    given_line = {"perUnit": 1, "attritionPercent": 10, "extraPieces": 1, "substitutes": (1,)}
    acting = await _begun(server, workshop, [16] * PARTS, [Wish(4, {0: given_line, 1: given_line})] * 3)
    account = Account(await read_facts(workshop.connection))
    answers = {name: await _carried_out(acting, account, Act(name, *rest)) for name, *rest in _EACH_ACT_ONCE}
    assert {name: answer for name, answer in answers.items() if not answer.endswith("Success")} == {}


async def _faults(server: ServerProcess) -> list[object]:
    async with open_database(server.database_url) as database:
        return list(await run_checks(database))
