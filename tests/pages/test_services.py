"""Pages in their tree: paths, moves, renames, undo."""

import pytest
from sqlalchemy import select

from collab.errors import Invalid
from collab.pages import services
from collab.pages.models import Page
from collab.workspaces import access
from collab.workspaces.models import Workspace
from tests.cast import World


def test_scratch(world: World):
    slug = world.workspace(members=["member"])
    with world.acting("author") as (db, viewer):
        place = access.workspace(db, viewer, slug)
        a = services.create(db, viewer, place, "Alpha", "See [[Beta]] and [[Nowhere]]")
        b = services.create(db, viewer, place, "Beta", "x", parent=a)
        c = services.create(db, viewer, place, "Gamma", "x", parent=b)
        d = services.create(db, viewer, place, "Beta", "y")
        assert (b.path, c.path, d.path) == ("alpha/beta", "alpha/beta/gamma", "beta")
        services.move(db, viewer, b, None)
        assert (b.path, c.path) == ("beta-2", "beta-2/gamma")
        with pytest.raises(Invalid):
            services.move(db, viewer, b, c)
        services.rename(db, viewer, b, "Delta")
        assert c.address.endswith("/pages/delta/gamma")
        services.delete(db, viewer, b)
        db.flush()
        e = services.create(db, viewer, place, "Delta", "")
        assert e.path == "delta" and c.parent_id == e.id or db.refresh(c) or c.parent_id == e.id
        services.restore(db, viewer, b)
        assert b.path == "delta-2"
        print(a.html)
