"""Guests"""

import sqlalchemy as sa
from alembic import op

import collab.db

revision = "0003"
down_revision = "0002"

_KEPT = "id, kind, actor_id, workspace_id, entry_id, subject_id, data, at"
_REFUSAL = "events are added and never changed"
#: What happened stays as it was written. Only that an event was handed out is noted in it later.
APPEND_ONLY = {
    "sqlite": [
        f"CREATE TRIGGER event_stays BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END",
        (
            f"CREATE TRIGGER event_unchanged BEFORE UPDATE OF {_KEPT} ON event "
            f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
        ),
        (
            f"CREATE TRIGGER event_seal_stays BEFORE DELETE ON event_seal "
            f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
        ),
        (
            f"CREATE TRIGGER event_seal_unchanged BEFORE UPDATE ON event_seal "
            f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
        ),
    ],
    "postgresql": [
        (
            f"CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$"
        ),
        (
            f"CREATE TRIGGER event_unchanged BEFORE UPDATE OF {_KEPT} ON event "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        ),
        (
            "CREATE TRIGGER event_seal_unchanged BEFORE UPDATE ON event_seal "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        ),
        *(
            f"CREATE TRIGGER {table}_{name} BEFORE {act} ON {table} {each} EXECUTE FUNCTION refuse_change()"
            for table in ("event", "event_seal")
            for name, act, each in (
                ("stays", "DELETE", "FOR EACH ROW"),
                ("stays_whole", "TRUNCATE", "FOR EACH STATEMENT"),
            )
        ),
    ],
}


