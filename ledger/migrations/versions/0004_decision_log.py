"""What a desk needs: who claims a case and what it moves, two decisions a request, and the decision log."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"

MOMENT = postgresql.TIMESTAMP(timezone=True)

ADDED = ("claimed_by", "claim_until", "amount", "currency", "customer_name", "draft_begins")

REFUSE = """
CREATE FUNCTION refuse_to_change_the_decision_log() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The decision log is only ever added to: % is refused.', TG_OP
        USING ERRCODE = 'restrict_violation';
END
$$
"""

GUARD_ROWS = """
CREATE TRIGGER decision_log_is_append_only BEFORE UPDATE OR DELETE ON decision_log
FOR EACH ROW EXECUTE FUNCTION refuse_to_change_the_decision_log()
"""

GUARD_TABLE = """
CREATE TRIGGER decision_log_is_not_emptied BEFORE TRUNCATE ON decision_log
FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_the_decision_log()
"""


def upgrade() -> None:
    op.add_column("cases", sa.Column("claimed_by", sa.Text(), nullable=True))
    op.add_column("cases", sa.Column("claim_until", MOMENT, nullable=True))
    op.add_column("cases", sa.Column("amount", sa.Numeric(precision=14, scale=2), nullable=True))
    op.add_column("cases", sa.Column("currency", sa.Text(), nullable=True))
    op.add_column("cases", sa.Column("customer_name", sa.Text(), nullable=True))
    op.add_column("cases", sa.Column("draft_begins", sa.Text(), nullable=True))
    for counted in ("approvals", "approvals_needed"):
        op.add_column("cases", sa.Column(counted, sa.Integer(), nullable=False, server_default="0"))
        op.alter_column("cases", counted, server_default=None)
    op.drop_constraint("pk_decisions", "decisions")
    op.create_primary_key("pk_decisions", "decisions", ["case_id", "request_id", "reviewer"])
    op.create_table(
        "decision_log",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("reviewer", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("shown", sa.Text(), nullable=False),
        sa.Column("edit", sa.Text(), nullable=False),
        sa.Column("policy_version", sa.Text(), nullable=False),
        sa.Column("previous", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_decision_log"),
    )
    op.create_index("ix_decision_log_case_id", "decision_log", ["case_id"])
    op.create_table(
        "decision_log_end",
        sa.Column("only", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("only", name="pk_decision_log_end"),
    )
    for statement in (REFUSE, GUARD_ROWS, GUARD_TABLE):
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("decision_log_end")
    op.drop_table("decision_log")
    op.execute("DROP FUNCTION refuse_to_change_the_decision_log")
    op.execute(
        "DELETE FROM decisions AS later USING decisions AS earlier WHERE later.case_id = earlier.case_id AND "
        "later.request_id = earlier.request_id AND later.decided_at > earlier.decided_at"
    )
    op.drop_constraint("pk_decisions", "decisions")
    op.create_primary_key("pk_decisions", "decisions", ["case_id", "request_id"])
    for column in (*ADDED, "approvals", "approvals_needed"):
        op.drop_column("cases", column)
