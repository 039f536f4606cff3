"""What an import leaves in the database, and what a second one does."""

import shutil
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image
from sqlalchemy import func, select

from collab.auth.models import Account
from collab.blog.models import Post
from collab.cli import main
from collab.files.models import Attachment
from collab.imports import run
from collab.pages.models import Page, PageLink
from collab.tags.models import EntryTag
from collab.workspaces.models import EntryAlias, EntryAuthor, Revision, Workspace
from tests.cast import World
from tests.imports.conftest import Plant


def png() -> bytes:
    out = BytesIO()
    Image.new("RGB", (3, 2), "red").save(out, "PNG")
    return out.getvalue()


BLOG: dict[str, str | bytes] = {
    "_config.yml": "url: https://old.example\n",
    "_posts/2014-03-12-First-post.md": (
        "---\ntitle: First\nauthor: Ann Lee und Bob Ray\ntags: [Open Data]\nredirect_from: /old/\n---\n"
        "![A cat](/cat.png) [drawing](/d.svg) ![drawing](/d.svg)\n\n## Über uns\n\nWords\n"
    ),
    "_posts/2014-04-01-Second.md": (
        "---\ntitle: Second\nauthor: Bob Ray\nexcerpt: Short.\npublished: false\n---\n"
        "See [first](/old/#über-uns), [here](#x), `[code](/old/)`.\n\n### X\n"
    ),
    "cat.png": png(),
    "d.svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "LICENSE.md": "Free",
}


@pytest.fixture
def blog(plant: Plant) -> Path:
    return plant(BLOG)


def test_posts_with_all_that_belongs_to_them(world: World, blog: Path):
    done = run.import_posts(world.context, blog).report
    assert done.last_line == "2 imported, 1 skipped, 0 failed"
    with world.system() as db:
        first, second = db.scalars(select(Post).order_by(Post.created_at)).all()
        assert (first.address, first.title, first.lang) == ("/blog/first-post", "First", "en")
        assert first.published_at is not None
        assert first.published_at.isoformat() == "2014-03-12T12:00:00+00:00"
        assert (second.published_at, second.summary) == (None, "Short.")
        assert f'<a href="{first.address}#h-ueber-uns">first</a>' in second.html
        assert '<a href="#h-x">here</a>' in second.html
        assert 'id="h-ueber-uns"' in first.html
        assert "<code>[code](/old/)</code>" in second.html
        names = select(Account.name).join(EntryAuthor, EntryAuthor.account_id == Account.id)
        assert db.scalars(
            names.where(EntryAuthor.entry_id == first.id).order_by(EntryAuthor.position)
        ).all() == ["Ann Lee", "Bob Ray"]
        assert db.scalars(select(EntryTag.name)).all() == ["Open Data"]
        assert {"2014/03/12/First-post.html", "old", "First-post"} <= set(
            db.scalars(select(EntryAlias.address))
        )
        assert db.scalars(select(Revision.created_at)).all() == [first.published_at]


def test_images_become_attachments(world: World, blog: Path):
    run.import_posts(world.context, blog)
    with world.system() as db:
        post = db.scalars(select(Post).where(Post.slug == "first-post")).one()
        picture = db.scalars(select(Attachment).where(Attachment.name == "cat.png")).one()
        drawing = db.scalars(select(Attachment).where(Attachment.name == "d.svg")).one()
        assert (picture.width, picture.alt, post.image_id) == (3, "A cat", picture.id)
        assert (
            f'<img src="/entries/{post.public_id}/files/{picture.public_id}/cat.png?size=page"' in post.html
        )
        assert post.html.count("<img") == 1
        assert post.html.count(f"/entries/{post.public_id}/files/{drawing.public_id}/d.svg") == 2
        assert world.context.storage.path(picture.sha256).read_bytes() == png()


def test_people_become_locked_accounts_without_mail(world: World, blog: Path):
    run.import_posts(world.context, blog)
    with world.system() as db:
        people = db.scalars(select(Account).where(Account.name.in_(["Ann Lee", "Bob Ray"]))).all()
        assert {(each.kind, each.status, each.email, each.is_admin) for each in people} == {
            ("employee", "locked", None, False)
        }
        assert len(people) == 2


