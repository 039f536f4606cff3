"""Posts are written, published, shared and taken back by those who may, and no word is lost."""

import io
import re
from typing import Any

from PIL import Image

from tests.cast import Client, World


def picture() -> io.BytesIO:
    kept = io.BytesIO()
    Image.new("RGB", (640, 360), "teal").save(kept, "PNG")
    return io.BytesIO(kept.getvalue())


def version(client: Client, address: str) -> str:
    """What the editor's form would send."""
    found = re.search(r'name="version" value="(\d+)"', client.get(f"{address}/edit").text)
    assert found
    return found[1]


def test_a_post_is_written_and_published(world: World) -> None:
    client = world.as_("author")
    assert "Publish for 4 people" in client.get("/blog/new").text

    answer = client.send(
        "/blog/",
        {
            "title": "Über uns",
            "body": "**Hello**",
            "tags": "Team, Öffentlich",
            "act": "publish",
            "draft_key": "k" * 16,
        },
    )

    assert answer.headers["Location"] == "/blog/ueber-uns"
    page = world.as_("colleague").get("/blog/ueber-uns").text
    assert "<strong>Hello</strong>" in page
    assert "Öffentlich" in page


def test_sending_the_form_twice_makes_one_post(world: World) -> None:
    client = world.as_("author")
    form = {"title": "Once", "body": "Words", "act": "publish", "draft_key": "k" * 16}

    first, second = client.send("/blog/", form), client.send("/blog/", form)

    assert first.headers["Location"] == second.headers["Location"] == "/blog/once"
    assert client.get("/blog/").text.count(">Once</a>") == 1


def test_a_guest_without_a_workspace_writes_nothing(world: World) -> None:
    assert world.as_("guest").get("/blog/new").status_code == 404
    answer = world.as_("guest").send("/blog/", {"title": "Hi", "body": "x"})
    assert answer.status_code == 422
    assert world.as_("stranger").get("/blog/new").status_code == 303


def test_only_authors_edit(world: World) -> None:
    post = world.post("Mine")

    for who in ("colleague", "admin"):
        assert world.as_(who).get(f"{post.address}/edit").status_code == 403
        for path in ("edit", "publication", "publication/delete", "autosave"):
            answer = world.as_(who).send(f"{post.address}/{path}", {"title": "Theirs", "version": "1"})
            assert answer.status_code == 403
        assert world.as_(who).send(f"/entries/{post.public_id}/delete").status_code == 403
        assert "Theirs" not in world.as_(who).get(post.address).text


def test_fellow_authors_edit_too_and_are_named(world: World) -> None:
    post = world.post("Together", published=False)
    author, member = world.as_("author"), world.as_("member")
    form = {"title": "Together", "body": "a", "version": version(author, post.address), "authors": "@member"}

    assert author.send(f"{post.address}/edit", form).status_code == 303

    form = {"title": "Together", "body": "b", "version": version(member, post.address)}
    assert member.send(f"{post.address}/edit", form).status_code == 303
    assert 'href="/blog/authors/member"' in author.get(post.address).text


def test_unknown_authors_are_refused_and_nothing_is_lost(world: World) -> None:
    answer = world.as_("author").send(
        "/blog/", {"title": "T", "body": "Long thoughts", "authors": "Memb", "tags": "x, y"}
    )

    assert answer.status_code == 422
    for kept in ("Long thoughts", 'value="x, y"', 'value="Memb"', "Did you mean member?"):
        assert kept in answer.text


def test_publishing_needs_a_title_and_keeps_the_text(world: World) -> None:
    answer = world.as_("author").send("/blog/", {"title": " ", "body": "No name yet", "act": "publish"})

    assert answer.status_code == 422
    assert "No name yet" in answer.text
    assert world.as_("author").send("/blog/", {"title": "", "body": "No name yet"}).status_code == 303


def test_two_windows_whose_changes_do_not_touch_are_merged(world: World) -> None:
    post = world.post("Plan", "one\n\ntwo\n\nthree\n")
    client = world.as_("author")
    old = version(client, post.address)

    client.send(f"{post.address}/edit", {"title": "Plan", "body": "ONE\n\ntwo\n\nthree\n", "version": old})
    answer = client.send(
        f"{post.address}/edit", {"title": "Plan", "body": "one\n\ntwo\n\nTHREE\n", "version": old}
    )

    assert answer.status_code == 303
    page = client.get(post.address).text
    assert "ONE" in page
    assert "THREE" in page


