"""Trees of posts, as Jekyll, Zola, Hugo and plain folders have them."""

import time
from datetime import UTC, datetime

import pytest

from collab.imports.blogs import Posts, read_posts
from collab.imports.documents import Attached, ImportedPost
from collab.imports.trees import NotATree
from tests.imports.conftest import Plant

CONFIG = "url: https://old.example\npermalink: /blog/:year/:month/:title/\ntimezone: Europe/Berlin\n"


def one(posts: Posts) -> ImportedPost:
    (post,) = list(posts)
    return post


def reasons(posts: Posts, kind: str = "skipped") -> dict[str, str]:
    return {problem.source: problem.reason for problem in posts.problems if problem.kind == kind}


def test_a_jekyll_post(plant: Plant):
    root = plant(
        {
            "_config.yml": CONFIG,
            "_authors/ann.md": "---\nname: ann\nfull_name: Ann Lee\nredirect_from: /team/ann/\n---\n",
            "_posts/2014-03-12-Coming soon.md": (
                "---\ntitle: ' Coming soon '\nauthors: [ann]\ntags: [a, b]\nexcerpt: <p>Soon &amp; new</p>\n"
                "date: 2014-03-13T00:30:00\n---\n# Coming soon\n\nWords by [Ann](/team/ann/).\n"
            ),
        }
    )
    post = one(read_posts(root))
    assert (post.slug, post.title, post.summary) == ("coming-soon", "Coming soon", "Soon & new")
    assert post.date == datetime(2014, 3, 12, 23, 30, tzinfo=UTC)
    assert post.authors == ("id:ann",)
    assert post.tags == ("a", "b")
    assert post.body.text == "Words by [Ann](collab:person/id%3Aann).\n"
    assert post.aliases[0] == "blog/2014/03/Coming soon"
    assert post.published
    assert post.notes == ("dated 2014-03-13 above the text, 2014-03-12 in the file name: the former holds",)


def test_a_zola_post(plant: Plant):
    root = plant(
        {
            "content/_index.md": '+++\ntitle = "Blog"\n+++\n',
            "content/Rust-1.0@1.md": (
                '+++\npath = "2015/05/15/Rust-1.0"\ntitle = "Rust 1.0"\nauthors = ["The Team"]\n'
                'aliases = ["2015/05/15/Rust-1.0.html"]\n+++\nWords\n'
            ),
        }
    )
    posts = read_posts(root)
    post = one(posts)
    assert (post.slug, post.date.date().isoformat()) == ("rust-1-0", "2015-05-15")
    assert post.aliases == ("2015/05/15/Rust-1.0", "2015/05/15/Rust-1.0.html")
    assert reasons(posts) == {"content/_index.md": "heads a section, no post"}


def test_plain_files_and_what_is_no_post(plant: Plant):
    root = plant(
        {
            "2020-01-02-hello.md": "# Hello *there*\n\nWords\n",
            "about.md": "# About\n",
            "README.md": "Read me",
            "LICENSE.md": "Free",
        }
    )
    posts = read_posts(root)
    assert one(posts).title == "Hello there"
    assert one(posts).body.text == "Words\n"
    assert reasons(posts) == {
        "README.md": "about the repository, no post",
        "LICENSE.md": "about the repository, no post",
        "about.md": "no date in front matter, file name or address, no post",
    }


def test_an_impossible_date_costs_no_post(plant: Plant):
    root = plant({"_posts/2017-09-31-a.md": "---\ndate: 2017-09-31 04:00:00\n---\nWords"})
    post = one(read_posts(root))
    assert post.date.date().isoformat() == "2017-09-30"
    assert post.notes == ("there is no 2017-09-31 04:00:00: dated 2017-09-30",)


@pytest.mark.parametrize(
    ("path", "data", "published"),
    [
        ("_posts/2020-01-02-a.md", "published: false", False),
        ("_posts/2020-01-02-a.md", "published: true", True),
        ("_posts/2020-01-02-a.md", "draft: true", False),
        ("_drafts/2020-01-02-a.md", "title: A", False),
    ],
)
def test_drafts(plant: Plant, path: str, data: str, published: bool):
    assert one(read_posts(plant({path: f"---\n{data}\n---\nWords"}))).published is published


