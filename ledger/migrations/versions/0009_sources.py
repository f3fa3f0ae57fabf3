"""Sources: what is registered, what was delivered, and what is written back."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"

MOMENT = postgresql.TIMESTAMP(timezone=True)


def upgrade() -> None:
    op.create_table(
        "sources",
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=True),
        sa.Column("source", postgresql.JSONB(), nullable=False),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.Column("read_until", MOMENT, nullable=False),
        sa.Column("asked_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("tenant", "name", name="pk_sources"),
    )
    op.create_index("ix_sources_kind_account", "sources", ["kind", "account"])
    op.create_table(
        "deliveries",
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("delivery_id", sa.Text(), nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "source", "delivery_id", name="pk_deliveries"),
    )
    op.create_index("ix_deliveries_received_at", "deliveries", ["received_at"])
    op.create_table(
        "helpdesk_writes",
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("ticket_id", sa.Text(), nullable=False),
        sa.Column("conversation", postgresql.JSONB(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("intended_at", MOMENT, nullable=False),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.Column("message_id", sa.Text(), nullable=True),
        sa.Column("confirmed_at", MOMENT, nullable=True),
        sa.Column("undelivered", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("reference", name="pk_helpdesk_writes"),
    )
    op.create_index("ix_helpdesk_writes_tenant_source_ticket_id", "helpdesk_writes", ["tenant", "source", "ticket_id"])
    op.create_index("ix_helpdesk_writes_message_id", "helpdesk_writes", ["message_id"])


def downgrade() -> None:
    op.drop_table("helpdesk_writes")
    op.drop_table("deliveries")
    op.drop_table("sources")
