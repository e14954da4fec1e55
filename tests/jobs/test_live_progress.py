"""jobProgress tells how far a job is, through whichever server, while a worker of its own runs it."""

from pathlib import Path

import pytest

from graph.global_ids import global_id
from tests.graphql_client import Json
from tests.jobs.conftest import ADA, Jobs, WorkerProcess
from tests.jobs.kinds import GUIDED, IDLE, WORK, Signs, Work
from tests.live.sockets import Socket, acknowledged
from tests.server_process import ServerProcess

_PROGRESS = """
subscription($id: ID!, $after: String) {
  jobProgress(id: $id, after: $after) { cursor job { id state progress message attempts } }
}
"""


async def _told(socket: Socket) -> Json:
    message = await socket.receive()
    progress: Json = message["payload"]["data"]["jobProgress"]
    return progress


async def test_a_job_is_followed_to_its_end_through_two_servers(
    server: ServerProcess, second_server: ServerProcess, worker: WorkerProcess, jobs: Jobs, tmp_path: Path
) -> None:
    async with acknowledged(server) as first, acknowledged(second_server) as second:
        later = await jobs.enqueue(GUIDED, Signs(str(tmp_path / "step")))
        other = await jobs.enqueue(WORK, Work(2))
        seen: dict[Socket, list[Json]] = {first: [], second: []}
        for socket in seen:
            await socket.subscribe(query=_PROGRESS, variables={"id": global_id("Job", later)})
        for step in range(5):
            (tmp_path / f"step{step}").touch()
            for socket, told in seen.items():
                while not told or (told[-1]["job"]["message"], told[-1]["job"]["state"]) != (
                    f"step {min(step, 3) + 1} of 4",
                    "DONE" if step == 4 else "RUNNING",
                ):
                    told.append(await _told(socket))
        assert [told[-1]["job"] for told in seen.values()] == [
            {
                "id": global_id("Job", later),
                "state": "DONE",
                "progress": 1.0,
                "message": "step 4 of 4",
                "attempts": 1,
            }
        ] * 2
        for told in seen.values():
            assert {each["job"]["id"] for each in told} == {global_id("Job", later)} != {global_id("Job", other)}
            progress = [each["job"]["progress"] for each in told]
            assert progress == sorted(progress)
            assert len(set(progress)) >= 3
    async with acknowledged(server) as again:
        # Seen through the second server, gone on with through the first.
        await again.subscribe("2", _PROGRESS, {"id": global_id("Job", later), "after": seen[second][0]["cursor"]})
        assert (await _told(again))["job"]["state"] == "DONE"


async def test_a_cancelled_job_is_told(server: ServerProcess, second_server: ServerProcess, jobs: Jobs) -> None:
    job_id = await jobs.enqueue(IDLE, Work(3))
    async with acknowledged(second_server) as socket:
        await socket.subscribe(query=_PROGRESS, variables={"id": global_id("Job", job_id)})
        await jobs.application.services.jobs.cancel(ADA, job_id, "it")
        assert (await _told(socket))["job"]["state"] == "CANCELLED"


@pytest.mark.parametrize("id", ["bogus", global_id("Job", 2**40), global_id("Part", 1)])
async def test_a_job_that_does_not_exist_cannot_be_followed(server: ServerProcess, id: str) -> None:
    async with acknowledged(server) as socket:
        await socket.send(id="1", type="subscribe", payload={"query": _PROGRESS, "variables": {"id": id}})
        message = await socket.receive()
        faults = message["payload"] if message["type"] == "error" else message["payload"]["errors"]
        assert faults[0]["extensions"]["code"] == "NOT_FOUND"
