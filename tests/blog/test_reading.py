"""The blog is read by those who may, in pages, lists and feeds."""

import gzip
import xml.etree.ElementTree as ET
from datetime import timedelta

import pytest

from collab import clock
from tests.cast import World

ATOM = "{http://www.w3.org/2005/Atom}"
DOORS = ["/blog/", "/blog/feed.atom", "/api/v1/posts", "/blog/tags/plan", "/blog/authors/author"]
CAN_READ = {
    "author": True,
    "member": True,
    "colleague": False,
    "admin": False,
    "guest": False,
    "rival": False,
    "stranger": False,
}


@pytest.mark.parametrize("door", DOORS)
def test_a_post_shows_only_inside_its_workspace(door: str, world: World) -> None:
    board = world.workspace(visibility="secret", members=["author", "member"])
    world.post("Hiring plan", workspace=board, tags=["Plan"])

    seen = {who: "Hiring plan" in world.as_(who).get(door).text for who in CAN_READ}

    assert seen == CAN_READ


def test_a_post_itself_is_missing_for_those_who_may_not_read_it(world: World) -> None:
    board = world.workspace(visibility="secret", members=["member"])
    post = world.post("Hiring plan", workspace=board)

    for path in (post.address, f"/entries/{post.public_id}", f"/api/v1/posts/{post.public_id}"):
        assert world.as_("member").get(path, follow_redirects=True).status_code == 200
        hidden = world.as_("colleague").get(path)
        assert hidden.status_code == 404
        assert "Hiring" not in hidden.text


def test_drafts_are_invisible_even_to_admins(world: World) -> None:
    draft = world.post("Secret idea", published=False)

    for path in ("/blog/", draft.address, f"/api/v1/posts/{draft.public_id}", "/blog/drafts"):
        assert "Secret idea" not in world.as_("admin").get(path).text
    assert "Secret idea" in world.as_("author").get(draft.address).text
    assert "Secret idea" in world.as_("author").get("/blog/drafts").text


def test_guests_see_nothing_of_the_internal_blog(world: World) -> None:
    post = world.post("Internal matters", tags=["salary"])

    assert "Internal matters" not in world.as_("guest").get("/blog/").text
    for path in (post.address, "/blog/tags/salary", "/blog/authors/author", "/blog/tags/salary/feed.atom"):
        assert world.as_("guest").get(path).status_code == 404


def test_a_visitor_sees_public_posts_only(world: World) -> None:
    now = clock.now()
    public = world.post("For the world", guests_from=now, public_from=now, tags=["news"])
    world.post("For us")

    page = world.as_("stranger").get("/blog/").text
    assert "For the world" in page
    assert "For us" not in page
    article = world.as_("stranger").get(public.address)
    assert article.status_code == 200
    assert "sharing" not in article.text


def test_the_staff_knows_first(world: World) -> None:
    later = clock.now() + timedelta(days=1)
    world.post("Press release", guests_from=later, public_from=later)

    assert "Press release" in world.as_("colleague").get("/blog/").text
    assert "Press release" not in world.as_("stranger").get("/blog/").text


def test_the_list_goes_on_page_by_page(world: World) -> None:
    for number in range(23):
        world.post(f"Post number {number:02}")
    client = world.as_("colleague")

    first = client.get("/blog/").text
    more = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = client.get(more).text

    assert "Post number 22" in first
    assert "Post number 03" in first
    assert "Post number 02" not in first
    assert "Post number 02" in second
    assert "Post number 03" not in second
    assert client.get("/blog/?cursor=nonsense").status_code == 404


def test_an_article_names_authors_tags_and_neighbours(world: World) -> None:
    world.post("Before")
    post = world.post("Größe zählt", "Hello *world*.", tags=["Öffentliche Daten"])
    world.post("After")
    world.as_("author").send(
        f"{post.address}/edit",
        {"title": "Größe zählt", "body": "Hello *world*.", "version": "1", "authors": "Member"},
    )

    page = world.as_("colleague").get(post.address).text

    assert "<em>world</em>" in page
    assert 'href="/blog/authors/author"' in page
    assert 'href="/blog/authors/member"' in page
    assert 'href="/blog/tags/öffentlichedaten"' in page or "%C3%B6ffentlichedaten" in page
    assert "Before" in page
    assert "After" in page


def test_tags_are_one_whatever_their_spelling(world: World) -> None:
    world.post("First", tags=["Open Data"])
    world.post("Second", tags=["open-data"])
    client = world.as_("colleague")

    assert client.get("/blog/tags/Open-Data").headers["Location"] == "/blog/tags/opendata"
    page = client.get("/blog/tags/opendata").text
    assert "First" in page
    assert "Second" in page
    assert client.get("/blog/tags/nothing").status_code == 404


