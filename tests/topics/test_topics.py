"""Topics: what is new, what was decided, and what becomes of a comment."""

from typing import Any

import pytest
from sqlalchemy import update

from collab import clock
from collab.comments.models import ReadMark
from collab.topics.models import Topic
from collab.workspaces.models import Entry, Workspace
from tests.cast import STRANGER, World

MEMBERS = ["member", "guest", "rival"]


@pytest.fixture
def slug(world: World) -> str:
    return world.workspace(visibility="closed", members=MEMBERS, sections=["pages", "topics", "ideas"])


def begin(world: World, slug: str, who: str = "author", title: str = "Where to", **more: str) -> str:
    """A new topic; answers its address."""
    answer = world.as_(who).send(f"/w/{slug}/topics/new", {"title": title, "body": "Let us talk", **more})
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def number(address: str) -> str:
    return address.rsplit("/", 1)[1]


def say(world: World, address: str, who: str, words: str, **more: str) -> str:
    """A comment; answers its id."""
    sent = world.as_(who).send(f"/entries/{number(address)}/comments", {"body": words, **more})
    assert sent.status_code == 303, sent.text
    return str(sent.location).rpartition("#comment-")[2]


def listed(world: World, slug: str, who: str, which: str = "") -> list[dict[str, Any]]:
    answer: Any = world.as_(who).get(f"/api/v1/workspaces/{slug}/topics{which}").json
    return list(answer["items"])


# What is new -------------------------------------------------------------------------------------


def test_a_line_stands_above_what_is_new_until_it_is_read(world: World, slug: str) -> None:
    address = begin(world, slug)
    say(world, address, "author", "Old words")
    member = world.as_("member")
    assert listed(world, slug, "member")[0]["unread"]
    assert "New since you were here" not in member.get(address).text  # all of it is
    assert member.send(f"/entries/{number(address)}/read").status_code == 303
    assert not listed(world, slug, "member")[0]["unread"]
    first = say(world, address, "author", "First news")
    say(world, address, "author", "More news")
    assert listed(world, slug, "member")[0]["unread"]
    page = member.get(address).text
    assert "2 new comments since you were here." in page
    assert f'<a href="#comment-{first}">Go to the first</a>' in page
    assert page.count("New since you were here") == 1
    assert page.index("Old words") < page.index("New since you were here") < page.index("First news")
    headers = {"HX-Request": "true"}
    assert member.send(f"/entries/{number(address)}/read", headers=headers).status_code == 204
    assert "New since you were here" not in member.get(address).text
    assert "New since" not in world.as_("author").get(address).text  # who wrote them


def test_a_mark_never_goes_back_nor_beyond_now(world: World, slug: str) -> None:
    address = begin(world, slug)
    member = world.as_("member")
    read = f"/entries/{number(address)}/read"
    member.send(read, {"until": "2999-01-01T00:00"})
    say(world, address, "author", "News")
    assert listed(world, slug, "member")[0]["unread"]
    member.send(read)
    member.send(read, {"until": "2001-01-01T00:00"})
    assert not listed(world, slug, "member")[0]["unread"]
    assert member.send(read, {"until": "tomorrow"}).status_code in (400, 422)
    with world.system() as db:
        mark = db.get(ReadMark, (world.account_id("member"), db.query(Topic).one().id))
        assert mark is not None and mark.read_at <= clock.now()
    assert world.as_("rival").send(read).status_code == 404


def test_the_list_is_in_the_order_of_the_last_word(world: World, slug: str) -> None:
    one, two = begin(world, slug, title="One"), begin(world, slug, title="Two")
    assert [item["title"] for item in listed(world, slug, "member")] == ["Two", "One"]
    say(world, one, "member", "Me too")
    items = listed(world, slug, "author")
    assert [(item["title"], item["comments"]) for item in items] == [("One", 1), ("Two", 0)]
    assert [item["unread"] for item in items] == [True, False]
    world.as_("author").send(f"{two}/close")
    assert [item["title"] for item in listed(world, slug, "member", "?which=closed")] == ["Two"]
    assert [item["title"] for item in listed(world, slug, "member", "?which=open")] == ["One"]
    page = world.as_("author").get(f"/w/{slug}/topics/?which=open").text
    assert "last by" in page and "Two" not in page.partition("<main")[2]
    parts, cursor = [], ""
    for _ in range(2):
        part: Any = world.as_("author").get(f"/api/v1/workspaces/{slug}/topics?limit=1{cursor}").json
        parts += [item["title"] for item in part["items"]]
        cursor = f"&cursor={part['next']}"
    assert parts == ["One", "Two"]