def test_a_second_run_imports_nothing(world: World, blog: Path, tmp_path: Path):
    run.import_posts(world.context, blog)
    moved = tmp_path / "elsewhere" / "tree"
    shutil.copytree(blog, moved)
    (moved / "_posts/2014-04-01-Second.md").write_text("Changed")
    again = run.import_posts(world.context, moved)
    assert again.report.last_line == "0 imported, 3 skipped, 0 failed"
    report = again.file.read_text()
    assert "_posts/2014-03-12-First-post.md: imported before\n" in report
    assert "_posts/2014-04-01-Second.md: imported before, and changed in the tree since\n" in report
    with world.system() as db:
        assert db.scalar(select(func.count()).select_from(Post)) == 2
        assert db.scalar(select(func.count()).select_from(Attachment)) == 2


def test_what_is_new_joins_what_is_here(world: World, blog: Path):
    run.import_posts(world.context, blog)
    new = "---\nauthor: Ann Lee\n---\n[one](/2014/03/12/first-post/)"
    (blog / "_posts/2014-05-01-third.md").write_text(new)
    assert run.import_posts(world.context, blog).report.last_line == "1 imported, 3 skipped, 0 failed"
    with world.system() as db:
        third = db.scalars(select(Post).where(Post.slug == "third")).one()
        assert third.body == "[one](/blog/first-post)\n"
        assert db.scalar(select(func.count()).select_from(Account).where(Account.name == "Ann Lee")) == 1


def test_two_folders_of_one_name_are_told_apart_by_name(world: World, blog: Path):
    run.import_posts(world.context, blog)
    again = run.import_posts(world.context, blog, "another blog").report
    assert again.last_line == "2 imported, 1 skipped, 0 failed"
    with world.system() as db:
        assert set(db.scalars(select(Post.slug))) == {"first-post", "first-post-2", "second", "second-2"}
        assert db.scalar(select(func.count()).select_from(Account).where(Account.name == "Ann Lee")) == 1


def test_a_post_that_fails_leaves_nothing_and_ends_nothing(
    world: World, blog: Path, monkeypatch: pytest.MonkeyPatch
):
    def refuse(_db: object, entry: Post, *_: object) -> None:
        if entry.title == "First":
            raise ValueError("no")

    monkeypatch.setattr("collab.imports.writing.tag", refuse)
    done = run.import_posts(world.context, blog)
    assert done.report.last_line == "1 imported, 1 skipped, 1 failed"
    assert "_posts/2014-03-12-First-post.md: cannot be imported: ValueError('no')" in done.file.read_text()
    with world.system() as db:
        assert db.scalars(select(Post.title)).all() == ["Second"]
        assert db.scalars(select(Attachment.id)).all() == []
    monkeypatch.undo()
    assert run.import_posts(world.context, blog).report.imported == 1


def test_an_import_that_was_killed_goes_on(world: World, plant: Plant):
    root = plant({f"_posts/2014-03-{n:02}-p{n}.md": f"Post {n} by nobody" for n in range(1, 29)})

    def killed(_total: int):
        def step(done: int) -> None:
            if done:
                raise KeyboardInterrupt

        return step

    with pytest.raises(KeyboardInterrupt):
        run.import_posts(world.context, root, progress=killed)
    assert run.import_posts(world.context, root).report.last_line == "8 imported, 20 skipped, 0 failed"
    with world.system() as db:
        assert db.scalar(select(func.count()).select_from(Post)) == 28
        assert db.scalars(select(Account.name).where(Account.status == "locked")).all() == ["tree"]


def test_an_imported_post_is_found(world: World, blog: Path):
    run.import_posts(world.context, blog)
    world.drain()
    assert "/blog/first-post" in world.as_("colleague").get("/search?q=words").text


WIKI: dict[str, str | bytes] = {
    "_data/site.yaml": "title: The handbook\nhost: https://hb.example\n",
    "pages/tools/slack.md": (
        "---\ntitle: Slack\nredirect_from: /chat/\n---\n"
        "[leave](/leave/) [days](/leave/#days) [**bold**](/leave/)\n\n| a | b |\n|---|---|\n| [x](/leave/) | y |\n"
    ),
    "pages/leave.md": "---\ntitle: Leave\n---\n## Days\n\nNew words\n",
    "pages/holidays.md": "---\ntitle: Holidays\nredirect_to: /leave/#days\n---\n",
    "history/index.jsonl": (
        '{"page": "pages/leave.md", "file": "history/1.md", "date": "2023-01-02T10:00:00Z", "author": "Ann Lee",'
        ' "message": "Begin"}\n'
        '{"page": "pages/leave.md", "file": "history/2.md", "date": "2024-01-02T10:00:00Z", "author": "Bob Ray",'
        ' "message": "Say more"}\n'
    ),
    "history/1.md": "---\ntitle: Leave\n---\nOld words\n",
    "history/2.md": "---\ntitle: Leave\n---\n## Days\n\nNew words\n",
}


