"""Nothing that people write runs in the browsers of others, or tells anybody that they read it.

The policy in the header is a second wall; it is switched off here (``bypass_csp``), so that the
first one, our HTML, has to hold alone.
"""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote
from xml.etree import ElementTree as ET

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import hostile, payloads
from tests.browser.hostile import Hostile
from tests.browser.server import House, prepare, running
from tests.browser.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.corpus, pytest.mark.xdist_group("browser")]

EVERY = 20
ATOM = "{http://www.w3.org/2005/Atom}"

# All that could run or load something, in the whole page and in what people wrote.
AUDIT = """
(root) => {
  const bad = [];
  const active = /^[\\s\\u0000-\\u001f]*(javascript|vbscript|data|blob):/i;
  for (const one of root.querySelectorAll("*")) {
    for (const { name, value } of one.attributes) {
      if (/^on/i.test(name)) bad.push(`${name}=${value}`);
      if (/^(href|src|srcset|action|formaction|data|poster|background|xlink:href|ping)$/i.test(name)) {
        if (active.test(value)) bad.push(`${name}=${value}`);
        const loads = !(one.localName === "a" && name === "href");
        if (loads && new URL(value, location.href).origin !== location.origin) bad.push(`${name}=${value}`);
      }
    }
    if (one.closest("iframe, object, embed, base, frame, applet, noscript")) bad.push(one.outerHTML);
    if (one.localName === "script" && !one.getAttribute("src")?.startsWith("/static/")) bad.push(one.outerHTML);
  }
  for (const one of root.querySelectorAll(".prose :is(script, style, link, meta, form, button, select, textarea, " +
      "svg, math, template, dialog, [style], [is])"))
    bad.push(one.outerHTML);
  for (const one of root.querySelectorAll(".prose *"))
    for (const { name } of one.attributes) if (/^(data-)?hx-/i.test(name)) bad.push(one.outerHTML);
  return bad.map((what) => what.slice(0, 300));
}
"""


@pytest.fixture(scope="module")
def world(chromium: Browser, corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple]:
    """A Collab of its own, full of attack strings, and who looks at it."""
    folder = tmp_path_factory.mktemp("hostile")
    inside = prepare(folder)
    written = hostile.put(inside, payloads.read(corpus / "xss"))
    with running(folder) as url:
        context = chromium.new_context(bypass_csp=True, locale="en-GB")
        house = House(url, inside)
        context.add_cookies([{"name": "collab", "value": house.cookie("member"), "url": url}])
        yield written, Visitor(context, url)
        context.close()


@pytest.fixture
def written(world: tuple) -> Hostile:
    return world[0]


@pytest.fixture
def reader(world: tuple) -> Iterator[Visitor]:
    """Whoever reads it all. What happens to them is the test's result."""
    visitor: Visitor = world[1]
    visitor.alarms.clear()
    yield visitor
    assert visitor.alarms == []


def whole(page: Page) -> None:
    """The page is free of foreign parts, and none of its own parts was swallowed."""
    assert page.evaluate(f"({AUDIT})(document)") == []
    assert page.locator("body > dialog#palette").count() == 1
    assert page.locator("body > .content main").count() == 1


def listed(reader: Visitor, first: str, link: str) -> Iterator[Page]:
    """A list from its first page to its last."""
    address = first
    while address:
        page = reader.go(address)
        whole(page)
        yield page
        older = page.locator(link)
        address = (older.get_attribute("href") or "") if older.count() else ""


def test_the_corpus_is_large(written: Hostile) -> None:
    assert len(written.payloads) > 750
    assert len(written.posts) > 700
    assert written.comments > 700


def test_titles_and_tags_in_lists(written: Hostile, reader: Visitor) -> None:
    shown: set[str] = set()
    for page in listed(reader, "/blog/", ".pager a[rel=next]"):
        shown.update(page.locator(".card h2 a, .card h3 a").all_text_contents())
    assert {" ".join(title.split()) for title in written.titles} - {
        " ".join(one.split()) for one in shown
    } == set()
    whole(reader.go("/blog/tags/"))
    whole(reader.go("/"))


def test_posts_and_pages(written: Hostile, reader: Visitor) -> None:
    for address in [*written.posts[::EVERY], *written.pages]:
        page = reader.go(address)
        whole(page)
        assert page.locator("article .prose, main .prose").count() >= 1, address


def test_comments_and_file_names(written: Hostile, reader: Visitor) -> None:
    page = reader.go(written.talk)
    whole(page)
    assert page.locator("#comments .comment").count() == written.comments
    shown = {" ".join(one.split()) for one in page.locator("#files .rows a").all_text_contents()}
    assert {" ".join(name.split()) for name in written.names} - shown == set()


def test_people(written: Hostile, reader: Visitor) -> None:
    assert sum(1 for _page in listed(reader, "/people/", ".pager a[rel=next]")) > 5
    for handle in written.people[::EVERY]:
        whole(reader.go(f"/people/{handle}"))


def test_previews(written: Hostile, reader: Visitor) -> None:
    """The editor puts the server's HTML into the page by innerHTML, which parses in another way."""
    page = reader.go(written.talk)
    bad = page.evaluate(
        f"""async ([address, payloads]) => {{
          const audit = {AUDIT}, bad = [], pane = document.createElement("div");
          const csrf = document.querySelector("meta[name=csrf-token]").content;
          document.querySelector("main").append(pane);
          for (const body of payloads) {{
            const answer = await fetch(address, {{ method: "POST", body: new URLSearchParams({{ body }}),
                                                   headers: {{ "X-CSRFToken": csrf, "HX-Request": "true" }} }});
            if (!answer.ok) bad.push(`${{answer.status}}: ${{body}}`);
            pane.innerHTML = `<div class="prose"></div>`;
            pane.firstChild.innerHTML = await answer.text();
            bad.push(...audit(pane));
          }}
          return bad;
        }}""",
        [f"/entries/{written.talk_entry}/comments/preview", list(written.payloads)],
    )
    assert bad == []


def test_searching_for_them(written: Hostile, reader: Visitor) -> None:
    page = reader.go("/search")
    bad = page.evaluate(
        f"""async (payloads) => {{
          const audit = {AUDIT}, bad = [], pane = document.querySelector(".palette-hits");
          for (const q of payloads) {{
            const asked = encodeURIComponent(q.toWellFormed());
            const quick = await fetch(`/search/quick?q=${{asked}}`, {{ headers: {{ "HX-Request": "true" }} }});
            if (quick.status >= 500) bad.push(`${{quick.status}}: ${{q}}`);
            pane.innerHTML = await quick.text();
            bad.push(...audit(pane));
          }}
          return bad;
        }}""",
        list(written.payloads),
    )
    assert bad == []
    for payload in written.payloads[::EVERY]:
        asked = payload.encode("utf-8", "replace").decode()[:300]
        page = reader.go(f"/search?q={quote(asked)}")
        whole(page)


def test_feeds_stay_well_formed(written: Hostile, reader: Visitor) -> None:
    titles: set[str] = set()
    for address in ("/blog/feed.atom", "/blog/authors/author/feed.atom"):
        answer = reader.context.request.get(reader.url + address)
        feed = ET.fromstring(answer.text())
        titles.update(title.text or "" for title in feed.iterfind(f"{ATOM}entry/{ATOM}title"))
    assert titles
    assert titles <= written.titles | {"Hostile talk"}
