"""First light"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

import collab.db

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("workspace_id", sa.Integer(), nullable=True),
        sa.Column("entry_id", sa.Integer(), nullable=True),
        sa.Column("subject_id", sa.Integer(), nullable=True),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("at", collab.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("dispatched_at", collab.db.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_event_entry_id"), ["entry_id"], unique=False)
        batch_op.create_index(
            "ix_event_waiting",
            ["id"],
            unique=False,
            sqlite_where=sa.text("dispatched_at IS NULL"),
            postgresql_where=sa.text("dispatched_at IS NULL"),
        )
        batch_op.create_index(batch_op.f("ix_event_workspace_id"), ["workspace_id"], unique=False)

    op.create_table(
        "firm",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("domains", sa.JSON(), nullable=False),
        sa.Column("created_at", collab.db.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_firm")),
        sa.UniqueConstraint("name", name=op.f("uq_firm_name")),
        sa.UniqueConstraint("public_id", name=op.f("uq_firm_public_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "idempotency",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("request", sa.String(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("location", sa.String(), nullable=True),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("created_at", collab.db.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idempotency")),
        sa.UniqueConstraint("account_id", "key", name=op.f("uq_idempotency_account_id_key")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("idempotency", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_idempotency_created_at"), ["created_at"], unique=False)

    op.create_table(
        "throttle",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("since", collab.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_throttle")),
    )
    op.create_table(
        "workspace",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("visibility", sa.String(), nullable=False),
        sa.Column("clean_room", sa.Boolean(), nullable=False),
        sa.Column("allows_public", sa.Boolean(), nullable=False),
        sa.Column("everyone_writes", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", collab.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("archived_at", collab.db.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "NOT everyone_writes OR visibility = 'open'", name=op.f("ck_workspace_everyone_writes_in_open")
        ),
        sa.CheckConstraint(
            "visibility IN ('open', 'closed', 'secret')", name=op.f("ck_workspace_visibility")
        ),
        sa.CheckConstraint(
            "NOT (clean_room AND allows_public)", name=op.f("ck_workspace_clean_room_is_not_public")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workspace")),
        sa.UniqueConstraint("public_id", name=op.f("uq_workspace_public_id")),
        sa.UniqueConstraint("slug", name=op.f("uq_workspace_slug")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("handle", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("is_admin", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("email_key", sa.String(), nullable=True),
        sa.Column("firm_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("location", sa.String(), nullable=False),
        sa.Column("bio", sa.String(), nullable=False),
        sa.Column("timezone", sa.String(), nullable=False),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("photo", sa.String(), nullable=True),
        sa.Column("ends_at", collab.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("created_at", collab.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("seen_at", collab.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("last_visit_at", collab.db.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("NOT (is_admin AND kind = 'guest')", name=op.f("ck_account_admin_is_employee")),
        sa.CheckConstraint(
            "kind = 'guest' OR firm_id IS NULL", name=op.f("ck_account_only_guests_have_a_firm")
        ),
        sa.CheckConstraint("kind IN ('employee', 'guest')", name=op.f("ck_account_kind")),
        sa.CheckConstraint("status IN ('active', 'suspended', 'locked')", name=op.f("ck_account_status")),
        sa.ForeignKeyConstraint(["firm_id"], ["firm.id"], name=op.f("fk_account_firm_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("email_key", name=op.f("uq_account_email_key")),
        sa.UniqueConstraint("handle", name=op.f("uq_account_handle")),
        sa.UniqueConstraint("public_id", name=op.f("uq_account_public_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_account_firm_id"), ["firm_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_account_name"), ["name"], unique=False)

    op.create_table(
        "delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("listener", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", collab.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("failed_at", collab.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_delivery_event_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("event_id", "listener", name=op.f("uq_delivery_event_id_listener")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.create_index("ix_delivery_due", ["failed_at", "due_at"], unique=False)

    op.create_table(
        "api_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("created_at", collab.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", collab.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", collab.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_api_token_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("public_id", name=op.f("uq_api_token_public_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_token_token_hash")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("api_token", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_api_token_account_id"), ["account_id"], unique=False)

    op.create_table(
        "entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("letters", sa.Integer(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("rules", sa.String(), nullable=False),
        sa.Column("lang", sa.String(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", collab.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", collab.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("published_at", collab.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("guests_from", collab.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("public_from", collab.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("deleted_at", collab.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("deleted_by_id", sa.Integer(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.CheckConstraint("guests_from >= published_at", name=op.f("ck_entry_staff_before_guests")),
        sa.CheckConstraint("public_from >= guests_from", name=op.f("ck_entry_guests_before_public")),
        sa.CheckConstraint(
            "public_from IS NULL OR guests_from IS NOT NULL", name=op.f("ck_entry_public_includes_guests")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name=op.f("fk_entry_author_id")),
        sa.ForeignKeyConstraint(["deleted_by_id"], ["account.id"], name=op.f("fk_entry_deleted_by_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_entry_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry")),
        sa.UniqueConstraint("public_id", name=op.f("uq_entry_public_id")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_entry_workspace_id_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("entry", schema=None) as batch_op:
        batch_op.create_index("ix_entry_author", ["author_id", "published_at"], unique=False)
        batch_op.create_index("ix_entry_kind_published", ["kind", "published_at", "id"], unique=False)
        batch_op.create_index("ix_entry_place_updated", ["workspace_id", "updated_at"], unique=False)
        batch_op.create_index("ix_entry_updated", ["updated_at"], unique=False)
        batch_op.create_index("ix_entry_workspace", ["workspace_id", "kind", "published_at"], unique=False)

    op.create_table(
        "imported_person",
        sa.Column("source_tree", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_imported_person_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("source_tree", "key", name=op.f("pk_imported_person")),
    )
    with op.batch_alter_table("imported_person", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_imported_person_account_id"), ["account_id"], unique=False)

    op.create_table(
        "join_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("created_at", collab.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_join_request_account_id")),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_join_request_workspace_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_join_request")),
        sa.UniqueConstraint("public_id", name=op.f("uq_join_request_public_id")),
        sa.UniqueConstraint(
            "workspace_id", "account_id", name=op.f("uq_join_request_workspace_id_account_id")
        ),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("join_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_join_request_account_id"), ["account_id"], unique=False)

    op.create_table(
        "membership",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("ends_at", collab.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("created_at", collab.db.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("role IN ('owner', 'contributor', 'reader')", name=op.f("ck_membership_role")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_membership_account_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_membership_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
        sa.UniqueConstraint("workspace_id", "account_id", name=op.f("uq_membership_workspace_id_account_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.create_index("ix_membership_account", ["account_id", "workspace_id"], unique=False)

    op.create_table(
        "password",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("changed_at", collab.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_password_account_id")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_password")),
    )
    op.create_table(
        "session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("created_at", collab.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("seen_at", collab.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", collab.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ended_at", collab.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("ip", sa.String(), nullable=False),
        sa.Column("user_agent", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_session_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session")),
        sa.UniqueConstraint("public_id", name=op.f("uq_session_public_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_session_token_hash")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_session_account_id"), ["account_id"], unique=False)

    op.create_table(
        "attachment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("animated", sa.Boolean(), nullable=False),
        sa.Column("alt", sa.String(), nullable=False),
        sa.Column("with_comment", sa.Boolean(), nullable=False),
        sa.Column("internal", sa.Boolean(), nullable=False),
        sa.Column("guest_id", sa.Integer(), nullable=True),
        sa.Column("created_at", collab.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", collab.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("deleted_by_id", sa.Integer(), nullable=True),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name=op.f("fk_attachment_author_id")),
        sa.ForeignKeyConstraint(["deleted_by_id"], ["account.id"], name=op.f("fk_attachment_deleted_by_id")),
        sa.ForeignKeyConstraint(["guest_id"], ["account.id"], name=op.f("fk_attachment_guest_id")),
        sa.ForeignKeyConstraint(
            ["workspace_id", "entry_id"],
            ["entry.workspace_id", "entry.id"],
            name=op.f("fk_attachment_workspace_id_entry_id"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
        sa.UniqueConstraint("public_id", name=op.f("uq_attachment_public_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.create_index("ix_attachment_entry", ["entry_id", "sha256"], unique=False)

    op.create_table(
        "autosave",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("base_version", sa.Integer(), nullable=False),
        sa.Column("saved_at", collab.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_autosave_account_id")),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_autosave_entry_id")),
        sa.PrimaryKeyConstraint("account_id", "entry_id", name=op.f("pk_autosave")),
    )
    op.create_table(
        "comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("rules", sa.String(), nullable=False),
        sa.Column("lang", sa.String(), nullable=False),
        sa.Column("guest_id", sa.Integer(), nullable=True),
        sa.Column("internal", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", collab.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("edited_at", collab.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("deleted_at", collab.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("deleted_by_id", sa.Integer(), nullable=True),
        sa.Column("delete_reason", sa.String(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name=op.f("fk_comment_author_id")),
        sa.ForeignKeyConstraint(["deleted_by_id"], ["account.id"], name=op.f("fk_comment_deleted_by_id")),
        sa.ForeignKeyConstraint(
            ["entry_id", "parent_id"],
            ["comment.entry_id", "comment.id"],
            name=op.f("fk_comment_entry_id_parent_id"),
        ),
        sa.ForeignKeyConstraint(["guest_id"], ["account.id"], name=op.f("fk_comment_guest_id")),
        sa.ForeignKeyConstraint(
            ["workspace_id", "entry_id"],
            ["entry.workspace_id", "entry.id"],
            name=op.f("fk_comment_workspace_id_entry_id"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment")),
        sa.UniqueConstraint("entry_id", "id", name=op.f("uq_comment_entry_id_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_comment_public_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("comment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_comment_author_id"), ["author_id"], unique=False)
        batch_op.create_index("ix_comment_created", ["created_at"], unique=False)
        batch_op.create_index("ix_comment_entry", ["entry_id", "created_at"], unique=False)

    op.create_table(
        "entry_alias",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "entry_id"],
            ["entry.workspace_id", "entry.id"],
            name=op.f("fk_entry_alias_workspace_id_entry_id"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry_alias")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("entry_alias", schema=None) as batch_op:
        batch_op.create_index("ix_entry_alias_address", ["kind", "address", "workspace_id"], unique=False)

    op.create_table(
        "entry_author",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_entry_author_account_id")),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_entry_author_entry_id")),
        sa.PrimaryKeyConstraint("entry_id", "account_id", name=op.f("pk_entry_author")),
    )
    with op.batch_alter_table("entry_author", schema=None) as batch_op:
        batch_op.create_index("ix_entry_author_account", ["account_id", "entry_id"], unique=False)

    op.create_table(
        "entry_tag",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "entry_id"],
            ["entry.workspace_id", "entry.id"],
            name=op.f("fk_entry_tag_workspace_id_entry_id"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("entry_id", "key", name=op.f("pk_entry_tag")),
    )
    with op.batch_alter_table("entry_tag", schema=None) as batch_op:
        batch_op.create_index("ix_entry_tag_key", ["key", "entry_id"], unique=False)

    op.create_table(
        "imported_source",
        sa.Column("source_tree", sa.String(), nullable=False),
        sa.Column("source_path", sa.String(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("imported_at", collab.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entry.id"], name=op.f("fk_imported_source_entry_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("source_tree", "source_path", name=op.f("pk_imported_source")),
    )
    with op.batch_alter_table("imported_source", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_imported_source_entry_id"), ["entry_id"], unique=False)

    op.create_table(
        "mention",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_mention_account_id")),
        sa.ForeignKeyConstraint(
            ["workspace_id", "entry_id"],
            ["entry.workspace_id", "entry.id"],
            name=op.f("fk_mention_workspace_id_entry_id"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("entry_id", "comment_id", "account_id", name=op.f("pk_mention")),
    )
    with op.batch_alter_table("mention", schema=None) as batch_op:
        batch_op.create_index("ix_mention_account", ["account_id", "entry_id"], unique=False)

    op.create_table(
        "page",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["place_id", "id"],
            ["entry.workspace_id", "entry.id"],
            name=op.f("fk_page_place_id_id"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["place_id", "parent_id"], ["page.place_id", "page.id"], name=op.f("fk_page_place_id_parent_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page")),
        sa.UniqueConstraint("place_id", "id", name=op.f("uq_page_place_id_id")),
        sa.UniqueConstraint("place_id", "path", name=op.f("uq_page_place_id_path")),
    )
    with op.batch_alter_table("page", schema=None) as batch_op:
        batch_op.create_index("ix_page_parent", ["parent_id", "position"], unique=False)

    op.create_table(
        "page_editing",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("since", collab.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("seen_at", collab.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name=op.f("fk_page_editing_author_id")),
        sa.ForeignKeyConstraint(
            ["workspace_id", "entry_id"],
            ["entry.workspace_id", "entry.id"],
            name=op.f("fk_page_editing_workspace_id_entry_id"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("entry_id", "author_id", name=op.f("pk_page_editing")),
    )
    op.create_table(
        "page_link",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "entry_id"],
            ["entry.workspace_id", "entry.id"],
            name=op.f("fk_page_link_workspace_id_entry_id"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("entry_id", "target", name=op.f("pk_page_link")),
    )
    with op.batch_alter_table("page_link", schema=None) as batch_op:
        batch_op.create_index("ix_page_link_target", ["workspace_id", "target"], unique=False)

    op.create_table(
        "reaction",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("created_at", collab.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('like', 'thanks', 'read')", name=op.f("ck_reaction_kind")),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name=op.f("fk_reaction_author_id")),
        sa.ForeignKeyConstraint(
            ["workspace_id", "entry_id"],
            ["entry.workspace_id", "entry.id"],
            name=op.f("fk_reaction_workspace_id_entry_id"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("entry_id", "author_id", "kind", name=op.f("pk_reaction")),
    )
    with op.batch_alter_table("reaction", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reaction_author_id"), ["author_id"], unique=False)

    op.create_table(
        "revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("created_at", collab.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name=op.f("fk_revision_author_id")),
        sa.ForeignKeyConstraint(
            ["workspace_id", "entry_id"],
            ["entry.workspace_id", "entry.id"],
            name=op.f("fk_revision_workspace_id_entry_id"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revision")),
        sa.UniqueConstraint("entry_id", "number", name=op.f("uq_revision_entry_id_number")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "post",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("image_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["id"], ["entry.id"], name=op.f("fk_post_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["image_id"], ["attachment.id"], name=op.f("fk_post_image_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post")),
        sa.UniqueConstraint("slug", name=op.f("uq_post_slug")),
    )

    # The company blog always exists: every employee reads and writes it, some of it may be public.
    workspace = sa.table(
        "workspace",
        *(sa.column(name) for name in ("public_id", "slug", "name", "purpose", "visibility", "version")),
        *(sa.column(name, sa.Boolean()) for name in ("clean_room", "allows_public", "everyone_writes")),
        sa.column("created_at", collab.db.UtcDateTime(timezone=True)),
    )
    op.bulk_insert(
        workspace,
        [
            {
                "public_id": collab.db.new_public_id(),
                "slug": "blog",
                "name": "Blog",
                "purpose": "",
                "visibility": "open",
                "version": 1,
                "clean_room": False,
                "allows_public": True,
                "everyone_writes": True,
                "created_at": datetime.now(UTC),
            }
        ],
    )


def downgrade() -> None:
    raise RuntimeError("Collab migrates forwards only: restore a backup to go back.")
