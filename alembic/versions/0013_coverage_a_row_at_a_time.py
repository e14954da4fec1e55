"""The coverage of a requirement looks up its one row of availability, whatever the planner believes of the tables.

Joined by columns, a plan made from statistics of nearly empty tables computed the availability of every part for every
project first (docs/decisions/one-plan-for-each-statement.md). OFFSET 0 keeps the lookup where it is written.

Revision ID: 0013
Revises: 0012
"""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_REQUIREMENT_COVERAGE = """
CREATE OR REPLACE VIEW requirement_coverage AS
SELECT claim.requirement_id, claim.project_id, claim.rank, claim.part_id, project.status,
       claim.need_quantity, claim.open_quantity, claim.picked_quantity, claim.soft_quantity,
       availability.on_hand_quantity, availability.own_firm_quantity, availability.counts_against_quantity,
       availability.available_quantity, availability.may_list_quantity,
       CASE WHEN project.status = 'ARCHIVED' THEN 0
            ELSE greatest(claim.need_quantity - claim.picked_quantity - availability.available_quantity, 0)
       END AS shortage_quantity
  FROM requirement_claims AS claim
  JOIN projects AS project ON project.id = claim.project_id
"""
_BY_COLUMNS = "JOIN availability ON availability.project_id = claim.project_id AND availability.part_id = claim.part_id"
_ONE_ROW = """
  JOIN LATERAL (
       SELECT * FROM availability
        WHERE availability.project_id = claim.project_id AND availability.part_id = claim.part_id OFFSET 0
       ) AS availability ON true
"""


def upgrade() -> None:
    op.execute(_REQUIREMENT_COVERAGE + _ONE_ROW)


def downgrade() -> None:
    op.execute(_REQUIREMENT_COVERAGE + _BY_COLUMNS)
