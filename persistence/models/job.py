"""Jobs, and when scheduled ones are due."""

from sqlalchemy import CheckConstraint, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from domain.entities.job import JobState
from persistence.models.base import Base, ChangedIn, CreatedAt, GeneratedId, Moment
from persistence.text_columns import TextRule, kept_as

_STATES = ", ".join(f"'{state}'" for state in JobState)
_ENDS = ", ".join(f"'{state}'" for state in JobState if state.is_finished)


class JobRow(Base):
    """A job. `due_at` says when a worker may take it: its time while it is pending, the end of the lease while it
    runs, so that the job of a dead worker is due like any other. A trigger keeps the progress from falling, an end from
    being left, and notes the transaction of each change."""

    __tablename__ = "jobs"
    __table_args__ = (
        CheckConstraint(f"state IN ({_STATES})", name="state_known"),
        CheckConstraint("char_length(kind) BETWEEN 1 AND 50", name="kind_length"),
        CheckConstraint("octet_length(payload) <= 65536", name="payload_length"),
        CheckConstraint("progress BETWEEN 0 AND 1", name="progress_range"),
        CheckConstraint("state <> 'DONE' OR progress = 1", name="done_is_complete"),
        CheckConstraint("char_length(message) <= 500", name="message_length"),
        CheckConstraint("char_length(result) <= 500", name="result_length"),
        CheckConstraint(
            "max_attempts BETWEEN 1 AND 100 AND attempts BETWEEN 0 AND max_attempts", name="attempts_range"
        ),
        CheckConstraint("timeout_seconds BETWEEN 1 AND 86400", name="timeout_seconds_range"),
        CheckConstraint("lease_number >= 0", name="lease_number_range"),
        CheckConstraint(
            f"(state IN ({_ENDS})) = (finished_at IS NOT NULL) AND (finished_at IS NULL) = (due_at IS NOT NULL)",
            name="finished_or_due",
        ),
        Index("ix_jobs_due_at", "due_at", "id", postgresql_where=text("due_at IS NOT NULL")),
        Index("ix_jobs_finished_at", "finished_at", postgresql_where=text("finished_at IS NOT NULL")),
        Index("ix_jobs_changed_in", "changed_in"),
    )

    id: Mapped[GeneratedId]
    kind: Mapped[str] = mapped_column(Text)
    payload: Mapped[str] = mapped_column(Text, info=kept_as(TextRule.ANY))
    owner: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text, server_default=JobState.PENDING.value)
    progress: Mapped[float] = mapped_column(server_default="0")
    message: Mapped[str | None] = mapped_column(Text, info=kept_as(TextRule.ANY))
    result: Mapped[str | None] = mapped_column(Text, info=kept_as(TextRule.ANY))
    attempts: Mapped[int] = mapped_column(server_default="0")
    max_attempts: Mapped[int]
    timeout_seconds: Mapped[int]
    cancel_requested: Mapped[bool] = mapped_column(server_default="false")
    lease_number: Mapped[int] = mapped_column(server_default="0")
    due_at: Mapped[Moment | None]
    created_at: Mapped[CreatedAt]
    started_at: Mapped[Moment | None]
    finished_at: Mapped[Moment | None]
    changed_in: Mapped[ChangedIn]


class JobScheduleRow(Base):
    """When the next run of a scheduled kind is to be enqueued; whoever moves the time enqueues it."""

    __tablename__ = "job_schedules"

    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    next_at: Mapped[Moment]
