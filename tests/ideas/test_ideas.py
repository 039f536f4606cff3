"""Ideas: proposing, votes, answers, duplicates, and what a supplier proposes."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from collab import clock
from collab.auth.models import Firm
from collab.ideas.models import Idea
from collab.workspaces.models import Workspace
from tests.cast import STRANGER, World

MEMBERS = ["member", "guest", "rival"]


@pytest.fixture
def slug(world: World) -> str:
    return world.workspace(visibility="closed", members=MEMBERS)


def propose(world: World, slug: str, who: str = "author", title: str = "A bench", **more: str) -> str:
    """A new idea; answers its address."""
    answer = world.as_(who).send(f"/w/{slug}/ideas/new", {"title": title, "body": "In the yard", **more})
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def api(world: World, address: str, who: str = "author") -> dict[str, Any]:
    answer = world.as_(who).get(f"/api/v1/ideas/{number(address)}")
    assert answer.status_code == 200
    return answer.json  # type: ignore[return-value] # a JSON object


def number(address: str) -> str:
    return address.rsplit("/", 1)[1]


def vote(address: str) -> str:
    """Where one is for it."""
    return f"/entries/{number(address)}/vote"


def answer(world: World, address: str, who: str = "author", **form: str) -> Any:
    found = {"state": "considered", "reason": "", "version": str(api(world, address)["version"]), **form}
    return world.as_(who).send(f"{address}/answer", found)


def votes(world: World, address: str, who: str = "author") -> tuple[int, bool]:
    found = api(world, address, who)
    return found["votes"], found["mine"]


def listed(world: World, slug: str, who: str, query: str = "") -> list[str]:
    answer: Any = world.as_(who).get(f"/api/v1/workspaces/{slug}/ideas{query}").json
    return [item["title"] for item in answer["items"]]


# Being for it ------------------------------------------------------------------------------------


def test_everybody_who_reads_it_may_be_for_it_once(world: World, slug: str) -> None:
    address = propose(world, slug, guests="1")
    for who in ("guest", "member", "member"):
        assert world.as_(who).send(vote(address), {"on": "1"}).status_code == 303
    assert votes(world, address, "member") == (2, True)
    world.as_("member").send(vote(address))
    assert votes(world, address, "member") == (1, False)
    assert "1 person is for it" in world.as_("author").get(address).text


def test_the_list_by_votes_by_age_and_by_state(world: World, slug: str) -> None:
    few, many, none = (propose(world, slug, title=title) for title in ("Few", "Many", "None"))
    for who in ("member", "author"):
        world.as_(who).send(vote(many), {"on": "1"})
    world.as_("member").send(vote(few), {"on": "1"})
    assert listed(world, slug, "member") == ["Many", "Few", "None"]
    assert listed(world, slug, "member", "?order=new") == ["None", "Many", "Few"]
    answer(world, none, state="declined", reason="No room")
    assert listed(world, slug, "member", "?state=declined") == ["None"]
    answer(world, few, next_on="2001-01-01")
    assert listed(world, slug, "member", "?order=due") == ["Few", "Many"]
    page = world.as_("member").get(f"/w/{slug}/ideas/?order=due").text
    assert "answer overdue" in page and "None" not in page.partition("<main")[2]


@pytest.mark.parametrize("order", ["votes", "new", "due"])
def test_a_long_list_comes_in_pages_without_gaps(world: World, slug: str, order: str) -> None:
    titles = {f"No. {n}" for n in range(5)}
    for title in titles:
        propose(world, slug, title=title)
    found: list[str] = []
    cursor = ""
    for _ in range(3):
        listing: Any = (
            world.as_("author").get(f"/api/v1/workspaces/{slug}/ideas?limit=2&order={order}{cursor}").json
        )
        found += [item["title"] for item in listing["items"]]
        cursor = f"&cursor={listing['next']}"
    assert (len(found), set(found), listing["next"]) == (5, titles, None)


# Answers -----------------------------------------------------------------------------------------


def test_an_answer_is_owed_by_a_day_and_a_no_has_a_reason(world: World, slug: str) -> None:
    address = propose(world, slug, "guest")
    found = api(world, address)
    assert found["due_on"] == (clock.now() + timedelta(days=14)).date().isoformat()
    assert "An answer is owed by" in world.as_("guest").get(address).text
    refused = answer(world, address, state="declined", reason=" ")
    assert refused.status_code == 422 and "A no needs a reason." in refused.text
    assert answer(world, address, state="declined", reason="There is **no** yard").status_code == 303
    page = world.as_("guest").get(address).text
    assert "<strong>no</strong> yard" in page and "Declined" in page
    assert "An answer is owed by" not in page
    assert api(world, address)["answered"]
    assert world.as_("member").send(vote(address), {"on": "1"}).status_code == 409


def test_what_is_tried_owes_another_answer_and_what_is_done_says_what_changed(
    world: World, slug: str
) -> None:
    address = propose(world, slug)
    assert answer(world, address, state="trial", reason="Let us see", next_on="2099-05-01").status_code == 303
    found = api(world, address)
    assert (found["due_on"], found["answered"]) == ("2099-05-01", False)
    assert answer(world, address, state="done").status_code == 422
    answer(world, address, state="done", before="Nobody sat", after="Everybody sits")
    page = world.as_("member").get(address).text
    assert "Nobody sat" in page and "Everybody sits" in page


def test_who_is_named_answers_and_nobody_else_but_owners(world: World, slug: str) -> None:
    address = propose(world, slug)
    assert answer(world, address, "member").status_code == 403
    assert answer(world, address, "guest").status_code == 404
    assert world.as_("member").get(f"{address}/answer").status_code == 403
    form = {"answerer": world.viewer("member").handle, "due_on": "2099-01-01"}
    assert world.as_("member").send(f"{address}/answerer", form).status_code == 403
    assert world.as_("author").send(f"{address}/answerer", form).status_code == 303
    assert answer(world, address, "member", reason="Why not").status_code == 303
    assert "Member" in world.as_("author").get(address).text.partition("answer-title")[2]
    for stranger in ("guest", "colleague", "nobody"):
        handle = world.viewer(stranger).handle if stranger != "nobody" else stranger
        assert (
            world.as_("author").send(f"{address}/answerer", {"answerer": handle, "due_on": ""}).status_code
            == 422
        )


def test_two_answers_at_once_are_both_shown(world: World, slug: str) -> None:
    address = propose(world, slug)
    answer(world, address, reason="First")
    second = answer(world, address, reason="Second", version="1")
    assert second.status_code == 409
    assert "First" in second.text and "Second" in second.text
    assert api(world, address)["reason"] == "First"


# Duplicates --------------------------------------------------------------------------------------


def test_merged_ideas_count_everybody_once_and_come_apart_again(world: World, slug: str) -> None:
    one, same = propose(world, slug, title="Bench"), propose(world, slug, title="Seat")
    for address, who in ((one, "author"), (one, "member"), (same, "member")):
        world.as_(who).send(vote(address), {"on": "1"})
    assert world.as_("member").send(f"{same}/merge", {"into": number(one)}).status_code == 403
    assert "Bench" in world.as_("author").get(f"{same}/merge?q=ben").text
    world.as_("author").send(f"{same}/merge", {"into": number(one)})
    assert votes(world, one, "member") == (2, True)
    assert listed(world, slug, "member") == ["Bench"]
    assert same in world.as_("member").get(one).text
    assert one in world.as_("member").get(same).text
    world.as_("member").send(vote(one))
    assert votes(world, one, "member") == (1, False)
    world.as_("author").send(f"{same}/unmerge")
    assert (votes(world, one), votes(world, same)) == ((1, True), (0, False))
    assert sorted(listed(world, slug, "member")) == ["Bench", "Seat"]


def test_what_was_merged_into_a_duplicate_follows_it(world: World, slug: str) -> None:
    a, b, c = (propose(world, slug, title=title) for title in "ABC")
    author = world.as_("author")
    world.as_("member").send(vote(a), {"on": "1"})
    author.send(f"{a}/merge", {"into": number(b)})
    author.send(f"{b}/merge", {"into": number(c)})
    assert api(world, c)["merged"] == [number(a), number(b)]
    assert votes(world, c) == (1, False)
    for wrong in (number(a), number(c), "nothing"):
        assert author.send(f"{c}/merge", {"into": wrong}).status_code == 422


# A supplier's ------------------------------------------------------------------------------------


def doors(slug: str, address: str) -> list[str]:
    entry = f"/entries/{number(address)}"
    return [address, f"/api/v1/ideas/{number(address)}", entry, f"{entry}/sharing", f"{entry}/history",
            f"{entry}/similar", f"{address}/edit", f"/api/v1/entries/{number(address)}/comments"]  # fmt: skip


def lists(slug: str) -> list[str]:
    return [f"/w/{slug}/ideas/", f"/w/{slug}/ideas/?order=due", f"/api/v1/workspaces/{slug}/ideas",
            "/search?q=Zirkon", "/search/quick?q=Zirkon", "/", f"/w/{slug}/", "/api/v1/search?q=Zirkon"]  # fmt: skip


@pytest.mark.parametrize("clean_room", [False, True])
def test_a_suppliers_idea_stays_between_the_firm_and_us(world: World, clean_room: bool) -> None:
    slug = world.workspace(visibility="closed", members=MEMBERS, clean_room=clean_room)
    world.account("Partner", kind="guest", firm=_firm(world), locale="en")
    address = propose(world, slug, "guest", title="Zirkon hinges")
    assert not api(world, address)["guests_from"]
    world.as_("member").send(f"/entries/{number(address)}/comments", {"body": "Zirkon it is"})
    world.as_("guest").send(f"/entries/{number(address)}/comments", {"body": "Zirkon indeed"})
    world.drain()
    for who in ("rival", STRANGER):
        for door in doors(slug, address):
            assert world.as_(who).get(door).status_code in (404, 303, 401), (who, door)
        for door in lists(slug):
            assert "hinges" not in world.as_(who).get(door).text, (who, door)
            assert "Zirkon i" not in world.as_(who).get(door).text, (who, door)
    for who in ("guest", "member", "author"):
        page = world.as_(who).get(address)
        assert page.status_code == 200 and "Zirkon indeed" in page.text and "Zirkon it is" in page.text
    assert "stays between Muster GmbH and us" in world.as_("member").get(address).text
    assert "hinges" in world.as_("guest").get(f"/w/{slug}/ideas/").text
    # The firm's other people read it where it alone is shared with them.
    assert "hinges" in world.as_("partner").get(f"/entries/{number(address)}").text
    assert "hinges" in world.as_("partner").get("/workspaces/").text
    # Those who are in the workspace find it there, and their front door still leads there.
    assert "hinges" not in world.as_("guest").get("/workspaces/").text
    assert world.as_("guest").get("/").location == f"/w/{slug}/"
    rival = world.as_("rival")
    assert rival.send(vote(address), {"on": "1"}).status_code == 404
    assert rival.send(f"{address}/release").status_code == 404


def _firm(world: World) -> Any:
    with world.system() as db:
        return db.scalars(select(Firm).where(Firm.name == "Muster GmbH")).one()


def test_released_it_is_for_all_guests_and_can_be_hidden_again(world: World, slug: str) -> None:
    address = propose(world, slug, "guest")
    assert world.as_("guest").send(f"{address}/release").status_code == 403
    assert f'action="{address}/release"' in world.as_("author").get(address).text
    assert world.as_("author").send(f"{address}/release").status_code == 303
    assert world.as_("rival").get(address).status_code == 200
    world.as_("author").send(f"{address}/hide")
    assert world.as_("rival").get(address).status_code == 404
    assert world.as_("guest").get(address).status_code == 200


def test_votes_are_counted_as_far_as_one_may_notice_them(world: World) -> None:
    """In a clean room not the competitor's, and nowhere those for a duplicate that one may not read."""
    slug = world.workspace(visibility="closed", members=MEMBERS, clean_room=True)
    shared = propose(world, slug, title="Shared", guests="1")
    theirs = propose(world, slug, "rival", title="Theirs")
    for address, who in ((shared, "rival"), (shared, "guest"), (theirs, "rival"), (theirs, "member")):
        world.as_(who).send(vote(address), {"on": "1"})
    assert votes(world, shared, "guest") == (1, True)
    assert votes(world, shared, "author") == (2, False)
    world.as_("author").send(f"{theirs}/merge", {"into": number(shared)})
    assert votes(world, shared, "author") == (3, False)
    assert votes(world, shared, "guest") == (1, True)
    assert "Theirs" not in world.as_("guest").get(shared).text
    item: Any = world.as_("guest").get(f"/api/v1/workspaces/{slug}/ideas").json
    assert [(one["title"], one["votes"]) for one in item["items"]] == [("Shared", 1)]


