"""Which engine answers: that of the database. Chosen in this place."""

from collab.activity.outbox import Context
from collab.search.engine import Engine
from collab.search.listeners import on_postgresql
from collab.search.postgresql import PostgresEngine
from collab.search.whoosh_engine import WhooshEngine


def engine_for(context: Context) -> Engine:
    """A new engine, to be kept for as long as the context is."""
    return PostgresEngine() if on_postgresql(context) else WhooshEngine(context.data_dir)
