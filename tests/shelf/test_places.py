"""Files that go into another workspace, and files that go for good."""

from datetime import timedelta

from sqlalchemy import select

from collab import clock
from collab.files import erasing
from collab.files.models import Attachment
from collab.workspaces.models import Entry
from tests.cast import World
from tests.shelf.hands import content, document, folder, listed, put, send


def test_a_folder_goes_into_another_workspace_with_versions_and_comments(world: World) -> None:
    here = world.workspace(members=["member", "guest"], visibility="closed", sections=["files"])
    there = world.workspace(members=["colleague"], visibility="closed", sections=["files"])
    top = folder(world, here, "Offers", guests=True)
    made = document(world, here, "plan.txt", b"one", parent=top, guests=True)
    send(world, "author", f"{made.address}/upload", ("plan.txt", b"two"))
    world.comment(made, "Looks good")
    folder(world, there, "offers")
    page = world.as_("author").get(f"/w/{here}/files/move?item={top.public_id}&to={there}").text
    assert "it is for the members there, and internal" in page

    gone = put(world, here, top.public_id, to=there).location
    assert gone == f"/w/{there}/files/{top.public_id}"
    assert listed(world, here) == {}
    assert list(listed(world, there)) == ["offers", "Offers (2)"]
    new = f"/w/{there}/files/{made.public_id}"
    page = world.as_("colleague").get(new).text
    assert "Version 2" in page and "Looks good" in page
    assert world.as_("author").get(made.address).location == new
    for who in ("member", "guest"):
        for address in (made.address, new, gone):
            assert world.as_(who).get(address).status_code == 404, (who, address)


def test_what_is_not_yours_to_delete_stays_and_can_be_copied(world: World) -> None:
    here = world.workspace(members=["member"], visibility="closed")
    there = world.workspace(members=["member"], visibility="closed", sections=["files"])
    mine = folder(world, here, "Mine", "member")
    theirs = document(world, here, "theirs.txt", parent=mine)
    document(world, here, "own.txt", who="member", parent=mine)
    assert put(world, here, theirs.public_id, who="member", to=there).status_code == 403
    assert put(world, here, theirs.public_id, who="member", to=there, act="copy").status_code == 303
    put(world, here, mine.public_id, who="member", to=there)
    assert list(listed(world, here)) == ["theirs.txt"]
    assert list(listed(world, there)) == ["Mine", "theirs.txt"]
    assert list(listed(world, there, mine.public_id)) == ["own.txt"]


def test_nothing_goes_where_its_mover_may_not_write(world: World) -> None:
    here = world.workspace()
    made = document(world, here, "plan.txt")
    for there in (world.workspace(owner="member", visibility="secret", sections=["files"]), "nowhere"):
        assert put(world, here, made.public_id, to=there).status_code == 403
    assert (
        world.as_("author").get(f"/w/{here}/files/move?item={made.public_id}&to={there}").status_code == 200
    )
    full = world.workspace(sections=["files"], members=["admin"])
    world.as_("admin").send(f"/w/{full}/files/limit", {"quota_mb": "0"})
    assert "may hold 0 MB" in put(world, here, made.public_id, to=full).text
    assert list(listed(world, here)) == ["plan.txt"]


def test_what_is_shared_alone_is_not_taken_elsewhere(world: World) -> None:
    here, there = world.workspace(), world.workspace(sections=["files"])
    made = document(world, here, "plan.txt")
    day = (clock.now() + timedelta(days=3)).date().isoformat()
    world.as_("author").send(f"/entries/{made.public_id}/links", {"name": "For Kim", "ends_on": day})
    assert "by a link" in put(world, here, made.public_id, to=there).text
    assert list(listed(world, here)) == ["plan.txt"]


def test_for_good_leaves_nothing_but_what_others_name(world: World) -> None:
    place = world.workspace(members=["member"], visibility="closed")
    top = folder(world, place, "Top")
    made = document(world, place, "plan.txt", b"only here", parent=top)
    document(world, place, "both.txt", b"twice", parent=top)
    kept = document(world, place, "again.txt", b"twice")
    world.comment(made, "Words")
    storage = world.context.storage
    with world.system() as db:
        shas = {row.name: row.sha256 for row in db.scalars(select(Attachment))}
    client = world.as_("author")
    client.send(f"{top.address}/delete")
    assert world.as_("member").send(f"/w/{place}/files/erase").status_code == 303  # not the member's trash
    client.send(f"/w/{place}/files/erase", {"item": top.public_id})
    assert "The trash is empty" in client.get(f"/w/{place}/files/trash").text
    assert client.send(f"/w/{place}/files/{top.public_id}/restore").status_code == 404
    with world.system() as db:
        assert db.scalars(select(Entry.title).where(Entry.kind.in_(["folder", "document"]))).all() == [
            "again.txt"
        ]
        assert erasing.let_go(db, storage) == 0  # somebody may be about to name the same bytes
    storage.keep_variant(shas["plan.txt"], "page1", b"made of it")
    with clock.shifted(timedelta(hours=2)), world.system() as db:
        assert erasing.let_go(db, storage) == 1
    assert not list(storage.path(shas["plan.txt"]).parent.glob(f"{shas['plan.txt']}*"))
    assert content(world, kept) == b"twice"