def test_order_and_numbers_tell_nothing_of_hidden_comments(world: World) -> None:
    """Internal comments, and in a clean room the competitor's, neither count nor move a topic up."""
    slug = world.workspace(visibility="closed", members=MEMBERS, clean_room=True)
    one, two = (begin(world, slug, title=title, guests="1") for title in ("One", "Two"))
    for address in (one, two):
        world.as_("guest").send(f"/entries/{number(address)}/read")
    say(world, one, "member", "Among us", internal="1")
    say(world, one, "rival", "From Rivale")
    items = listed(world, slug, "guest")
    assert [(item["title"], item["comments"], item["unread"]) for item in items] == [
        ("Two", 0, False),
        ("One", 0, False),
    ]
    page = world.as_("guest").get(f"/w/{slug}/topics/").text
    assert "Rival" not in page and "last by" not in page
    shown = world.as_("guest").get(one).text
    assert "new comment" not in shown and "Among us" not in shown
    assert [item["comments"] for item in listed(world, slug, "author")] == [2, 0]


# Decisions and closing ---------------------------------------------------------------------------


def test_a_comment_is_the_decision(world: World, slug: str) -> None:
    address = begin(world, slug, guests="1")
    comment = say(world, address, "guest", "We take the red one")
    assert world.as_("member").send(f"{address}/decision", {"comment": comment}).status_code == 403
    author = world.as_("author")
    assert "This is the decision" in author.get(address).text
    assert "This is the decision" not in world.as_("member").get(address).text
    author.send(f"{address}/decision", {"comment": comment})
    page = world.as_("rival").get(address).text
    top = page[page.index("decision-title") :].partition("</section>")[0]
    assert "We take the red one" in top and f"#comment-{comment}" in top
    assert listed(world, slug, "rival")[0]["decided"]
    author.send(f"{address}/decision/delete")
    assert "decision-title" not in world.as_("rival").get(address).text


def test_an_internal_decision_is_not_one_for_guests(world: World, slug: str) -> None:
    address = begin(world, slug, guests="1")
    comment = say(world, address, "member", "We never tell them", internal="1")
    world.as_("author").send(f"{address}/decision", {"comment": comment})
    guest = world.as_("guest")
    page = guest.get(address).text
    assert "decision-title" not in page and "Decided" not in page and comment not in page
    assert not listed(world, slug, "guest")[0]["decided"]
    assert listed(world, slug, "guest", "?which=decided") == []
    told: Any = guest.get(f"/api/v1/topics/{number(address)}").json
    assert (told["decision"], told["decision_comment"], told["version"]) == ("", None, 1)
    assert listed(world, slug, "member")[0]["decided"]


def test_a_decision_in_words_and_what_cannot_be_one(world: World, slug: str) -> None:
    address, other = begin(world, slug), begin(world, slug, title="Other")
    strange = say(world, other, "member", "Elsewhere")
    author = world.as_("author")
    assert author.send(f"{address}/decision", {"words": ""}).status_code == 422
    assert author.send(f"{address}/decision", {"comment": strange}).status_code == 422
    assert author.send(f"{address}/decision", {"comment": "nothing"}).status_code == 404
    author.send(f"{address}/decision", {"words": "Blue it is"})
    assert "Blue it is" in world.as_("member").get(address).text
    gone = say(world, address, "member", "Short-lived")
    author.send(f"{address}/decision", {"comment": gone})
    world.as_("member").send(f"/comments/{gone}/delete")
    assert "decision-title" not in author.get(address).text
    assert not listed(world, slug, "author", "?which=decided")


