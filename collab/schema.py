"""All tables of all rooms, and whether a database has them."""

from pathlib import Path

from sqlalchemy import Engine, column, inspect, select, table

from collab.activity import models as activity
from collab.auth import directory
from collab.auth import models as auth
from collab.auth.issuer import models as issuer
from collab.auth.methods import models as methods
from collab.auth.providers import models as providers
from collab.blog import models as blog
from collab.calendar import models as calendar
from collab.comments import mentions
from collab.comments import models as comments
from collab.db import Base
from collab.files import models as files
from collab.guests import models as guests
from collab.home import models as home
from collab.ideas import models as ideas
from collab.imports import models as imports
from collab.pages import models as pages
from collab.polls import models as polls
from collab.reactions import models as reactions
from collab.search import models as search
from collab.search import postgresql_models as search_index
from collab.shelf import models as shelf
from collab.tags import models as tags
from collab.tasks import models as tasks
from collab.topics import models as topics
from collab.web import idempotency
from collab.workspaces import models as workspaces
from collab.workspaces import watching

#: Every module with tables: importing one is what makes its tables known.
ROOMS = (
    activity,
    auth,
    blog,
    calendar,
    comments,
    directory,
    files,
    guests,
    home,
    idempotency,
    ideas,
    imports,
    issuer,
    mentions,
    methods,
    pages,
    polls,
    providers,
    reactions,
    search,
    search_index,
    shelf,
    tags,
    tasks,
    topics,
    watching,
    workspaces,
)
METADATA = Base.metadata
MIGRATIONS = Path(__file__).with_name("migrations")


def newest() -> str:
    """The number of the last migration: what their files begin with."""
    return max(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def is_current(engine: Engine) -> bool:
    """Has the database the form that this code expects? Asked by web processes, so without Alembic."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return False
        present = connection.scalar(select(column("version_num")).select_from(table("alembic_version")))
    return bool(present == newest())
