"""Trees of pages: folders, handbooks with menus and redirects, books."""

import json

from collab.imports.documents import ImportedPage
from collab.imports.headings import heading_of
from collab.imports.wikis import Pages, read_pages
from tests.imports.conftest import Plant


def by_path(pages: Pages) -> dict[str, ImportedPage]:
    return {page.path or page.source: page for page in pages}


def test_folders_become_sections_and_paths(plant: Plant):
    root = plant(
        {
            "docs/index.md": "# Home\n",
            "docs/tools/slack.md": "---\ntitle: Slack\n---\nWords",
            "docs/tools/slack/Guide_lines.md": "# Guide lines\n\nWords",
            "docs/how-18F-works/10 a.md": "---\ntitle: Part 10\n---\n",
            "docs/how-18F-works/9 a.md": "---\ntitle: Part 9\n---\n",
            "docs/about/about.md": "# About us\n\nWords",
            "README.md": "Read me",
        }
    )
    pages = read_pages(root)
    found = by_path(pages)
    assert {path: (page.title, page.made) for path, page in found.items()} == {
        "home": ("Home", False),
        "about": ("About us", False),
        "how-18f-works": ("How 18F works", True),
        "how-18f-works/9-a": ("Part 9", False),
        "how-18f-works/10-a": ("Part 10", False),
        "tools": ("Tools", True),
        "tools/slack": ("Slack", False),
        "tools/slack/guide-lines": ("Guide lines", False),
    }
    assert found["tools/slack/guide-lines"].parent == "docs/tools/slack.md"
    assert found["how-18f-works"].body.text == (
        "- [Part 9](collab:doc/docs/how-18F-works/9%20a.md)\n- [Part 10](collab:doc/docs/how-18F-works/10%20a.md)\n"
    )
    assert [problem.source for problem in pages.problems] == ["README.md"]
    assert len(pages) == 6


def test_menus_give_order_names_and_words(plant: Plant):
    menu = """
primary:
  - text: All tools
    main-file-path: /tools/
    blurb: What we use, see <a href="/tools/b/">B</a>.
    children:
      - {text: Bee, url: tools/b/}
      - {text: Elsewhere, url: "https://x.example"}
"""
    root = plant({"_data/navigation.yml": menu, "pages/tools/a.md": "# A", "pages/tools/b.md": "# B"})
    found = by_path(read_pages(root))
    assert list(found) == ["tools", "tools/b", "tools/a"]
    assert found["tools"].title == "All tools"
    assert found["tools"].body.text == (
        "What we use, see [B](collab:doc/pages/tools/b.md).\n\n"
        "- [Bee](collab:doc/pages/tools/b.md)\n- [Elsewhere](https://x.example)\n"
    )


def test_redirects(plant: Plant):
    root = plant(
        {
            "_data/site.yaml": "host: https://hb.example",
            "pages/tock.md": "---\ntitle: Tock\nredirect_from: [/time/, tick]\n---\nWords",
            "pages/billing.md": "---\ntitle: Billing\nredirect_to: /time/#money\nredirect_from: [/bill/]\n---\n",
            "pages/twice.md": "---\nredirect_to: https://hb.example/billing\n---\n",
            "pages/chart.md": "---\ntitle: Org chart\nredirect_to: https://x.example/chart\n---\n",
            "pages/moved.md": "---\nredirect_to: /tock/\n---\nOld words",
        }
    )
    found = by_path(read_pages(root))
    assert found["tock"].aliases == ("time", "tick")
    billing, twice = found["pages/billing.md"], found["pages/twice.md"]
    assert (billing.redirect_to, billing.aliases) == ("pages/tock.md", ("billing", "bill"))
    assert twice.redirect_to == "pages/tock.md"
    assert found["chart"].body.text == "[Org chart](https://x.example/chart)\n"
    assert (
        found["moved"].body.text == "> This page has moved: [/tock/](collab:doc/pages/tock.md)\n\nOld words\n"
    )


def test_what_templates_showed_around_a_page(plant: Plant):
    data = (
        "title: Pay\nsubtitle: Step 1\noutdated: true\nkeywords: Pay, salary; pay\n"
        "questions: [hr, hr@x.example, {text: Hours, url: 'https://x.example'}]"
    )
    root = plant({"_data/a.yml": "x: 1", "pages/a/pay.md": f"---\n{data}\n---\nWords"})
    page = by_path(read_pages(root))["a/pay"]
    assert page.body.text == (
        "> **This page is outdated.**\n\n*Step 1*\n\nWords\n\n**Questions?**\n\n"
        "- #hr\n- <hr@x.example>\n- [Hours](https://x.example)\n"
    )
    assert page.tags == ("Pay", "salary")


