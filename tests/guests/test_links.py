"""Links to one entry for people without an account: what they open, and what nothing opens."""

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from collab import clock
from collab.auth.models import Account
from collab.comments.models import Comment
from collab.workspaces import links
from collab.workspaces.models import Entry, LinkVisitor, ShareLink, Workspace
from tests.cast import STRANGER, Client, World

PLACE = "Zyzzyva council"
PASSWORD = "zebra crossing"


def link(world: World, entry: Entry, *, by: str = "author", **more: Any) -> str:
    """A link to the entry; answers its path."""
    with world.acting(by) as (db, viewer):
        _made, token = links.make(
            db,
            viewer,
            db.get_one(Entry, entry.id),
            world.context.settings,
            name="Test firm",
            ends_at=clock.now() + timedelta(days=10),
            **more,
        )
    return f"/s/{token}"


def browser(world: World) -> Client:
    """A fresh one, in which nobody has signed in."""
    client = world.app.test_client()
    assert isinstance(client, Client)
    return client


@pytest.fixture
def page(world: World) -> Entry:
    slug = world.workspace(PLACE, visibility="secret", members=["member"])
    made = world.page("Quokka page", "Quokka words.", workspace=slug)
    world.comment(made, "Quokka comment")
    return made


def test_anybody_reads_the_entry_and_learns_nothing_of_its_place(world: World, page: Entry) -> None:
    answer = browser(world).get(link(world, page))
    assert answer.status_code == 200
    for words in ("Quokka page", "Quokka words", "Shared by Author"):
        assert words in answer.text
    for words in (PLACE, "/w/", "Quokka comment", "/people/", "/history"):
        assert words not in answer.text
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert "no-store" in answer.headers["Cache-Control"]
    cookie = next(c for c in answer.headers.getlist("Set-Cookie") if c.startswith("links="))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Expires" not in cookie


@pytest.mark.parametrize(
    "other", ["/", "/blog/", "/search?q=quokka", "/api/v1/search?q=quokka", "/blog/feed.atom"]
)
def test_it_opens_nothing_else(world: World, page: Entry, other: str) -> None:
    world.drain()
    visitor = browser(world)
    visitor.get(link(world, page))
    assert "Quokka" not in visitor.get(other).text
    assert visitor.get(page.address).status_code in (303, 404)


def test_nothing_around_the_entry_opens(world: World, page: Entry) -> None:
    other = world.page("Other page", workspace=page.address.split("/")[2])
    visitor = browser(world)
    visitor.get(link(world, page, may_comment=True))
    lasting = f"/entries/{page.public_id}"
    assert visitor.get(lasting).status_code == 200
    for path in ("/history", "/sharing", "/shares", "/comments/people?q=a", "/history/1"):
        answer = visitor.get(lasting + path)
        assert answer.status_code in (303, 401, 404), path
        assert "Quokka" not in answer.text
    for path in (
        f"/entries/{other.public_id}",
        f"/api/v1/pages/{page.public_id}",
        f"/api/v1/entries/{page.public_id}/comments",
    ):
        assert visitor.get(path).status_code in (401, 404), path
    assert visitor.send(f"{lasting}/comments", {"body": "x"}).status_code in (401, 303, 404)
    assert visitor.send(f"{lasting}/files", {"file": (io.BytesIO(b"x"), "x.txt")}).status_code in (401, 303)


def _attach(world: World, entry: Entry) -> str:
    sent = world.as_("author").send(
        f"/entries/{entry.public_id}/files", {"file": (io.BytesIO(b"quokka figures"), "figures.txt")}
    )
    return str(sent.json["url"])


def test_the_files_of_the_entry_open_and_only_those(world: World, page: Entry) -> None:
    mine = _attach(world, page)
    other = world.page("Other page", workspace=page.address.split("/")[2])
    theirs = _attach(world, other)
    path, visitor = link(world, page), browser(world)
    assert visitor.get(mine).status_code == 404
    visitor.get(path)
    answer = visitor.get(mine)
    assert answer.data == b"quokka figures"
    assert visitor.get(theirs).status_code == 404
    crossed = theirs.replace(other.public_id, page.public_id)
    assert visitor.get(crossed).status_code == 404
    _revoke(world, page)
    again = {"If-None-Match": answer.headers["ETag"]}
    assert visitor.get(mine, headers=again).status_code == 404
    assert visitor.head(path).status_code == 404


