"""How the directory is asked."""

from typing import Literal

from collab.workspaces.forms import Search


class Directory(Search):
    """People of a kind, with the words ``q`` in name, title or place."""

    kind: Literal["employee", "guest"] = "employee"
