"""Taking pages along: what is in the archive, for whom, and that it comes back as the same pages."""

import io
import re
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import unquote
from zipfile import ZipFile

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from collab import clock
from collab.auth.models import Account
from collab.files import services as files
from collab.imports.run import import_pages
from collab.pages import services as pages
from collab.pages import validity
from collab.pages.models import Page
from collab.tags.models import EntryTag
from collab.tags.services import set_tags
from collab.viewer import Viewer
from collab.workspaces import access
from collab.workspaces.models import Revision
from tests.cast import World

BODIES = {
    "crane": (
        "Lifts **5 t**. See [[Winter rules]] and [it](https://example.org/a?b=1&c=2).\n\n"
        "| a | b |\n|---|---|\n| 1 | 2 |\n\nAs [it says][rules], \\[not a link](/nowhere).\n\n"
        "[rules]: /w/SLUG/pages/crane/winter-rules#"
        "h-how-the-crane-is-to-be-kept-from-turning-in-a-storm-while-nobody-is-there-to"
    ),
    "crane/winter-rules": "- one\n- two\n\n```\n{{ code }} [x](/login)\n```\n\n"
    "## How the crane is to be kept from turning in a storm while nobody is there to look after it\n\nSo.",
    "crane/winter-rules/deep": "Deep down, “quoted”: {% raw %} & more",
    "readme": "A page of that name",
}


def _tree(world: World, **more: object) -> str:
    slug = world.workspace("Cranes", members=["member"], **more)  # type: ignore[arg-type]
    crane = world.page("Crane: the “big” one", BODIES["crane"].replace("SLUG", slug), workspace=slug)
    with world.acting("author") as (db, viewer):
        _put(db, viewer, crane, "crane")
    rules = BODIES["crane/winter-rules"].replace("SLUG", slug)
    winter = world.page("Winter rules", rules, workspace=slug, below=crane)
    world.page("Deep", BODIES["crane/winter-rules/deep"], workspace=slug, below=winter)
    world.page("Readme", BODIES["readme"], workspace=slug)
    world.drain()  # links find the pages that came after them
    return slug


def _put(db: Session, viewer: Viewer, page: Page, slug: str) -> None:
    here = access.get(db, viewer, Page, Page.id == page.id)
    pages.rename(db, viewer, here, here.title, slug)


def _take(world: World, who: str, slug: str, form: str, below: str = "", **more: str) -> ZipFile:
    answer = world.as_(who).send(f"/w/{slug}/pages/export", {"form": form, "below": below, **more})
    assert answer.status_code == 200 and answer.mimetype == "application/zip"
    found = ZipFile(io.BytesIO(answer.data))
    assert found.testzip() is None
    return found


def _names(archive: ZipFile, slug: str) -> set[str]:
    assert all(name.startswith(f"{slug}/") for name in archive.namelist())
    return {name.removeprefix(f"{slug}/") for name in archive.namelist()}


def _attach(world: World, slug: str, path: str, name: str, content: bytes) -> None:
    with world.acting("author") as (db, viewer):
        page = access.get(db, viewer, Page, Page.path == path)
        found = files.attach(
            db, viewer, page, world.context.storage, FileStorage(io.BytesIO(content), name), limit_mb=1
        )
        db.flush()
        pages.edit(
            db, viewer, page, page.title, f"{page.body}\n\n{files.markdown(found)}", base_version=page.version
        )


def _told(world: World, place: str) -> list[list[tuple[object, ...]]]:
    """What is in the database of the pages of a workspace, with addresses of their own left out."""

    def plain(value: object) -> object:
        if not isinstance(value, str):
            return value
        return re.sub(
            r"/entries/[\w-]+/files/[\w-]+/", "/FILE/", value.replace(f"/w/{place}/", "/w/")
        ).strip()

    told = (Page.path, Page.title, Page.body, Page.position, Page.due_on)
    here = Page.address.startswith(f"/w/{place}/")
    past = (Page.path, Revision.number, Revision.body, Revision.note, Account.name)
    asked = [
        select(*told).where(here).order_by(Page.path),
        select(Page.path, EntryTag.name)
        .join(EntryTag, EntryTag.entry_id == Page.id)
        .where(here)
        .order_by(Page.path, EntryTag.name),
        select(*past)
        .join(Revision, Revision.entry_id == Page.id)
        .join(Account, Account.id == Revision.author_id)
        .where(here)
        .order_by(Page.path, Revision.number),
    ]
    with world.system() as db:
        return [[tuple(map(plain, row)) for row in db.execute(query)] for query in asked]