def test_an_idea_merged_into_a_hidden_one_stands_by_itself_for_its_firm(world: World, slug: str) -> None:
    internal, theirs = propose(world, slug, title="Secret plan"), propose(world, slug, "guest", title="Ours")
    world.as_("guest").send(vote(theirs), {"on": "1"})
    world.as_("author").send(f"{theirs}/merge", {"into": number(internal)})
    assert listed(world, slug, "guest") == ["Ours"]
    page = world.as_("guest").get(theirs).text
    assert "Secret plan" not in page and number(internal) not in page and "says the same" not in page
    assert votes(world, theirs, "guest") == (1, True)
    assert api(world, theirs, "guest")["merged_into"] is None
    item: Any = world.as_("guest").get(f"/api/v1/workspaces/{slug}/ideas").json
    assert item["items"][0]["votes"] == 1


# Writing -----------------------------------------------------------------------------------------


def test_a_conflict_keeps_both_texts(world: World, slug: str) -> None:
    address = propose(world, slug)
    author = world.as_("author")
    form = {"title": "A bench", "body": "First words", "version": "1"}
    assert author.send(f"{address}/edit", form).status_code == 303
    stale = author.send(f"{address}/edit", form | {"body": "Second words"})
    assert stale.status_code == 409
    assert "First words" in stale.text and "Second words" in stale.text
    assert world.as_("member").get(f"{address}/edit").status_code == 403


