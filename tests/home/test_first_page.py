"""The first page of a workspace: what is pinned, what is due, its picture, its sections."""

import io
import re
from datetime import date, timedelta

import pytest
from PIL import Image

from collab import clock
from collab.tasks import people
from collab.tasks import services as tasks
from collab.workspaces import access
from collab.workspaces.models import Entry
from tests.cast import World


def _main(world: World, who: str, path: str) -> str:
    page = world.as_(who).get(path)
    assert page.status_code == 200, page.status_code
    return page.text.split("<main", 1)[1]


def _pinned(world: World, who: str, slug: str) -> list[str]:
    part = re.search(r'aria-labelledby="pinned".*?</section>', _main(world, who, f"/w/{slug}/"), re.S)
    return re.findall(r'<p class="row-title"><a [^>]*>([^<]*)</a>', part[0]) if part else []


def _pin(world: World, slug: str, entry: Entry, who: str = "author") -> int:
    return world.as_(who).send(f"/w/{slug}/pins", {"entry": entry.public_id}).status_code


def test_owners_pin_order_and_take_away(world: World) -> None:
    slug = world.workspace("Board", members=["member", "guest"])
    one, two, three = (world.page(title, workspace=slug) for title in ("One", "Two", "Three"))
    for page in (one, two, three, two):
        assert _pin(world, slug, page) == 303
    assert _pinned(world, "member", slug) == ["One", "Two", "Three"]
    author = world.as_("author")
    author.send(f"/w/{slug}/pins/move", {"entry": three.public_id, "step": "up"})
    author.send(f"/w/{slug}/pins/move", {"entry": one.public_id, "step": "up"})
    assert _pinned(world, "member", slug) == ["One", "Three", "Two"]
    author.send(f"/w/{slug}/pins/remove", {"entry": one.public_id})
    assert _pinned(world, "member", slug) == ["Three", "Two"]
    assert "One" in author.get(f"/w/{slug}/pins?q=on").text
    assert _pinned(world, "guest", slug) == []  # all of it is internal


@pytest.mark.parametrize(("who", "status"), [("member", 403), ("colleague", 403), ("guest", 404)])
def test_nobody_else_pins(world: World, who: str, status: int) -> None:
    slug = world.workspace("Board", members=["member", "guest"])
    page = world.page("One", workspace=slug)
    assert _pin(world, slug, page, who) == status
    assert world.as_(who).get(f"/w/{slug}/pins").status_code == status


def test_only_what_is_there_is_pinned(world: World) -> None:
    slug, other = world.workspace("Board"), world.workspace("Other")
    assert _pin(world, slug, world.page("Elsewhere", workspace=other)) == 404
    assert _pin(world, slug, world.post("Draft", workspace=slug, published=False)) == 404
    pages = [world.page(f"Page {number}", workspace=slug) for number in range(13)]
    for page in pages:
        _pin(world, slug, page)
    assert len(_pinned(world, "author", slug)) == 12


def test_what_is_due_shows_the_own_things_first(world: World) -> None:
    slug = world.workspace("Board", members=["member", "guest"])
    made = {
        "Far": world.page("Far", workspace=slug),
        "Late": world.page("Late", workspace=slug),
        "Done": world.page("Done", workspace=slug),
        "Mine": world.page("Mine", workspace=slug, author="member"),
    }
    with world.system() as db:
        for title, entry in made.items():
            kept = db.get_one(Entry, entry.id)
            days = {"Far": 9, "Late": -3, "Done": 1, "Mine": 30}[title]
            kept.due_on = date.today() + timedelta(days=days)  # noqa: DTZ011 - any day will do
            kept.settled_at = clock.now() if title == "Done" else None
    part = re.search(r'aria-labelledby="due".*?</section>', _main(world, "member", f"/w/{slug}/"), re.S)
    assert part is not None
    assert re.findall(r'<a href="/w/[^>]*>([^<]*)</a>', part[0]) == ["Mine", "Late", "Far"]
    assert part[0].count("overdue") == 1
    assert 'aria-labelledby="due"' not in _main(world, "guest", f"/w/{slug}/")