def _revoke(world: World, entry: Entry) -> None:
    with world.acting("author") as (db, viewer):
        for one in db.scalars(select(ShareLink)):
            links.revoke(db, viewer, db.get_one(Entry, entry.id), one)


def _end(world: World, _entry: Entry) -> None:
    with world.system() as db:
        db.scalars(select(ShareLink)).one().ends_at = clock.now()


def _maker_goes(world: World, _entry: Entry) -> None:
    with world.system() as db:
        db.get_one(Account, world.account_id("author")).status = "suspended"


def _withdraw(world: World, entry: Entry) -> None:
    with world.system() as db:
        db.get_one(Entry, entry.id, execution_options={"policy": True}).published_at = None


def _delete(world: World, entry: Entry) -> None:
    world.as_("author").send(f"/entries/{entry.public_id}/delete")


@pytest.mark.parametrize("over", [_revoke, _end, _maker_goes, _delete, _withdraw])
def test_what_is_over_is_over_at_once_and_like_an_unknown_one(world: World, page: Entry, over: Any) -> None:
    path, visitor = link(world, page, may_comment=True), browser(world)
    assert visitor.get(path).status_code == 200
    over(world, page)
    unknown = browser(world).get(f"/s/{'t' * 43}")
    for client in (visitor, browser(world)):
        answer = client.get(path)
        assert (answer.status_code, _plain(answer)) == (404, _plain(unknown))
        assert client.send(f"{path}/comments", {"name": "Eve", "body": "Words"}).status_code == 404
        assert client.send(f"{path}/password", {"password": "x"}).status_code == 404
        assert client.get(f"/entries/{page.public_id}").status_code == 404


def _plain(answer: TestResponse) -> str:
    return re.sub(r'content="[^"]*"|value="[^"]*"|/s/[\w-]+', "", answer.text)


def test_a_password_is_asked_for_and_tells_nothing_before(world: World, page: Entry) -> None:
    path, visitor = link(world, page, password=PASSWORD, may_comment=True), browser(world)
    asked = visitor.get(path)
    assert asked.status_code == 200
    for words in ("Quokka", "Author", PLACE):
        assert words not in asked.text
    assert visitor.get(f"/entries/{page.public_id}").status_code == 404
    assert visitor.send(f"{path}/comments", {"name": "Eve", "body": "Words"}).status_code == 404
    wrong = visitor.send(f"{path}/password", {"password": "not it at all"})
    assert wrong.status_code == 422
    assert "Quokka" not in wrong.text
    assert visitor.send(f"{path}/password", {"password": PASSWORD}).location == path
    assert "Quokka words" in visitor.get(path).text


def test_guessing_a_password_is_slow(world: World, page: Entry) -> None:
    path, visitor = link(world, page, password=PASSWORD), browser(world)
    answers = [visitor.send(f"{path}/password", {"password": f"guess {n}"}).status_code for n in range(11)]
    assert answers == [422] * 10 + [429]
    assert visitor.send(f"{path}/password", {"password": PASSWORD}).status_code == 429


def test_another_password_ends_what_browsers_hold(world: World, page: Entry) -> None:
    path, visitor = link(world, page, password=PASSWORD), browser(world)
    visitor.send(f"{path}/password", {"password": PASSWORD})
    assert "Quokka words" in visitor.get(path).text
    with world.system() as db:
        db.scalars(select(ShareLink)).one().password_hash = "$argon2id$another"
    assert "Quokka words" not in visitor.get(path).text
    assert visitor.get(f"/entries/{page.public_id}").status_code == 404


@pytest.mark.parametrize(
    "forged", ["{id}.{zeros}", "{id}", "{id}.", "~~~", "{id}.{zeros}~" * 40, "é", "{id}.é"]
)
def test_a_forged_cookie_opens_nothing(world: World, page: Entry, forged: str) -> None:
    link(world, page)
    with world.system() as db:
        public_id = db.scalars(select(ShareLink.public_id)).one()
    visitor = browser(world)
    visitor.set_cookie("links", forged.format(id=public_id, zeros="0" * 40))
    assert visitor.get(f"/entries/{page.public_id}").status_code == 404


def test_several_links_are_kept(world: World, page: Entry) -> None:
    second = world.page("Second page", workspace=page.address.split("/")[2])
    visitor = browser(world)
    visitor.get(link(world, page))
    visitor.get(link(world, second))
    for entry in (page, second):
        assert visitor.get(f"/entries/{entry.public_id}").status_code == 200


