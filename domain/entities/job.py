"""A job: work that is done later, by whichever process takes it, and that outlives each of them."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Generic, TypeVar

from domain.entities.ids import JobId

Payload = TypeVar("Payload")

MAX_MESSAGE_CHARACTERS = 500
"""Longer messages and results of jobs are cut."""


class JobState(StrEnum):
    """Where a job stands. DONE, FAILED and CANCELLED are ends: nothing leaves them."""

    PENDING = "PENDING"
    RUNNING = "RUNNING"
    DONE = "DONE"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"

    @property
    def is_finished(self) -> bool:
        """Tell whether this is an end."""
        return self not in {JobState.PENDING, JobState.RUNNING}


@dataclass(frozen=True, slots=True)
class JobKind(Generic[Payload]):
    """What a job does, and the rules for doing it.

    `payload` is a frozen dataclass of texts, whole numbers, booleans and None; what it holds is all a handler is told.
    An attempt is stopped after `timeout_seconds`; after `max_attempts` that failed the job has failed.
    """

    name: str
    payload: type[Payload]
    timeout_seconds: int = 60
    max_attempts: int = 3


@dataclass(frozen=True, slots=True)
class JobLease:
    """The right to write a job, until another worker takes it: each taking counts `number` up."""

    job_id: JobId
    number: int


@dataclass(frozen=True, slots=True)
class TakenJob:
    """A job as the worker that took it is told of it; `attempt` counts from 1."""

    lease: JobLease
    kind: str
    payload: str
    owner: str
    attempt: int
    max_attempts: int
    timeout_seconds: int
    progress: float


class LeaseStanding(StrEnum):
    """What is true of a lease at the moment."""

    HELD = "HELD"
    CANCEL_REQUESTED = "CANCEL_REQUESTED"
    LOST = "LOST"


class LeaseLost(Exception):
    """The job was cancelled, or another worker has it: nothing of this attempt may be written any more."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """A job that is to be enqueued again and again."""

    kind: JobKind["NoPayload"]
    every: timedelta


@dataclass(frozen=True, slots=True)
class NoPayload:
    """The payload of a job that needs none."""
