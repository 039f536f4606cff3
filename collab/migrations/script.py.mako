"""${message}"""

import sqlalchemy as sa
from alembic import op

import collab.db

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    raise RuntimeError("Collab migrates forwards only: restore a backup to go back.")
