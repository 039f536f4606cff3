"""Workspaces"""

import sqlalchemy as sa
from alembic import op

import collab.db

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    _sections()
    _due()
    _watching()


def _sections() -> None:
    """So far every workspace had pages and nothing else."""
    with op.batch_alter_table("workspace", schema=None) as batch_op:
        batch_op.add_column(sa.Column("sections", sa.JSON(), nullable=True))
    op.execute("UPDATE workspace SET sections = '[\"pages\"]'")
    with op.batch_alter_table("workspace", schema=None) as batch_op:
        batch_op.alter_column("sections", existing_type=sa.JSON(), nullable=False)


def _due() -> None:
    op.add_column("entry", sa.Column("due_on", sa.Date(), nullable=True))
    op.add_column("entry", sa.Column("settled_at", collab.db.UtcDateTime(timezone=True), nullable=True))
    op.create_index("ix_entry_due", "entry", ["workspace_id", "due_on"])


def _watching() -> None:
    op.create_table(
        "watch",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("since", collab.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_watch_account_id_account")),
        sa.ForeignKeyConstraint(
            ["workspace_id", "entry_id"],
            ["entry.workspace_id", "entry.id"],
            name=op.f("fk_watch_workspace_id_entry"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("entry_id", "account_id", name=op.f("pk_watch")),
    )
    op.create_index("ix_watch_account", "watch", ["account_id", "entry_id"])


def downgrade() -> None:
    raise RuntimeError("Collab migrates forwards only: restore a backup to go back.")
