"""Where stock lies stands in its row, so that reading it looks no location up.

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

# Stock at a location that does not exist is refused by the foreign key, which is looked at afterwards. A restore of the
# data alone has no search path of its own.
_PLACE = """
CREATE OR REPLACE FUNCTION place_of_stock() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    SELECT box_id, number INTO NEW.box_id, NEW.location_number FROM locations WHERE id = NEW.location_id;
    IF NOT FOUND THEN
        NEW.box_id := 0;
        NEW.location_number := 0;
    END IF;
    RETURN NEW;
END $$
"""
_STOCK_KNOWS_ITS_PLACE = """
CREATE TRIGGER stock_knows_its_place BEFORE INSERT OR UPDATE OF location_id, box_id, location_number ON stock
   FOR EACH ROW EXECUTE FUNCTION place_of_stock()
"""
_GUARD = """
CREATE OR REPLACE FUNCTION guard_location() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.box_id, NEW.number) IS DISTINCT FROM (OLD.box_id, OLD.number) THEN
        RAISE EXCEPTION 'a location stays in its box under its number'
              USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'locations_stay';
    END IF;
    RETURN NEW;
END $$
"""
_LOCATIONS_STAY = """
CREATE TRIGGER locations_stay BEFORE UPDATE OF box_id, number ON locations
   FOR EACH ROW EXECUTE FUNCTION guard_location()
"""
_FILL = """
UPDATE stock SET box_id = location.box_id, location_number = location.number
  FROM locations AS location
 WHERE location.id = stock.location_id AND stock.box_id IS NULL
"""


def upgrade() -> None:
    # In the order of whoever removes a box.
    op.execute("LOCK TABLE locations IN SHARE ROW EXCLUSIVE MODE")
    op.execute("ALTER TABLE stock ADD COLUMN IF NOT EXISTS location_number integer")
    op.execute("ALTER TABLE stock ADD COLUMN IF NOT EXISTS box_id bigint")
    op.execute(_PLACE)
    op.execute(_GUARD)
    op.execute("DROP TRIGGER IF EXISTS stock_knows_its_place ON stock")
    op.execute("DROP TRIGGER IF EXISTS locations_stay ON locations")
    op.execute(_LOCATIONS_STAY)
    op.execute(_FILL)
    op.execute(_STOCK_KNOWS_ITS_PLACE)
    op.alter_column("stock", "box_id", existing_type=sa.BigInteger(), nullable=False)
    op.alter_column("stock", "location_number", existing_type=sa.Integer(), nullable=False)


def downgrade() -> None:
    op.execute("DROP TRIGGER IF EXISTS stock_knows_its_place ON stock")
    op.execute("DROP TRIGGER IF EXISTS locations_stay ON locations")
    op.execute("DROP FUNCTION IF EXISTS place_of_stock()")
    op.execute("DROP FUNCTION IF EXISTS guard_location()")
    op.drop_column("stock", "location_number")
    op.drop_column("stock", "box_id")
