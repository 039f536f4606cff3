"""Pages, as the rest of the house knows them."""

from flask_babel import lazy_gettext as _l

from collab.pages import listeners, services, validity, validity_letters
from collab.pages.models import Page
from collab.workspaces.kinds import Kind

KIND = Kind(
    model=Page,
    one=_l("Page"),
    many=_l("Pages"),
    icon="book-open",
    about=_l("What you know, written and kept right together, like a wiki."),
    words=("page", "seite", "pages", "seiten"),
    views=(
        "collab.pages.api",
        "collab.pages.edit_views",
        "collab.pages.export_api",
        "collab.pages.export_views",
        "collab.pages.new_views",
        "collab.pages.place_views",
        "collab.pages.validity_views",
        "collab.pages.views",
    ),
    section="pages",
    listeners=(listeners.LISTENER, validity_letters.LISTENER),
    make=services.create,
    edit=services.edit,
    html=services.html,
    render_again=services.render_again,
    keep_house=validity.remind,
)