def test_equal_names_get_the_date(plant: Plant):
    root = plant(
        {
            f"_posts/{date}-open-data-day.md": "---\ntitle: Open Data Day\n---\nWords"
            for date in ("2013-02-01", "2014-02-01", "2014-03-01", "2014-03-02")
        }
    )
    assert [post.slug for post in read_posts(root)] == [
        "open-data-day",
        "open-data-day-2014",
        "open-data-day-2014-03",
        "open-data-day-2014-03-02",
    ]


def test_odd_file_names_and_bytes(plant: Plant):
    name = "_posts/2018-11-06-Fu\u0308r alle %e2%80%93 it's 'offen'.markdown"
    text = "\ufeff---\r\ntitle: U\u0308ber\u00a0uns\r\n---\r\n\u00a0\r\nGru\u0308\u00dfe\u00a0 an\r\n-\u00a0alle\r\n"
    post = one(read_posts(plant({name: text})))
    assert post.source == name
    assert post.slug == "fuer-alle-its-offen"
    assert post.title == "Über uns"
    assert post.body.text == "Grüße an\n- alle\n"


def test_a_file_that_is_not_utf8(plant: Plant):
    post = one(read_posts(plant({"_posts/2018-01-02-a.md": "Grüße".encode("cp1252")})))
    assert post.body.text == "Grüße\n"
    assert post.notes == ("not UTF-8: read as Windows-1252",)


def test_the_language_of_each_post(plant: Plant):
    german = "Das ist ein Text, der nicht auf Englisch ist und für die Leute von hier."
    english = "This is a text that is not in German, and it is for the people of here."
    root = plant(
        {
            "_config.yml": "languages: [de, en]",
            "_posts/2020-01-01-a.md": german,
            "_posts/2020-01-02-b.md": english,
            "_posts/2020-01-03-c.md": "Hm.",
            "_posts/2020-01-04-d.md": f"---\nlang: en\n---\n{german}",
        }
    )
    assert [post.lang for post in read_posts(root)] == ["de", "en", "de", "en"]


LINKS = """
[a](/blog/2014/03/target/#a-place)

[b](https://old.example/blog/2014/03/Target)

[c](http://www.old.example/2014/03/12/target.html)

[d]({{ site.baseurl }}/old/name)

[e]({% post_url 2014-03-12-Target %})

[f](2014-03-12-Target.md)

[g][ref] https://old.example/old/name/ <a href='/old/name/'>h</a>

[i](https://elsewhere.example/blog/2014/03/target/)

[j](/blog/2014/03/missing/)

[ref]: <../03/target/> "Title"
"""


def test_links_between_posts_however_written(plant: Plant):
    target = "collab:doc/_posts/2014-03-12-Target.md"
    root = plant(
        {
            "_config.yml": CONFIG,
            "_posts/2014-03-12-Target.md": "---\nredirect_from: /old/name/\n---\n## A place\n",
            "_posts/2014-04-01-b.md": LINKS,
        }
    )
    body = read_posts(root).read("_posts/2014-04-01-b.md").body
    assert body.text.split("\n\n") == [
        f"[a]({target}#a-place)",
        f"[b]({target})",
        f"[c]({target})",
        f"[d]({target})",
        f"[e]({target})",
        f"[f]({target})",
        f"[g][ref] [https://old.example/old/name/]({target}) [h]({target})",
        "[i](https://elsewhere.example/blog/2014/03/target/)",
        "[j](https://old.example/blog/2014/03/missing/)",
        f'[ref]: {target} "Title"\n',
    ]
    assert body.links == ("_posts/2014-03-12-Target.md",)
    assert body.notes == ("link target is not in the tree, left on the old site: /blog/2014/03/missing/",)


