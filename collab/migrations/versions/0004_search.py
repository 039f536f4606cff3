"""Search"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

import collab.db

revision = "0004"
down_revision = "0003"

_LONG = sa.Integer().with_variant(sa.BigInteger(), "postgresql")
_LEXEMES = sa.Text().with_variant(TSVECTOR(), "postgresql")
_BYTES = sa.String(collation="C").with_variant(sa.String(), "sqlite")


def upgrade() -> None:
    _texts_of_files()
    _asked_words()
    _synonyms()
    _saved_searches()
    _search_documents()
    _search_state()
    op.add_column("entry", sa.Column("lang_chosen", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("api_token", schema=None) as batch_op:
        batch_op.add_column(sa.Column("opens", sa.String(), nullable=True))


def _search_documents() -> None:
    op.create_table(
        "search_document",
        sa.Column("thing", _LONG, autoincrement=False, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("entry", sa.Integer(), nullable=False),
        sa.Column("at", _LONG, nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("has_file", sa.Boolean(), nullable=False),
        sa.Column("words", _LEXEMES, nullable=False),
        sa.Column("levels", _LEXEMES, nullable=False),
        sa.PrimaryKeyConstraint("thing", name=op.f("pk_search_document")),
        postgresql_with={"toast_tuple_target": 128, "parallel_workers": 0},
    )
    op.create_index("ix_search_document_at", "search_document", ["at", "thing"])
    op.create_index(
        "ix_search_document_words",
        "search_document",
        ["words", "levels"],
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
    )


def _search_state() -> None:
    op.create_table(
        "search_waiting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("thing", _LONG, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_waiting")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "search_state",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("reached", sa.String(), nullable=False),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_state")),
    )
    op.create_table(
        "search_word",
        sa.Column("word", _BYTES, nullable=False),
        sa.PrimaryKeyConstraint("word", name=op.f("pk_search_word")),
    )


def _texts_of_files() -> None:
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


def _asked_words() -> None:
    op.create_table(
        "asked_words",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("in_vain", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asked_words")),
        sa.UniqueConstraint("day", "words", name=op.f("uq_asked_words_day_words")),
        sqlite_autoincrement=True,
    )


def _synonyms() -> None:
    op.create_table(
        "synonym_group",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", collab.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", collab.db.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_synonym_group")),
        sa.UniqueConstraint("public_id", name=op.f("uq_synonym_group_public_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("synonym_group", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_synonym_group_version"), ["version"], unique=False)


def _saved_searches() -> None:
    op.create_table(
        "saved_search",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("query", sa.String(), nullable=False),
        sa.Column("created_at", collab.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", collab.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("seen", sa.LargeBinary(), nullable=True),
        sa.Column("followed", sa.Boolean(), nullable=False),
        sa.Column("told", sa.LargeBinary(), nullable=True),
        sa.Column("looked_at", collab.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_saved_search_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_search")),
        sa.UniqueConstraint("public_id", name=op.f("uq_saved_search_public_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("saved_search", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_saved_search_account_id"), ["account_id"], unique=False)


def downgrade() -> None:
    raise RuntimeError("Collab migrates forwards only: restore a backup to go back.")
