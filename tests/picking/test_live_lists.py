"""pickListChanged tells what others do to a list, through whichever server."""

from tests.factories import Workshop
from tests.graphql_client import Json
from tests.live.sockets import acknowledged
from tests.picking.lists import opened, project_with
from tests.server_process import ServerProcess

_CHANGES = """
subscription($id: ID!, $after: String) {
  pickListChanged(id: $id, after: $after) { cursor pickList { number state version lines { openQuantity } } }
}
"""


async def test_a_list_is_told_as_others_pick_through_another_server(
    server: ServerProcess, second_server: ServerProcess, workshop: Workshop
) -> None:
    _, lamp = await project_with(workshop, 10, 10)
    made, other = [await opened(workshop, lamp, units) for units in (4, 2)]
    id = made["lines"][0]["id"]
    async with acknowledged(second_server) as socket:
        await socket.subscribe(query=_CHANGES, variables={"id": made["id"]})

        async def told() -> Json:
            message = await socket.receive()
            changed: Json = message["payload"]["data"]["pickListChanged"]
            return changed

        await workshop.done("pickLine", lineId=other["lines"][0]["id"], quantity=2)
        await workshop.done("pickLine", lineId=id, quantity=3)
        first = await told()
        assert first["pickList"] == {
            "number": made["number"],
            "state": "OPEN",
            "version": 2,
            "lines": [{"openQuantity": 1}],
        }
        await workshop.done("completePickList", pickListId=made["id"], builtUnits=3)
        assert (await told())["pickList"]["state"] == "COMPLETED"
    async with acknowledged(server) as socket:
        await socket.subscribe("2", _CHANGES, {"id": made["id"], "after": first["cursor"]})
        message = await socket.receive()
        assert message["payload"]["data"]["pickListChanged"]["pickList"]["version"] == 3


async def test_a_list_that_does_not_exist_cannot_be_followed(server: ServerProcess) -> None:
    async with acknowledged(server) as socket:
        await socket.send(id="1", type="subscribe", payload={"query": _CHANGES, "variables": {"id": "bogus"}})
        message = await socket.receive()
        assert message["type"] in ("error", "next")
        faults = message["payload"] if message["type"] == "error" else message["payload"]["errors"]
        assert faults[0]["extensions"]["code"] == "NOT_FOUND"