def test_nobody_writes_in_a_closed_topic(world: World, slug: str) -> None:
    address = begin(world, slug)
    comment = say(world, address, "member", "My last word")
    member = world.as_("member")
    assert f'action="{address}/close"' not in member.get(address).text
    assert member.send(f"{address}/close").status_code == 403
    assert f'action="{address}/close"' in world.as_("author").get(address).text
    world.as_("author").send(f"{address}/close")
    page = member.get(address).text
    assert "This topic is closed" in page and "My last word" in page and "Send comment" not in page
    assert member.send(f"/entries/{number(address)}/comments", {"body": "But"}).status_code == 403
    assert member.send(f"/comments/{comment}/edit", {"body": "But"}).status_code == 403
    token = world.token("member")
    client = world.app.test_client()
    sent = client.post(f"/api/v1/entries/{number(address)}/comments", json={"body": "But"}, headers=token)
    assert sent.status_code == 403
    world.as_("author").send(f"{address}/reopen")
    say(world, address, "member", "Again")


# Turning a comment into something ----------------------------------------------------------------


@pytest.mark.parametrize("kind", ["page", "idea", "topic"])
def test_a_comment_becomes_something_and_both_lead_to_each_other(world: World, slug: str, kind: str) -> None:
    address = begin(world, slug)
    comment = say(world, address, "author", "We need **a lamp** here\n\nIt is dark.")
    member = world.as_("member")
    form = member.get(f"/comments/{comment}/turn").text
    assert 'value="We need a lamp here"' in form
    sent = {"kind": kind, "title": "A lamp", "workspace": slug}
    made = member.send(f"/comments/{comment}/turn", sent).location
    page = member.get(made).text
    assert "<strong>a lamp</strong>" in page
    assert f'{address}#comment-{comment}"' in page
    back = member.get(address).text
    assert made in back and "A lamp" in back
    with world.system() as db:
        assert db.query(Entry).filter_by(title="A lamp").one().guests_from is None


def test_only_who_reads_both_ends_learns_of_the_other(world: World, slug: str) -> None:
    """What was made internally is not there for guests, and neither is the internal comment it came from."""
    address = begin(world, slug, guests="1")
    comment = say(world, address, "guest", "A wish")
    world.as_("member").send(
        f"/comments/{comment}/turn", {"kind": "page", "title": "Hidden plan", "workspace": slug}
    )
    assert "Hidden plan" in world.as_("member").get(address).text
    for who in ("guest", "rival"):
        page = world.as_(who).get(address).text
        assert "Hidden plan" not in page and "Turned into" not in page
    secret = say(world, address, "member", "Between us", internal="1")
    made = (
        world.as_("member")
        .send(f"/comments/{secret}/turn", {"kind": "page", "title": "Shown", "workspace": slug})
        .location
    )
    with world.system() as db:
        entry = db.query(Entry).filter_by(title="Shown").one()
        entry.guests_from = clock.now()
    page = world.as_("guest").get(made).text
    assert "Shown" in page and "This began as a comment" not in page and secret not in page
    assert "This began as a comment" in world.as_("member").get(made).text
    for who in ("guest", STRANGER):
        assert world.as_(who).get(f"/comments/{secret}/turn").status_code in (404, 303)
    assert world.as_("guest").send(f"/comments/{secret}/turn", {"kind": "page"}).status_code == 404


def test_where_a_comment_cannot_become_something(world: World, slug: str) -> None:
    address = begin(world, slug)
    comment = say(world, address, "member", "A wish")
    other = world.workspace(visibility="secret", owner="colleague")
    poor = world.workspace(members=["member"], sections=[])
    member = world.as_("member")
    sent = {"kind": "page", "title": "X", "workspace": slug}
    assert member.send(f"/comments/{comment}/turn", sent | {"workspace": other}).status_code == 404
    off = member.send(f"/comments/{comment}/turn", sent | {"workspace": poor})
    assert off.status_code == 422 and "An owner can switch it on" in off.text
    for wrong in ({"kind": "post"}, {"kind": "poll"}, {"kind": "x"}, {"title": ""}):
        assert member.send(f"/comments/{comment}/turn", sent | wrong).status_code == 422
    member.send(f"/comments/{comment}/delete")
    assert member.get(f"/comments/{comment}/turn").status_code == 403
    assert member.send(f"/comments/{comment}/turn", sent).status_code in (403, 422)