def test_pages_with_tree_links_and_history(world: World, plant: Plant):
    place = world.workspace("Handbook")
    done = run.import_pages(world.context, plant(WIKI), place).report
    assert (done.last_line, done.made) == ("3 imported, 0 skipped, 0 failed", 1)
    with world.system() as db:
        pages = {page.path: page for page in db.scalars(select(Page))}
        assert set(pages) == {"leave", "tools", "tools/slack"}
        slack, leave = pages["tools/slack"], pages["leave"]
        assert slack.parent_id == pages["tools"].id
        assert slack.body.startswith(
            f"[[leave|leave]] [days]({leave.address}#h-days) [**bold**]({leave.address})"
        )
        assert f"| [x]({leave.address}) | y |" in slack.body
        assert f'<a class="wikilink" href="{leave.address}">leave</a>' in slack.html
        assert db.scalars(select(PageLink.target).where(PageLink.entry_id == slack.id)).all() == ["leave"]
        past = db.scalars(
            select(Revision).where(Revision.entry_id == leave.id).order_by(Revision.number)
        ).all()
        assert [(each.number, each.note, each.body.split()[-2]) for each in past] == [
            (1, "Begin", "Old"),
            (2, "Say more", "New"),
        ]
        assert (leave.version, leave.created_at, leave.updated_at) == (
            2,
            past[0].created_at,
            past[1].created_at,
        )
        assert db.get_one(Account, leave.author_id).name == "Ann Lee"
        aliases = dict(db.execute(select(EntryAlias.address, EntryAlias.entry_id)).all())
        assert aliases["chat"] == slack.id
        assert aliases["holidays"] == leave.id


def test_pages_twice_into_one_workspace_and_into_another(world: World, plant: Plant):
    root = plant(WIKI)
    one, other = world.workspace("One"), world.workspace("Other")
    run.import_pages(world.context, root, one)
    assert run.import_pages(world.context, root, one).report.last_line == "0 imported, 3 skipped, 0 failed"
    assert run.import_pages(world.context, root, other).report.imported == 3
    with world.system() as db:
        assert db.scalar(select(func.count()).select_from(Page)) == 6


def test_pages_beside_pages_that_are_there(world: World, plant: Plant):
    place = world.workspace("Handbook")
    run.import_pages(world.context, plant({"leave.md": "# Leave\n"}), place)
    (plant({}) / "leave.md").unlink()
    run.import_pages(world.context, plant(WIKI), place)
    with world.system() as db:
        assert {"leave", "leave-2", "tools/slack"} <= set(db.scalars(select(Page.path)))
        top = db.scalars(select(Page).where(Page.parent_id.is_(None)).order_by(Page.position)).all()
        assert top[0].path == "leave"


def test_a_workspace_is_made_where_there_is_none(world: World, plant: Plant):
    done = run.import_pages(world.context, plant(WIKI), "handbook").report
    assert done.imported == 3
    assert world.as_("admin").get("/w/handbook/").status_code == 200
    with world.system() as db:
        made = db.scalars(select(Workspace).where(Workspace.slug == "handbook")).one()
        assert (made.name, made.visibility) == ("The handbook", "open")
    with pytest.raises(run.CannotImport, match="small letters"):
        run.import_pages(world.context, plant(WIKI), "No Slug")


def cli(world: World, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> tuple[int, list[str]]:
    monkeypatch.setattr("collab.imports.cli.make_context", lambda _settings: world.context)
    monkeypatch.setattr("collab.imports.cli.upgrade", lambda _engine: None)
    result = CliRunner().invoke(main, ["import", *arguments])
    return result.exit_code, result.output.strip().split("\n")


def test_the_command_closes_with_the_counts(world: World, blog: Path, monkeypatch: pytest.MonkeyPatch):
    code, lines = cli(world, monkeypatch, "posts", str(blog))
    assert code == 0
    assert lines[0] == "skipped: LICENSE.md: about the repository, no post"
    assert lines[-1] == "2 imported, 1 skipped, 0 failed"
    report = Path(lines[-2].removeprefix("Report: "))
    assert "LICENSE.md: about the repository, no post" in report.read_text()


def test_the_command_fails_with_one_clear_line(world: World, plant: Plant, monkeypatch: pytest.MonkeyPatch):
    root = plant({"notes.txt": "x"})
    assert cli(world, monkeypatch, "posts", str(root)) == (
        1,
        [f"Error: No posts in {root}: no file that could be one has a date."],
    )
    code, lines = cli(world, monkeypatch, "pages", str(root / "nowhere"), "--workspace", "x")
    assert code == 2
    assert "does not exist" in lines[-1]
