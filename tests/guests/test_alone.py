"""Who reads one entry without being in its workspace learns nothing of where it is."""

import io
import re
from dataclasses import dataclass
from datetime import timedelta

import pytest
from PIL import Image
from sqlalchemy import select

from collab import clock
from collab.auth.models import Account, Firm
from collab.blog import services as blog
from collab.blog.models import Post
from collab.pages.models import Page
from collab.workspaces import alone
from collab.workspaces.models import Entry, EntryGrant
from tests.cast import World
from tests.guests.test_links import browser, link

#: What nobody outside the workspace may come across: its names, and those of other things in it.
PLACE = "Zyzzyva council"
OTHERS = ("Wombat mother page", "Numbat sister page", "Okapi draft page")


def grant(world: World, entry: Entry, who: str = "guest", *, firm: bool = False, **more: object) -> str:
    """Share the entry alone with somebody of the cast, or with their firm; answers the grant's id."""
    with world.acting("author") as (db, viewer):
        found = db.get_one(Account, world.account_id(who))
        to = db.get_one(Firm, found.firm_id) if firm else found
        until = clock.now() + timedelta(days=30)
        given = alone.give(
            db,
            viewer,
            db.get_one(Entry, entry.id),
            to,
            world.context.settings,
            ends_at=more.pop("ends_at", until),  # type: ignore[arg-type]
            may_comment=bool(more.pop("may_comment", True)),
        )
        return given.public_id


@dataclass
class Board:
    """A secret workspace and a page in it."""

    slug: str
    page: Page

    @property
    def lasting(self) -> str:
        return f"/entries/{self.page.public_id}"


@pytest.fixture
def board(world: World) -> Board:
    slug = world.workspace(PLACE, visibility="secret", members=["member"])
    mother = world.page(OTHERS[0], workspace=slug)
    world.page(OTHERS[1], workspace=slug, below=mother)
    body = (
        f"Quokka words. See [the sister](/w/{slug}/pages/x) and [[{OTHERS[1]}|our plans]], @member.\n\n"
        f"![](/entries/{mother.public_id}/files/aaaaaaaaaaaaaaaa/secret.png) "
        f"[elsewhere](https://example.org/) [there]({world.context.settings.url}/w/{slug}/)"
    )
    page = world.page("Quokka page", body, workspace=slug, below=mother)
    world.comment(page, f"Quokka comment, see [it](/w/{slug}/).", author="member")
    return Board(slug, page)


def clean(board: Board, text: str) -> bool:
    """Nothing of the place stands in the answer."""
    return not any(word in text for word in (PLACE, board.slug, *OTHERS, "/w/"))


def test_the_entry_is_shown_at_its_lasting_address_and_nothing_of_its_place(
    world: World, board: Board
) -> None:
    assert world.as_("guest").get(board.lasting).status_code == 404
    grant(world, board.page)
    answer = world.as_("guest").get(board.lasting)
    assert answer.status_code == 200
    for words in (
        "Quokka page",
        "Quokka words",
        "our plans",
        "Quokka comment",
        "Author",
        "https://example.org/",
    ):
        assert words in answer.text
    assert clean(board, answer.text)
    assert "/people/" not in re.sub(r"/people/guest|/people/suggest", "", answer.text)
    assert "/history" not in answer.text
    assert "secret.png" not in answer.text


def test_who_is_in_the_workspace_goes_on_being_led_to_the_page(world: World, board: Board) -> None:
    grant(world, board.page)
    assert world.as_("member").get(board.lasting).location == board.page.address
    assert world.as_("colleague").get(board.lasting).status_code == 404
    assert world.as_("rival").get(board.lasting).status_code == 404


@pytest.mark.parametrize("path", ["", "/edit", "/move"])
def test_the_address_inside_the_workspace_is_nothing(world: World, board: Board, path: str) -> None:
    grant(world, board.page)
    assert world.as_("guest").get(board.page.address + path).status_code == 404
    assert world.as_("guest").get(f"/w/{board.slug}/").status_code == 404


def test_search_leads_to_the_lasting_address(world: World, board: Board) -> None:
    grant(world, board.page)
    world.drain()
    for path in ("/search?q=quokka", "/search/quick?q=quokka", f"/search?q=quokka&workspace={board.slug}"):
        answer = world.as_("guest").get(path)
        found = answer.text.replace(f"workspace={board.slug}", "").replace(
            board.slug, "", path.count(board.slug)
        )
        assert PLACE not in found, path
        if "workspace" not in path:
            assert board.lasting in answer.text
            assert clean(board, answer.text)
    items = world.as_("guest").get("/api/v1/search?q=quokka", headers=world.token("guest")).json["items"]
    assert {item["kind"] for item in items} == {"page", "comment"}
    assert {item["workspace"] for item in items} == {None}
    assert clean(board, str(items))


def test_the_api_tells_no_place(world: World, board: Board) -> None:
    grant(world, board.page)
    guest, token = world.as_("guest"), world.token("guest")
    page = guest.get(f"/api/v1/pages/{board.page.public_id}", headers=token).json
    assert (page["workspace"], page["path"], page["parent"]) == (None, None, None)
    assert page["url"].endswith(board.lasting)
    assert clean(board, page["html"])
    assert "our plans" in page["html"]
    comments = guest.get(f"/api/v1/entries/{board.page.public_id}/comments", headers=token).text
    assert "Quokka comment" in comments
    assert f'href=\\"/w/{board.slug}' not in comments
    past = guest.get(f"/api/v1/entries/{board.page.public_id}/revisions", headers=token)
    assert past.status_code == 404
    assert guest.get(f"{board.lasting}/history").status_code == 404


