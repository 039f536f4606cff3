"""Liquid is filled in where the tree knows the answer, and named where not."""

import pytest

from collab.imports import liquid
from collab.imports.frontmatter import Data


def render(text: str, page: Data | None = None, notes: list[str] | None = None) -> str:
    context = liquid.Context(
        site={"baseurl": "", "url": "https://x.org", "data": {"team": [{"name": "Ann"}]}},
        page=page or {},
        person=lambda name: f"[{name}]" if name == "ann" else "",
        photo=lambda name: "",
        include=lambda name: "included" if name == "a.md" else None,
        post=lambda name: f"/post/{name}",
        notes=[] if notes is None else notes,
    )
    return liquid.render(text, context)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("![a]({{ site.baseurl }}/a.png)", "![a](/a.png)"),
        ("{{site.url}}/x", "https://x.org/x"),
        ("{{ page.image }} {{ page.images[1] }}", "/i.png /b.png"),
        ('{{ "ann" | team_link }} {{ "bob" | team_link }}', "[ann] bob"),
        ('{{ "https://www.youtube.com/embed/abcdef1" | embed: "A film" }}', "[A film](https://www.youtube.com/watch?v=abcdef1)"),
        ("{% raw %}{{ x }} {% y %}{% endraw %}", "{{ x }} {% y %}"),
        ("a{% comment %} b {% endcomment %}c", "ac"),
        ("{% youtube KekufUd2cf8 560 315 %}", "[Video: YouTube](https://www.youtube.com/watch?v=KekufUd2cf8)"),
        ("{% vimeo 55933806 600 337 %}", "[Video: vimeo.com/55933806](https://vimeo.com/55933806)"),
        ("{% oembed https://twitter.com/a/status/1 %}", "<https://twitter.com/a/status/1>"),
        ('[a]({% page "/b/#c" %})', "[a](/b/#c)"),
        ('[a]({% link "https://x.org" %})', "[a](https://x.org)"),
        ('{% image "_img/a.png" "A cat" %}', "![A cat](/_img/a.png)"),
        ('{% image_with_class "_img/a.png" "big" "A cat" %}', "![A cat](/_img/a.png)"),
        ('{% slack_channel "news" %}, {% slack_channel "dc" "Washington" %}', "#news, Washington (#dc)"),
        ("{% post_url 2014-01-01-a %}", "/post/2014-01-01-a"),
        ("{% include a.md %}", "included"),
        ("{% if page.image %}yes{% else %}no{% endif %}", "yes"),
        ("{% if x.length > 0 %}{% for y in x %}{{ y }}{% endfor %}{% else %}none{% endif %}", "none"),
        ("{% unless page.image %}a{% endunless %}b", "b"),
        ('{% assign x = "A" | downcase %}{{ x }}', "a"),
        ("{% highlight ruby %}\nputs 1\n{% endhighlight %}", "```ruby\nputs 1\n```"),
        ("50% {of} all }} and {% never closed", "50% {of} all }} and {% never closed"),
    ],
)  # fmt: skip
def test_what_a_tree_knows_is_filled_in(text: str, expected: str):
    assert render(text, {"image": "/i.png", "images": ["/a.png", "/b.png"]}) == expected


def test_an_alert_is_a_quote():
    assert render('{% alert "Heads up!" %}\n  Words\n{% endalert %}').strip() == "> **Heads up!**\n>\n> Words"


@pytest.mark.parametrize(
    "text", ["a {% unknown_tag x %}b", "a {{ nobody.knows }}b", "a {% include x.svg %}b"]
)
def test_what_nobody_knows_is_left_out_and_named(text: str):
    notes: list[str] = []
    assert render(text, notes=notes) == "a b"
    assert len(notes) == 1


@pytest.mark.parametrize("code", ["`{{ page.nothing }}/x`", "```\n{% unknown %}\n```", "`{{ a.b | c }}`"])
def test_examples_in_code_stay(code: str):
    notes: list[str] = []
    assert render(code, notes=notes) == code
    assert notes == []
