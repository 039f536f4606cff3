"""HTML in Markdown becomes Markdown, and what is dangerous or layout goes."""

import re

import pytest

from collab.imports.htmltext import to_markdown
from collab.imports.markup import mask


def markdown(text: str, notes: list[str] | None = None) -> str:
    masked, hidden = mask(text)
    text = hidden.restore(to_markdown(masked, hidden, [] if notes is None else notes))
    return re.sub(r"\n{3,}", "\n\n", text).strip()


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<b>a</b> and <em>b</em>", "**a** and *b*"),
        ("<strong>Wann: </strong>heute", "**Wann:** heute"),
        ("<b>Term:</b>x", "<strong>Term:</strong>x"),
        ('<a href="http://x.org/a (b">t</a>', "[t](http://x.org/a%20%28b)"),
        ('<a href="http://x.org>open</a>', "[open](http://x.org)"),
        ('<img src=/a.png alt="A [b]">', "![A \\[b\\]](/a.png)"),
        ("one<br>two<br/>\nthree", "one  \ntwo  \nthree"),
        ("one<br><br>two", "one\n\ntwo"),
        ("- item<br>more", "- item<br>more"),
        ("<h3>Über <i>uns</i></h3>\ntext", "### Über *uns*\n\ntext"),
        ("<ul><li>a</li>\n<li>b <ol><li>c</ol></ul>", "- a\n- b\n  1. c"),
        ("<blockquote><p>q</p><p>r</p></blockquote>", "> q\n>\n> r"),
        ("<p>1. Mai</p>", "1\\. Mai"),
        ("<p># no heading</p>", "\\# no heading"),
        ("H<sub>2</sub>O", "H<sub>2</sub>O"),
        ("<code>a &lt; b</code>", "`a < b`"),
        ("<dl><dt>a</dt><dd>b</dd></dl>", "a\n:   b"),
        ('<span class="x">plain</span>', "plain"),
        ("<details><summary>More</summary>\n\n- x\n\n</details>", "**More**\n\n- x"),
    ],
)
def test_an_element_in_markdown(html: str, expected: str):
    assert markdown(html) == expected


@pytest.mark.parametrize(
    "text",
    [
        "a < b and c > d",
        "<https://example.org/x> and <a@example.org>",
        "`<script>` is a tag",
        "```html\n<script>alert(1)</script>\n```",
        "    <b>indented code</b>",
        "\\<b>escaped",
        "[a](<b c.md>)",
        "1 * 2 * 3",
    ],
)
def test_what_is_no_html_stays(text: str):
    assert markdown(text) == text.strip()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("das Attribut <name> und </name>", "das Attribut &lt;name> und &lt;/name>"),
        ("headings like <H1>", "headings like &lt;H1>"),
        ("Stadt Land <Code> geht", "Stadt Land &lt;Code> geht"),
    ],
)
def test_a_name_that_no_html_has_is_text(text: str, expected: str):
    assert markdown(text) == expected


@pytest.mark.parametrize(
    "html",
    [
        '<script src="https://x.org/w.js">var secret = 1;</script>',
        "<script>secret()</script>",
        "<style>.secret{}</style>",
        "<svg><title>secret</title></svg>",
    ],
)
def test_scripts_and_styles_leave_no_text(html: str):
    notes: list[str] = []
    assert markdown(f"before\n\n{html}\n\nafter", notes).split() == ["before", "after"]
    assert len(notes) == 1


@pytest.mark.parametrize(
    ("html", "link"),
    [
        (
            '<iframe src="https://www.youtube-nocookie.com/embed/HBsD8BdXSCY?start=70"></iframe>',
            "[Video: YouTube](https://www.youtube.com/watch?v=HBsD8BdXSCY&t=70)",
        ),
        (
            '<iframe src="//player.vimeo.com/video/2588" title="A film"></iframe>',
            "[A film](https://vimeo.com/2588)",
        ),
        ('<iframe src="https://x.org/map?a=1">loading</iframe>', "[x.org/map](https://x.org/map?a=1)"),
        ('<video><source src="https://x.org/a.mp4"></video>', "[Video: x.org/a.mp4](https://x.org/a.mp4)"),
    ],
)
def test_what_a_page_embeds_becomes_a_link(html: str, link: str):
    assert markdown(f"a\n\n{html}\n\nb") == f"a\n\n{link}\n\nb"


def test_an_iframe_that_is_never_closed_keeps_what_follows():
    assert markdown('<iframe src="https://x.org/f">\n\nText after').endswith("Text after")


def test_a_figure_is_an_image_and_its_caption():
    html = (
        '<figure>\n  <img src="/a.png" alt="A">\n  <figcaption>By <a href="/b">B</a></figcaption>\n</figure>'
    )
    assert markdown(html) == "![A](/a.png)\n\n*By [B](/b)*"


def test_markdown_inside_a_block_stays_markdown():
    html = '<div class="x" markdown="1">\n\n  - a\n    - b\n\n  **c**\n\n</div>'
    assert markdown(html) == "- a\n  - b\n\n**c**"


def test_a_simple_table_becomes_markdown():
    html = "<table><tr><th>A</th><th>B</th></tr><tr><td>1|2<td><p>x</p><p>y</p></tr></table>"
    assert markdown(html) == "| A | B |\n| --- | --- |\n| 1\\|2 | x<br>y |"


def test_a_table_with_joined_cells_stays_html_without_layout():
    head = '<tr><th colspan="2" style="x">A</th></tr>'
    html = f'<table border=1>{head}<tr><td>b</td><td onclick="x()">c</td></tr></table>'
    assert markdown(html) == (
        '<table>\n<tr><th colspan="2">A</th></tr><tr><td>b</td><td>c</td></tr>\n</table>'
    )


def test_preformatted_text_becomes_a_fence():
    html = '<pre><code class="language-ruby">puts "a &amp; b"\n\n# x\n</code></pre>'
    assert markdown(html) == '```ruby\nputs "a & b"\n\n# x\n```'
