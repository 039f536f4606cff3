"""Comments about a passage: found again in a changed text, marked in it, resolved, as hidden as others."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collab import clock, text
from collab.comments.passages import Note, Passage, Text, marked
from collab.pages import services as pages
from collab.pages.models import Page
from collab.workspaces import entries
from tests.cast import World

BODY = "The crane lifts **5 tons** in summer.\n\nIn winter the crane lifts **4 tons** only."


def _page(world: World, body: str = BODY, **more: object) -> Page:
    return world.page("Crane", body, workspace=world.workspace(**{"members": ["member"], **more}))  # type: ignore[arg-type]


def _say(
    world: World, page: Page, quote: str, body: str = "Is that so?", who: str = "member", **more: str
) -> str:
    """Comment on words of the page as a page without JavaScript does; answers the comment's id."""
    form = {"body": body, "quote": quote, **more}
    answer = world.as_(who).send(f"/entries/{page.public_id}/comments", form)
    assert answer.status_code == 303, answer.text
    return answer.location.rpartition("#comment-")[2]


def _change(world: World, page: Page, body: str) -> None:
    with world.acting("author") as (db, viewer):
        now = db.merge(page, load=False)
        db.refresh(now)
        pages.edit(db, viewer, now, now.title, body, base_version=now.version)


def _marks(page: str) -> list[str]:
    return re.findall(r'<mark class="passage">([^<]*)</mark>', page)


def test_a_passage_is_marked_and_leads_to_its_comment_and_back(world: World) -> None:
    page = _page(world)
    comment = _say(world, page, "4 tons  only")
    seen = world.as_("author").get(page.address).text
    assert _marks(seen) == ["4 tons", "only"]
    assert f'id="passage-{comment}"' in seen and f'href="#comment-{comment}"' in seen
    assert f'href="#passage-{comment}"' in seen and f'id="comment-{comment}"' in seen


def test_of_several_the_passage_behind_the_same_words_is_meant(world: World) -> None:
    page = _page(world)
    _say(world, page, "crane lifts", before="In winter the")
    seen = world.as_("author").get(page.address).text
    assert seen.index("In winter the") < seen.index('<mark class="passage">')


def test_it_survives_edits_and_is_said_to_be_lost_when_it_is(world: World) -> None:
    page = _page(world)
    comment = _say(world, page, "4 tons only")
    _change(world, page, "A new beginning.\n\n# And a heading\n\n" + BODY)
    assert _marks(world.as_("author").get(page.address).text) == ["4 tons", "only"]
    _change(world, page, BODY.replace("4 tons", "4.5 tons"))
    assert _marks(world.as_("author").get(page.address).text) == ["4.5 tons", "only"]
    _change(world, page, "Nothing about it any more.")
    seen = world.as_("author").get(page.address).text
    assert "The passage has changed" in seen and "4 tons only" in seen
    assert not _marks(seen) and f"#passage-{comment}" not in seen
    _change(world, page, BODY)
    assert "The passage has changed" not in world.as_("author").get(page.address).text


def test_words_that_are_not_there_are_refused_and_nothing_is_lost(world: World) -> None:
    page = _page(world)
    sent = {"body": "My long comment", "quote": "6 tons"}
    answer = world.as_("member").send(f"/entries/{page.public_id}/comments", sent)
    assert answer.status_code == 422
    assert "My long comment" in answer.text and "6 tons</textarea>" in answer.text
    assert "not in the text" in answer.text


def test_who_may_comment_resolves_and_opens_again(world: World) -> None:
    page = _page(world, visibility="closed", readers=["colleague"])
    comment = _say(world, page, "4 tons")
    act = f"/comments/{comment}/resolution"
    assert world.as_("colleague").send(act).status_code == 403
    assert act not in world.as_("colleague").get(page.address).text
    assert world.as_("author").send(act).location == f"{page.address}#comment-{comment}"
    seen = world.as_("member").get(page.address).text
    assert "Resolved by Author" in seen and not _marks(seen)
    world.as_("member").send(f"{act}/delete")
    assert _marks(world.as_("member").get(page.address).text) == ["4 tons"]


def test_a_comment_that_is_about_no_passage_cannot_be_resolved(world: World) -> None:
    page = _page(world)
    comment = world.comment(page)
    assert world.as_("author").send(f"/comments/{comment.public_id}/resolution").status_code == 404