def test_authors_have_pages(world: World) -> None:
    world.post("Mine", author="author")
    world.post("Theirs", author="member")
    client = world.as_("colleague")

    assert "Mine" in client.get("/blog/authors/author").text
    assert "Theirs" not in client.get("/blog/authors/author").text
    assert "Member" in client.get("/blog/authors/").text
    assert client.get("/blog/authors/colleague").status_code == 200
    assert client.get("/blog/authors/nobody").status_code == 404


def test_very_long_titles_and_bodies_are_shown(world: World) -> None:
    post = world.post("Donaudampfschifffahrt" * 14, "word " * 20_000)

    assert len(post.slug) <= 120
    page = world.as_("colleague").get(post.address)
    assert page.status_code == 200
    assert "minutes to read" in page.text


@pytest.mark.parametrize(
    "path", ["/blog/feed.atom", "/blog/authors/author/feed.atom", "/blog/tags/news/feed.atom"]
)
def test_a_feed_is_atom_and_unchanged_until_something_is_new(path: str, world: World) -> None:
    world.post("Fish & <chips>", "Some *words*.", tags=["News"])
    client = world.as_("colleague")

    answer = client.get(path)
    feed = ET.fromstring(answer.data)

    assert answer.mimetype == "application/atom+xml"
    entry = feed.find(f"{ATOM}entry")
    assert entry is not None
    assert entry.findtext(f"{ATOM}title") == "Fish & <chips>"
    assert "<em>words</em>" in (entry.findtext(f"{ATOM}content") or "")
    assert entry.findtext(f"{ATOM}author/{ATOM}name") == "Author"
    etag = answer.headers["ETag"]
    assert client.get(path, headers={"If-None-Match": etag}).status_code == 304
    world.post("More", tags=["news"])
    assert client.get(path, headers={"If-None-Match": etag}).status_code == 200


def test_a_packed_feed_says_the_same_and_is_unchanged_too(world: World) -> None:
    world.post("Packed news", "Some *words*.")
    client = world.as_("colleague")
    packed = {"Accept-Encoding": "gzip, br"}

    plain = client.get("/blog/feed.atom", headers={"Accept-Encoding": "identity"})
    answer = client.get("/blog/feed.atom", headers=packed)

    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.data) == plain.data
    again = client.get("/blog/feed.atom", headers={**packed, "If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_a_feed_made_for_one_reader_tells_another_nothing(world: World) -> None:
    slug = world.workspace(visibility="closed", members=["member"])
    world.post("Members only", workspace=slug)

    assert "Members only" in world.as_("member").get("/blog/feed.atom").text
    assert "Members only" not in world.as_("colleague").get("/blog/feed.atom").text
    assert "Members only" not in world.app.test_client().get("/blog/feed.atom").text


def test_a_feed_reader_gets_its_own_address(world: World) -> None:
    world.post("Inside news")
    page = world.as_("colleague").send("/blog/feeds", {"feed": "/blog/feed.atom"}).text
    address = page.split('value="http')[1].split('"')[0]
    path = "/" + address.split("/", 3)[3]

    assert "Inside news" in world.app.test_client().get(path).text
    assert "Inside news" not in world.app.test_client().get("/blog/feed.atom").text
    assert world.as_("colleague").send("/blog/feeds", {"feed": "//evil.example/feed.atom"}).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/blog/",
        "/blog/tags/t",
        "/blog/authors/author",
        "/blog/authors/",
        "/blog/tags/",
        "/blog/feed.atom",
        "post",
    ],
)
def test_a_page_asks_few_questions_however_much_it_shows(path: str, world: World) -> None:
    def ask() -> int:
        answer = world.as_("colleague").get(first.address if path == "post" else path)
        assert answer.status_code == 200
        return int(answer.headers["X-Collab-Statements"])

    first = world.post("One", tags=["t"])
    world.comment(first)
    world.as_("colleague").get("/blog/")  # the session is noted as used
    few = ask()
    for number in range(5):
        post = world.post(f"Another {number}", tags=["t", "u"])
        world.comment(post)
        world.comment(first)

    assert ask() == few
    assert few <= 8


def test_a_fellow_author_costs_one_more_question_at_most(world: World) -> None:
    post = world.post("Together")
    form = {"title": "Together", "body": "x", "version": "1", "authors": "member"}
    assert world.as_("author").send(f"{post.address}/edit", form).status_code == 303

    def ask(who: str) -> int:
        world.as_(who).get("/blog/")  # the session is noted as used
        return int(world.as_(who).get(post.address).headers["X-Collab-Statements"])

    assert ask("member") <= ask("author") + 1
