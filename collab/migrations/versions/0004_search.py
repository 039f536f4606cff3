"""Search"""

import sqlalchemy as sa
from alembic import op

import collab.db

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "attachment_text",
        sa.Column("attachment_id", sa.Integer(), nullable=False),
        sa.Column("rules", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("lang", sa.String(), nullable=False),
        sa.Column("read_at", collab.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["attachment_id"],
            ["attachment.id"],
            name=op.f("fk_attachment_text_attachment_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("attachment_id", name=op.f("pk_attachment_text")),
    )
    op.create_index(op.f("ix_attachment_text_rules"), "attachment_text", ["rules"])
    # Files that are there already wait to be read, as new ones do.
    op.execute(
        "INSERT INTO attachment_text (attachment_id, rules, state, text, lang) "
        "SELECT id, 0, '', '', '' FROM attachment WHERE width IS NULL"
    )
