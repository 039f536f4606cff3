"""What people may type into the search, and what the page says back."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from collab import clock
from collab.search.listeners import reindex
from collab.search.periods import begin
from tests.cast import World


def _titles(page: str) -> list[str]:
    return [re.sub("<.*?>", "", title) for title in re.findall(r'<h3 class="hit-title">(.*?)</h3>', page)]


def _links(page: str, name: str) -> dict[str, str]:
    """What the links of that part of the page say -> the text that they search for."""
    end = "</ul>" if "chips" in name else "</nav>"
    part = page.split(f'class="{name}"', 1)[1].split(end, maxsplit=1)[0]
    found = re.findall(r'<a [^>]*?href="([^"]*)"[^>]*>(.*?)</a>', part, re.DOTALL)
    return {
        re.sub(r"<.*?>", "", text, flags=re.DOTALL).strip(): parse_qs(urlsplit(unescape(url)).query).get(
            "q", [""]
        )[0]
        for url, text in found
    }


@pytest.fixture
def found(world: World):  # type: ignore[no-untyped-def]
    """Ask as the member; the titles of what is found, sorted."""
    slug = world.workspace("Neue Anlage", members=["member"])
    world.post("Quokka pump", "A pump and a fan.", tags=["Open Data"])
    world.post("Quokka fan", "A fan; the price too.", author="colleague")
    world.page("Quokka page", "The clean room of the pump.", workspace=slug)
    world.post("Ein Quokka", "Das ist ein Text über die Pumpe und nicht für den Lüfter.", author="colleague")
    world.drain()
    client = world.as_("member")

    def ask(text: str, **more: str) -> list[str]:
        answer = client.get("/search", query_string={"q": text, **more})
        assert answer.status_code == 200
        by_api = client.get("/api/v1/search", query_string={"q": text, **more}).json
        titles = sorted(_titles(answer.text))
        assert by_api is not None and sorted(item["title"] for item in by_api["items"]) == titles
        return titles

    ask.slug = slug  # type: ignore[attr-defined]
    return ask


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ('"clean room" quokka', ["Quokka page"]),
        ('"room clean"', []),
        ("quokka fan OR room", ["Quokka fan", "Quokka page", "Quokka pump"]),
        ("quokka -price -page -text", ["Quokka pump"]),
        ("quok*", ["Ein Quokka", "Quokka fan", "Quokka page", "Quokka pump"]),
        ("quokka kind:page", ["Quokka page"]),
        ("quokka art:seite", ["Quokka page"]),
        ("quokka kind:page kind:post author:author", ["Quokka page", "Quokka pump"]),
        ("quokka -kind:post", ["Quokka page"]),
        ('quokka workspace:"neue anlage"', ["Quokka page"]),
        ("quokka author:colleague", ["Ein Quokka", "Quokka fan"]),
        ("quokka von:@Colleague", ["Ein Quokka", "Quokka fan"]),
        ("quokka tag:open-data", ["Quokka pump"]),
        ("quokka sprache:de", ["Ein Quokka"]),
        ("quokka has:file", []),
        ("quokka after:2019 before:2999", ["Ein Quokka", "Quokka fan", "Quokka page", "Quokka pump"]),
        ("quokka before:2019", []),
        ("quokka workspace:nowhere", []),
        ("quokka author:nobody", []),
        ("quokka tag:nothing", []),
        ("quokka AND wombat AND numbat", []),
        ("kind:page", ["Quokka page"]),
    ],
)
def test_what_is_asked_is_found(found, text: str, titles: list[str]) -> None:  # type: ignore[no-untyped-def]
    assert found(text) == titles


def test_a_workspace_is_named_by_its_address_too(found) -> None:  # type: ignore[no-untyped-def]
    assert found(f"quokka workspace:{found.slug}") == ["Quokka page"]
    assert found(f"quokka -workspace:{found.slug}") == ["Ein Quokka", "Quokka fan", "Quokka pump"]


def test_the_older_parameters_say_the_same_as_the_text(found, world: World) -> None:  # type: ignore[no-untyped-def]
    assert found("quokka", kind="page") == ["Quokka page"]
    assert found("quokka", author="colleague") == found("quokka author:colleague")
    assert found("quokka", workspace=found.slug) == ["Quokka page"]
    assert len(found("quokka", since="week")) == 4
    page = world.as_("member").get("/search?q=quokka&kind=page&author=member").text
    assert 'value="quokka kind:page author:member"' in page


def test_by_date_the_newest_comes_first(world: World) -> None:
    world.post("Quokka quokka")
    with clock.shifted(timedelta(days=3)):
        world.post("A long and newer title that says quokka once")
        world.drain()
        client = world.anew("member")
        newest = _titles(client.get("/search?q=quokka&sort=date").text)
        best = _titles(client.get("/search?q=quokka").text)
    assert newest == ["A long and newer title that says quokka once", "Quokka quokka"]
    assert best == newest[::-1]


@pytest.mark.parametrize(
    ("text", "sentence", "code"),
    [
        ("quokka after:gestern", "“after:gestern” is no day", "unknown_day"),
        ("quokka before:2026-13", "“before:2026-13” is no day", "unknown_day"),
        ("quokka kind:foo", "“kind:foo” names no kind", "unknown_kind"),
        ("quokka has:house", "only has:file is", "only_files"),
        ("quokka language:8", "is no language", "unknown_language"),
        ("quokka -tag:x", "only kinds and workspaces can be taken away", "not_away"),
    ],
)
def test_a_filter_that_cannot_be_used_says_so_and_is_not_used(
    world: World, text: str, sentence: str, code: str
) -> None:
    world.post("Quokka")
    world.drain()
    member = world.as_("member")
    page = member.get("/search", query_string={"q": text}).text
    assert sentence in unescape(page)
    assert "This filter is not used." in page and 'aria-describedby="q-error"' in page
    assert _titles(page) == ["Quokka"]
    refused = member.get("/api/v1/search", query_string={"q": text})
    assert refused.status_code == 422 and refused.json is not None
    assert code in refused.text


@pytest.mark.parametrize("where", ["/search", "/search/quick", "/api/v1/search"])
@pytest.mark.parametrize(
    "text",
    [
        "(" * 10_000,
        '"' * 99,
        "\0",
        "🎉",
        "OR",
        '- * " :',
        "foo:bar http://x 12:30 C:\\x",
        "%",
        "a" * 10_000,
        "after:0001-01-01T00:00:00+14:00",
    ],
)
def test_no_text_is_an_error(world: World, where: str, text: str) -> None:
    answer = world.as_("member").get(where, query_string={"q": text})
    assert answer.status_code == 200 or (where.startswith("/api") and answer.status_code == 422)


def test_too_long_a_text_is_cut_with_a_sentence(world: World) -> None:
    page = world.as_("member").get("/search", query_string={"q": "quokka " * 2000}).text
    assert "more than a search can hold" in page and len(page) < 60_000
    assert "more than a search can hold" not in world.as_("member").get("/search?q=quokka").text


@pytest.mark.parametrize("who", ["member", "guest"])
def test_filters_for_what_is_hidden_say_the_same_as_for_what_is_not_there(world: World, who: str) -> None:
    slug = world.workspace("Secret plant", visibility="secret", owner="author")
    world.post("Quokka", workspace=slug)
    world.drain()
    client = world.as_(who)

    def said(name: str, value: str) -> str:
        """The page, with the same word in the place of what was typed."""
        page = client.get("/search", query_string={"q": f'quokka {name}:"{value}"'}).text
        main = page.split("<main", 1)[1].split("</main>", maxsplit=1)[0]
        assert "Nothing found" in main
        for way in (value, quote(value), quote(value).replace("%20", "+")):
            main = main.replace(way, "X")
        return re.sub(r'(csrf_token|idempotency_key)" value="[^"]*"|&#34;|%22', "", main)

    assert said("workspace", slug) == said("workspace", "w-nowhere") == said("workspace", "Secret plant")
    if who == "guest":
        assert said("author", "rival") == said("author", "Rival") == said("author", "nobody")


def test_chips_take_filters_off_and_facets_put_them_on(found, world: World) -> None:  # type: ignore[no-untyped-def]
    page = world.as_("member").get("/search", query_string={"q": "quokka kind:page von:author"}).text
    chips = _links(page, "chips active-filters")
    assert chips["Pages"] == "quokka author:author"
    assert chips["By: Author"] == "quokka kind:page"
    assert chips["Remove all"] == "quokka"
    facets = _links(world.as_("member").get("/search?q=quokka").text, "facets")
    assert next(q for text, q in facets.items() if text.startswith("Pages")) == "quokka kind:page"
    [since] = [q for text, q in facets.items() if text.startswith("Last week")]
    assert re.fullmatch(r"quokka after:\d{4}-\d\d-\d\d", since)


def test_the_page_writes_the_language_of_its_reader(world: World) -> None:
    member = world.as_("member")
    page = member.get("/search?q=quokka+kind:page+has:file", headers={"Accept-Language": "de"})
    assert page.status_code == 200
    world.post("Quokka")
    world.drain()
    stranger = world.account("Hans", locale="de")
    assert stranger
    facets = _links(world.as_("hans").get("/search?q=quokka").text, "facets")
    assert "quokka art:beitrag" in facets.values()


def test_a_hit_leads_to_the_passage(world: World) -> None:
    post = world.post("Plans", "Some words first.\n\nThen the quokka-like animal, of course, jumps over it.")
    comment = world.comment(post, "I saw a quokka there.")
    world.drain()
    page = world.as_("member").get("/search?q=quokka").text
    assert "#:~:text=Then%20the%20quokka%2Dlike" in page
    assert f"#comment-{comment.public_id}:~:text=" in page
    answer = world.as_("member").get("/api/v1/search?q=quokka").json
    assert answer is not None and all(":~:" not in item["url"] for item in answer["items"])


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2026", datetime(2025, 12, 31, 23, tzinfo=UTC)),
        ("2026-07", datetime(2026, 6, 30, 22, tzinfo=UTC)),
        ("2026-7-2", datetime(2026, 7, 1, 22, tzinfo=UTC)),
        ("2.7.2026", datetime(2026, 7, 1, 22, tzinfo=UTC)),
        ("7.2026", datetime(2026, 6, 30, 22, tzinfo=UTC)),
        ("2026-07-02T10:00", datetime(2026, 7, 2, 8, tzinfo=UTC)),
        ("2026-07-02T10:00Z", datetime(2026, 7, 2, 10, tzinfo=UTC)),
        ("gestern", None),
        ("2026-02-30", None),
        ("0001", None),
        ("9999-12-31T23:59-12:00", None),
        ("", None),
    ],
)
def test_a_day_begins_where_the_reader_lives(value: str, moment: datetime | None) -> None:
    assert begin(value, "Europe/Berlin") == moment


def test_a_day_is_the_readers(world: World) -> None:
    """Half past midnight in Berlin is the day before in London."""
    with clock.shifted(datetime(2031, 5, 1, 22, 30, tzinfo=UTC) - clock.now()):
        world.post("Quokka")
        world.drain()
        client = world.anew("member")
        assert _titles(client.get("/search?q=quokka+after:2031-05-02").text) == ["Quokka"]
        assert _titles(client.get("/search?q=quokka+before:2031-05-02").text) == []
        assert _titles(client.get("/search?q=quokka+before:2031-05-03").text) == ["Quokka"]


def test_counts_are_of_what_the_reader_finds_with_them(found, world: World) -> None:  # type: ignore[no-untyped-def]
    page = world.as_("member").get("/search?q=quokka").text
    assert "4 hits" in page
    facets = _links(page, "facets")
    assert {" ".join(text.split()) for text in facets} >= {
        "Posts 3",
        "Pages 1",
        "Neue Anlage 1",
        "Author 2",
        "Open Data 1",
        "German 1",
    }
    for text, q in facets.items():
        number = text.split()[-1]
        if number.isdigit():
            assert len(found(q)) == int(number), text
    assert facets["Neue Anlage 1"] == f"quokka workspace:{found.slug}"
    assert facets["Open Data 1"] == 'quokka tag:"Open Data"'


def test_nothing_found_says_what_was_searched_and_what_finds_more(found, world: World) -> None:  # type: ignore[no-untyped-def]
    member = world.as_("member")
    page = member.get("/search", query_string={"q": "quokka author:author kind:post tag:nothing"}).text
    assert "We looked only where your filters allow: By: Author, Posts, Tag: nothing." in page
    more = _links(page.replace("</ul>", "</nav>"), "plain-list wider")
    assert more == {
        "without “Tag: nothing”": "quokka author:author kind:post",
        "without any filter": "quokka",
    }
    counts = re.findall(r'<span class="count">(\d+) hit', page.split('class="plain-list wider"')[1])
    assert [len(found(q)) for q in more.values()] == [int(number) for number in counts] == [1, 4]

    page = member.get("/search", query_string={"q": '"pump quokka" -fan'}).text
    more = _links(page.replace("</ul>", "</nav>"), "plain-list wider")
    assert more == {
        "only the words, without signs": "pump quokka",
        "one of the words is enough": "pump OR quokka",
    }
    page = member.get("/search?q=wombat").text
    assert "We looked in everything that you may read" in page and "Try fewer or other words." in page


def test_what_a_reader_may_not_see_widens_nothing(world: World) -> None:
    slug = world.workspace(visibility="secret", owner="author")
    world.post("Quokka", workspace=slug)
    world.drain()
    page = world.as_("member").get("/search?q=quokka+kind:page").text
    assert "Try fewer or other words." in page and "plain-list wider" not in page
    assert "without “Pages”" in world.as_("author").get("/search?q=quokka+kind:page").text


def test_a_word_spelt_wrongly_is_mended_and_the_filters_stay(world: World) -> None:
    world.post("Quokka")
    world.drain()
    page = world.as_("member").get("/search?q=quoka+kind:post").text
    assert re.search(
        r'Did you mean\s*<a href="/search\?q=quokka\+kind%3Apost"><strong>quokka</strong></a>', page
    )
    assert "Did you mean" not in world.as_("member").get("/search?q=quokka").text


def test_some_of_the_words_are_said_to_be_some(world: World) -> None:
    world.post("Quokka")
    world.drain()
    said = "Nothing has all of these words."
    assert said in world.as_("member").get("/search?q=quokka+wombat").text
    assert said not in world.as_("member").get("/search?q=quokka").text
    assert "one of the words is enough" in world.as_("member").get("/search?q=quokka+AND+wombat").text


def test_more_like_an_entry_is_for_its_readers(world: World) -> None:
    slug = world.workspace(visibility="secret", owner="author")
    secret = world.post("Quokka census", "Counting quokkas on the island.", workspace=slug)
    post = world.post("Quokka island", "The island of the quokkas, counted.")
    world.post("Tea", "Nothing else.")
    world.drain()
    like = f"/entries/{post.public_id}/similar"
    assert _titles(world.as_("author").get(like).text) == ["Quokka census"]
    assert "Nothing else is like it" in world.as_("member").get(like).text
    assert world.as_("member").get(f"/entries/{secret.public_id}/similar").status_code == 404
    assert world.as_("member").get("/entries/nothing/similar").status_code == 404
    assert like in world.as_("member").get("/search?q=quokka").text
    assert like in world.as_("member").get(post.address).text


def test_quick_hits_come_in_groups_the_best_first(world: World) -> None:
    world.account("Quokkasdottir")
    world.workspace("Quokka plant", members=["member"])
    world.post("Quokka")
    reindex(world.context)  # nothing tells of this workspace
    page = world.as_("member").get("/search/quick?q=qu").text
    assert {"People", "Workspaces", "Posts, pages, files"} == set(
        re.findall(r'class="option-head"[^>]*>([^<]*)<', page)
    )
    assert page.count('role="option"') == 4
    assert (
        'role="option"' in world.as_("member").get("/search/quick", query_string={"q": "quok kind:post"}).text
    )
