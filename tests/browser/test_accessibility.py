"""No page shuts anybody out, as far as a machine can tell: axe finds nothing serious.

Also: every page stays within its window and needs no other host, in light and dark, on a phone
and on a desk, for everybody who may open it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from collab.auth import services as accounts
from collab.blog import services as blog
from collab.comments import services as comments
from collab.ideas import services as ideas
from collab.workspaces import access
from tests.browser.conftest import Visit
from tests.browser.server import House
from tests.browser.steps import ADMIN, GUEST, OWNER
from tests.browser.visitor import Visitor

pytestmark = [pytest.mark.browser]

AXE = resources.files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
ALL = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
CONTRAST = {"type": "rule", "values": ["color-contrast"]}
THUMBS = {"type": "rule", "values": ["target-size", "scrollable-region-focusable", "meta-viewport"]}
DESK = {"viewport": {"width": 1440, "height": 900}}
PHONE = {"viewport": {"width": 360, "height": 780}, "is_mobile": True, "has_touch": True}

TEXT = "## One\n\nWords.\n\n| a | b |\n| - | - |\n| 1 | 2 |\n"

#: Who sees which pages; a name in braces stands for the address of something made below.
PAGES: dict[str, list[str]] = {
    "": [
        "/",
        "/login",
        "/login/forgot",
        "/blog/",
        "/blog/warum-wir-bloggen",
        "/blog/authors/",
        "/blog/tags/",
        "/no-such-page",
    ],
    GUEST: [
        "/",
        "/account/",
        "/workspaces/",
        "/w/falzwerk-500/",
        "/w/falzwerk-500/pages/messreihen",
        "/w/falzwerk-500/pages/offene-fragen/edit",
        "/w/falzwerk-500/members",
        "/search?q=Falzwerk",
    ],
    OWNER: [
        "/",
        "/blog/",
        "{post}",
        "{post}?comment=reply:{comment}",
        "/blog/new",
        "/blog/drafts",
        "/blog/authors/",
        "/blog/authors/henrik.soerensen",
        "/blog/tags/",
        "/entries/{entry}/history",
        "/entries/{entry}/history/1",
        "/entries/{entry}/sharing",
        "/comments/{comment}/delete",
        "/workspaces/",
        "/workspaces/new",
        "/w/falzwerk-500/",
        "/w/falzwerk-500/pages/",
        "/w/falzwerk-500/pages/worum-es-geht",
        "/w/falzwerk-500/pages/worum-es-geht/edit",
        "/w/falzwerk-500/pages/worum-es-geht/move",
        "/w/falzwerk-500/pages/new",
        "/w/falzwerk-500/pages/laermschutz",
        "/w/falzwerk-500/members",
        "/w/falzwerk-500/members/henrik.soerensen",
        "/w/falzwerk-500/settings",
        "/w/falzwerk-500/guests",
        "/w/falzwerk-500/tasks/",
        "/w/falzwerk-500/ideas/",
        "{idea}/answer",
        "/w/falzwerk-500/calendar/new",
        "/calendar/",
        "/people/",
        "/people/?kind=guest",
        "/people/henrik.soerensen",
        "/search",
        "/search?q=Falzwerk",
        "/search?q=nothing+at+all+xyzzy",
        "/search?q=Falzwerk+kind:post+author:margarete.auwald+after:yesterday",
        '/search?q="Falzwerk+in+no+text"+kind:page+tag:messe',
        "/search?q=Falzwrek",
        "/entries/{entry}/similar",
        "/account/",
        "/account/tools",
        "/account/methods",
        "/account/password",
        "/account/email",
        "/account/sessions",
        "/account/tokens",
        "/account/tokens/new",
        "/login/again",
    ],
    ADMIN: [
        "/admin/",
        "/admin/people",
        "/admin/people/new",
        "/admin/firms/",
        "/admin/tools/",
        "/admin/tools/new",
        "/admin/audit/",
        "/admin/system/",
        "/workspaces/orphaned",
    ],
}


@dataclass(frozen=True)
class Things:
    """Addresses of things with names that chance gives."""

    post: str
    entry: str
    comment: str
    idea: str

    def address(self, pattern: str) -> str:
        return pattern.format(post=self.post, entry=self.entry, comment=self.comment, idea=self.idea)


@pytest.fixture(scope="module")
def things(house: House) -> Things:
    """A post that Anna wrote, and her comment on it."""
    account = house.account_id(OWNER)
    with house.world.context.write.begin() as db:
        viewer = accounts.viewer_of(db, account)
        db.info["viewer"] = viewer
        post = blog.draft(db, viewer, "Barrier-free", TEXT, ["Access"])
        blog.publish(db, viewer, post)
        remark = comments.add(db, viewer, post, "A remark.")
        place = access.workspace(db, viewer, "falzwerk-500")
        idea = ideas.create(db, viewer, place, "Ramps", TEXT)
        return Things(post.address, post.public_id, remark.public_id, idea.address)


def findings(page: Page, rules: dict[str, Any]) -> list[str]:
    """What axe holds to be serious or critical by these rules."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    result: dict[str, Any] = page.evaluate(
        "(rules) => axe.run(document, { runOnly: rules, resultTypes: ['violations'] })", rules
    )
    return [
        f"{found['id']}: {node['target']} {node['html'][:160]}"
        for found in result["violations"]
        if found["impact"] in ("serious", "critical")
        for node in found["nodes"][:3]
    ]


def opened(visitor: Visitor, things: Things, who: str) -> Iterator[tuple[str, Page]]:
    """Each page of this person."""
    for pattern in PAGES[who]:
        address = things.address(pattern)
        page = visitor.go(address)
        assert "/login" not in page.url or address.startswith("/login"), address
        yield address, page


@pytest.mark.parametrize("who", PAGES, ids=["stranger", "guest", "employee", "admin"])
def test_pages_are_for_everybody(who: str, visit: Visit, things: Things) -> None:
    """In light, and their colours in the dark."""
    visitor = visit(who, locale="de-DE", reduced_motion="reduce", **DESK)
    found = []
    for address, page in opened(visitor, things, who):
        found += [f"{address} {one}" for one in findings(page, ALL)]
        page.emulate_media(color_scheme="dark")
        found += [f"{address} dark {one}" for one in findings(page, CONTRAST)]
        page.emulate_media(color_scheme="light")
    assert found == []


@pytest.mark.parametrize("who", PAGES, ids=["stranger", "guest", "employee", "admin"])
def test_pages_fit_a_phone_and_a_thumb(who: str, visit: Visit, things: Things) -> None:
    visitor = visit(who, locale="de-DE", reduced_motion="reduce", **PHONE)
    found = []
    for address, page in opened(visitor, things, who):
        found += [f"{address} {one}" for one in findings(page, THUMBS)]
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        found += [f"{address} is {wide} px too wide"] if wide else []
    assert found == []


def test_what_opens_is_for_everybody(visit: Visit) -> None:
    page = visit(OWNER, reduced_motion="reduce", **DESK).go("/")
    for opener in (".menu-account summary", ".menu-new summary"):
        page.locator(opener).click()
        assert findings(page, ALL) == [], opener
        page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.keyboard.type("Falz")
    expect(page.locator("#palette [role=option]").first).to_be_visible()
    assert findings(page, ALL) == []
    page.goto(page.url + "search?q=Falzwerk")
    page.locator(".search-help > summary").click()
    assert findings(page, ALL) == []