def test_a_comment_on_a_post_can_become_a_page(world: World, slug: str) -> None:
    post = world.post("News")
    comment = world.comment(post, "Write this down")
    made = (
        world.as_("member")
        .send(
            f"/comments/{comment.public_id}/turn",
            {"kind": "page", "title": "Written down", "workspace": slug},
        )
        .location
    )
    assert "News" in world.as_("member").get(made).text
    assert "Written down" in world.as_("member").get(post.address).text
    assert "Written down" not in world.as_("colleague").get(post.address).text


# Writing -----------------------------------------------------------------------------------------


def test_a_conflict_keeps_both_texts(world: World, slug: str) -> None:
    address = begin(world, slug)
    author, form = world.as_("author"), {"title": "Where to", "body": "First words", "version": "1"}
    assert author.send(f"{address}/edit", form).status_code == 303
    stale = author.send(f"{address}/edit", form | {"body": "Second words"})
    assert stale.status_code == 409
    assert "First words" in stale.text and "Second words" in stale.text
    assert world.as_("member").get(f"{address}/edit").status_code == 403


def test_an_archived_workspace_only_shows_them(world: World, slug: str) -> None:
    address = begin(world, slug)
    with world.system() as db:
        db.execute(update(Workspace).where(Workspace.slug == slug).values(archived_at=clock.now()))
    author = world.as_("author")
    assert author.get(address).status_code == 200
    for act, form in (("close", {}), ("decision", {"words": "No"}), ("edit", {"title": "T", "version": "1"})):
        assert author.send(f"{address}/{act}", form).status_code == 403
    assert author.send(f"/w/{slug}/topics/new", {"title": "X"}).status_code == 403


def test_by_programs(world: World, slug: str) -> None:
    token, client = world.token("author"), world.app.test_client()

    def ask(method: str, path: str, **more: Any) -> Any:
        answer = client.open(f"/api/v1/{path}", method=method, headers=token, **more)
        assert answer.status_code < 300, answer.text
        return answer.json

    here = f"topics/{ask('POST', f'workspaces/{slug}/topics', json={'title': 'Lamp'})['id']}"
    said = ask("POST", f"entries/{here.partition('/')[2]}/comments", json={"body": "Yes"})
    assert ask("PUT", f"{here}/decision", json={"comment": said["id"]})["decision_comment"] == said["id"]
    assert ask("DELETE", f"{here}/decision")["decision_comment"] is None
    assert ask("PUT", f"{here}/closing")["closed"]
    assert not ask("DELETE", f"{here}/closing")["closed"]
    assert ask("PATCH", here, json={"title": "Lamps"})["title"] == "Lamps"
    stale = client.patch(f"/api/v1/{here}", json={"title": "X"}, headers=token | {"If-Match": '"1"'})
    assert stale.status_code == 412
    client.delete(f"/api/v1/{here}", headers=token)
    assert client.get(f"/api/v1/{here}", headers=token).status_code == 404


def test_pages_ask_the_database_as_often_for_many_as_for_few(world: World, slug: str) -> None:
    member = world.as_("member")
    address = begin(world, slug)
    comment = say(world, address, "author", "One")
    member.send(f"/comments/{comment}/turn", {"kind": "page", "title": "Page", "workspace": slug})

    def asked() -> list[str]:
        for path in (f"/w/{slug}/topics/", address):
            member.get(path)
        return [member.get(path).headers["X-Collab-Statements"] for path in (f"/w/{slug}/topics/", address)]

    before = asked()
    for n in range(4):
        say(world, begin(world, slug, title=f"No. {n}"), "author", "Words")
        other = say(world, address, "author", f"No. {n}")
        member.send(f"/comments/{other}/turn", {"kind": "page", "title": f"P{n}", "workspace": slug})
    assert asked() == before
    assert int(before[0]) <= 8
