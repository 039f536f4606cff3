"""Nothing that people write runs in the browsers of others, or tells anybody that they read it.

The policy in the header is a second wall; it is switched off here (``bypass_csp``), so that the
first one, our HTML, has to hold alone. ``XSS=all`` writes every attack string there is, otherwise
each sixth one; tests/test_text_corpus.py renders all of them in every run.
"""

import os
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

pytestmark = [pytest.mark.browser, pytest.mark.corpus]

#: Of the strings, and of what has been written, each so many-th.
STRINGS, EVERY, FEW = (1, 30, 4) if os.environ.get("XSS") == "all" else (6, 8, 3)
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
    strings = payloads.read(corpus / "xss")
    assert len(strings) > 750
    written = hostile.put(inside, strings[::STRINGS])
    with running(folder) as url:
        context = chromium.new_context(bypass_csp=True, locale="en-GB")
        House(url, inside).sign_in(context, "member")
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


def test_nearly_all_of_them_can_be_written(written: Hostile) -> None:
    most = len(written.payloads) * 0.9
    assert len(written.posts) > most
    assert written.comments > most


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
    shown = {
        " ".join(one.split())
        for one in page.locator("section[aria-labelledby=files-title] .row-title a").all_text_contents()
    }
    assert {" ".join(name.split()) for name in written.names} - shown == set()


def test_people(written: Hostile, reader: Visitor) -> None:
    assert sum(1 for _page in listed(reader, "/people/", ".pager a[rel=next]")) > 1
    for handle in written.people[::EVERY]:
        whole(reader.go(f"/people/{handle}"))


# Asks one address after the other, a few at once, and puts each answer into the page as the editor
# and the quick search do: by innerHTML, which parses in another way than a page is parsed.
INTO_THE_PAGE = f"""
async ([payloads, ask]) => {{
  const audit = {AUDIT}, bad = [], left = [...payloads];
  const csrf = document.querySelector("meta[name=csrf-token]").content;
  const headers = {{ "X-CSRFToken": csrf, "HX-Request": "true" }};
  const lane = async () => {{
    const pane = document.createElement("div");
    pane.className = "prose";
    document.querySelector("main").append(pane);
    while (left.length) {{
      const words = left.pop();
      const answer = ask.method === "POST"
        ? await fetch(ask.address, {{ method: "POST", headers, body: new URLSearchParams({{ body: words }}) }})
        : await fetch(ask.address + encodeURIComponent(words.toWellFormed()), {{ headers }});
      if (!answer.ok && answer.status !== 422) bad.push(`${{answer.status}}: ${{words}}`);
      pane.innerHTML = await answer.text();
      pane.classList.toggle("prose", ask.method === "POST");
      bad.push(...audit(pane.parentElement));
      pane.replaceChildren();
    }}
    pane.remove();
  }};
  await Promise.all([lane(), lane(), lane(), lane()]);
  return bad;
}}
"""


def test_previews(written: Hostile, reader: Visitor) -> None:
    page = reader.go("/account/")
    ask = {"method": "POST", "address": f"/entries/{written.talk_entry}/comments/preview"}
    assert page.evaluate(INTO_THE_PAGE, [list(written.payloads), ask]) == []


def test_searching_for_them(written: Hostile, reader: Visitor) -> None:
    page = reader.go("/account/")
    ask = {"method": "GET", "address": "/search/quick?q="}
    assert page.evaluate(INTO_THE_PAGE, [list(written.payloads[::FEW]), ask]) == []
    for payload in written.payloads[::EVERY]:
        whole(reader.go(f"/search?q={quote(payload[:300].encode('utf-8', 'replace'))}"))


def test_feeds_stay_well_formed(written: Hostile, reader: Visitor) -> None:
    titles: set[str] = set()
    for address in ("/blog/feed.atom", "/blog/authors/author/feed.atom"):
        answer = reader.context.request.get(reader.url + address)
        feed = ET.fromstring(answer.text())
        titles.update(title.text or "" for title in feed.iterfind(f"{ATOM}entry/{ATOM}title"))
    assert titles
    assert titles <= written.titles | {"Hostile talk"}