def test_two_windows_that_change_the_same_line_see_both_texts(world: World) -> None:
    post = world.post("Plan", "We start in May.")
    client = world.as_("author")
    old = version(client, post.address)
    mine = {"title": "Plan", "body": "We start in July.", "version": old, "tags": "when"}

    client.send(f"{post.address}/edit", {"title": "Plan", "body": "We start in June.", "version": old})
    answer = client.send(f"{post.address}/edit", mine)

    assert answer.status_code == 409
    for kept in ("We start in June.", "We start in July.", 'name="tags" value="when"'):
        assert kept in answer.text
    assert "June" in client.get(post.address).text
    present = re.search(r'name="version" value="(\d+)"', answer.text)
    assert present
    assert client.send(f"{post.address}/edit", mine | {"version": present[1]}).status_code == 303
    assert "July" in client.get(post.address).text


def test_the_first_autosave_makes_a_draft_once(world: World) -> None:
    client = world.as_("author")
    form = {"title": "", "body": "First words", "version": "0", "draft_key": "k" * 16}

    made = client.send("/blog/drafts", form)
    again = client.send("/blog/drafts", form | {"body": "First words, and more"})

    assert (made.status_code, again.status_code) == (201, 201)
    assert made.json is not None
    assert again.json is not None
    assert made.json["url"] == again.json["url"]
    assert "First words, and more" in client.get(made.json["url"]).text
    assert world.as_("member").get(made.json["url"]).status_code == 404


def _draft(world: World) -> dict[str, Any]:
    made = world.as_("author").send("/blog/drafts", {"title": "T", "body": "one", "draft_key": "k" * 16})
    assert made.json is not None
    return dict(made.json)


def test_a_second_window_on_a_draft_does_not_overwrite_the_first(world: World) -> None:
    client, made = world.as_("author"), _draft(world)
    old = str(made["version"])

    first = client.send(made["autosave_url"], {"title": "T", "body": "first window", "version": old})
    second = client.send(made["autosave_url"], {"title": "T", "body": "second window", "version": old})

    assert first.json is not None
    assert first.json["version"] == made["version"] + 1
    assert second.json is not None
    assert "version" not in second.json
    assert "second window" in client.get(made["url"]).text, "the editor offers the unsaved words"
    kept = client.send(made["action"], {"title": "T", "body": "second window", "version": old})
    assert kept.status_code == 409
    assert "first window" in kept.text


def test_autosave_leaves_a_published_post_alone(world: World) -> None:
    post = world.post("Out", "As published.")
    client = world.as_("author")

    saved = client.send(
        f"/entries/{post.public_id}/autosave", {"title": "Out", "body": "Not yet.", "version": "1"}
    )

    assert saved.status_code == 200
    assert "As published." in world.as_("colleague").get(post.address).text
    assert "Not yet." in client.get(f"{post.address}/edit").text
    assert "Out" in client.get("/blog/drafts").text
    client.send(f"/entries/{post.public_id}/autosave/delete")
    assert "Not yet." not in client.get(f"{post.address}/edit").text


def test_a_signed_out_autosave_is_told_so(world: World) -> None:
    answer = world.as_("stranger").send("/blog/drafts", {"body": "x"}, headers={"HX-Request": "true"})

    assert answer.status_code == 401


def test_the_preview_is_the_published_page(world: World) -> None:
    body = "# Title\n\n- [ ] to do\n\n> quote <script>alert(1)</script>"
    post = world.post("P", body)
    client = world.as_("author")

    preview = client.send("/preview", {"body": body, "version": "1"}).text

    assert preview.strip()
    assert preview in client.get(post.address).text
    assert "<script>alert" not in preview


def test_files_come_with_the_form_without_javascript(world: World) -> None:
    client = world.as_("author")
    sent = {"title": "Holiday", "body": "Look:", "files": (picture(), "beach.png")}

    answer = client.send("/blog/", sent, content_type="multipart/form-data")
    editor = client.get(answer.headers["Location"]).text

    assert "Look:\n\n![](/entries/" in editor
    assert "Picture above the post" in editor


def test_a_draft_moves_to_another_workspace_with_its_files(world: World) -> None:
    board = world.workspace("Board", visibility="secret", members=["member"])
    client = world.as_("author")
    sent = {"title": "Holiday", "body": "Look:", "files": (picture(), "beach.png"), "tags": "sea"}
    address = client.send("/blog/", sent, content_type="multipart/form-data").headers["Location"]
    body = "![](" + client.get(address).text.split("![](")[1].split(")")[0] + ")"
    form = {"title": "Holiday", "body": body, "version": version(client, address.removesuffix("/edit"))}

    answer = client.send(address, form | {"workspace": board, "act": "publish"})

    page = world.as_("member").get(answer.headers["Location"])
    assert page.status_code == 200
    assert ">sea<" in page.text
    assert world.as_("colleague").get(answer.headers["Location"]).status_code == 404
    refused = client.send("/blog/", {"title": "T", "body": "b", "workspace": "no-such"})
    assert refused.status_code == 422
