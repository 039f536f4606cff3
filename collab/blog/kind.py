"""Posts, as the rest of the house knows them."""

from flask_babel import lazy_gettext as _l

from collab.blog.models import Post
from collab.workspaces.kinds import Kind

KIND = Kind(
    model=Post,
    one=_l("Post"),
    many=_l("Posts"),
    icon="newspaper",
    about=_l("News and thoughts, for everybody in the company."),
    words=("post", "beitrag", "posts", "beiträge", "beitraege"),
    views=(
        "collab.blog.api",
        "collab.blog.edit_views",
        "collab.blog.feed_views",
        "collab.blog.publication_views",
        "collab.blog.views",
    ),
)
