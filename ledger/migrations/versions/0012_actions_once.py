"""Actions: who asked for them, which records they touch, and what was read and when before they were sent.

What was intended before this and never settled may have happened: a person looks.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.add_column("actions", sa.Column("touches", postgresql.ARRAY(sa.Text()), nullable=True))
    op.add_column("actions", sa.Column("request", sa.Text(), nullable=True))
    op.execute("UPDATE actions SET touches = ARRAY[target], request = action_id")
    op.alter_column("actions", "touches", nullable=False)
    op.alter_column("actions", "request", nullable=False)
    op.add_column("actions", sa.Column("decision", sa.Text(), nullable=True))
    op.add_column("actions", sa.Column("settled_by", sa.Text(), nullable=True))
    op.add_column("actions", sa.Column("beyond_limits", sa.Text(), nullable=True))
    op.add_column("actions", sa.Column("before", postgresql.JSONB(), nullable=True))
    op.add_column("actions", sa.Column("sent_at", postgresql.TIMESTAMP(timezone=True), nullable=True))
    op.execute("UPDATE actions SET state = 'unknown' WHERE state = 'intended'")
    op.create_index("ix_actions_touches", "actions", ["touches"], postgresql_using="gin")


def downgrade() -> None:
    op.drop_index("ix_actions_touches", "actions")
    for column in ("sent_at", "before", "beyond_limits", "settled_by", "decision", "request", "touches"):
        op.drop_column("actions", column)