def test_an_archived_workspace_only_shows_them(world: World, slug: str) -> None:
    address = propose(world, slug)
    with world.system() as db:
        db.execute(update(Workspace).where(Workspace.slug == slug).values(archived_at=clock.now()))
    author = world.as_("author")
    assert author.get(address).status_code == 200
    assert author.send(vote(address), {"on": "1"}).status_code == 403
    assert author.send(f"/w/{slug}/ideas/new", {"title": "X"}).status_code == 403
    assert author.send(f"{address}/answer", {"state": "trial", "version": "1"}).status_code == 403


def test_by_programs(world: World, slug: str) -> None:
    token, client = world.token("author"), world.app.test_client()
    made: Any = client.post(f"/api/v1/workspaces/{slug}/ideas", json={"title": "Lamp"}, headers=token)
    assert made.status_code == 201
    here = f"/api/v1/ideas/{made.json['id']}"
    assert client.put(f"{here}/vote", headers=token).json["votes"] == 1  # type: ignore[index] # an object
    assert client.delete(f"{here}/vote", headers=token).json["votes"] == 0  # type: ignore[index] # an object
    assert client.put(f"{here}/answer", json={"state": "declined"}, headers=token).status_code == 422
    said = client.put(f"{here}/answer", json={"state": "declined", "reason": "Dark"}, headers=token)
    assert said.json["state"] == "declined"  # type: ignore[index] # an object
    stale = token | {"If-Match": '"1"'}
    assert client.patch(here, json={"title": "Lamps"}, headers=stale).status_code == 412
    assert client.patch(here, json={"title": "Lamps"}, headers=token).json["title"] == "Lamps"  # type: ignore[index] # an object
    assert client.delete(here, headers=token).status_code == 204
    assert client.get(here, headers=token).status_code == 404


def test_pages_ask_the_database_as_often_for_many_as_for_few(world: World, slug: str) -> None:
    member, author = world.as_("member"), world.as_("author")
    first = propose(world, slug)

    def asked() -> list[str]:
        for path in (f"/w/{slug}/ideas/", first):
            member.get(path)
        return [member.get(path).headers["X-Collab-Statements"] for path in (f"/w/{slug}/ideas/", first)]

    before = asked()
    for n in range(6):
        other = propose(world, slug, title=f"No. {n}")
        world.as_("guest").send(vote(other), {"on": "1"})
        if n % 2:
            author.send(f"{other}/merge", {"into": number(first)})
    assert asked() == before
    assert int(before[0]) <= 8
    with world.system() as db:
        assert db.query(Idea).count() == 7