def _times(world: World, place: str) -> list[datetime]:
    """When each version of a page of the workspace was made."""
    here = select(Revision.created_at).join(Page, Page.id == Revision.entry_id)
    with world.system() as db:
        inside = here.where(Page.address.startswith(f"/w/{place}/"))
        return list(db.scalars(inside.order_by(Page.path, Revision.number)))


def test_markdown_comes_back_as_the_same_pages(world: World, tmp_path: Path) -> None:
    slug = _tree(world)
    _attach(world, slug, "crane/winter-rules", "Plan (1) ü.txt", b"the plan")
    with world.acting("author") as (db, viewer):
        page = access.get(db, viewer, Page, Page.path == "crane")
        set_tags(db, page, ["Hoists", "old: iron"])
        validity.valid_until(db, viewer, page, clock.now().date())
    with _take(world, "author", slug, "markdown", history="1") as archive:
        archive.extractall(tmp_path / "out")
    other = world.workspace("Again")
    result = import_pages(world.context, tmp_path / "out" / slug, other)
    assert not result.report.of("failed") and result.report.imported == 4
    there, back = _told(world, slug), _told(world, other)
    assert back == there and list(map(len, there)) == [4, 2, 5]
    times = zip(_times(world, slug), _times(world, other), strict=True)
    assert all(abs(one - again) <= timedelta(seconds=1) for one, again in times)  # dates are to the second
    with _take(world, "author", other, "markdown") as again:
        assert _names(again, other) == {
            str(path.relative_to(tmp_path / "out" / slug))
            for path in (tmp_path / "out").rglob("*.*")
            if path.is_file() and "_history" not in path.parts
        }


def test_html_leads_nowhere_but_to_what_is_in_it(world: World) -> None:
    slug = _tree(world)
    _attach(world, slug, "crane/winter-rules", "Plan (1) ü.txt", b"the plan")
    archive = _take(world, "author", slug, "html")
    names = _names(archive, slug)
    assert {"index.html", "collab.css", "crane.html", "crane/winter-rules/deep.html", "readme.html"} <= names
    for name in (name for name in names if name.endswith(".html")):
        text = archive.read(f"{slug}/{name}").decode()
        assert "<script" not in text
        for target in re.findall(r'(?:href|src)="([^"#]+)', text):
            if target.startswith("https://example.org/"):
                continue
            where = Path("/x", name).parent.joinpath(unquote(target)).resolve().relative_to("/x")
            assert str(where) in names, (name, target)
    assert 'href="crane/winter-rules.html"' in archive.read(f"{slug}/crane.html").decode()
    assert archive.read(next(n for n in archive.namelist() if n.endswith(".txt"))) == b"the plan"


def test_a_branch_alone(world: World) -> None:
    slug = _tree(world)
    archive = _take(world, "member", slug, "markdown", "crane/winter-rules")
    assert _names(archive, slug) == {"crane/winter-rules.md", "crane/winter-rules/deep.md"}
    above = (
        _take(world, "member", slug, "html", "crane/winter-rules/deep").read(f"{slug}/index.html").decode()
    )
    assert re.findall(r'href="([^"]+)"', above) == ["./collab.css", "crane/winter-rules/deep.html"]
    missing = {"form": "html", "below": "no/such"}
    assert world.as_("member").send(f"/w/{slug}/pages/export", missing).status_code == 404
    assert world.as_("member").send(f"/w/{slug}/pages/export", {"form": "exe"}).status_code == 422


@pytest.mark.parametrize("form", ["markdown", "html"])
def test_only_what_one_may_read_is_in_it(world: World, form: str) -> None:
    slug = world.workspace(visibility="closed", members=["guest"])
    world.page("Secret calculation", "12 EUR", workspace=slug)
    made = world.as_("guest").send(
        f"/w/{slug}/pages/new", {"title": "From outside", "body": "x", "parent": ""}
    )
    path = made.location.rpartition("/")[2]
    archive = _take(world, "guest", slug, form)
    assert not any(b"Secret" in archive.read(name) or "secret" in name for name in archive.namelist())
    assert any(path in name for name in archive.namelist())
    assert world.as_("member").send(f"/w/{slug}/pages/export", {"form": form}).status_code == 404
    assert world.as_("member").get(f"/w/{slug}/pages/export").status_code == 404


def test_statements_do_not_grow_with_the_pages(world: World) -> None:
    slug = _tree(world)
    world.as_("member").get("/workspaces/")  # the visit is noted once
    asked = world.as_("member").get(f"/w/{slug}/pages/export?below=crane")
    assert asked.status_code == 200 and int(asked.headers["X-Collab-Statements"]) <= 8
