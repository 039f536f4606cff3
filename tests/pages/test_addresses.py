"""The address of a page does not tell guests what the pages above it are called."""

from collab import clock
from collab.workspaces import access, entries
from collab.workspaces.models import Entry
from tests.cast import World


def _share(world: World, number: int) -> None:
    with world.acting("author") as (db, viewer):
        entries.share(db, viewer, access.get(db, viewer, Entry, Entry.id == number), clock.now(), None)


def test_a_shared_page_below_an_internal_one_lies_at_its_lasting_address_for_guests(world: World) -> None:
    board = world.workspace("Board", visibility="closed", members=["member", "guest"])
    above = world.page("Takeover of Rivale", workspace=board)
    below = world.page("Opening hours", "Nine to five.", workspace=board, below=above)
    _share(world, below.id)
    world.drain()
    guest = world.as_("guest")

    page = guest.get(f"/entries/{below.public_id}")
    assert page.status_code == 200
    assert "Nine to five." in page.text
    for door in (
        f"/w/{board}/",
        f"/w/{board}/pages/",
        "/search?q=opening",
        f"/api/v1/workspaces/{board}/pages",
    ):
        shown = guest.get(door)
        assert shown.status_code == 200, door
        assert "takeover" not in shown.text.lower(), door
    assert f"/entries/{below.public_id}" in guest.get("/search?q=opening").text
    assert guest.get(below.address).status_code == 404
    assert world.as_("member").get(f"/entries/{below.public_id}").location == below.address


def test_once_the_page_above_is_shared_too_the_page_is_in_its_place(world: World) -> None:
    board = world.workspace("Board", visibility="closed", members=["guest"])
    above = world.page("Handbook", workspace=board)
    below = world.page("Opening hours", workspace=board, below=above)
    for page in (below, above):
        _share(world, page.id)

    assert world.as_("guest").get(f"/entries/{below.public_id}").location == below.address
    assert "Opening hours" in world.as_("guest").get(f"/w/{board}/pages/").text
