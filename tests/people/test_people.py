"""Who finds whom, and what a profile shows."""

import io
import re
from datetime import timedelta

import pytest
from PIL import Image

from collab import clock
from collab.auth.models import Account
from tests.cast import World


def _set(world: World, who: str, **values: object) -> None:
    with world.system() as db:
        account = db.get_one(Account, world.account_id(who))
        for name, value in values.items():
            setattr(account, name, value)


@pytest.mark.parametrize(("who", "status"), [("member", 200), ("guest", 404), ("stranger", 303)])
def test_the_directory_is_for_employees(world: World, who: str, status: int) -> None:
    assert world.as_(who).get("/people/").status_code == status


def test_people_are_found_by_name_title_and_place_in_any_case(world: World) -> None:
    _set(world, "colleague", name="Änne Öztürk", title="Härterei", location="Köln")
    for words in ("änne", "ÖZTÜRK", "härterei köln", "Öz Köl"):
        seen = world.as_("member").get("/people/", query_string={"q": words}).text
        assert "Änne Öztürk" in seen and "Author</a>" not in seen, words
    assert "Nobody for" in world.as_("member").get("/people/?q=100%25").text


def test_the_directory_goes_on_by_cursor(world: World) -> None:
    with world.system() as db:
        db.add_all(Account(handle=f"p{n}", name=f"Person {n:03}", created_at=clock.now()) for n in range(100))
    names, address = [], "/people/?q=Person"
    while address:
        page = world.as_("member").get(address)
        assert int(page.headers["X-Collab-Statements"]) <= 8
        names += [f"{n:03}" for n in range(100) if f"Person {n:03}<" in page.text]
        found = page.text.split('rel="next" href="')
        address = found[1].split('"')[0].replace("&amp;", "&") if len(found) > 1 else ""
    assert names == [f"{n:03}" for n in range(100)]


def test_a_guest_finds_only_those_who_share_a_workspace(world: World) -> None:
    world.workspace("Board", visibility="closed", members=["guest", "member"])
    seen = {who: world.as_("guest").get(f"/people/{who}").status_code for who in ("member", "author")}
    unseen = {who: world.as_("guest").get(f"/people/{who}").status_code for who in ("colleague", "rival")}
    assert (set(seen.values()), set(unseen.values())) == ({200}, {404})
    suggested = world.as_("guest").get("/people/suggest?q=").text
    assert "Member" in suggested and "Colleague" not in suggested and "Rival" not in suggested


def _bare(page: str) -> str:
    """The page without its CSRF tokens, which tell the time."""
    return re.sub(r'"[\w-]{20,}\.[\w-]+\.[\w-]+"', '""', page)


def test_hidden_and_unknown_people_look_the_same(world: World) -> None:
    hidden = world.as_("guest").get("/people/colleague")
    missing = world.as_("guest").get("/people/nobody")
    assert hidden.status_code == missing.status_code == 404
    assert _bare(hidden.text).replace("/people/colleague", "/people/nobody") == _bare(missing.text)


def test_an_ended_guest_is_nobody_and_finds_nobody(world: World) -> None:
    world.workspace("Board", visibility="closed", members=["guest", "member", "rival"])
    assert world.as_("rival").get("/people/guest").status_code == 200
    _set(world, "guest", ends_at=clock.now() - timedelta(seconds=1))
    assert world.as_("guest").get("/people/member").status_code == 403  # it has ended, and nothing else
    assert world.as_("rival").get("/people/guest").status_code == 404
    assert "Guest" not in world.as_("member").get("/people/suggest?q=guest").text
    assert ">Guest</a>" not in world.as_("member").get("/people/?kind=guest").text


def test_a_profile_shows_only_texts_that_its_reader_may_read(world: World) -> None:
    slug = world.workspace("Secret", visibility="secret", members=["member"])
    world.post("Hidden plan", workspace=slug)
    world.post("Seen by all")
    world.post("Not out yet", published=False)
    seen = {who: world.as_(who).get("/people/author").text for who in ("member", "colleague", "author")}
    assert {who: "Hidden plan" in text for who, text in seen.items()} == {
        "member": True,
        "colleague": False,
        "author": True,
    }
    assert all("Seen by all" in text and "Not out yet" not in text for text in seen.values())


def test_a_profile_runs_nobodys_script(world: World) -> None:
    attack = "<script>alert(1)</script>[x](javascript:alert(1))<img src=x onerror=alert(1)>"
    _set(world, "author", bio=attack, name=attack, title=attack, location=attack)
    for page in ("/people/author", "/people/", "/people/suggest?q=script"):
        seen = world.as_("member").get(page).text
        assert "<script>alert" not in seen and 'href="javascript' not in seen and "<img src=x" not in seen


def test_guests_do_not_see_addresses(world: World) -> None:
    world.workspace("Board", visibility="closed", members=["guest"])
    assert "author@example.com" in world.as_("member").get("/people/author").text
    assert "author@example.com" not in world.as_("guest").get("/people/author").text


def test_a_photo_is_for_those_who_may_know_of_the_person(world: World) -> None:
    out = io.BytesIO()
    Image.new("RGB", (40, 40), "teal").save(out, "PNG")
    blob = world.context.storage.put(io.BytesIO(out.getvalue()), 1 << 20)
    _set(world, "author", photo=blob.sha256)
    shown = world.as_("member").get("/people/author/photo")
    assert (shown.status_code, shown.mimetype) == (200, "image/png")
    assert shown.headers["Cache-Control"] == "private, no-cache"
    again = world.as_("member").get("/people/author/photo", headers={"If-None-Match": shown.headers["ETag"]})
    assert again.status_code == 304
    assert world.as_("guest").get("/people/author/photo").status_code == 404
    assert world.as_("member").get("/people/colleague/photo").status_code == 404


def test_what_is_no_picture_is_never_sent_as_a_photo(world: World) -> None:
    blob = world.context.storage.put(io.BytesIO(b"<script>alert(1)</script>"), 1 << 20)
    _set(world, "author", photo=blob.sha256)
    assert world.as_("member").get("/people/author/photo").status_code == 404


def test_suggestions_for_an_entry_are_its_readers(world: World) -> None:
    slug = world.workspace("Board", visibility="closed", members=["member", "guest"])
    post = world.post("Plan", workspace=slug)
    address = f"/people/suggest?q=&entry={post.public_id}"
    inside = world.as_("author").get(address).text
    assert "@member" in inside
    assert "@colleague" not in inside and "@guest" not in inside  # the post is internal
    assert world.as_("colleague").get(address).status_code == 404
    assert world.as_("author").get("/people/suggest?q=&entry=nothing").status_code == 404


def test_suggestions_are_few_and_the_best_come_first(world: World) -> None:
    with world.system() as db:
        db.add_all(
            Account(handle=f"h{n}", name=f"Zoe Anders {n:02}", created_at=clock.now()) for n in range(30)
        )
        db.add(Account(handle="anders", name="Anders Zorn", created_at=clock.now()))
    seen = world.as_("member").get("/people/suggest?q=anders").text
    assert seen.count('role="option"') == 8
    assert seen.index("Anders Zorn") < seen.index("Zoe Anders")
    assert world.as_("member").get("/people/suggest?q=qqqq").status_code == 204