@pytest.mark.parametrize(
    "path", ["/s/", "/s/x", f"/s/{'t' * 43}/", "/s/%00", "/s/../s/x", f"/s/{'é' * 43}", "/s/" + "x" * 5000]
)
def test_odd_addresses_are_nothing(world: World, page: Entry, path: str) -> None:
    link(world, page)
    assert browser(world).get(path).status_code in (303, 308, 404)


def test_looking_at_a_link_changes_nothing(world: World, page: Entry) -> None:
    path = link(world, page, may_comment=True)
    with world.system() as db:
        before = db.execute(select(ShareLink.__table__)).all()
    browser(world).get(path)
    browser(world).head(path)
    with world.system() as db:
        assert db.execute(select(ShareLink.__table__)).all() == before
        assert db.scalars(select(LinkVisitor)).all() == []


# Comments ------------------------------------------------------------------------------------------


def test_a_visitor_comments_under_a_name_and_is_marked_as_outside(world: World, page: Entry) -> None:
    path, visitor = link(world, page, may_comment=True), browser(world)
    shown = visitor.get(path)
    assert "Quokka comment" in shown.text
    assert "/people/" not in shown.text
    said = visitor.send(f"{path}/comments", {"name": "Eve Visitor", "body": "Hello @author, *fine*"})
    assert said.location.startswith(f"{path}#comment-")
    assert "Eve Visitor" in visitor.get(path).text
    seen = world.as_("member").get(page.address).text
    around = seen[seen.index("Eve Visitor") : seen.index("Eve Visitor") + 200]
    assert "Outside" in around
    assert "visitor." not in seen
    with world.system() as db:
        comment = db.scalars(select(Comment).order_by(Comment.id.desc())).first()
        assert comment is not None
        account = db.get_one(Account, comment.author_id)
        assert (account.kind, account.status, comment.guest_id) == ("visitor", "locked", account.id)


def test_a_visitor_is_no_person_anywhere(world: World, page: Entry) -> None:
    path, visitor = link(world, page, may_comment=True), browser(world)
    visitor.send(f"{path}/comments", {"name": "Evelina", "body": "Words"})
    visitor.send(f"{path}/comments", {"name": "Evelina", "body": "More words"})
    world.drain()
    with world.system() as db:
        handle = db.scalars(select(Account.handle).where(Account.kind == "visitor")).one()
    admin = world.as_("admin")
    assert admin.get(f"/people/{handle}").status_code == 404
    lists = ["/people/", "/people/suggest", "/api/v1/accounts", "/admin/", "/admin/people/", "/search"]
    for other in [f"{path}?q=Evelina" for path in lists]:
        assert handle not in admin.get(other).text, other
    assert world.as_("member").get("/api/v1/accounts").text.count("Evelina") == 0


@pytest.mark.parametrize(
    "words", [{"name": "", "body": "Words"}, {"name": "Eve", "body": " "}, {"name": "x" * 81, "body": "Words"},
              {"name": "Eve", "body": "x" * 5001}, {"name": "Eve", "body": "Words", "internal": "1"}, {}]
)  # fmt: skip
def test_what_a_visitor_may_not_send_is_refused_and_kept_in_the_form(
    world: World, page: Entry, words: Any
) -> None:
    path, visitor = link(world, page, may_comment=True), browser(world)
    answer = visitor.send(f"{path}/comments", words)
    assert answer.status_code == 422
    assert "Quokka words" in answer.text
    assert words.get("body", "").strip()[:100] in answer.text
    with world.system() as db:
        assert db.scalars(select(LinkVisitor)).all() == []


def test_a_comment_needs_the_token_of_the_page(world: World, page: Entry) -> None:
    path, visitor = link(world, page, may_comment=True), browser(world)
    visitor.get(path)
    assert visitor.post(f"{path}/comments", data={"name": "Eve", "body": "Words"}).status_code == 400


def test_a_link_for_reading_takes_no_comments(world: World, page: Entry) -> None:
    path, visitor = link(world, page), browser(world)
    assert f"{path}/comments" not in visitor.get(path).text
    assert visitor.send(f"{path}/comments", {"name": "Eve", "body": "Words"}).status_code == 403


def test_many_comments_at_once_are_stopped(world: World, page: Entry) -> None:
    path, visitor = link(world, page, may_comment=True), browser(world)
    answers = [
        visitor.send(f"{path}/comments", {"name": "Eve", "body": f"Words {n}"}).status_code for n in range(21)
    ]
    assert answers == [303] * 20 + [429]