def test_posts_tell_no_place_in_lists_feeds_and_the_api(world: World) -> None:
    slug = world.workspace(PLACE, visibility="closed")
    post = world.post("Quokka post", f"Words. [there](/w/{slug}/)", workspace=slug, tags=["quokka"])
    grant(world, post)
    guest, lasting = world.as_("guest"), f"/entries/{post.public_id}"
    key = guest.send("/blog/feeds", {"feed": "/blog/feed.atom"}).text
    feed = re.search(r"/blog/feed\.atom\?key=[\w-]+", key)
    assert feed is not None
    for path in ("/blog/", "/blog/tags/quokka", "/blog/authors/author", feed[0], "/api/v1/posts"):
        answer = guest.get(path)
        assert lasting in answer.text, path
        assert PLACE not in answer.text, path
        assert slug not in answer.text, path
        assert post.address not in answer.text, path
    assert guest.get(post.address).location == lasting
    assert "Quokka post" not in guest.get(f"/blog/?workspace={slug}").text
    assert guest.get(f"/api/v1/posts?workspace={slug}").json["items"] == []
    one = guest.get(f"/api/v1/posts/{post.public_id}").json
    assert (one["workspace"], one["url"].endswith(lasting), slug in one["html"]) == (None, True, False)


def test_a_guest_comments_there_and_stays_there(world: World, board: Board) -> None:
    grant(world, board.page)
    guest = world.as_("guest")
    answer = guest.send(f"{board.lasting}/comments", {"body": "From outside"})
    assert answer.location.startswith(f"{board.lasting}#comment-")
    assert "From outside" in guest.get(board.lasting).text
    section = guest.send(f"{board.lasting}/comments", {"body": "More"}, headers={"HX-Request": "true"})
    assert clean(board, section.text)
    assert "/people/member" not in section.text
    refused = guest.send(f"{board.lasting}/comments", {"body": " "})
    assert refused.status_code == 422
    assert clean(board, refused.text)
    comment = re.search(r'action="(/comments/[\w-]+/delete)"', guest.get(board.lasting).text)
    assert comment is not None
    assert clean(board, guest.get(comment[1]).text)
    assert guest.send(comment[1], {"reason": ""}).location.startswith(board.lasting)


def test_who_may_only_read_does_not_comment(world: World, board: Board) -> None:
    grant(world, board.page, may_comment=False)
    guest = world.as_("guest")
    assert "comment-form" not in guest.get(board.lasting).text
    assert guest.send(f"{board.lasting}/comments", {"body": "Words"}).status_code == 403


def _attach(world: World, board: Board) -> str:
    picture = io.BytesIO()
    Image.new("RGB", (400, 300), "teal").save(picture, "PNG")
    picture.seek(0)
    sent = world.as_("author").send(f"{board.lasting}/files", {"file": (picture, "quokka.png")})
    return str(sent.json["url"]).partition("?")[0]


def test_its_files_and_their_smaller_pictures_open(world: World, board: Board) -> None:
    url = _attach(world, board)
    for size in ("", "?size=thumb", "?size=page"):
        assert world.as_("guest").get(url + size).status_code == 404
    given = grant(world, board.page)
    for size in ("", "?size=thumb", "?size=page"):
        answer = world.as_("guest").get(url + size)
        assert answer.status_code == 200
        etag = answer.headers["ETag"]
    with world.acting("author") as (db, viewer):
        entry = db.get_one(Entry, board.page.id)
        alone.end(db, viewer, entry, alone.grant(db, entry, given))
    assert world.as_("guest").get(url, headers={"If-None-Match": etag}).status_code == 404


def test_the_first_page_leads_to_what_is_shared(world: World, board: Board) -> None:
    grant(world, board.page)
    guest = world.as_("guest")
    assert guest.get("/").location == board.lasting
    shown = guest.get("/workspaces/").text
    assert board.lasting in shown
    assert clean(board, shown.replace('href="/w/', ""))


def test_a_firm_holds_it_for_all_its_guests_and_only_them(world: World, board: Board) -> None:
    grant(world, board.page, firm=True)
    assert world.as_("guest").get(board.lasting).status_code == 200
    assert world.as_("rival").get(board.lasting).status_code == 404


def test_a_draft_is_read_when_it_is_published(world: World) -> None:
    post = world.post("Quokka post", published=False)
    grant(world, post)
    guest, lasting = world.as_("guest"), f"/entries/{post.public_id}"
    assert guest.get(lasting).status_code == 404
    world.as_("author").send(f"{post.address}/publication")
    assert guest.get(lasting).status_code == 200


def test_the_end_of_a_grant_is_the_end(world: World, board: Board) -> None:
    grant(world, board.page)
    with world.system() as db:
        db.scalars(select(EntryGrant)).one().ends_at = clock.now()
    assert world.as_("guest").get(board.lasting).status_code == 404


def test_a_move_shares_it_on_from_elsewhere_and_deleting_ends_it(world: World, board: Board) -> None:
    grant(world, board.page)
    world.as_("author").send(f"{board.lasting}/delete")
    assert world.as_("guest").get(board.lasting).status_code == 404
    world.as_("author").send(f"{board.lasting}/restore")
    assert world.as_("guest").get(board.lasting).status_code == 200


def test_a_grant_and_a_link_move_with_the_entry(world: World) -> None:
    slug = world.workspace(PLACE, visibility="secret")
    post = world.post("Quokka post", published=False)
    grant(world, post)
    path = link(world, post)
    with world.acting("author") as (db, viewer):
        here = db.get_one(Post, post.id)
        blog.move_draft(db, viewer, here, slug)
        blog.publish(db, viewer, here)
    for client in (world.as_("guest"), browser(world)):
        shown = client.get(path)
        assert shown.status_code == 200
        assert "Quokka post" in shown.text
        assert PLACE not in shown.text