@pytest.mark.parametrize("internal", [False, True])
def test_guests_see_no_mark_of_an_internal_comment(world: World, internal: bool) -> None:
    page = _page(world, visibility="closed", members=["member", "guest"])
    with world.acting("author") as (db, viewer):
        entries.share(db, viewer, db.merge(page, load=False), clock.now(), None)
    comment = _say(world, page, "4 tons", body="Our secret", **({"internal": "1"} if internal else {}))
    seen = world.as_("guest").get(page.address).text
    assert _marks(seen) == ([] if internal else ["4 tons"])
    assert ("Our secret" in seen) is not internal
    settled = world.as_("guest").send(f"/comments/{comment}/resolution").status_code
    assert settled == (404 if internal else 303)


def test_rivals_in_a_clean_room_see_no_mark_of_each_other(world: World) -> None:
    page = _page(world, visibility="closed", members=["member", "guest", "rival"], clean_room=True)
    with world.acting("author") as (db, viewer):
        entries.share(db, viewer, db.merge(page, load=False), clock.now(), None)
    comment = _say(world, page, "4 tons", who="guest")
    assert _marks(world.as_("guest").get(page.address).text) == ["4 tons"]
    assert not _marks(world.as_("rival").get(page.address).text)
    assert world.as_("rival").send(f"/comments/{comment}/resolution").status_code == 404


def test_a_deleted_comment_leaves_no_mark(world: World) -> None:
    page = _page(world)
    comment = _say(world, page, "4 tons")
    world.as_("member").send(f"/comments/{comment}/delete")
    seen = world.as_("author").get(page.address).text
    assert not _marks(seen) and "passage-about" not in seen
    world.as_("member").send(f"/comments/{comment}/restore")
    assert _marks(world.as_("author").get(page.address).text) == ["4 tons"]


def test_programs_quote_and_resolve(world: World) -> None:
    page, token = _page(world), world.token("member")
    client = world.app.test_client()
    list_, sent = f"/api/v1/entries/{page.public_id}/comments", {"body": "Hm", "quote": "4 tons"}
    made = client.post(list_, json=sent, headers=token)
    assert made.status_code == 201 and made.json["quote"] == "4 tons" and made.json["resolved"] is False
    act = f"/api/v1/comments/{made.json['id']}/resolution"
    assert client.post(act, headers=token).json["resolved"] is True
    assert client.delete(act, headers=token).json["resolved"] is False
    assert client.post(list_, json={**sent, "quote": "9 tons"}, headers=token).status_code == 422


def test_pages_need_no_more_statements_with_many_passages(world: World) -> None:
    page = _page(world)
    counts = []
    for _ in range(2):
        _say(world, page, "4 tons")
        _say(world, page, "5 tons", who="author")
        counts.append(int(world.as_("author").get(page.address).headers["X-Collab-Statements"]))
    assert counts[0] == counts[1] <= 8


# The algorithm by itself ------------------------------------------------------------------------

HTML = text.render(
    "# Über *uns* & mehr\n\nEin [Link mit Wörtern](https://example.org/?a=1&b=2) und `Code <b>`.\n\n"
    "- eins\n- zwei\n\n| a | b |\n|---|---|\n| c | d & e |\n"
).html


@given(st.data())
def test_marking_changes_no_word_and_keeps_the_html_well_formed(data: st.DataObject) -> None:
    whole = Text(HTML)
    spans = data.draw(
        st.lists(st.tuples(st.integers(0, len(whole.letters) - 1), st.integers(1, 40)), max_size=4)
    )
    notes = [
        Note(f"n{n}", Passage(whole.letters[at : at + length], start=at), "<A>", "")
        for n, (at, length) in enumerate(spans)
    ]
    shown = marked(HTML, notes, "by %(name)s")
    without = re.sub(r'<span class="margin-note">.*?</a></span>', "", shown)
    plain = re.sub(r'</?mark[^>]*>|<span class="passage-start"[^>]*></span>', "", without)
    assert plain == HTML
    open_tags: list[str] = []
    for closing, tag in re.findall(r"<(/?)(\w+)[^>]*?>", shown):
        if closing:
            assert open_tags.pop() == tag
        elif tag not in ("br", "hr", "img"):
            assert tag != "a" or "a" not in open_tags, "a link in a link"
            open_tags.append(tag)
    assert not open_tags


def test_the_sign_behind_a_heading_and_spaces_do_not_count() -> None:
    found = Text(HTML).choose("Über uns\n & mehr Ein  Link")
    assert found is not None and found.quote == "Über uns & mehr Ein Link"


@pytest.mark.parametrize("quote", ["", "  ", "x" * 1001, "nicht da"])
def test_what_is_no_passage(quote: str) -> None:
    assert Text(HTML).choose(quote) is None
