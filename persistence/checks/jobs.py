"""Checks of jobs."""

from persistence.checks.finding import QueryCheck

CHECKS = (
    QueryCheck(
        "A job has ended exactly when nothing of it is due, and a done one is complete",
        """
        SELECT format('job %s (%s) is %s', id, kind, state)
          FROM jobs
         WHERE (state IN ('DONE', 'FAILED', 'CANCELLED')) <> (finished_at IS NOT NULL)
            OR (finished_at IS NULL) <> (due_at IS NOT NULL)
            OR (state = 'DONE' AND progress <> 1)
         ORDER BY id
        """,
    ),
    QueryCheck(
        "A job that ran was taken under a lease, as often as it was attempted or more often",
        """
        SELECT format('job %s (%s): %s attempts under %s leases', id, kind, attempts, lease_number)
          FROM jobs
         WHERE attempts > lease_number OR attempts > max_attempts OR (state IN ('RUNNING', 'DONE') AND attempts < 1)
         ORDER BY id
        """,
    ),
    QueryCheck(
        "The times of a job follow each other",
        """
        SELECT format('job %s (%s): made %s, begun %s, ended %s', id, kind, created_at, started_at, finished_at)
          FROM jobs
         WHERE started_at < created_at OR finished_at < greatest(created_at, started_at)
            OR (state IN ('RUNNING', 'DONE') AND started_at IS NULL)
         ORDER BY id
        """,
    ),
)