def upgrade() -> None:
    op.create_table(
        "event_seal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("seal", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_seal")),
        sa.UniqueConstraint("event_id", name=op.f("uq_event_seal_event_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "entry_grant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("firm_id", sa.Integer(), nullable=True),
        sa.Column("may_comment", sa.Boolean(), nullable=False),
        sa.Column("granted_by_id", sa.Integer(), nullable=False),
        sa.Column("ends_at", collab.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("created_at", collab.db.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(account_id IS NULL) <> (firm_id IS NULL)", name=op.f("ck_entry_grant_guest_or_firm")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_entry_grant_account_id")),
        sa.ForeignKeyConstraint(["firm_id"], ["firm.id"], name=op.f("fk_entry_grant_firm_id")),
        sa.ForeignKeyConstraint(["granted_by_id"], ["account.id"], name=op.f("fk_entry_grant_granted_by_id")),
        sa.ForeignKeyConstraint(
            ["workspace_id", "entry_id"],
            ["entry.workspace_id", "entry.id"],
            name=op.f("fk_entry_grant_workspace_id_entry_id"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry_grant")),
        sa.UniqueConstraint("entry_id", "account_id", name=op.f("uq_entry_grant_entry_id_account_id")),
        sa.UniqueConstraint("entry_id", "firm_id", name=op.f("uq_entry_grant_entry_id_firm_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_entry_grant_public_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("entry_grant", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_entry_grant_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_entry_grant_entry_id"), ["entry_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_entry_grant_firm_id"), ["firm_id"], unique=False)

    op.create_table(
        "invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("email_key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("sponsor_id", sa.Integer(), nullable=False),
        sa.Column("firm_id", sa.Integer(), nullable=True),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=True),
        sa.Column("role", sa.String(), nullable=True),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("approved_at", collab.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("created_at", collab.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("send_at", collab.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("sent_at", collab.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("sent_count", sa.Integer(), nullable=False),
        sa.Column("expires_at", collab.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ends_at", collab.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", collab.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("declined_at", collab.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("accepted_at", collab.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("asked_again_at", collab.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("role IN ('contributor', 'reader')", name=op.f("ck_invitation_role")),
        sa.CheckConstraint(
            "role IS NOT NULL OR entry_id IS NOT NULL", name=op.f("ck_invitation_place_or_entry")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_invitation_account_id")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["account.id"], name=op.f("fk_invitation_asked_by_id")),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_invitation_entry_id")),
        sa.ForeignKeyConstraint(["firm_id"], ["firm.id"], name=op.f("fk_invitation_firm_id")),
        sa.ForeignKeyConstraint(["sponsor_id"], ["account.id"], name=op.f("fk_invitation_sponsor_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_invitation_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("public_id", name=op.f("uq_invitation_public_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitation_token_hash")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invitation_account_id"), ["account_id"], unique=False)
        batch_op.create_index("ix_invitation_email", ["email_key", "workspace_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_invitation_firm_id"), ["firm_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_invitation_sponsor_id"), ["sponsor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_invitation_workspace_id"), ["workspace_id"], unique=False)

    op.create_table(
        "share_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("may_comment", sa.Boolean(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("ends_at", collab.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", collab.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("created_at", collab.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["created_by_id"], ["account.id"], name=op.f("fk_share_link_created_by_id")),
        sa.ForeignKeyConstraint(
            ["workspace_id", "entry_id"],
            ["entry.workspace_id", "entry.id"],
            name=op.f("fk_share_link_workspace_id_entry_id"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_share_link")),
        sa.UniqueConstraint("public_id", name=op.f("uq_share_link_public_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_share_link_token_hash")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("share_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_share_link_created_by_id"), ["created_by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_share_link_entry_id"), ["entry_id"], unique=False)

    op.create_table(
        "link_visitor",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("link_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_link_visitor_account_id")),
        sa.ForeignKeyConstraint(["link_id"], ["share_link.id"], name=op.f("fk_link_visitor_link_id")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_link_visitor")),
    )
    with op.batch_alter_table("link_visitor", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_link_visitor_link_id"), ["link_id"], unique=False)

    kept = {"sqlite_autoincrement": True}
    with op.batch_alter_table("account", table_kwargs=kept) as batch_op:
        batch_op.add_column(sa.Column("sponsor_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("is_lead", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("end_reason", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("anonymised_at", collab.db.UtcDateTime(timezone=True), nullable=True))
        batch_op.create_foreign_key(op.f("fk_account_sponsor_id"), "account", ["sponsor_id"], ["id"])
        batch_op.drop_constraint(op.f("ck_account_kind"), type_="check")
        batch_op.drop_constraint(op.f("ck_account_admin_is_employee"), type_="check")
        for name, condition in {
            "kind": "kind IN ('employee', 'guest', 'visitor')",
            "visitors_are_locked": "kind <> 'visitor' OR status = 'locked'",
            "admin_is_employee": "NOT is_admin OR kind = 'employee'",
            "only_guests_have_a_sponsor": "kind = 'guest' OR sponsor_id IS NULL",
            "only_guests_lead_a_firm": "kind = 'guest' OR NOT is_lead",
        }.items():
            batch_op.create_check_constraint(op.f(f"ck_account_{name}"), condition)
    with op.batch_alter_table("account", table_kwargs=kept) as batch_op:
        batch_op.alter_column("is_lead", server_default=None)
        batch_op.alter_column("end_reason", server_default=None)
        batch_op.create_index(op.f("ix_account_ends_at"), ["ends_at"])
        batch_op.create_index(op.f("ix_account_sponsor_id"), ["sponsor_id"])

    with op.batch_alter_table("firm", table_kwargs=kept) as batch_op:
        batch_op.add_column(
            sa.Column("lead_invites", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("firm", table_kwargs=kept) as batch_op:
        batch_op.alter_column("lead_invites", server_default=None)

    op.create_index("ix_event_kind", "event", ["kind", "id"])
    op.create_index("ix_event_actor", "event", ["actor_id", "id"])
    op.create_index("ix_event_subject", "event", ["subject_id", "id"])
    for statement in APPEND_ONLY[op.get_bind().dialect.name]:
        op.execute(statement)

    with op.batch_alter_table("session", table_kwargs=kept) as batch_op:
        batch_op.add_column(sa.Column("looking_as_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(op.f("fk_session_looking_as_id"), "account", ["looking_as_id"], ["id"])

    op.create_index(op.f("ix_event_subject_id"), "event", ["subject_id"])


def downgrade() -> None:
    raise RuntimeError("Collab migrates forwards only: restore a backup to go back.")
