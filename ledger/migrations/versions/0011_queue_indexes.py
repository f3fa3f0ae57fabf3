"""Indexes for the queues: what waits is found without reading what is done, and so is the newest change."""

from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_index("ix_cases_stage_review_due_at", "cases", ["stage", "review_due_at"])
    op.create_index("ix_cases_updated_at", "cases", ["updated_at"])


def downgrade() -> None:
    op.drop_index("ix_cases_updated_at", "cases")
    op.drop_index("ix_cases_stage_review_due_at", "cases")