def test_the_same_words_sent_twice_are_one_comment(world: World, page: Entry) -> None:
    path, visitor = link(world, page, may_comment=True), browser(world)
    both = {visitor.send(f"{path}/comments", {"name": "Eve", "body": "Words"}).location for _ in range(2)}
    assert len(both) == 1


def test_owners_delete_what_a_visitor_said(world: World, page: Entry) -> None:
    path, visitor = link(world, page, may_comment=True), browser(world)
    said = visitor.send(f"{path}/comments", {"name": "Eve", "body": "Rude words"}).location
    comment = said.partition("#comment-")[2]
    world.as_("author").send(f"/comments/{comment}/delete", {"reason": "Rude"})
    assert "Rude words" not in visitor.get(path).text


def test_an_internal_comment_stays_inside(world: World) -> None:
    slug = world.workspace(members=["member"])
    page = world.page("Quokka page", workspace=slug)
    with world.acting("author") as (db, _viewer):
        db.get_one(Entry, page.id).guests_from = clock.now()
    world.comment(page, "Quiet words", internal=True)
    assert "Quiet words" not in browser(world).get(link(world, page, may_comment=True)).text


# People with an account ------------------------------------------------------------------------------


def test_who_is_in_the_workspace_is_led_to_the_page(world: World, page: Entry) -> None:
    assert world.as_("member").get(link(world, page)).location == page.address


def test_a_guest_with_a_link_reads_and_comments_as_themselves(world: World, page: Entry) -> None:
    path, guest = link(world, page, may_comment=True), world.as_("guest")
    shown = guest.get(path)
    assert "Quokka words" in shown.text
    assert PLACE not in shown.text
    answer = guest.send(f"/entries/{page.public_id}/comments", {"body": "As myself"})
    assert answer.location.startswith(f"/entries/{page.public_id}#")
    assert guest.get(f"/entries/{page.public_id}/history").status_code == 404
    assert "Quokka" not in guest.get("/search?q=quokka").text.replace('value="quokka"', "")
    _revoke(world, page)
    assert guest.get(f"/entries/{page.public_id}").status_code == 404


def test_a_guest_of_the_workspace_reads_by_a_link_what_is_internal_there(world: World) -> None:
    slug = world.workspace(PLACE, visibility="closed", members=["guest"])
    internal = world.page("Quokka page", "Quokka words.", workspace=slug)
    guest = world.as_("guest")
    assert guest.get(internal.address).status_code == 404
    shown = guest.get(link(world, internal))
    assert shown.status_code == 200 and "Quokka words" in shown.text
    assert "Quokka words" in guest.get(f"/entries/{internal.public_id}").text


def test_a_colleague_with_a_link_does_not_learn_the_place(world: World, page: Entry) -> None:
    path, colleague = link(world, page), world.as_("colleague")
    assert "Quokka words" in colleague.get(path).text
    for other in ("", "/sharing", "/shares", "/history"):
        assert PLACE not in colleague.get(f"/entries/{page.public_id}{other}").text


# Clean rooms, archives, moves --------------------------------------------------------------------------


def test_in_a_clean_room_nobody_comments_by_a_link(world: World) -> None:
    slug = world.workspace(members=["guest", "rival"], clean_room=True)
    page = world.page("Quokka page", workspace=slug)
    sent = world.as_("author").send(
        f"/entries/{page.public_id}/links", {"name": "Firm", "ends_on": _day(10), "may_comment": "1"}
    )
    assert sent.status_code == 422
    world.as_("author").send(f"/entries/{page.public_id}/links", {"name": "Firm", "ends_on": _day(10)})
    path = link(world, page)
    assert browser(world).get(path).status_code == 200


def _day(days: int) -> str:
    return (clock.now() + timedelta(days=days)).date().isoformat()


def test_in_an_archived_workspace_links_read_only(world: World, page: Entry) -> None:
    path = link(world, page, may_comment=True)
    with world.system() as db:
        db.scalars(select(Workspace).where(Workspace.name == PLACE)).one().archived_at = clock.now()
    visitor = browser(world)
    assert "Quokka words" in visitor.get(path).text
    assert visitor.send(f"{path}/comments", {"name": "Eve", "body": "Words"}).status_code == 403


def test_a_stranger_cannot_make_or_see_links(world: World, page: Entry) -> None:
    for who in (STRANGER, "guest", "colleague", "admin"):
        answer = world.as_(who).get(f"/entries/{page.public_id}/shares")
        assert answer.status_code in (303, 404), who
    assert world.as_("member").get(f"/entries/{page.public_id}/shares").status_code == 403
