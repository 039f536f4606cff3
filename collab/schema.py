"""All tables of all rooms, and bringing a database up to them."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from collab.activity import models as activity
from collab.auth import directory
from collab.auth import models as auth
from collab.auth.issuer import models as issuer
from collab.auth.methods import models as methods
from collab.auth.providers import models as providers
from collab.blog import models as blog
from collab.comments import mentions
from collab.comments import models as comments
from collab.db import Base
from collab.files import models as files
from collab.imports import models as imports
from collab.pages import models as pages
from collab.reactions import models as reactions
from collab.tags import models as tags
from collab.web import idempotency
from collab.workspaces import models as workspaces

#: Every module with tables: importing one is what makes its tables known.
ROOMS = (
    activity,
    auth,
    blog,
    comments,
    directory,
    files,
    idempotency,
    imports,
    issuer,
    mentions,
    methods,
    pages,
    providers,
    reactions,
    tags,
    workspaces,
)
METADATA = Base.metadata


def configuration(engine_connection: object = None) -> Config:
    """Alembic's configuration, made here so that no second file has to agree with it."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = engine_connection
    return config


def upgrade(engine: Engine, to: str = "head") -> None:
    """Bring the database to the newest (or the named) form. Doing it twice does nothing."""
    with engine.execution_options(write=True).connect() as connection:
        command.upgrade(configuration(connection), to)
        connection.commit()


def is_current(engine: Engine) -> bool:
    """Has the database the form that this code expects?"""
    with engine.connect() as connection:
        present = MigrationContext.configure(connection).get_current_revision()
    return present == ScriptDirectory.from_config(configuration()).get_current_head()
