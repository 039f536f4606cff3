"""Workspaces"""

import sqlalchemy as sa
from alembic import op

import collab.db

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    _sections()
    _due()


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


def downgrade() -> None:
    raise RuntimeError("Collab migrates forwards only: restore a backup to go back.")
