"""Availability: the one formula of what a project needs, holds and can have.

Revision ID: 0007
Revises: 0006
"""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# n(u): the pieces that so many units take, attrition rounded up, extra pieces once per project. In whole numbers; the
# planner puts the expression in the place of the call.
_PIECES_FOR = """
CREATE OR REPLACE FUNCTION pieces_for(units bigint, per_unit bigint, attrition_percent bigint, extra_pieces bigint)
RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN units = 0 THEN 0
                ELSE per_unit * units + (per_unit * units * attrition_percent + 99) / 100 + extra_pieces END
$$
"""
# need, open, picked and soft of each requirement. "picked" is what open lists have picked and not given back.
_REQUIREMENT_CLAIMS = """
CREATE OR REPLACE VIEW requirement_claims AS
SELECT requirement.id AS requirement_id, requirement.project_id, project.rank, requirement.part_id,
       need.need_quantity, line.open_quantity, line.picked_quantity,
       CASE WHEN project.status = 'ARCHIVED' THEN 0
            ELSE greatest(need.need_quantity - line.picked_quantity - line.open_quantity, 0) END AS soft_quantity
  FROM requirements AS requirement
  JOIN projects AS project ON project.id = requirement.project_id
 CROSS JOIN LATERAL (
       SELECT pieces_for(greatest(project.build_target, project.built_units), requirement.per_unit,
                         requirement.attrition_percent, requirement.extra_pieces)
              - pieces_for(project.built_units, requirement.per_unit,
                           requirement.attrition_percent, requirement.extra_pieces) AS need_quantity
       ) AS need
 CROSS JOIN LATERAL (
       SELECT coalesce(sum(open_quantity), 0) AS open_quantity, coalesce(sum(picked_quantity), 0) AS picked_quantity
         FROM pick_lines
        WHERE pick_lines.requirement_id = requirement.id AND pick_lines.list_state = 'OPEN'
       ) AS line
"""
# firm and soft of each project for each part, in several rows: whoever asks sums them up.
_PART_CLAIMS = """
CREATE OR REPLACE VIEW part_claims AS
SELECT part_id, project_id, rank, 0::bigint AS firm_quantity, soft_quantity
  FROM requirement_claims
UNION ALL
SELECT line.part_id, list.project_id, project.rank, line.open_quantity, 0::bigint
  FROM pick_lines AS line
  JOIN pick_lists AS list ON list.id = line.pick_list_id
  JOIN projects AS project ON project.id = list.project_id
 WHERE line.open_quantity > 0
"""
# A row for every project and part: ask for some of both. What counts against a project is firm of every other and soft
# of those of higher rank; a smaller number is a higher rank.
_AVAILABILITY = """
CREATE OR REPLACE VIEW availability AS
SELECT project.id AS project_id, total.part_id, total.total_quantity AS on_hand_quantity,
       claim.own_firm_quantity, claim.counts_against_quantity,
       greatest(total.total_quantity - claim.counts_against_quantity, 0) AS available_quantity,
       greatest(greatest(total.total_quantity - claim.counts_against_quantity, 0) - claim.own_firm_quantity, 0)
           AS may_list_quantity
  FROM projects AS project
 CROSS JOIN part_totals AS total
 CROSS JOIN LATERAL (
       SELECT coalesce(sum(firm_quantity) FILTER (WHERE part_claims.project_id = project.id), 0)::bigint
              AS own_firm_quantity,
              (coalesce(sum(firm_quantity) FILTER (WHERE part_claims.project_id <> project.id), 0)
               + coalesce(sum(soft_quantity) FILTER (WHERE part_claims.rank < project.rank), 0))::bigint
              AS counts_against_quantity
         FROM part_claims
        WHERE part_claims.part_id = total.part_id
       ) AS claim
"""
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
  JOIN availability ON availability.project_id = claim.project_id AND availability.part_id = claim.part_id
"""
_PART_AVAILABILITY = """
CREATE OR REPLACE VIEW part_availability AS
SELECT total.part_id, total.total_quantity AS on_hand_quantity, claim.reserved_quantity,
       greatest(total.total_quantity - claim.reserved_quantity, 0) AS available_quantity
  FROM part_totals AS total
 CROSS JOIN LATERAL (
       SELECT coalesce(sum(firm_quantity + soft_quantity), 0)::bigint AS reserved_quantity
         FROM part_claims
        WHERE part_claims.part_id = total.part_id
       ) AS claim
"""


def upgrade() -> None:
    op.execute(_PIECES_FOR)
    op.execute(_REQUIREMENT_CLAIMS)
    op.execute(_PART_CLAIMS)
    op.execute(_AVAILABILITY)
    op.execute(_REQUIREMENT_COVERAGE)
    op.execute(_PART_AVAILABILITY)


def downgrade() -> None:
    for view in ("part_availability", "requirement_coverage", "availability", "part_claims", "requirement_claims"):
        op.execute(f"DROP VIEW IF EXISTS {view}")
    op.execute("DROP FUNCTION IF EXISTS pieces_for(bigint, bigint, bigint, bigint)")
