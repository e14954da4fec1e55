"""Jobs and their schedules.

Revision ID: 0011
Revises: 0010
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.types import UserDefinedType

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


class TransactionNumber(UserDefinedType[int]):
    """PostgreSQL's xid8."""

    cache_ok = True

    def get_col_spec(self, **_options: Any) -> str:
        return "xid8"


_MOMENT = sa.DateTime(timezone=True)
_STATES = "'PENDING', 'RUNNING', 'DONE', 'FAILED', 'CANCELLED'"
_ENDS = "'DONE', 'FAILED', 'CANCELLED'"
_CHECKS = {
    "state_known": f"state IN ({_STATES})",
    "kind_length": "char_length(kind) BETWEEN 1 AND 50",
    "payload_length": "octet_length(payload) <= 65536",
    "progress_range": "progress BETWEEN 0 AND 1",
    "done_is_complete": "state <> 'DONE' OR progress = 1",
    "message_length": "char_length(message) <= 500",
    "result_length": "char_length(result) <= 500",
    "attempts_range": "max_attempts BETWEEN 1 AND 100 AND attempts BETWEEN 0 AND max_attempts",
    "timeout_seconds_range": "timeout_seconds BETWEEN 1 AND 86400",
    "lease_number_range": "lease_number >= 0",
    "finished_or_due": f"(state IN ({_ENDS})) = (finished_at IS NOT NULL) "
    "AND (finished_at IS NULL) = (due_at IS NOT NULL)",
}
_GUARD = f"""
CREATE OR REPLACE FUNCTION guard_job() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state IN ({_ENDS}) OR NEW.progress < OLD.progress OR NEW.lease_number < OLD.lease_number THEN
        RAISE EXCEPTION 'a job that ended changes no more, and progress and lease never fall'
              USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'jobs_go_forward';
    END IF;
    NEW.changed_in := pg_current_xact_id();
    RETURN NEW;
END $$
"""
_JOBS_GO_FORWARD = "CREATE TRIGGER jobs_go_forward BEFORE UPDATE ON jobs FOR EACH ROW EXECUTE FUNCTION guard_job()"


def upgrade() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="PENDING", nullable=False),
        sa.Column("progress", sa.Float(), server_default="0", nullable=False),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("max_attempts", sa.Integer(), nullable=False),
        sa.Column("timeout_seconds", sa.Integer(), nullable=False),
        sa.Column("cancel_requested", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("lease_number", sa.Integer(), server_default="0", nullable=False),
        sa.Column("due_at", _MOMENT, nullable=True),
        sa.Column("created_at", _MOMENT, server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.Column("started_at", _MOMENT, nullable=True),
        sa.Column("finished_at", _MOMENT, nullable=True),
        sa.Column("changed_in", TransactionNumber(), server_default=sa.text("pg_current_xact_id()"), nullable=False),
        *(sa.CheckConstraint(text, name=op.f(f"ck_jobs_{name}")) for name, text in _CHECKS.items()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
    )
    unfinished, finished = sa.text("due_at IS NOT NULL"), sa.text("finished_at IS NOT NULL")
    op.create_index("ix_jobs_due_at", "jobs", ["due_at", "id"], postgresql_where=unfinished)
    op.create_index("ix_jobs_finished_at", "jobs", ["finished_at"], postgresql_where=finished)
    op.create_index("ix_jobs_changed_in", "jobs", ["changed_in"])
    op.execute(_GUARD)
    op.execute(_JOBS_GO_FORWARD)
    op.create_table(
        "job_schedules",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("next_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_job_schedules")),
    )


def downgrade() -> None:
    op.drop_table("job_schedules")
    op.drop_table("jobs")
    op.execute("DROP FUNCTION IF EXISTS guard_job()")
