"""Employees invite guests: by address, at once, for a time; and take it back."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select

from collab import clock
from collab.activity.models import Event
from collab.auth.methods.models import SentLetter
from collab.auth.models import Account, Firm
from collab.guests.invitation_listeners import LISTENER
from collab.guests.models import Invitation
from tests.cast import World
from tests.guests.inviting import NEW, accept, browser, invite, kept, letters, link, path


@pytest.fixture
def place(world: World) -> str:
    return world.workspace("Falzwerk", visibility="closed", members=["member"], readers=["colleague"])


def test_a_guest_is_invited_by_address_and_enter(world: World, place: str) -> None:
    answer = world.as_("member").send(
        f"/w/{place}/invite", {"emails": "new@muster.example", "firm": "muster gmbh"}
    )
    assert answer.status_code == 303
    [mail] = letters(world, "new@muster.example")
    assert mail.subject == "Member invites you to “Falzwerk”"
    assert "Member (Collab) invites you as a guest" in mail.text
    [invitation] = kept(world, "new@muster.example")
    days = (invitation.ends_at - clock.now()).total_seconds() / 86400
    assert 90 <= days <= 91.1


@pytest.mark.parametrize(
    ("who", "status"), [("author", 200), ("member", 200), ("colleague", 403), ("admin", 404), ("guest", 404)]
)
def test_whoever_writes_there_may_invite(world: World, place: str, who: str, status: int) -> None:
    assert world.as_(who).get(f"/w/{place}/invite").status_code == status
    shown = "Invite guests" in world.as_(who).get(f"/w/{place}/members").text
    assert shown == (status == 200)
    program = world.as_(who).get(
        f"/api/v1/workspaces/{place}/invitations", headers={**world.token(who), "Accept": "application/json"}
    )
    assert program.status_code == status
    if status == 403:
        assert program.json and program.json["title"] == "may_not_invite"


def test_several_are_invited_at_once_from_a_pasted_list(world: World, place: str) -> None:
    pasted = (
        'Karl Kessler <karl@kessler-guss.example>\r\n"Öztürk, Nina" <nina@kessler-guss.example>; '
        "a@kessler-guss.example, b@kessler-guss.example c@kessler-guss.example"
    )
    assert invite(world, place, pasted).status_code == 303
    with world.system() as db:
        rows = db.execute(select(Invitation.name, Invitation.email).order_by(Invitation.id)).all()
        assert [tuple(row) for row in rows] == [
            ("Karl Kessler", "karl@kessler-guss.example"),
            ("Nina Öztürk", "nina@kessler-guss.example"),
            *(("", f"{letter}@kessler-guss.example") for letter in "abc"),
        ]
        firm = db.scalars(select(Firm).where(Firm.name == "Kessler Guss GmbH")).one()
        assert firm.domains == ["kessler-guss.example"]


def test_each_bad_address_is_named_and_nothing_typed_is_lost(world: World, place: str) -> None:
    typed = "good@muster.example, nonsense, member@example.com, twice@muster.example, Twice@muster.example"
    answer = invite(world, place, typed, message="See you soon")
    assert answer.status_code == 422
    for said in (
        "nonsense: Please give",
        "member@example.com: This is a colleague",
        "Twice@muster.example: This address is there twice",
    ):
        assert said in answer.text
    assert typed in answer.text
    assert "See you soon" in answer.text
    assert letters(world, "good@muster.example") == []


def test_fifty_at_most(world: World, place: str) -> None:
    many = ", ".join(f"p{number}@muster.example" for number in range(51))
    assert "at most 50" in invite(world, place, many).text
    assert invite(world, place, many.partition(", ")[2]).status_code == 303


def test_the_firm_is_known_by_the_domain_or_asked_for(world: World, place: str) -> None:
    with world.system() as db:
        firm = db.scalars(select(Firm).where(Firm.name == "Rivale AG")).one()
        firm.domains = ["rivale.example"]
    asked = world.as_("author").send(f"/w/{place}/invite", {"emails": "x@new-works.example"})
    assert asked.status_code == 422
    assert 'value="New Works"' in asked.text
    assert world.as_("author").send(f"/w/{place}/invite", {"emails": "y@rivale.example"}).status_code == 303
    assert world.as_("author").send(f"/w/{place}/invite", {"emails": "z@gmail.com"}).status_code == 303
    with world.system() as db:
        rows = db.execute(select(Invitation.email, Firm.name).outerjoin(Firm, Firm.id == Invitation.firm_id))
        by = {row.email: row.name for row in rows}
        assert by == {"y@rivale.example": "Rivale AG", "z@gmail.com": None}
        assert db.scalar(select(func.count()).select_from(Firm)) == 2


def test_a_public_mailbox_gives_a_new_firm_no_domain(world: World, place: str) -> None:
    assert invite(world, place, "a@gmail.com, b@one.example", firm="One").status_code == 303
    with world.system() as db:
        assert db.scalars(select(Firm.domains).where(Firm.name == "One")).one() == ["one.example"]


def test_a_present_member_is_not_invited_again(world: World) -> None:
    place = world.workspace("Board", members=["guest"])
    assert (
        "guest@example.com: This person is a member already" in invite(world, place, "guest@example.com").text
    )
    assert invite(world, place, "rival@example.com").status_code == 303


def test_only_allowed_domains(world: World, place: str) -> None:
    object.__setattr__(world.context.settings, "guest_domains", "muster.example, @kessler-guss.example")
    assert "domain may be invited" in invite(world, place, "x@evil.example").text
    assert invite(world, place, "x@sub.muster.example").status_code == 303
    body = {"emails": ["x@evil.example"]}
    answer = world.as_("author").post(
        f"/api/v1/workspaces/{place}/invitations", json=body, headers=world.token("author")
    )
    assert answer.status_code == 422
    assert answer.json
    assert answer.json["errors"][0]["code"] == "domain_not_allowed"


def test_not_longer_than_the_policy_says(world: World, place: str) -> None:
    far = (clock.now() + timedelta(days=400)).date().isoformat()
    answer = invite(world, place, ends_on=far)
    assert answer.status_code == 422
    assert "365 days at most" in answer.text
    assert far in answer.text
    assert "lies in the past" in invite(world, place, ends_on="2020-01-01").text


def test_taken_back_within_a_minute_nothing_is_sent(world: World, place: str) -> None:
    invite(world, place, f"{NEW}, b@kessler-guss.example")
    page = world.as_("author").get(f"/w/{place}/invite").text
    undo = page.partition('action="/invitations/')[2].partition('"')[0]
    assert undo.endswith("/undo")
    assert letters(world, NEW, timedelta(0)) == []
    assert world.as_("author").send(f"/invitations/{undo}").status_code == 303
    assert letters(world, NEW) == letters(world, "b@kessler-guss.example") == []


def test_undoing_brings_back_what_was_replaced(world: World, place: str) -> None:
    first = link(world, place)
    invite(world, place, role="reader")
    assert browser(world).get(first).status_code == 404
    newest = kept(world)[-1]
    world.as_("author").send(f"/invitations/{newest.public_id}/undo")
    assert browser(world).get(first).status_code == 200


def test_the_same_address_again_replaces(world: World, place: str) -> None:
    first = link(world, place)
    second = link(world, place, role="reader")
    assert browser(world).get(first).status_code == 404
    assert browser(world).get(second).status_code == 200
    assert world.as_("author").get(f"/w/{place}/invite").text.count(f"{NEW}</p>") <= 1


def test_sent_again_the_old_link_is_dead(world: World, place: str) -> None:
    first = link(world, place)
    [invitation] = kept(world)
    assert world.as_("author").send(f"/invitations/{invitation.public_id}/resend").status_code == 303
    assert browser(world).get(first).status_code == 404
    newer = path(letters(world)[-1])
    assert newer != first
    assert browser(world).get(newer).status_code == 200
    again = [
        world.as_("author").send(f"/invitations/{invitation.public_id}/resend").status_code for _ in range(3)
    ]
    assert 429 in again


def test_whose_sponsor_is_gone_is_invited_again_by_a_colleague(world: World, place: str) -> None:
    first = link(world, place)
    [invitation] = kept(world)
    again = f"/invitations/{invitation.public_id}/resend"
    assert world.as_("member").send(again).status_code == 403
    with world.system() as db:
        db.get_one(Account, world.account_id("author")).status = "suspended"
    assert browser(world).get(first).status_code == 404
    assert world.as_("member").send(again).status_code == 303
    newer = path(letters(world)[-1])
    assert "Member invites you" in browser(world).get(newer).text


def test_withdrawn_the_link_is_unknown(world: World, place: str) -> None:
    first = link(world, place)
    [invitation] = kept(world)
    assert world.as_("member").send(f"/invitations/{invitation.public_id}/withdraw").status_code == 403
    assert world.as_("admin").send(f"/invitations/{invitation.public_id}/withdraw").status_code == 404
    assert world.as_("author").send(f"/invitations/{invitation.public_id}/withdraw").status_code == 303
    gone = browser(world).get(first)
    assert (gone.status_code, "invitation_unknown" in gone.text) == (404, True)


def test_the_mail_leaves_once_however_often_it_is_tried(world: World, place: str) -> None:
    first = link(world, place)
    with world.system() as db:
        events = db.scalars(select(Event).where(Event.kind == "invitation.made")).all()
        db.expunge_all()
    with clock.shifted(timedelta(minutes=5)):
        LISTENER.handle(world.context, events)
    assert [path(mail) for mail in letters(world)] == [first]
    assert browser(world).get(first).status_code == 200


def test_killed_between_sending_and_noting_the_same_link_goes_out(world: World, place: str) -> None:
    first = link(world, place)
    with world.system() as db:
        db.execute(delete(SentLetter))
        events = db.scalars(select(Event).where(Event.kind == "invitation.made")).all()
        db.expunge_all()
    with clock.shifted(timedelta(minutes=5)):
        LISTENER.handle(world.context, events)
    assert {path(mail) for mail in letters(world)} == {first}
    assert browser(world).get(first).status_code == 200


def test_the_sentence_counts_what_the_guest_then_sees(world: World) -> None:
    place = world.workspace("Falzwerk")
    now = clock.now()
    for number in range(3):
        world.post(f"Shared {number}", workspace=place, guests_from=now)
    world.post("Internal", workspace=place)
    page = world.as_("author").get(f"/w/{place}/invite").text
    assert "the 3 pages and posts that are shared with guests in “Falzwerk”" in page
    where = link(world, place)
    assert "the 3 pages and posts" in letters(world)[-1].text
    guest = accept(world, where)
    shown = guest.get(f"/w/{place}/").text
    assert [f"Shared {number}" in shown for number in range(3)] == [True] * 3
    assert "Internal" not in shown


def test_in_a_clean_room_competitors_are_not_counted(world: World) -> None:
    place = world.workspace("Tender", members=["guest", "rival"], clean_room=True)
    world.post("From the host", workspace=place, guests_from=clock.now())
    world.post("An offer", workspace=place, author="rival")
    page = world.as_("author").get(f"/w/{place}/invite").text
    assert "the one page or post" in page
    assert "do not notice guests of other firms" in page
    where = link(world, place, NEW)
    text = letters(world)[-1].text
    assert "the one page or post" in text
    assert "other firms" not in text
    assert "An offer" not in accept(world, where).get(f"/w/{place}/").text


def test_a_program_invites_lists_and_withdraws(world: World, place: str) -> None:
    headers = world.token("author")
    client, at = world.as_("author"), f"/api/v1/workspaces/{place}/invitations"
    body = {"emails": ["Karl Kessler <karl@kessler-guss.example>"], "firm": "Kessler", "role": "reader"}
    made = client.post(at, json=body, headers=headers)
    assert made.status_code == 201, made.text
    assert made.json
    [one] = made.json["items"]
    assert (one["name"], one["firm"], one["role"], one["state"]) == (
        "Karl Kessler",
        "Kessler",
        "reader",
        "leaving",
    )
    listed = client.get(at, headers=headers).json
    assert listed and [row["id"] for row in listed["items"]] == [one["id"]]
    assert client.delete(f"{at}/{one['id']}", headers=headers).status_code == 204
    assert client.delete(f"{at}/{one['id']}", headers=headers).status_code == 404
    assert letters(world) == []


def test_what_became_of_it_stands_in_the_audit_log(world: World, place: str) -> None:
    accept(world, link(world, place))
    log = world.as_("admin").get("/admin/audit/").text
    assert "Guest invited" in log
    assert "Invitation accepted" in log
    assert "Falzwerk" not in log
    with world.system() as db:
        account = db.scalars(select(Account).where(Account.email_key == NEW)).one()
        assert account.sponsor_id == world.account_id("author")
