"""What happened: told once, in whole sentences, to those who may read it now."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event

from collab import clock
from collab.comments import services as comments
from collab.imports.run import import_pages
from collab.workspaces import access, entries
from collab.workspaces.models import Entry
from tests.cast import World


def _told(world: World, who: str, path: str) -> list[str]:
    """The sentences of a stream."""
    page = world.anew(who).get(path)
    assert page.status_code == 200, page.status_code
    main = page.text.split("<main", 1)[1]
    return re.findall(r'<p class="row-title"><a [^>]*>([^<]*)</a>', main)


def _edit(world: World, entry: Entry, body: str, who: str = "author") -> None:
    with world.acting(who) as (db, viewer):
        mine = access.get(db, viewer, Entry, Entry.id == entry.id)
        entries.revise(db, viewer, mine, mine.title, body, base_version=mine.version)


def test_what_somebody_does_to_one_thing_on_a_day_is_one_line(world: World) -> None:
    slug = world.workspace("Kranbahn", members=["member"])
    page = world.page("Lasten", workspace=slug)
    for number in range(3):
        _edit(world, page, f"Quite other words, number {number}, and many of them.")
    assert _told(world, "member", f"/w/{slug}/stream") == ["Author wrote “Lasten”"]
    with clock.shifted(timedelta(days=2)):
        for number in range(3):
            _edit(world, page, f"Entirely new words, number {number}, and even more of them.")
        told = _told(world, "member", f"/w/{slug}/stream")
    assert told == ["Author changed “Lasten”", "Author wrote “Lasten”"]


def test_many_new_things_are_one_line(world: World) -> None:
    slug = world.workspace("Kranbahn", members=["member"])
    for number in range(5):
        world.page(f"Blatt {number}", workspace=slug)
    assert _told(world, "member", f"/w/{slug}/stream") == ["Author wrote “Blatt 4”, and 4 more"]
    world.page("Anders", workspace=slug, author="member")
    assert len(_told(world, "colleague", f"/w/{slug}/stream")) == 2


def test_drafts_and_small_changes_are_not_told(world: World) -> None:
    slug = world.workspace("Kranbahn", members=["member"])
    page = world.page("Lasten", "The load is 10 t.", workspace=slug)
    world.post("Not yet", workspace=slug, published=False)
    with clock.shifted(timedelta(days=2)):
        _edit(world, page, "The load is 12 t.")
        for who in ("author", "member"):
            assert _told(world, who, f"/w/{slug}/stream") == ["Author wrote “Lasten”"], who


def test_all_who_comment_on_a_day_are_one_line(world: World) -> None:
    slug = world.workspace("Kranbahn", members=["member", "colleague", "admin"])
    page = world.page("Lasten", workspace=slug)
    for who in ("member", "colleague", "admin", "member"):
        world.comment(page, f"Says {who}", author=who)
    told = _told(world, "author", f"/w/{slug}/stream")
    assert told[0] == "Member, Admin and one more commented on “Lasten”"
    assert "Says member" in world.as_("author").get(f"/w/{slug}/stream").text


def test_my_stream_is_what_others_did_where_i_belong(world: World) -> None:
    mine, other = world.workspace("Mine", members=["member"]), world.workspace("Other")
    world.page("Here", workspace=mine)
    world.page("Own", workspace=mine, author="member")
    world.page("There", workspace=other)
    assert _told(world, "member", "/stream") == ["Author wrote “Here”"]
    assert _told(world, "author", "/stream") == ["Member wrote “Own”"]
    assert _told(world, "colleague", "/stream") == []


def test_nobody_reads_in_the_stream_what_is_not_for_them_now(world: World) -> None:
    slug = world.workspace("Merger", visibility="secret", members=["member", "guest"])
    world.page("Internal", workspace=slug)
    shared = world.post("Shared", workspace=slug, guests_from=clock.now())
    world.comment(shared, "Among us", internal=True)
    gone = world.post("Gone", workspace=slug)
    with world.acting("author") as (db, viewer):
        entries.remove(db, viewer, access.get(db, viewer, Entry, Entry.id == gone.id))
    assert world.as_("colleague").get(f"/w/{slug}/stream").status_code == 404
    seen = world.as_("guest").get(f"/w/{slug}/stream").text
    assert "Shared" in seen and "Internal" not in seen and "Among us" not in seen and "Gone" not in seen
    assert "is a member now" not in seen
    assert set(_told(world, "member", f"/w/{slug}/stream")) == {
        "Author wrote “Internal”",
        "Author wrote “Shared”",
        "Member commented on “Shared”",
    }
    assert _told(world, "guest", "/stream") == ["Author wrote “Shared”"]


def test_competitors_in_a_clean_room_do_not_notice_each_other(world: World) -> None:
    slug = world.workspace("Einkauf", visibility="closed", members=["guest", "rival"], clean_room=True)
    page = world.post("Offer", workspace=slug, guests_from=clock.now())
    world.comment(page, "We take 5", author="rival")
    world.page("Rival's page", workspace=slug, author="rival")
    seen = world.as_("guest").get(f"/w/{slug}/stream").text
    assert "We take 5" not in seen and "Rival" not in seen
    assert "Rival commented on “Offer”" in _told(world, "author", f"/w/{slug}/stream")


def test_to_guests_an_entry_begins_when_it_is_shared(world: World) -> None:
    slug = world.workspace("Kranbahn", members=["guest"])
    post = world.post("Plan", workspace=slug)
    with clock.shifted(timedelta(days=1)):
        _edit(world, post, "All new words that nobody outside has read.")
    with clock.shifted(timedelta(days=3)):
        with world.acting("author") as (db, viewer):
            mine = access.get(db, viewer, Entry, Entry.id == post.id)
            entries.share(db, viewer, mine, clock.now(), None)
        assert _told(world, "guest", f"/w/{slug}/stream") == ["Author wrote “Plan”"]
        assert len(_told(world, "author", f"/w/{slug}/stream")) == 2


def test_the_stream_goes_on_by_pages_with_constant_statements(world: World) -> None:
    slug = world.workspace("Kranbahn", members=["member", "colleague"])
    page = world.page("Lasten", workspace=slug)

    def statements() -> list[int]:
        client, counted = world.anew("member"), []
        client.get("/")  # the first visit of a browser is noted
        engine = world.context.read.kw["bind"]
        for path in (f"/w/{slug}/stream", "/stream", f"/w/{slug}/", f"/w/{slug}/stream/feed.atom"):
            asked: list[str] = []
            listener = ("before_cursor_execute", lambda *args, asked=asked: asked.append(args[2]))
            event.listen(engine, *listener)
            assert client.get(path).status_code == 200
            event.remove(engine, *listener)
            counted.append(len(asked))
        return counted

    few = statements()
    for day in range(60):
        with clock.shifted(timedelta(days=day)):
            world.comment(page, "Yes", author="author")
            world.comment(page, "No", author="colleague")
    with clock.shifted(timedelta(days=61)):
        assert statements() == few
        assert max(few) <= 8
        _goes_on(world, f"/w/{slug}/stream")


def _goes_on(world: World, path: str) -> None:
    shown = 0
    for _ in range(3):
        text = world.as_("member").get(path).text
        shown += text.count("commented on")
        following = re.search(r'href="(/w/[^"]*cursor=[^"]*)"', text)
        if not following:
            break
        path = following[1].replace("&amp;", "&")
    assert shown in (60, 61)  # a day that is cut by a page is told on both


def test_a_feed_has_a_key_of_its_own(world: World) -> None:
    slug, other = world.workspace("Mine", visibility="secret", members=["member"]), world.workspace("Other")
    world.page("Here", workspace=slug)
    world.page("Own", workspace=slug, author="member")
    shown = world.as_("member").send(f"/w/{slug}/stream/feed").text
    found = re.search(r'value="http[^"]*(/w/[^"]*key=[^"]*)"', shown)
    assert found is not None
    address = found[1]
    stranger = world.as_("stranger")
    feed = stranger.get(address)
    assert feed.status_code == 200 and "Author wrote “Here”" in feed.text and "Own" not in feed.text
    assert stranger.get(address, headers={"If-None-Match": feed.headers["ETag"]}).status_code == 304
    assert stranger.get(address.replace(slug, other)).status_code == 404
    assert stranger.get(address.split("?")[0]).status_code == 303  # to the sign-in page
    assert stranger.get(address[:-3] + "xyz").status_code == 404


@pytest.mark.parametrize(
    "path", ["/stream?cursor=nonsense", "/w/{}/stream?cursor=WzEsMl0", "/w/{}/stream?limit=x"]
)
def test_nothing_that_is_asked_is_an_error_of_ours(world: World, path: str) -> None:
    slug = world.workspace("Board")
    assert world.as_("author").get(path.format(slug)).status_code in (200, 422)


def test_comments_that_were_taken_back_are_not_told(world: World) -> None:
    slug = world.workspace("Kranbahn")
    comment = world.comment(world.page("Lasten", workspace=slug), "Oops", author="author")
    with world.acting("author") as (db, viewer):
        comments.delete(db, viewer, db.merge(comment, load=False))
    assert _told(world, "author", f"/w/{slug}/stream") == ["Author wrote “Lasten”"]


def test_what_was_brought_here_is_one_line_without_a_name(world: World, tmp_path: Path) -> None:
    for name in ("One", "Two", "Three"):
        (tmp_path / f"{name}.md").write_text(f"# {name}\n\nWords.", "utf-8")
    import_pages(world.context, tmp_path, "manual")
    told = _told(world, "member", "/w/manual/")
    assert len(told) == 1 and re.fullmatch("“(One|Two|Three)” and more were brought here", told[0])
    assert _told(world, "member", "/w/manual/stream") == told
    world.workspace()
    assert world.as_("member").get("/stream").status_code == 200
