"""What kind of thing the request of an idempotency key made, so that a result can be looked for without its mutation.

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

# Picks keep the operation, or where no piece moved the negative number of the list.
_KINDS = """
UPDATE idempotency_keys
   SET result_kind = CASE
       WHEN mutation = 'createPart' THEN 'PART'
       WHEN mutation = 'createPartType' THEN 'PART_TYPE'
       WHEN mutation = 'createBox' THEN 'BOX'
       WHEN mutation = 'createProject' THEN 'PROJECT'
       WHEN mutation = 'createPickList' OR result_id < 0 THEN 'PICK_LIST'
       WHEN mutation IN ('receiveStock', 'useStock', 'moveStock', 'countStock', 'bookStock', 'reverseOperation',
                         'pickLine', 'pickLines', 'undoPick', 'completePickList', 'reopenPickList', 'cancelPickList')
       THEN 'OPERATION'
       END
 WHERE result_kind IS NULL
"""


def upgrade() -> None:
    op.add_column("idempotency_keys", sa.Column("result_kind", sa.Text()), if_not_exists=True)
    op.execute(_KINDS)


def downgrade() -> None:
    op.drop_column("idempotency_keys", "result_kind")
