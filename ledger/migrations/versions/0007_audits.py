"""Audits: what people found in the sample of what went out by itself."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"

MOMENT = postgresql.TIMESTAMP(timezone=True)


def upgrade() -> None:
    op.create_table(
        "audits",
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("ended_at", MOMENT, nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("judged_by", sa.Text(), nullable=False),
        sa.Column("judged_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id", "run_id", "ended_at"],
            ["outcomes.case_id", "outcomes.run_id", "outcomes.ended_at"],
            name="fk_audits_outcomes",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("case_id", "run_id", "ended_at", name="pk_audits"),
    )
    op.create_index("ix_outcomes_audit_sample", "outcomes", ["ended_at"], postgresql_where="audit_sample")


def downgrade() -> None:
    op.drop_index("ix_outcomes_audit_sample", "outcomes")
    op.drop_table("audits")
