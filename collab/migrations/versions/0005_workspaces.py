"""Workspaces"""

import sqlalchemy as sa
from alembic import op

import collab.db

revision = "0005"
down_revision = "0004"


#: Numbers of what was deleted are not given again: SQLite keeps that only where it is said anew.
COUNTED = {"sqlite_autoincrement": True}


def upgrade() -> None:
    _sections()
    _due()
    _watching()
    _page_templates()
    _validity()
    _passages()
    _place()
    _templates()
    _pins()
    _stream()
    _polls()
    _poll_options()
    _poll_votes()
    _secret_votes()
    _shelf()
    _shelf_parts()
    _uploads()
    _letting()
    _previews()
    _ideas()
    _idea_votes()
    _task_columns()
    _tasks()
    _task_people()
    _task_details()
    _topics()
    _beside_comments()
    _calendar()


def _sections() -> None:
    """So far every workspace had pages and nothing else."""
    with op.batch_alter_table("workspace", table_kwargs=COUNTED) as batch_op:
        batch_op.add_column(sa.Column("sections", sa.JSON(), nullable=True))
    op.execute("UPDATE workspace SET sections = '[\"pages\"]'")
    with op.batch_alter_table("workspace", table_kwargs=COUNTED) as batch_op:
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


def _page_templates() -> None:
    with op.batch_alter_table("page", schema=None) as batch_op:
        batch_op.add_column(sa.Column("is_template", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("page", schema=None) as batch_op:
        batch_op.alter_column("is_template", existing_type=sa.Boolean(), server_default=None)


def _validity() -> None:
    """Pages have an owner, and a day until which they are valid."""
    with op.batch_alter_table("page", schema=None) as batch_op:
        batch_op.add_column(sa.Column("keeper_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("review_months", sa.Integer(), nullable=False, server_default="12"))
        batch_op.add_column(sa.Column("reminded_on", sa.Date(), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_page_keeper_id_account"), "account", ["keeper_id"], ["id"])
    with op.batch_alter_table("page", schema=None) as batch_op:
        batch_op.alter_column("review_months", existing_type=sa.Integer(), server_default=None)


def _passages() -> None:
    op.create_table(
        "comment_passage",
        sa.Column("comment_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("before", sa.String(), nullable=False),
        sa.Column("after", sa.String(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("resolved_at", collab.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("resolved_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["entry_id", "comment_id"],
            ["comment.entry_id", "comment.id"],
            name=op.f("fk_comment_passage_entry_id_comment"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["resolved_by_id"], ["account.id"], name=op.f("fk_comment_passage_resolved_by_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "entry_id"],
            ["entry.workspace_id", "entry.id"],
            name=op.f("fk_comment_passage_workspace_id_entry"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("comment_id", name=op.f("pk_comment_passage")),
    )


def _place() -> None:
    """So far, who sees a workspace said who joins it, and who joined wrote."""
    with op.batch_alter_table("workspace", table_kwargs=COUNTED) as batch_op:
        batch_op.add_column(sa.Column("joining", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("joins_as", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("picture", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("picture_alt", sa.String(), nullable=True))
    op.execute(
        "UPDATE workspace SET picture_alt = '', joins_as = 'contributor', joining ="
        " CASE visibility WHEN 'open' THEN 'free' WHEN 'closed' THEN 'ask' ELSE 'invited' END"
    )
    with op.batch_alter_table("workspace", table_kwargs=COUNTED) as batch_op:
        for name in ("joining", "joins_as", "picture_alt"):
            batch_op.alter_column(name, existing_type=sa.String(), nullable=False)
        batch_op.create_check_constraint(
            batch_op.f("ck_workspace_joining"),
            "joining = 'invited' OR (joining = 'ask' AND visibility <> 'secret')"
            " OR (joining = 'free' AND visibility = 'open')",
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_workspace_joins_as"), "joins_as IN ('contributor', 'reader')"
        )


def _templates() -> None:
    op.create_table(
        "workspace_template",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("starters", sa.JSON(), nullable=False),
        sa.Column("offered_by_id", sa.Integer(), nullable=False),
        sa.Column("offered_at", collab.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["offered_by_id"], ["account.id"], name=op.f("fk_workspace_template_offered_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_workspace_template_workspace_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workspace_template")),
        sa.UniqueConstraint("public_id", name=op.f("uq_workspace_template_public_id")),
        sa.UniqueConstraint("workspace_id", name=op.f("uq_workspace_template_workspace_id")),
        sqlite_autoincrement=True,
    )


def _pins() -> None:
    op.create_table(
        "pin",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "entry_id"],
            ["entry.workspace_id", "entry.id"],
            name=op.f("fk_pin_workspace_id_entry_id"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pin")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_pin_entry_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_pin_workspace_id"), "pin", ["workspace_id"])


def _stream() -> None:
    op.create_index("ix_workspace_visibility", "workspace", ["visibility", "id"])
    op.create_index("ix_workspace_public", "workspace", ["allows_public", "clean_room", "id"])
    op.create_index("ix_workspace_clean_room", "workspace", ["clean_room", "id"])
    op.drop_index("ix_event_workspace_id", table_name="event")
    op.create_index("ix_event_place", "event", ["workspace_id", "id"])


def _polls() -> None:
    op.create_table(
        "poll",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("multiple", sa.Boolean(), nullable=False),
        sa.Column("anonymous", sa.Boolean(), nullable=False),
        sa.Column("blind", sa.Boolean(), nullable=False),
        sa.Column("closes_at", collab.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["place_id", "id"],
            ["entry.workspace_id", "entry.id"],
            name=op.f("fk_poll_place_id_id"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_poll")),
    )


def _poll_options() -> None:
    op.create_table(
        "poll_option",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("counted", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "entry_id"],
            ["entry.workspace_id", "entry.id"],
            name=op.f("fk_poll_option_workspace_id_entry_id"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_poll_option")),
        sa.UniqueConstraint("entry_id", "id", name=op.f("uq_poll_option_entry_id_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_poll_option_public_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("poll_option", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_poll_option_entry_id"), ["entry_id"], unique=False)


def _poll_votes() -> None:
    op.create_table(
        "poll_vote",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("option_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name=op.f("fk_poll_vote_author_id")),
        sa.ForeignKeyConstraint(
            ["entry_id", "option_id"],
            ["poll_option.entry_id", "poll_option.id"],
            name=op.f("fk_poll_vote_entry_id_option_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "entry_id"],
            ["entry.workspace_id", "entry.id"],
            name=op.f("fk_poll_vote_workspace_id_entry_id"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("entry_id", "option_id", "author_id", name=op.f("pk_poll_vote")),
    )
    with op.batch_alter_table("poll_vote", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_poll_vote_author_id"), ["author_id"], unique=False)


def _poll_voters() -> None:
    op.create_table(
        "poll_voter",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name=op.f("fk_poll_voter_author_id")),
        sa.ForeignKeyConstraint(
            ["workspace_id", "entry_id"],
            ["entry.workspace_id", "entry.id"],
            name=op.f("fk_poll_voter_workspace_id_entry_id"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("entry_id", "author_id", name=op.f("pk_poll_voter")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("poll_voter", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_poll_voter_author_id"), ["author_id"], unique=False)


def _secret_votes() -> None:
    _poll_voters()
    op.create_table(
        "poll_ballot",
        sa.Column("seal", sa.String(), nullable=False),
        sa.Column("option_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id", "option_id"],
            ["poll_option.entry_id", "poll_option.id"],
            name=op.f("fk_poll_ballot_entry_id_option_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "entry_id"],
            ["entry.workspace_id", "entry.id"],
            name=op.f("fk_poll_ballot_workspace_id_entry_id"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("seal", "option_id", name=op.f("pk_poll_ballot")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("poll_ballot", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_poll_ballot_entry_id"), ["entry_id"], unique=False)


def _shelf() -> None:
    """Files and folders of workspaces."""
    op.create_table(
        "shelf_item",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("sort_key", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("locked_by_id", sa.Integer(), nullable=True),
        sa.Column("locked_until", collab.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["locked_by_id"], ["account.id"], name=op.f("fk_shelf_item_locked_by_id")),
        sa.ForeignKeyConstraint(
            ["place_id", "id"],
            ["entry.workspace_id", "entry.id"],
            name=op.f("fk_shelf_item_place_id_id"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["place_id", "parent_id"],
            ["shelf_item.place_id", "shelf_item.id"],
            name=op.f("fk_shelf_item_place_id_parent_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shelf_item")),
        sa.UniqueConstraint("place_id", "id", name=op.f("uq_shelf_item_place_id_id")),
    )
    op.create_index("ix_shelf_item_parent", "shelf_item", ["place_id", "parent_id", "sort_key"])
    op.add_column("workspace", sa.Column("quota_mb", sa.Integer(), nullable=True))


def _shelf_parts() -> None:
    """Their versions. What is attached so far is none."""
    op.create_table(
        "document_version",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("attachment_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("created_at", collab.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attachment_id"],
            ["attachment.id"],
            name=op.f("fk_document_version_attachment_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name=op.f("fk_document_version_author_id")),
        sa.ForeignKeyConstraint(
            ["workspace_id", "entry_id"],
            ["entry.workspace_id", "entry.id"],
            name=op.f("fk_document_version_workspace_id_entry_id"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("entry_id", "number", name=op.f("pk_document_version")),
    )
    op.create_index("ix_document_version_attachment_id", "document_version", ["attachment_id"])
    with op.batch_alter_table("attachment", table_kwargs=COUNTED) as batch_op:
        batch_op.add_column(sa.Column("edition", sa.String(), nullable=True))
    op.execute("UPDATE attachment SET edition = ''")
    with op.batch_alter_table("attachment", table_kwargs=COUNTED) as batch_op:
        batch_op.alter_column("edition", existing_type=sa.String(), nullable=False)


def _uploads() -> None:
    """Files that are on their way into a workspace."""
    op.create_table(
        "upload",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("folder_id", sa.Integer(), nullable=True),
        sa.Column("document_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("guests", sa.Boolean(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=True),
        sa.Column("ends_at", collab.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("created_at", collab.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_upload_account_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_upload_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
        sa.UniqueConstraint("public_id", name=op.f("uq_upload_public_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_upload_account_id", "upload", ["account_id"])
    op.create_index("ix_upload_ends_at", "upload", ["ends_at"])


def _letting() -> None:
    """Bytes of files that were deleted for good."""
    op.create_table(
        "letting",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("at", collab.db.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_letting")),
    )


def _previews() -> None:
    """Files that are there already wait for theirs."""
    op.create_table(
        "attachment_preview",
        sa.Column("attachment_id", sa.Integer(), nullable=False),
        sa.Column("rules", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("sizes", sa.JSON(), nullable=False),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("made_at", collab.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["attachment_id"],
            ["attachment.id"],
            name=op.f("fk_attachment_preview_attachment_id_attachment"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("attachment_id", name=op.f("pk_attachment_preview")),
    )
    op.create_index(op.f("ix_attachment_preview_rules"), "attachment_preview", ["rules"])
    op.execute(
        "INSERT INTO attachment_preview (attachment_id, rules, state, sizes, whole) "
        "SELECT id, 0, '', '[]', true FROM attachment WHERE width IS NULL"
    )


def _ideas() -> None:
    """What is proposed, and what became of it."""
    op.create_table(
        "idea",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("answerer_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", collab.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("reason_html", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("before_html", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("after_html", sa.Text(), nullable=False),
        sa.Column("merged_into_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "state IN ('new', 'considered', 'trial', 'done', 'declined')", name=op.f("ck_idea_state")
        ),
        sa.ForeignKeyConstraint(["answered_by_id"], ["account.id"], name=op.f("fk_idea_answered_by_id")),
        sa.ForeignKeyConstraint(["answerer_id"], ["account.id"], name=op.f("fk_idea_answerer_id")),
        sa.ForeignKeyConstraint(["merged_into_id"], ["idea.id"], name=op.f("fk_idea_merged_into_id")),
        sa.ForeignKeyConstraint(
            ["place_id", "id"],
            ["entry.workspace_id", "entry.id"],
            name=op.f("fk_idea_place_id_id"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idea")),
    )
    with op.batch_alter_table("idea", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_idea_merged_into_id"), ["merged_into_id"], unique=False)
        batch_op.create_index("ix_idea_place", ["place_id", "state"], unique=False)


def _idea_votes() -> None:
    """Who is for it."""
    op.create_table(
        "idea_vote",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("created_at", collab.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name=op.f("fk_idea_vote_author_id")),
        sa.ForeignKeyConstraint(
            ["workspace_id", "entry_id"],
            ["entry.workspace_id", "entry.id"],
            name=op.f("fk_idea_vote_workspace_id_entry_id"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("entry_id", "author_id", name=op.f("pk_idea_vote")),
    )
    with op.batch_alter_table("idea_vote", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_idea_vote_author_id"), ["author_id"], unique=False)
        batch_op.create_index("ix_idea_vote_place", ["workspace_id", "entry_id"], unique=False)


def _moment(name: str, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, collab.db.UtcDateTime(timezone=True), nullable=nullable)


def _hangs_on_entry(table: str, column: str = "entry_id") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["workspace_id", column],
        ["entry.workspace_id", "entry.id"],
        name=f"fk_{table}_workspace_id_{column}",
        onupdate="CASCADE",
        ondelete="CASCADE",
    )


def _calendar() -> None:
    moment = collab.db.UtcDateTime(timezone=True)
    op.create_table(
        "calendar_event",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("starts", sa.DateTime(), nullable=False),
        sa.Column("ends", sa.DateTime(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("all_day", sa.Boolean(), nullable=False),
        sa.Column("milestone", sa.Boolean(), nullable=False),
        sa.Column("location", sa.String(), nullable=False),
        sa.Column("rrule", sa.String(), nullable=False),
        sa.Column("rdates", sa.JSON(), nullable=False),
        sa.Column("exdates", sa.JSON(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("first_at", moment, nullable=False),
        sa.Column("last_at", moment, nullable=True),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("reminder", sa.Integer(), nullable=True),
        sa.Column("remind_at", moment, nullable=True),
        _of_entry("calendar_event", "place_id", "id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_event")),
    )
    op.create_index("ix_calendar_event_place", "calendar_event", ["place_id", "first_at"])
    op.create_index("ix_calendar_event_uid", "calendar_event", ["place_id", "uid"])
    op.create_index("ix_calendar_event_remind_at", "calendar_event", ["remind_at"])
    op.create_table(
        "calendar_change",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("occurrence", sa.String(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("starts", sa.DateTime(), nullable=False),
        sa.Column("ends", sa.DateTime(), nullable=False),
        sa.Column("title", sa.String(), nullable=True),
        sa.Column("location", sa.String(), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        _of_entry("calendar_change", "workspace_id", "entry_id"),
        sa.PrimaryKeyConstraint("entry_id", "occurrence", name=op.f("pk_calendar_change")),
    )
    _calendar_answers(moment)


def _calendar_answers(moment: collab.db.UtcDateTime) -> None:
    table = "calendar_answer"
    accounts = (["account.id"],)
    op.create_table(
        table,
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("occurrence", sa.String(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("word", sa.String(), nullable=False),
        sa.Column("invited_by_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", moment, nullable=True),
        _of_entry(table, "workspace_id", "entry_id"),
        sa.ForeignKeyConstraint(["author_id"], *accounts, name=op.f("fk_calendar_answer_author_id")),
        sa.ForeignKeyConstraint(["invited_by_id"], *accounts, name=op.f("fk_calendar_answer_invited_by_id")),
        sa.PrimaryKeyConstraint("entry_id", "author_id", "occurrence", name=op.f("pk_calendar_answer")),
    )
    op.create_index("ix_calendar_answer_author", table, ["author_id", "entry_id"])


def _of_entry(table: str, workspace: str, entry: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [workspace, entry],
        ["entry.workspace_id", "entry.id"],
        name=op.f(f"fk_{table}_{workspace}_{entry}"),
        onupdate="CASCADE",
        ondelete="CASCADE",
    )


def _points(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=f"fk_{table}_{column}")


def _task_columns() -> None:
    op.create_table(
        "task_column",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("preset", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_done", sa.Boolean(), nullable=False),
        _moment("removed_at"),
        sa.CheckConstraint("name <> '' OR preset <> ''", name=op.f("ck_task_column_has_a_name")),
        _points("task_column", "workspace_id", "workspace"),
        sa.PrimaryKeyConstraint("id", name="pk_task_column"),
        sa.UniqueConstraint("public_id", name="uq_task_column_public_id"),
        sa.UniqueConstraint("workspace_id", "id", name="uq_task_column_workspace_id_id"),
        sqlite_autoincrement=True,
    )


def _tasks() -> None:
    op.create_table(
        "task",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("column_id", sa.Integer(), nullable=False),
        sa.Column("came_from_id", sa.Integer(), nullable=True),
        sa.Column("rank", sa.String(), nullable=False),
        sa.Column("rrule", sa.String(), nullable=False),
        _moment("touched_at", nullable=False),
        _moment("warned_at"),
        _moment("later_at"),
        sa.ForeignKeyConstraint(
            ["place_id", "column_id"],
            ["task_column.workspace_id", "task_column.id"],
            name="fk_task_place_id_column_id",
        ),
        sa.ForeignKeyConstraint(
            ["place_id", "came_from_id"],
            ["task_column.workspace_id", "task_column.id"],
            name="fk_task_place_id_came_from_id",
        ),
        sa.ForeignKeyConstraint(
            ["place_id", "id"],
            ["entry.workspace_id", "entry.id"],
            name="fk_task_place_id_id",
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_task"),
        sa.UniqueConstraint("place_id", "id", name="uq_task_place_id_id"),
    )
    op.create_index("ix_task_column", "task", ["column_id", "rank"])
    op.create_index("ix_task_came_from", "task", ["came_from_id"])
    op.create_index("ix_task_touched", "task", ["touched_at"])


def _task_people() -> None:
    op.create_table(
        "task_assignee",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("responsible", sa.Boolean(), nullable=False),
        _points("task_assignee", "author_id", "account"),
        _hangs_on_entry("task_assignee"),
        sa.PrimaryKeyConstraint("entry_id", "author_id", name="pk_task_assignee"),
    )
    op.create_index("ix_task_assignee_person", "task_assignee", ["author_id", "entry_id"])
    op.create_table(
        "task_approval",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        _moment("asked_at", nullable=False),
        sa.Column("approved", sa.Boolean(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        _moment("answered_at"),
        _points("task_approval", "author_id", "account"),
        _points("task_approval", "asked_by_id", "account"),
        _hangs_on_entry("task_approval"),
        sa.PrimaryKeyConstraint("id", name="pk_task_approval"),
        sa.UniqueConstraint("public_id", name="uq_task_approval_public_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_task_approval_entry", "task_approval", ["entry_id", "id"])
    op.create_index("ix_task_approval_person", "task_approval", ["author_id", "answered_at"])


def _task_details() -> None:
    op.create_table(
        "task_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        _moment("done_at"),
        _moment("removed_at"),
        _points("task_item", "author_id", "account"),
        _hangs_on_entry("task_item"),
        sa.PrimaryKeyConstraint("id", name="pk_task_item"),
        sa.UniqueConstraint("public_id", name="uq_task_item_public_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_task_item_entry", "task_item", ["entry_id", "id"])
    op.create_table(
        "task_dependency",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("entry_id <> other_id", name=op.f("ck_task_dependency_not_for_itself")),
        _hangs_on_entry("task_dependency"),
        _hangs_on_entry("task_dependency", "other_id"),
        sa.PrimaryKeyConstraint("entry_id", "other_id", name="pk_task_dependency"),
    )
    op.create_index("ix_task_dependency_other_id", "task_dependency", ["other_id"])


def _topics() -> None:
    """What people talk about."""
    op.create_table(
        "topic",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", collab.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["decided_by_id"], ["account.id"], name=op.f("fk_topic_decided_by_id")),
        sa.ForeignKeyConstraint(
            ["id", "decision_id"], ["comment.entry_id", "comment.id"], name=op.f("fk_topic_id_decision_id")
        ),
        sa.ForeignKeyConstraint(
            ["place_id", "id"],
            ["entry.workspace_id", "entry.id"],
            name=op.f("fk_topic_place_id_id"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topic")),
    )
    with op.batch_alter_table("topic", schema=None) as batch_op:
        batch_op.create_index("ix_topic_place", ["place_id"], unique=False)


def _beside_comments() -> None:
    """How far people have read, and what was made from a comment."""
    op.add_column("entry", sa.Column("of_comment", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "read_mark",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("read_at", collab.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_read_mark_account_id")),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entry.id"], name=op.f("fk_read_mark_entry_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "entry_id", name=op.f("pk_read_mark")),
    )
    op.create_table(
        "entry_origin",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comment.id"], name=op.f("fk_entry_origin_comment_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "entry_id"],
            ["entry.workspace_id", "entry.id"],
            name=op.f("fk_entry_origin_workspace_id_entry_id"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_entry_origin")),
    )
    with op.batch_alter_table("entry_origin", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_entry_origin_comment_id"), ["comment_id"], unique=False)


def downgrade() -> None:
    raise RuntimeError("Collab migrates forwards only: restore a backup to go back.")