def test_links_between_pages(plant: Plant):
    root = plant(
        {
            "_data/site.yaml": "host: https://hb.example",
            "pages/tools/slack.md": "[a](guide/) [b](../travel/#Über-uns) [c](#x)\n\n## Side {#x}\n",
            "pages/tools/slack/guide.md": '[up](../) [d]({% page "/travel" %})',
            "pages/travel.md": "---\ntitle: Travel\n---\n## Über uns\n",
        }
    )
    pages = read_pages(root)
    slack = pages.read("pages/tools/slack.md")
    assert slack.body.text.splitlines()[0] == (
        "[a](collab:doc/pages/tools/slack/guide.md) [b](collab:doc/pages/travel.md#Über-uns) "
        "[c](collab:doc/pages/tools/slack.md#x)"
    )
    assert heading_of(slack.body, "x") == 0
    assert heading_of(pages.read("pages/travel.md").body, "uber-uns") is None
    assert heading_of(pages.read("pages/travel.md").body, "über-uns") == 0
    assert pages.read("pages/tools/slack/guide.md").body.text == (
        "[up](collab:doc/pages/tools/slack.md) [d](collab:doc/pages/travel.md)\n"
    )


def test_a_book(plant: Plant):
    summary = """# Contents

* [Start](README.md)

## Version 2

* [Guide](2/Guide.md)
  * [Config file](2/Config_file.md#top)
  * [Gone](2/Gone.md)
* [Unwritten]()
  * [Deep](2/deep/README.md)
"""
    root = plant(
        {
            "src/SUMMARY.md": summary,
            "src/README.md": "# ![Logo](logo.png) - the book\n\nWords",
            "src/logo.png": b"1",
            "src/2/Guide.md": "# {{ page.title }}\n\n[c](Config-file.md#keys) [u](../README.md) {{ text }}\n",
            "src/2/Config_file.md": "<!-- toc -->\n\n# The file\n\n## Keys\n",
            "src/2/deep/README.md": "Words only",
            "src/orphan.md": "# Orphan\n",
            "README.md": "Read me",
        }
    )
    pages = read_pages(root)
    found = by_path(pages)
    assert {path: page.title for path, page in found.items()} == {
        "contents": "Contents",
        "start": "Logo - the book",
        "version-2": "Version 2",
        "version-2/guide": "Guide",
        "version-2/guide/config-file": "The file",
        "version-2/unwritten": "Unwritten",
        "version-2/unwritten/deep": "Deep",
        "orphan": "Orphan",
    }
    assert found["version-2/guide"].body.text == (
        "[c](collab:doc/src/2/Config_file.md#keys) [u](collab:doc/src/README.md) {{ text }}\n"
    )
    assert found["start"].body.text == "![Logo](collab:file/src/logo.png)\n\nWords\n"
    assert "- [Gone]" not in found["contents"].body.text
    assert {problem.reason for problem in pages.problems} == {
        "names 2/Gone.md, which is not in the tree",
        "not in the book (src), no page",
    }


def test_former_states(plant: Plant):
    rows = [
        {
            "page": "pages/a.md",
            "rev": n,
            "file": f"history/a/{n}.md",
            "date": date,
            "author": who,
            "message": f"m{n}",
        }
        for n, date, who in (
            (2, "2024-01-02T10:00:00-05:00", "Greg Walker (he/him)"),
            (1, "2023-01-02T10:00:00Z", "Greg Walker"),
        )
    ]
    root = plant(
        {
            "pages/a.md": "---\ntitle: New\n---\nNew words",
            "pages/b.md": "# B",
            "history/index.jsonl": "\n".join([*map(json.dumps, rows), "not json"]),
            "history/a/1.md": "---\ntitle: Old\n---\nOld [words](/b/)",
            "history/a/2.md": "---\ntitle: New\n---\nNew words",
        }
    )
    pages = read_pages(root)
    page = by_path(pages)["a"]
    assert [(each.title, each.message, each.body.text) for each in page.revisions] == [
        ("Old", "m1", "Old [words](collab:doc/pages/b.md)\n"),
        ("New", "m2", "New words\n"),
    ]
    assert page.authors == ("greg walker",)
    assert page.date == page.revisions[0].date
    assert len(pages) == 2
    assert [problem.reason for problem in pages.problems] == ["line 3 is no revision"]
