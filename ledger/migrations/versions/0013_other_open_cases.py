"""What other open cases are found by: whose a case is, and which records it would change."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"

OPEN = "stage NOT IN ('follow_up', 'closed')"


def upgrade() -> None:
    for name in ("customer_keys", "records"):
        op.add_column(
            "cases", sa.Column(name, postgresql.ARRAY(sa.Text()), nullable=False, server_default=sa.text("'{}'"))
        )
        op.alter_column("cases", name, server_default=None)
        op.create_index(f"ix_cases_{name}", "cases", [name], postgresql_using="gin", postgresql_where=OPEN)


def downgrade() -> None:
    for name in ("customer_keys", "records"):
        op.drop_index(f"ix_cases_{name}", "cases")
        op.drop_column("cases", name)