def test_without_an_address_of_the_site_missing_things_keep_their_words(plant: Plant):
    root = plant(
        {"_posts/2014-04-01-b.md": "See [the plan](/plan/) and ![a map](/map.png) and ![][x].\n\n[x]: /y.png"}
    )
    post = one(read_posts(root))
    assert post.body.text == "See the plan and a map and .\n"
    assert len(post.body.notes) == 3


def test_a_host_that_posts_are_linked_at_is_the_sites_own(plant: Plant):
    files = {f"content/{n}.md": f'+++\npath = "2020/01/0{n}/p{n}"\n+++\nWords\n' for n in (1, 2, 3)}
    links = " ".join(f"[x](https://blog.example/2020/01/0{n}/p{n}.html)" for n in (1, 2, 3))
    files["content/4.md"] = f'+++\npath = "2020/01/04/p4"\n+++\n{links}\n'
    assert read_posts(plant(files)).read("content/4.md").body.links == (
        "content/1.md",
        "content/2.md",
        "content/3.md",
    )


def test_images_and_files_of_the_tree(plant: Plant):
    root = plant(
        {
            "_posts/2014-04-01-b.md": (
                "---\nimage:\n  src: /files/lead.png\n  title: A day\n  license: CC0\n  license_url: https://cc.example/0\n"
                '---\n![A cat](/files/My%20Cat.png "Cat") [paper](/files/p.pdf) ![dog][d]\n\n[d]: /files/dog.png\n'
            ),
            "files/lead.png": b"1",
            "files/My Cat.png": b"2",
            "files/p.pdf": b"3",
            "files/dog.png": b"4",
        }
    )
    post = one(read_posts(root))
    assert post.body.text == (
        '![A cat](collab:file/files/My%20Cat.png "Cat") [paper](collab:file/files/p.pdf) '
        "![dog](collab:file/files/dog.png)\n\nImage: A day · [CC0](https://cc.example/0)\n"
    )
    assert {image.path: image.alt for image in post.body.images} == {
        "files/My Cat.png": "A cat",
        "files/dog.png": "dog",
    }
    assert [file.path for file in post.body.files] == ["files/p.pdf"]
    assert post.image == Attached("files/lead.png", "A day")


def test_files_outside_of_the_tree_are_not_touched(plant: Plant):
    root = plant({"_posts/2014-04-01-b.md": "![x](../../secret.png) ![y](/link.png)"})
    (root.parent / "secret.png").write_bytes(b"secret")
    (root / "link.png").symlink_to(root.parent / "secret.png")
    post = one(read_posts(root))
    assert post.body.images == ()
    assert post.body.text == "x y\n"


def test_nobody_is_called_by_a_name_of_another_site(plant: Plant):
    post = one(
        read_posts(plant({"_posts/2014-04-01-b.md": "Ask @ann, mail a@b.org, see `@ann` at x.org/@ann"}))
    )
    assert post.body.text == "Ask @\u2060ann, mail a@b.org, see `@ann` at x.org/@ann\n"


def test_one_bad_post_does_not_end_it(plant: Plant):
    root = plant({"_posts/2014-04-01-a.md": "A", "_posts/2014-04-02-b.md": "B"})
    posts = read_posts(root)
    (root / "_posts/2014-04-01-a.md").unlink()
    assert [post.source for post in posts] == ["_posts/2014-04-02-b.md"]
    assert list(reasons(posts, "failed")) == ["_posts/2014-04-01-a.md"]


def test_what_is_no_tree(plant: Plant):
    with pytest.raises(NotATree, match="not a folder"):
        read_posts(plant({"a.md": "x"}) / "b")


@pytest.mark.parametrize("unit", ["{% ", "{{ ", "\n \n", "<ul><li>", "](", "<!--", "` ", "<p>x", "[a](b "])
def test_a_hostile_text_is_read_in_time(plant: Plant, unit: str):
    started = time.monotonic()
    posts = read_posts(plant({"_posts/2020-01-01-a.md": unit * (30_000 // len(unit))}))
    assert len(list(posts)) == 1
    assert time.monotonic() - started < 10