def test_a_picture_is_cut_and_shown_to_those_who_know_the_workspace(world: World) -> None:
    slug = world.workspace("Board", visibility="secret", members=["member", "guest"])
    upload = io.BytesIO()
    Image.new("RGB", (900, 400), "navy").save(upload, "JPEG")
    content = upload.getvalue()
    sent = {"photo": (io.BytesIO(content), "p.jpg"), "alt": "The crane"}
    assert world.as_("member").send(f"/w/{slug}/picture", dict(sent)).status_code == 403
    sent = {"photo": (io.BytesIO(content), "p.jpg"), "alt": "The crane"}
    assert world.as_("author").send(f"/w/{slug}/picture", sent).status_code == 303
    assert 'alt="The crane"' in _main(world, "guest", f"/w/{slug}/")
    shown = world.as_("guest").get(f"/w/{slug}/picture")
    assert Image.open(io.BytesIO(shown.data)).size == (320, 320)
    assert world.as_("colleague").get(f"/w/{slug}/picture").status_code == 404
    refused = {"photo": (io.BytesIO(b"<svg/>"), "p.svg"), "alt": ""}
    assert world.as_("author").send(f"/w/{slug}/picture", refused).status_code == 422
    world.as_("author").send(f"/w/{slug}/picture", {"alt": "Another crane"})
    assert 'alt="Another crane"' in _main(world, "member", f"/w/{slug}/")
    assert world.as_("author").send(f"/w/{slug}/picture/delete").status_code == 303
    assert world.as_("guest").get(f"/w/{slug}/picture").status_code == 404


def test_an_empty_workspace_says_what_can_be_done(world: World) -> None:
    slug = world.workspace("Board", members=["member"])
    assert "What you can do here" in _main(world, "member", f"/w/{slug}/")
    assert "What you can do here" not in _main(world, "colleague", f"/w/{slug}/")


def test_a_section_that_is_off_says_so_at_its_address(world: World) -> None:
    slug = world.workspace("Board", members=["member"], sections=[])
    for who in ("author", "member"):
        seen = _main(world, who, f"/w/{slug}/pages/")
        assert "is switched off here" in seen
        assert ("settings#f-sections" in seen) is (who == "author")
    page = world.page("Still there", workspace=slug)
    with world.looking("member") as (db, viewer):
        assert access.get(db, viewer, Entry, Entry.id == page.id).title == "Still there"


def test_what_is_due_asks_each_kind_whose_it_is(world: World) -> None:
    slug = world.workspace("Board", members=["member"], sections=["tasks", "ideas"])
    with world.acting("author") as (db, viewer):
        place = access.workspace(db, viewer, slug)
        for title in ("Anybody's", "Member's"):
            made = tasks.make(db, viewer, place, title, "")
            made.due_on = clock.now().date() + timedelta(days=3 if title == "Member's" else 1)
            if title == "Member's":
                people.assign(db, viewer, made, "member")
    part = re.search(r'aria-labelledby="due".*?</section>', _main(world, "member", f"/w/{slug}/"), re.S)
    assert part is not None
    assert re.findall(r'<a href="/w/[^>]*>([^<]*)</a>', part[0]) == ["Member&#39;s", "Anybody&#39;s"]
    assert "Author made the task" in world.as_("member").get(f"/w/{slug}/stream").text


def test_the_menu_of_an_entry_pins_it_for_owners(world: World) -> None:
    place = world.workspace(members=["member"])
    page = world.page("Plan", workspace=place)
    pin = f"/entries/{page.public_id}/pin"
    assert pin in world.as_("author").get(page.address).text
    assert pin not in world.as_("member").get(page.address).text
    assert world.as_("member").send(pin).status_code == 403
    answer = world.as_("author").send(pin)
    assert answer.location == page.address
    assert f"{pin}/delete" in world.as_("author").get(page.address).text, "undo"
    assert "Pinned" in world.as_("member").get(f"/w/{place}/").text
    assert world.as_("author").send(pin).status_code == 303, "twice is once"
    world.as_("author").send(f"{pin}/delete")
    assert "Pinned" not in world.as_("member").get(f"/w/{place}/").text
