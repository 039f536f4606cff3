"""Polls: asking, voting, what comes out and who learns it."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from collab import clock
from collab.polls import present, services
from collab.polls.models import Ballot, Poll, Vote, Voter
from collab.workspaces import access
from collab.workspaces.models import Workspace
from tests.cast import World

MEMBERS = ["member", "guest", "rival"]


@pytest.fixture
def slug(world: World) -> str:
    return world.workspace(visibility="closed", members=MEMBERS)


def ask(world: World, slug: str, who: str = "author", **more: Any) -> str:
    """A new poll, "Red" or "Blue"; answers its address."""
    form = {"title": "Which colour?", "options": "Red\nBlue", "guests": "1", **more}
    form = {name: value for name, value in form.items() if value}
    answer = world.as_(who).send(f"/w/{slug}/polls/new", form)
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def options(world: World, address: str, who: str = "author") -> dict[str, str]:
    """Text of an answer -> its id."""
    found = api(world, address, who)["options"]
    return {one["text"]: one["id"] for one in found}


def api(world: World, address: str, who: str) -> dict[str, Any]:
    answer = world.as_(who).get(f"/api/v1/polls/{address.rsplit('/', 1)[1]}")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json  # type: ignore[assignment] # a JSON object
    return found


def place(address: str) -> str:
    """Where one votes."""
    return f"/entries/{address.rsplit('/', 1)[1]}/choice"


def vote(world: World, address: str, who: str, *answers: str) -> int:
    known = options(world, address)
    sent = world.as_(who).send(place(address), {"options": [known[answer] for answer in answers]})
    return int(sent.status_code)


def votes(world: World, address: str, who: str) -> dict[str, int | None]:
    return {one["text"]: one["votes"] for one in api(world, address, who)["options"]}


def test_everybody_who_reads_it_votes_and_changes_their_mind(world: World, slug: str) -> None:
    address = ask(world, slug)
    assert vote(world, address, "guest", "Red") == vote(world, address, "member", "Red") == 303
    assert vote(world, address, "guest", "Red", "Blue") == 422
    assert vote(world, address, "member", "Blue") == 303
    assert votes(world, address, "rival") == {"Red": 1, "Blue": 1}
    page = world.as_("author").get(address).text
    assert "2 people have voted." in page
    assert "50 % of those who voted" in page
    assert re.search(r"1 vote.*Guest.*Muster", page, re.DOTALL)
    assert vote(world, address, "member") == 303
    assert votes(world, address, "rival") == {"Red": 1, "Blue": 0}


def test_several_answers_where_several_are_asked(world: World, slug: str) -> None:
    address = ask(world, slug, multiple="1")
    assert vote(world, address, "member", "Red", "Blue") == 303
    assert votes(world, address, "author") == {"Red": 1, "Blue": 1}
    assert api(world, address, "member")["voters"] == 1
    assert all(one["mine"] for one in api(world, address, "member")["options"])


def test_an_internal_poll_is_not_there_for_guests(world: World, slug: str) -> None:
    address = ask(world, slug, guests="")
    guest = world.as_("guest")
    number = address.rsplit("/", 1)[1]
    for hidden in (address, f"/api/v1/polls/{number}"):
        assert guest.get(hidden).status_code == 404
    assert guest.send(place(address), {"options": "x"}).status_code == 404
    assert "Which colour" not in guest.get(f"/w/{slug}/polls/").text
    assert "Which colour" in world.as_("member").get(f"/w/{slug}/polls/").text


def test_secret_votes_are_under_a_seal_until_they_are_counted(world: World, slug: str) -> None:
    address = ask(world, slug, anonymous="1")
    vote(world, address, "member", "Red")
    vote(world, address, "guest", "Red")
    vote(world, address, "member", "Blue")
    assert votes(world, address, "author") == {"Red": 1, "Blue": 1}
    assert [one["mine"] for one in api(world, address, "member")["options"]] == [False, True]
    assert ">Member<" not in world.as_("author").get(address).text.partition("results-title")[2]
    with world.system() as db:
        assert db.scalars(select(Vote)).all() == []
        assert len(db.scalars(select(Voter)).all()) == 2
        columns = set(db.scalars(select(Ballot)).first().__table__.columns.keys())  # type: ignore[union-attr] # there are two
        assert columns == {"seal", "option_id", "entry_id", "workspace_id"}
    assert world.as_("author").send(f"{address}/close").status_code == 303
    with world.system() as db:
        assert db.scalars(select(Ballot)).all() == []
    found = api(world, address, "member")
    assert votes(world, address, "member") == {"Red": 1, "Blue": 1}
    assert found["voted"] and not any(one["mine"] for one in found["options"])
    assert world.as_("author").send(f"{address}/reopen").status_code == 409


def test_an_end_that_passes_counts_secret_votes_too(world: World, slug: str) -> None:
    end = (clock.now() + timedelta(hours=1)).isoformat()
    address = ask(world, slug, anonymous="1", closes_at=end)
    vote(world, address, "member", "Red")
    with world.system() as db:
        db.execute(update(Poll).values(closes_at=clock.now() - timedelta(seconds=1)))
        services.keep_house(db)
        assert db.scalars(select(Ballot)).all() == []
        assert [poll.settled_at == poll.closes_at for poll in db.scalars(select(Poll))] == [True]
        services.keep_house(db)
    assert votes(world, address, "guest") == {"Red": 1, "Blue": 0}
    assert vote(world, address, "guest", "Red") == 422


def test_a_blind_poll_tells_nobody_before_its_end(world: World, slug: str) -> None:
    address = ask(world, slug, blind="1")
    vote(world, address, "member", "Red")
    for who in ("author", "member", "guest"):
        assert votes(world, address, who) == {"Red": None, "Blue": None}
        page = world.as_(who).get(address).text
        assert "1 person has voted." in page
        assert "% of those who voted" not in page
    assert (
        ">Member<"
        not in world.as_("author").get(address).text.partition("results-title")[2].partition("comments")[0]
    )
    assert world.as_("guest").send(f"{address}/close").status_code == 403
    world.as_("author").send(f"{address}/close")
    assert votes(world, address, "guest") == {"Red": 1, "Blue": 0}
    assert world.as_("author").send(f"{address}/reopen").status_code == 409


def test_closing_and_its_undo(world: World, slug: str) -> None:
    address = ask(world, slug)
    vote(world, address, "member", "Red")
    author = world.as_("author")
    assert f'action="{address}/close"' in author.get(address).text
    assert f'action="{address}/close"' not in world.as_("member").get(address).text
    author.send(f"{address}/close")
    assert vote(world, address, "guest", "Red") == 422
    closed = author.get(address).text
    assert "Result" in closed and f'action="{address}/reopen"' in closed
    author.send(f"{address}/reopen")
    assert vote(world, address, "guest", "Red") == 303
    assert votes(world, address, "author") == {"Red": 2, "Blue": 0}


def test_answers_stay_once_somebody_has_voted(world: World, slug: str) -> None:
    address = ask(world, slug)
    author = world.as_("author")
    form = {"title": "Which one?", "options": "Red\nGreen", "closes_at": "", "version": "1", "note": ""}
    assert author.send(f"{address}/edit", form).status_code == 303
    assert set(options(world, address)) == {"Red", "Green"}
    vote(world, address, "member", "Red")
    version = str(api(world, address, "author")["version"])
    refused = author.send(f"{address}/edit", form | {"options": "Black\nWhite", "version": version})
    assert refused.status_code == 422
    assert "Somebody has voted" in refused.text
    stale = author.send(f"{address}/edit", form | {"title": "Mine", "version": "1"})
    assert stale.status_code == 409
    assert "Mine" in stale.text and "Which one?" in stale.text
    assert world.as_("member").get(f"{address}/edit").status_code == 403


def test_numbers_are_of_what_one_may_notice(world: World) -> None:
    """In a clean room, neither votes nor people of the other firm are counted."""
    slug = world.workspace(visibility="closed", members=MEMBERS, clean_room=True)
    open_one, secret = ask(world, slug), ask(world, slug, anonymous="1")
    for address in (open_one, secret):
        vote(world, address, "rival", "Red")
        vote(world, address, "member", "Red")
    assert votes(world, open_one, "guest") == {"Red": 1, "Blue": 0}
    assert votes(world, open_one, "author") == {"Red": 2, "Blue": 0}
    assert votes(world, secret, "guest") == {"Red": None, "Blue": None}
    assert votes(world, secret, "author") == {"Red": 2, "Blue": 0}
    for address in (open_one, secret):
        assert api(world, address, "guest")["voters"] == 1
        page = world.as_("guest").get(address).text
        assert "1 person has voted." in page and "Rival" not in page
    world.as_("author").send(f"{secret}/close")
    assert votes(world, secret, "guest") == {"Red": None, "Blue": None}


def test_an_archived_workspace_takes_no_votes(world: World, slug: str) -> None:
    address = ask(world, slug)
    known = options(world, address)
    with world.system() as db:
        db.execute(update(Workspace).where(Workspace.slug == slug).values(archived_at=clock.now()))
    member = world.as_("member")
    assert member.get(address).status_code == 200
    assert place(address) not in member.get(address).text
    assert member.send(place(address), {"options": known["Red"]}).status_code == 403
    assert member.send(f"/w/{slug}/polls/new", {"title": "A", "options": "b\nc"}).status_code == 403


def test_who_looks_as_a_guest_opens_no_sealed_vote(world: World, slug: str) -> None:
    address = ask(world, slug, anonymous="1")
    vote(world, address, "guest", "Red")
    with world.looking("guest") as (db, viewer):
        poll = access.get(db, viewer, Poll)
        place = db.get_one(Workspace, poll.workspace_id)
        key = world.context.settings.key
        assert [a.mine for a in present.results(db, viewer, poll, place, key).answers] == [True, False]
        looking = replace(viewer, looker=world.viewer("author"))
        assert not any(a.mine for a in present.results(db, looking, poll, place, key).answers)


def test_by_programs(world: World, slug: str) -> None:
    token, api_ = world.token("guest"), world.app.test_client()
    body = {"title": "When?", "options": ["Today", "Never"], "multiple": True}
    made = api_.post(f"/api/v1/workspaces/{slug}/polls", json=body, headers=token)
    assert made.status_code == 201
    found: Any = made.json
    here = f"/api/v1/polls/{found['id']}"
    assert found["guests_from"] and found["workspace"] == slug
    chosen = {"options": [one["id"] for one in found["options"]]}
    assert api_.post(f"{here}/vote", json=chosen, headers=token).json["voters"] == 1  # type: ignore[index] # an object
    assert api_.post(f"{here}/vote", json={"options": ["x"]}, headers=token).status_code == 422
    changed = api_.patch(here, json={"title": "When then?"}, headers=token | {"If-Match": '"1"'})
    assert changed.status_code == 200 and changed.json["title"] == "When then?"  # type: ignore[index] # an object
    assert api_.patch(here, json={"title": "X"}, headers=token | {"If-Match": '"1"'}).status_code == 412
    listed: Any = api_.get(f"/api/v1/workspaces/{slug}/polls", headers=token).json
    assert [item["title"] for item in listed["items"]] == ["When then?"]
    assert api_.post(f"{here}/closing", headers=token).json["closed"]  # type: ignore[index] # an object
    assert not api_.delete(f"{here}/closing", headers=token).json["closed"]  # type: ignore[index] # an object
    assert api_.delete(here, headers=token | {"If-Match": '"4"'}).status_code == 204
    assert api_.get(here, headers=token).status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"options": "Red"},
        {"options": "Red\nRed"},
        {"options": "x\n" * 51},
        {"title": ""},
        {"closes_at": "1999-01-01T10:00"},
        {"closes_at": "soon"},
    ],
)
def test_what_cannot_be_asked_stays_in_the_form(world: World, slug: str, wrong: dict[str, str]) -> None:
    form = {"title": "Which colour?", "options": "Red\nBlue", "body": "Kept words", **wrong}
    answer = world.as_("author").send(f"/w/{slug}/polls/new", form)
    assert answer.status_code == 422
    assert "Kept words" in answer.text


@pytest.mark.parametrize("anonymous", ["", "1"])
def test_a_page_asks_as_often_for_many_votes_as_for_few(world: World, slug: str, anonymous: str) -> None:
    few = ask(world, slug, anonymous=anonymous)
    many = ask(
        world, slug, anonymous=anonymous, options="\n".join(f"No. {n}" for n in range(40)), multiple="1"
    )
    vote(world, few, "member", "Red")
    for who in ("member", "guest", "rival"):
        vote(world, many, who, "No. 1", "No. 2", "No. 39")
    member = world.as_("member")
    numbers = [member.get(address).headers["X-Collab-Statements"] for address in (few, few, many)]
    assert numbers[1] == numbers[2]
    assert int(member.get(f"/w/{slug}/polls/").headers["X-Collab-Statements"]) <= 8
