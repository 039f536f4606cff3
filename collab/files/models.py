"""The tables of attachments and of what stands in them."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from collab.db import Base, new_public_id
from collab.workspaces.models import Entry, Part, part_of_entry


class Attachment(Part, Base):
    """A file on an entry. The bytes lie in the storage under ``sha256``.

    ``media_type`` is what we found, never what a browser said. ``width`` and ``height``
    (pixels, as shown) are there only for pictures that were decoded and may be shown in a page.
    One that came ``with_comment`` is for those who read comments; ``internal`` ones are for
    employees only. ``guest_id``: the guest in whose thread it was posted. ``edition``: "present" is what
    a kind whose entries are files shows, "former" what such an entry was; they go with their entry only.
    """

    __tablename__ = "attachment"
    __table_args__ = (
        part_of_entry(),
        Index("ix_attachment_entry", "entry_id", "sha256"),
        {"sqlite_autoincrement": True},
    )
    inside = False
    spoken = True
    tally = "files"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id)
    workspace_id: Mapped[int]
    entry_id: Mapped[int]
    author_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]
    width: Mapped[int | None]
    height: Mapped[int | None]
    animated: Mapped[bool] = mapped_column(default=False)
    alt: Mapped[str] = mapped_column(default="")
    with_comment: Mapped[bool] = mapped_column(default=False)
    internal: Mapped[bool] = mapped_column(default=False)
    guest_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    edition: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]
    deleted_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    entry: Mapped[Entry] = relationship(
        primaryjoin="foreign(Attachment.entry_id) == Entry.id", viewonly=True, lazy="select"
    )

    @property
    def is_picture(self) -> bool:
        """May it stand in a page as ``<img>``?"""
        return self.width is not None


class AttachmentText(Base):
    """What a file says, for search: found by ``files.reading``, for who may see the attachment and nobody else.

    It belongs to one attachment, also where another has the same bytes: how soon a file can be
    searched would tell that somebody else has it. ``rules`` read it, 0 for none yet; ``state`` is one of
    ``reading.kinds``. Read only joined to ``Attachment``, in a statement that began at the policy.
    """

    __tablename__ = "attachment_text"

    attachment_id: Mapped[int] = mapped_column(
        ForeignKey("attachment.id", ondelete="CASCADE"), primary_key=True
    )
    rules: Mapped[int] = mapped_column(default=0, index=True)
    state: Mapped[str] = mapped_column(default="")
    text: Mapped[str] = mapped_column(Text, default="")
    lang: Mapped[str] = mapped_column(default="")
    read_at: Mapped[datetime | None]


class AttachmentPreview(Base):
    """What was made of a file so that it can be looked at: found by ``files.preview``, as ``AttachmentText`` is.

    The parts lie in the storage beside the file: as many pages as ``sizes`` (width and height in pixels)
    says, or its text. ``whole``: nothing more stands in it. ``state`` is one of ``preview.kinds``.
    """

    __tablename__ = "attachment_preview"

    attachment_id: Mapped[int] = mapped_column(
        ForeignKey("attachment.id", ondelete="CASCADE"), primary_key=True
    )
    rules: Mapped[int] = mapped_column(default=0, index=True)
    state: Mapped[str] = mapped_column(default="")
    sizes: Mapped[list[list[int]]] = mapped_column(JSON, default=list)
    whole: Mapped[bool] = mapped_column(default=True)
    made_at: Mapped[datetime | None]


class Letting(Base):
    """Bytes of which one name has gone for good at ``at``; they go, too, if it was the last one."""

    __tablename__ = "letting"

    sha256: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
