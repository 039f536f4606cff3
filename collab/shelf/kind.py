"""Files and folders, as the rest of the house knows them."""

from flask_babel import lazy_gettext as _l

from collab.shelf import present, services
from collab.shelf.models import Document, Folder
from collab.workspaces.kinds import Alone, Kind

KINDS = (
    Kind(
        model=Document,
        one=_l("File"),
        many=_l("Files"),
        icon="files",
        about=_l("Documents and pictures in folders, each with all its versions."),
        words=("document", "dokument", "documents", "dokumente"),
        views=(
            "collab.shelf.api",
            "collab.shelf.bulk_views",
            "collab.shelf.change_views",
            "collab.shelf.part_views",
            "collab.shelf.place_views",
            "collab.shelf.trash_views",
            "collab.shelf.unpack_views",
            "collab.shelf.upload_views",
            "collab.shelf.views",
        ),
        section="files",
        edit=services.edit,
        happened={
            "published": _l("%(who)s added the file “%(title)s”"),
            "edited": _l("%(who)s changed the file “%(title)s”"),
        },
    ),
    Kind(
        model=Folder,
        one=_l("Folder"),
        many=_l("Folders"),
        icon="folder-tree",
        about=_l("Holds files and other folders."),
        words=("folder", "ordner", "folders"),
        views=(),
        edit=services.edit,
        make=services.make_folder,
        happened={"published": "", "edited": ""},
        alone=Alone("shelf/_alone.html", present.alone),
    ),
)
