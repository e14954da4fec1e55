"""Any projects, stock, picks, undos, completions and cancels: no list promises what another holds, nothing is lost."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from persistence.checks import run_checks
from persistence.database import open_database
from tests.conftest import empty_database
from tests.factories import Workshop
from tests.graphql_client import Json
from tests.picking.lists import line, project
from tests.server_process import ServerProcess

_ACTS = ("list", "list", "pick", "pick", "undo", "complete", "cancel", "reopen", "receive")
_ACT = st.tuples(st.sampled_from(_ACTS), st.integers(0, 7), st.integers(1, 9))
_PROMISED_TOO_MUCH = """
SELECT part.key FROM parts AS part JOIN part_totals AS total ON total.part_id = part.id
 WHERE total.total_quantity < (SELECT coalesce(sum(open_quantity), 0) FROM pick_lines WHERE part_id = part.id)
    OR (SELECT min(available_quantity) FROM availability WHERE part_id = part.id) < 0
"""
_OPEN = "SELECT count(*) FROM pick_lines WHERE open_quantity > 0"


class _Run:
    """Carries out acts on two projects that want the same two parts."""

    def __init__(self, workshop: Workshop, projects: list[str], parts: list[str]) -> None:
        self.workshop = workshop
        self.projects = projects
        self.parts = parts
        self.lists: list[Json] = []

    async def act(self, name: str, which: int, pieces: int) -> None:
        """Do it; refusals are answers like others."""
        run = self.workshop.run
        if name == "receive":
            key = self.parts[which % 2]
            await run("receiveStock", partKey=key, location=f"1-{which + 1}", quantity=pieces)
        elif name == "list" or not self.lists:
            wish = {"projectId": self.projects[which % 2], "units": pieces, "substitutesAllowed": which > 3}
            made = await run("createPickList", whenShort="TAKE_AVAILABLE", **wish)
            self.lists += [made["pickList"]] if "pickList" in made else []
        else:
            chosen = self.lists[which % len(self.lists)]
            of_line = {"lineId": chosen["lines"][which % len(chosen["lines"])]["id"], "quantity": pieces}
            of_list = {"pickListId": chosen["id"]}
            built = {"builtUnits": min(pieces, chosen["units"])}
            requests: dict[str, tuple[str, Json]] = {
                "pick": ("pickLine", of_line | {"close": which == 7}),
                "undo": ("undoPick", of_line),
                "complete": ("completePickList", of_list | built),
                "cancel": ("cancelPickList", of_list),
                "reopen": ("reopenPickList", of_list),
            }
            mutation, fields = requests[name]
            await run(mutation, **fields)


@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(acts=st.lists(_ACT, min_size=8, max_size=25))
async def test_no_sequence_promises_a_piece_twice_or_loses_one(
    server: ServerProcess, workshop: Workshop, acts: list[tuple[str, int, int]]
) -> None:
    await empty_database(server.database_url)
    connection = workshop.connection
    await workshop.box()
    parts = [await workshop.stocked(12, "1-1"), await workshop.stocked(9, "1-2")]
    lines = [line(parts[0], 2, attritionPercent=10, substituteKeys=[parts[1]]), line(parts[1])]
    projects = [await project(workshop, name, target, *lines) for name, target in (("A", 0), ("B", 6))]
    run = _Run(workshop, projects, parts)
    for act in acts:
        await run.act(*act)
        assert await connection.fetch(_PROMISED_TOO_MUCH) == []
    for made in run.lists:
        await workshop.run("cancelPickList", pickListId=made["id"])
    assert await connection.fetchval(_OPEN) == 0
    async with open_database(server.database_url) as database:
        assert await run_checks(database) == []
