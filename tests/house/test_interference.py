"""What somebody may not see changes nothing that this person gets: no count, no order, no time.

One of everything is put into places that the person does not belong to, or among things hidden
in places that the person does; then every address has to answer as it did before.
"""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from collab import clock
from collab.app import create_app, make_context
from collab.config import Settings
from collab.db import make_engine
from collab.workspaces.models import Entry
from tests.cast import STRANGER, Client, World
from tests.databases import careless
from tests.house.crawl import crawl
from tests.house.doors import Things
from tests.house.full_world import MAKERS, Full, attach, comment, page, post


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Full]:
    """A world in which everybody reads something, at a moment that does not pass."""
    moment, now = datetime.now(UTC), clock.now
    clock.now = lambda: moment
    folder = tmp_path_factory.mktemp("small")
    shutil.copy(request.getfixturevalue("_template"), folder / "collab.db")
    settings = Settings(data_dir=folder, secret_key="for tests only", demo=False)
    context = make_context(settings, careless(make_engine(settings.database)))
    app = create_app(context)
    app.test_client_class = Client
    full = Full(World(app, context))
    full.places["clean"] = full.world.workspace(
        "Clean", visibility="closed", members=["guest", "rival", "member"], clean_room=True
    )
    full.places["secret"] = full.world.workspace("Secret", visibility="secret", members=["member"])
    post(full, "blog", public_from=moment)
    post(full, "blog")
    shown = post(full, full.places["clean"], guests_from=moment)
    page(full, full.places["clean"])
    comment(full, shown, "guest")
    attach(full, shown, "author")
    for make in MAKERS:  # what the first of a kind changes in its workspace, the next does not
        make(full, full.places["clean"], guests=True)
    full.world.drain()
    yield full
    clock.now = now
    context.write.kw["bind"].dispose()


def _hide_one_of_everything(full: Full) -> None:
    """Nothing of this is for the guest, the colleague or a stranger."""
    world = full.world
    clean, secret = full.places["clean"], full.places["secret"]
    shown = _shown_to_guests(full)
    post(full, "blog", published=False)
    post(full, clean)
    post(full, clean, author="rival")
    post(full, clean, author="rival", published=False)
    page(full, clean)
    comment(full, shown, "rival")
    comment(full, shown, "author", internal=True)
    attach(full, shown, "rival", with_comment=True)
    inside = post(full, secret, guests_from=clock.now(), published=True)
    page(full, secret)
    comment(full, inside, "member")
    attach(full, inside, "author")
    for make in MAKERS:
        make(full, clean, guests=False)
    world.workspace("Another", visibility="secret", members=["member"])
    world.drain()


def _shown_to_guests(full: Full) -> Entry:
    return next(e for e in full.entries if e.guests_from and not e.public_from and e.kind == "post")


def test_what_is_hidden_changes_no_answer(small: Full) -> None:
    watchers = ("guest", "colleague", STRANGER)
    things = Things(small.world)
    before = {who: crawl(small.world, who, things) for who in watchers}

    _hide_one_of_everything(small)

    changed = []
    for who in watchers:
        for old, new in zip(before[who], crawl(small.world, who, things), strict=True):
            kept = {name: old.headers.get(name) for name in ("ETag", "Location", "Last-Modified")}
            same = old.lasting == new.lasting and old.status == new.status
            if not (same and kept == {name: new.headers.get(name) for name in kept}):
                changed.append((who, old.path))
    assert [(who, path) for who, path in changed if path.strip("/") not in ("readyz", "metrics")] == []
