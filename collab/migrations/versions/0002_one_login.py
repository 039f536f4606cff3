"""One login"""

import sqlalchemy as sa
from alembic import op

import collab.db

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "account_group",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("managed_by", sa.String(), nullable=False),
        sa.Column("created_at", collab.db.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_group")),
        sa.UniqueConstraint("managed_by", "name", name=op.f("uq_account_group_managed_by_name")),
        sa.UniqueConstraint("public_id", name=op.f("uq_account_group_public_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "oauth_client",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("client_id", sa.String(), nullable=False),
        sa.Column("secret_hash", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("home_url", sa.String(), nullable=False),
        sa.Column("redirect_uris", sa.JSON(), nullable=False),
        sa.Column("post_logout_redirect_uris", sa.JSON(), nullable=False),
        sa.Column("backchannel_logout_uri", sa.String(), nullable=False),
        sa.Column("trusted", sa.Boolean(), nullable=False),
        sa.Column("allows_guests", sa.Boolean(), nullable=False),
        sa.Column("created_at", collab.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", collab.db.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oauth_client")),
        sa.UniqueConstraint("client_id", name=op.f("uq_oauth_client_client_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_oauth_client_public_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "seen_logout_token",
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("jti", sa.String(), nullable=False),
        sa.Column("until", collab.db.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("issuer", "jti", name=op.f("pk_seen_logout_token")),
    )
    op.create_table(
        "sent_letter",
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("sent_at", collab.db.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_sent_letter")),
    )
    with op.batch_alter_table("sent_letter", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sent_letter_sent_at"), ["sent_at"], unique=False)

    op.create_table(
        "signing_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kid", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("private_key", sa.String(), nullable=False),
        sa.Column("created_at", collab.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("status_since", collab.db.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("status IN ('next', 'active', 'retiring')", name=op.f("ck_signing_key_status")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_key")),
        sa.UniqueConstraint("kid", name=op.f("uq_signing_key_kid")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("signing_key", schema=None) as batch_op:
        batch_op.create_index(
            "uq_signing_key_current",
            ["status"],
            unique=True,
            sqlite_where=sa.text("status <> 'retiring'"),
            postgresql_where=sa.text("status <> 'retiring'"),
        )

    op.create_table(
        "sign_in_provider",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("client_id", sa.String(), nullable=False),
        sa.Column("client_secret", sa.String(), nullable=False),
        sa.Column("scopes", sa.String(), nullable=False),
        sa.Column("endpoints", sa.JSON(), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("firm_id", sa.Integer(), nullable=True),
        sa.Column("email_trust", sa.String(), nullable=False),
        sa.Column("domains", sa.JSON(), nullable=False),
        sa.Column("creates_accounts", sa.Boolean(), nullable=False),
        sa.Column("required_group", sa.String(), nullable=False),
        sa.Column("groups_claim", sa.String(), nullable=False),
        sa.Column("admin_groups", sa.JSON(), nullable=False),
        sa.Column("employee_groups", sa.JSON(), nullable=False),
        sa.Column("guest_groups", sa.JSON(), nullable=False),
        sa.Column("subject_claim", sa.String(), nullable=False),
        sa.Column("session_hours", sa.Integer(), nullable=True),
        sa.Column("exclusive", sa.Boolean(), nullable=False),
        sa.Column("listed", sa.Boolean(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("managed_by", sa.String(), nullable=False),
        sa.Column("proved_at", collab.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("created_at", collab.db.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("audience IN ('employees', 'guests')", name=op.f("ck_sign_in_provider_audience")),
        sa.CheckConstraint(
            "email_trust IN ('none', 'claim', 'domains')", name=op.f("ck_sign_in_provider_email_trust")
        ),
        sa.CheckConstraint("kind IN ('openid', 'oauth2')", name=op.f("ck_sign_in_provider_kind")),
        sa.CheckConstraint("managed_by IN ('file', 'admin')", name=op.f("ck_sign_in_provider_managed_by")),
        sa.ForeignKeyConstraint(["firm_id"], ["firm.id"], name=op.f("fk_sign_in_provider_firm_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_provider")),
        sa.UniqueConstraint("issuer", name=op.f("uq_sign_in_provider_issuer")),
        sa.UniqueConstraint("name", name=op.f("uq_sign_in_provider_name")),
        sa.UniqueConstraint("public_id", name=op.f("uq_sign_in_provider_public_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "workspace_group",
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("created_at", collab.db.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("role IN ('contributor', 'reader')", name=op.f("ck_workspace_group_role")),
        sa.ForeignKeyConstraint(["group_id"], ["account_group.id"], name=op.f("fk_workspace_group_group_id")),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_workspace_group_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "group_id", name=op.f("pk_workspace_group")),
    )
    with op.batch_alter_table("workspace_group", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_workspace_group_group_id"), ["group_id"], unique=False)

    op.create_table(
        "group_member",
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_group_member_account_id")),
        sa.ForeignKeyConstraint(["group_id"], ["account_group.id"], name=op.f("fk_group_member_group_id")),
        sa.PrimaryKeyConstraint("group_id", "account_id", name=op.f("pk_group_member")),
    )
    with op.batch_alter_table("group_member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_group_member_account_id"), ["account_id"], unique=False)

    op.create_table(
        "identity",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("linked_by", sa.String(), nullable=False),
        sa.Column("linked_at", collab.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("used_at", collab.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("claims", sa.JSON(), nullable=False),
        sa.Column("gave_admin", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_identity_account_id")),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["sign_in_provider.id"], name=op.f("fk_identity_provider_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_identity_issuer_subject")),
        sa.UniqueConstraint("public_id", name=op.f("uq_identity_public_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("identity", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_identity_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_identity_provider_id"), ["provider_id"], unique=False)

    op.create_table(
        "oauth_consent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("granted_at", collab.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_oauth_consent_account_id")),
        sa.ForeignKeyConstraint(["client_id"], ["oauth_client.id"], name=op.f("fk_oauth_consent_client_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oauth_consent")),
        sa.UniqueConstraint("account_id", "client_id", name=op.f("uq_oauth_consent_account_id_client_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_oauth_consent_public_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("oauth_consent", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_oauth_consent_client_id"), ["client_id"], unique=False)

    op.create_table(
        "one_time_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("created_at", collab.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", collab.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("used_at", collab.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_one_time_token_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_one_time_token_token_hash")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("one_time_token", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_one_time_token_account_id"), ["account_id"], unique=False)

    op.create_table(
        "passkey",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("credential_id", sa.String(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.Integer(), nullable=False),
        sa.Column("transports", sa.JSON(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("created_at", collab.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("used_at", collab.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_passkey_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkey_credential_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_passkey_public_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("passkey", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_passkey_account_id"), ["account_id"], unique=False)

    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("used_at", collab.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_recovery_code_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("recovery_code", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recovery_code_account_id"), ["account_id"], unique=False)

    op.create_table(
        "scim_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("external_id", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_key", sa.String(), nullable=False),
        sa.Column("attributes", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", collab.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("changed_at", collab.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", collab.db.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(account_id IS NULL) <> (group_id IS NULL)", name=op.f("ck_scim_link_one_thing")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_scim_link_account_id")),
        sa.ForeignKeyConstraint(["group_id"], ["account_group.id"], name=op.f("fk_scim_link_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scim_link")),
        sa.UniqueConstraint("public_id", name=op.f("uq_scim_link_public_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("scim_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_scim_link_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_scim_link_external_id"), ["external_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_scim_link_group_id"), ["group_id"], unique=False)
    # Among those that live: a name is used once, and an account or group is linked once.
    for name, column, what in (
        ("ux_scim_link_user_name", "name_key", "account_id"),
        ("ux_scim_link_group_name", "name_key", "group_id"),
        ("ux_scim_link_account", "account_id", "account_id"),
        ("ux_scim_link_group", "group_id", "group_id"),
    ):
        live = sa.and_(sa.column("deleted_at").is_(None), sa.column(what).is_not(None))
        op.create_index(name, "scim_link", [column], unique=True, sqlite_where=live, postgresql_where=live)

    op.create_table(
        "sign_in_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state_hash", sa.String(), nullable=False),
        sa.Column("browser_hash", sa.String(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("nonce", sa.String(), nullable=False),
        sa.Column("code_verifier", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("next_path", sa.String(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("created_at", collab.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", collab.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("used_at", collab.db.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "purpose IN ('sign_in', 'link', 'invite', 'reauth')", name=op.f("ck_sign_in_attempt_purpose")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_sign_in_attempt_account_id")),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["sign_in_provider.id"], name=op.f("fk_sign_in_attempt_provider_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempt")),
        sa.UniqueConstraint("state_hash", name=op.f("uq_sign_in_attempt_state_hash")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "totp",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("secret", sa.String(), nullable=False),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.Column("created_at", collab.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_totp_account_id")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_totp")),
    )
    op.create_table(
        "oauth_client_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sid", sa.String(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("created_at", collab.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("told_at", collab.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("due_at", collab.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"], ["oauth_client.id"], name=op.f("fk_oauth_client_session_client_id")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name=op.f("fk_oauth_client_session_session_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oauth_client_session")),
        sa.UniqueConstraint(
            "session_id", "client_id", name=op.f("uq_oauth_client_session_session_id_client_id")
        ),
        sa.UniqueConstraint("sid", name=op.f("uq_oauth_client_session_sid")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("oauth_client_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_oauth_client_session_client_id"), ["client_id"], unique=False)
        batch_op.create_index(
            "ix_oauth_client_session_due_at",
            ["due_at"],
            unique=False,
            sqlite_where=sa.text("due_at IS NOT NULL"),
            postgresql_where=sa.text("due_at IS NOT NULL"),
        )

    op.create_table(
        "oauth_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("family", sa.String(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("client_session_id", sa.Integer(), nullable=True),
        sa.Column("redirect_uri", sa.String(), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("nonce", sa.String(), nullable=False),
        sa.Column("code_challenge", sa.String(), nullable=False),
        sa.Column("claims", sa.JSON(), nullable=False),
        sa.Column("created_at", collab.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", collab.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("used_at", collab.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_oauth_code_account_id")),
        sa.ForeignKeyConstraint(["client_id"], ["oauth_client.id"], name=op.f("fk_oauth_code_client_id")),
        sa.ForeignKeyConstraint(
            ["client_session_id"], ["oauth_client_session.id"], name=op.f("fk_oauth_code_client_session_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oauth_code")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_oauth_code_code_hash")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("oauth_code", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_oauth_code_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_oauth_code_client_id"), ["client_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_oauth_code_family"), ["family"], unique=False)

    op.create_table(
        "oauth_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("family", sa.String(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("client_session_id", sa.Integer(), nullable=True),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("created_at", collab.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", collab.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("used_at", collab.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", collab.db.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('access', 'refresh')", name=op.f("ck_oauth_token_kind")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_oauth_token_account_id")),
        sa.ForeignKeyConstraint(["client_id"], ["oauth_client.id"], name=op.f("fk_oauth_token_client_id")),
        sa.ForeignKeyConstraint(
            ["client_session_id"], ["oauth_client_session.id"], name=op.f("fk_oauth_token_client_session_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oauth_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_oauth_token_token_hash")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("oauth_token", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_oauth_token_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_oauth_token_client_id"), ["client_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_oauth_token_family"), ["family"], unique=False)

    # SQLite builds the tables anew and would forget that their ids are never used twice.
    kept = {"sqlite_autoincrement": True}
    with op.batch_alter_table("membership", table_kwargs=kept) as batch_op:
        batch_op.add_column(sa.Column("origin", sa.String(), nullable=False, server_default="hand"))
        batch_op.create_check_constraint(op.f("ck_membership_origin"), "origin IN ('hand', 'groups')")
    with op.batch_alter_table("membership", table_kwargs=kept) as batch_op:
        batch_op.alter_column("origin", server_default=None)

    with op.batch_alter_table("api_token", table_kwargs=kept) as batch_op:
        batch_op.add_column(sa.Column("used_at", collab.db.UtcDateTime(timezone=True), nullable=True))

    # Who is signed in stays so, as having signed in when the session began.
    with op.batch_alter_table("session", table_kwargs=kept) as batch_op:
        batch_op.add_column(sa.Column("ended_reason", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(
            sa.Column("authenticated_at", collab.db.UtcDateTime(timezone=True), nullable=True)
        )
        batch_op.add_column(sa.Column("amr", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("identity_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("op_sid", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("id_token", sa.String(), nullable=True))
        batch_op.create_index(batch_op.f("ix_session_identity_id"), ["identity_id"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_session_identity_id"), "identity", ["identity_id"], ["id"])
    op.execute("UPDATE session SET authenticated_at = created_at")
    with op.batch_alter_table("session", table_kwargs=kept) as batch_op:
        batch_op.alter_column("ended_reason", server_default=None)
        batch_op.alter_column("amr", server_default=None)
        batch_op.alter_column("authenticated_at", nullable=False)


def downgrade() -> None:
    raise RuntimeError("Collab migrates forwards only: restore a backup to go back.")
