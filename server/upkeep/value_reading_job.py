"""The job that reads values of parameters again when the rules have grown: at the start that brings them, and daily.

Daily, too, because a server of before may write after that start, while another one takes its place.
"""

from datetime import timedelta

from domain.entities.job import NoPayload, Schedule
from domain.services import Services
from domain.services.value_readings import READ_VALUES
from server.jobs import JobHandlers, JobRun

_AT_A_TIME = 500


def add_value_reading(handlers: JobHandlers, services: Services) -> None:
    """Give the job its handler and its schedule."""

    async def read_values(run: JobRun, _: NoPayload) -> str:
        # Each page is a transaction of its own, and what is read is no longer old: whoever goes on after a kill begins
        # where the last page ended.
        read, old = 0, await services.value_readings.count_old(run.actor)
        while (page := await services.value_readings.read_again(run.actor, _AT_A_TIME)) > 0:
            read += page
            await run.report(min(read / max(old, 1), 1), f"{read:,} of {old:,} values read again.")
        return f"{read:,} values read again."

    handlers.add_scheduled(Schedule(READ_VALUES, timedelta(days=1)), read_values)
