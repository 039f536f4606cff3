"""A sponsor sees what the guest sees: read-only, told, and over when the sponsor is no longer one."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from collab import clock
from collab.activity import Event
from collab.auth.models import Account
from tests.cast import Client, World
from tests.guests.test_sponsoring import invite, look
from tests.house.doors import Things, addresses
from tests.house.routes import LEAST, LOOKED_AT


@pytest.fixture
def place(world: World) -> str:
    return world.workspace("Harbour", members=["guest", "member"])


@pytest.fixture
def sponsor(world: World, place: str) -> Client:
    """The sponsor's browser, in which the sponsor looks as the guest."""
    world.post("Shared crane", workspace=place, guests_from=clock.now())
    world.post("Internal crane", workspace=place)
    browser = world.as_("author")
    assert browser.send(f"/my-guests/{invite(world)}/look").status_code == 303
    return browser


def test_the_sponsor_sees_the_guests_pages_and_only_these(world: World, place: str, sponsor: Client) -> None:
    seen = sponsor.get(f"/w/{place}/").text
    assert "Shared crane" in seen and "Internal crane" not in seen
    assert "You see what Guest sees." in seen
    assert sponsor.get("/blog/").text.count("crane") == world.as_("guest").get("/blog/").text.count("crane")
    assert sponsor.get("/my-guests/").status_code == sponsor.get("/people/").status_code == 404

    assert sponsor.send("/looking/stop").headers["Location"] == "/my-guests/"
    seen = sponsor.get(f"/w/{place}/").text
    assert "Internal crane" in seen and "You see what" not in seen


def test_what_the_sponsor_may_not_read_stays_unread(world: World, sponsor: Client) -> None:
    hidden = world.workspace("Secret", visibility="secret", owner="member", members=["guest"])
    post = world.post("Not for author", author="member", workspace=hidden, guests_from=clock.now())
    assert world.as_("guest").get(post.address).status_code == 200
    assert sponsor.get(post.address).status_code == 404
    assert "Not for author" not in sponsor.get("/").text + sponsor.get("/search?q=author").text


def test_nothing_can_be_changed(world: World, place: str, sponsor: Client) -> None:
    post = world.post("Open to talk", workspace=place, guests_from=clock.now())
    said = sponsor.send(f"/entries/{post.public_id}/comments", {"body": "As the guest?"})
    assert said.status_code == 403 and "only look" in said.text
    for path, data in (
        (f"/w/{place}/leave", {}),
        ("/language", {"locale": "de"}),
        (f"/entries/{post.public_id}/reactions", {"kind": "like"}),
        ("/account/", {"name": "Mallory"}),
    ):
        assert sponsor.send(path, data).status_code == 403, path
    for method in ("put", "patch", "delete"):
        assert getattr(sponsor, method)("/api/v1/me").status_code in (403, 405)
    assert look(world).locale == "en" and look(world).name == "Guest"
    assert "As the guest?" not in world.as_("member").get(post.address).text


def test_what_is_the_guests_own_stays_closed(world: World, sponsor: Client) -> None:
    """Every address, from the running application; a page of the guest's own is a refusal."""
    own: set[str] = set()
    for endpoint, path in addresses(world.app, Things(world)):
        view = world.app.view_functions[endpoint]
        if LEAST[endpoint] in ("anyone", "guest") and endpoint not in LOOKED_AT and not view.programs:  # type: ignore[attr-defined]
            own.add(endpoint)
            assert sponsor.get(path).status_code == 403, path
    assert {
        "account.profile",
        "tokens.index",
        "blog_publication.drafts",
        "tools.authorize",
        "api_account.me",
    } <= own


def test_it_is_told_and_does_not_count_as_the_guests_visit(world: World, sponsor: Client) -> None:
    before = look(world).seen_at
    with clock.shifted(timedelta(hours=1)):
        sponsor.get("/workspaces/")
    assert look(world).seen_at == before
    with world.system() as db:
        event = db.scalars(select(Event).where(Event.kind == "guest.looked_at")).one()
    assert (event.actor_id, event.subject_id) == (world.account_id("author"), world.account_id("guest"))
    assert "Sponsor saw what the guest sees" in world.as_("admin").get("/admin/audit/").text


@pytest.fixture(params=["handed over", "ended", "suspended"])
def over(world: World, sponsor: Client, request: pytest.FixtureRequest) -> Iterator[None]:
    with world.system() as db:
        guest = db.get_one(Account, world.account_id("guest"))
        if request.param == "handed over":
            guest.sponsor_id = world.account_id("member")
        elif request.param == "ended":
            guest.ends_at = clock.now()
        else:
            guest.status = "suspended"
    yield


@pytest.mark.usefixtures("over")
def test_it_ends_by_itself_with_the_next_request(sponsor: Client, place: str) -> None:
    seen = sponsor.get(f"/w/{place}/").text
    assert "Internal crane" in seen and "You see what" not in seen


def test_signing_out_ends_the_sponsors_own_session(world: World, sponsor: Client) -> None:
    assert sponsor.send("/logout").status_code == 303
    assert sponsor.get("/workspaces/").status_code == 303
    assert world.as_("guest").get("/workspaces/").status_code == 200


@pytest.mark.parametrize("who", ["admin", "member", "guest"])
def test_only_the_sponsor_looks(world: World, who: str) -> None:
    assert world.as_(who).send(f"/my-guests/{invite(world)}/look").status_code == 404
    assert "You see what" not in world.as_(who).get("/workspaces/").text


def test_looking_costs_one_statement_more(world: World, place: str, sponsor: Client) -> None:
    def asked(browser: Client) -> int:
        browser.get(f"/w/{place}/members")
        return int(browser.get(f"/w/{place}/members").headers["X-Collab-Statements"])

    assert asked(sponsor) == asked(world.as_("guest")) + 1
