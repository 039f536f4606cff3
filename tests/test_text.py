"""What people write comes out as they meant it."""

import pytest

from collab import text
from collab.text import Heading, clean_body, clean_line, plain, render, slugify


def html(source: str, **options) -> str:
    return render(source, **options).html


# Markdown


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("- a\n  - b\n  - c\n- d", "<ul><li>a<ul><li>b</li><li>c</li></ul></li><li>d</li></ul>"),
        ("Buy:\n- milk\n- eggs", "<p>Buy:</p><ul><li>milk</li><li>eggs</li></ul>"),
        ("1. a\n\n   b\n2. c", "<ol><li><p>a</p><p>b</p></li><li><p>c</p></li></ol>"),
        ("3. c\n4. d", '<ol start="3"><li>c</li><li>d</li></ol>'),
        ("un*frigging*believable snake_case_name", "<p>un<em>frigging</em>believable snake_case_name</p>"),
        ("~~gone~~ a ~ b", "<p><del>gone</del> a ~ b</p>"),
        ("> a\nb", "<blockquote><p>a b</p></blockquote>"),
        ("a  \nb", "<p>a<br> b</p>"),
        ("Term\n: Meaning\n: Other", "<dl><dt>Term</dt><dd>Meaning</dd><dd>Other</dd></dl>"),
        (
            "<details>\n<summary>More</summary>\n\n*in*\n\n</details>",
            "<details> <summary>More</summary>  <p><em>in</em></p> </details>",
        ),
        ("Press <kbd>Ctrl</kbd> <mark>x</mark>", "<p>Press <kbd>Ctrl</kbd> <mark>x</mark></p>"),
        ("a <!-- hidden --> b", "<p>a  b</p>"),
    ],
)
def test_markdown_reads_as_commonmark(source, expected):
    assert html(source).replace("\n", " ").replace("> <", "><") == expected.replace("> <", "><")


def test_fenced_code_in_a_list_keeps_its_language_and_its_markup():
    found = html("1. Run\n\n   ```python\n   if a < b: **x** [[y]] @z\n   ```\n2. Done")
    code = '<pre tabindex="0"><code class="language-python">if a &lt; b: **x** [[y]] @z\n</code></pre>'
    assert code in found
    assert found.count("<ol>") == 1


def test_tables_align_and_scroll_by_keyboard():
    found = html("| a | b |\n|---|--:|\n| `x\\|y` | 2 |")
    assert found.startswith('<div class="table-scroll" tabindex="0"><table>')
    assert '<td><code>x|y</code></td><td class="align-right">2</td>' in found


def test_task_lists_show_their_boxes_without_a_form():
    found = html("- [ ] open\n- [x] done\n- [y] neither")
    assert '<li><span class="task">☐</span> open</li>' in found
    assert '<li><span class="task done">☑</span> done</li>' in found
    assert "<li>[y] neither</li>" in found


def test_footnotes_lead_there_and_back_in_the_order_of_reading():
    found = html(
        "b[^two] a[^one] again[^two]\n\n[^one]: First.\n[^two]: Second.\n\n    More.\n[^three]: Unused."
    )
    section = found[found.index("<section") :]
    assert section.index("Second") < section.index("More") < section.index("First") < section.index("Unused")
    targets = [part.split('"')[0] for part in found.split('href="#')[1:]]
    assert len(targets) == 6
    assert all(found.count(f'id="{target}"') == 1 for target in targets)


def test_footnotes_of_two_texts_on_one_page_do_not_meet():
    ids = [set(html(f"{name}[^1]\n\n[^1]: x").split('id="')[1:]) for name in "ab"]
    assert not {i.split('"')[0] for i in ids[0]} & {i.split('"')[0] for i in ids[1]}


# headings


def test_headings_leave_the_first_level_to_the_page():
    found = render("# Über uns\n\nSetext\n===\n\n## Über *uns*\n\n###### Deep")
    assert found.headings == [
        Heading(2, "h-ueber-uns", "Über uns"),
        Heading(2, "h-setext", "Setext"),
        Heading(3, "h-ueber-uns-2", "Über uns"),
        Heading(6, "h-deep", "Deep"),
    ]
    assert "<h1" not in found.html
    assert '<h3 id="h-ueber-uns-2">Über <em>uns</em></h3>' in found.html


def test_headings_begin_at_the_second_level_wherever_the_writer_began():
    assert [heading.level for heading in render("### a\n#### b").headings] == [2, 3]


def test_links_within_a_text_find_its_headings():
    assert '<a href="#h-ueber-uns">' in html("[x](#über-uns)\n\n# Über uns")


# links


def test_links_that_leave_say_so():
    assert html("[x](https://e.example/)") == '<p><a href="https://e.example/" rel="noopener ugc">x</a></p>'
    assert html("[x](/blog/a)") == '<p><a href="/blog/a">x</a></p>'
    for url in ("//e.example", "/\\e.example", "\\\\e.example"):
        assert 'rel="noopener ugc"' in html(f'<a href="{url}">x</a>')


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            "see https://e.example/a_(b)_c.",
            '<a href="https://e.example/a_(b)_c" {}>https://e.example/a_(b)_c</a>.',
        ),
        ("(www.e.example)", '(<a href="http://www.e.example" {}>www.e.example</a>)'),
        ("`https://e.example`", "<code>https://e.example</code>"),
        ("xhttp://e.example", "xhttp://e.example"),
    ],
)
def test_bare_addresses_become_links_without_the_sentence(source, expected):
    assert expected.format('rel="noopener ugc"') in html(source)


@pytest.mark.parametrize("scheme", ["javascript", "data", "vbscript", "file", "x-collab-wiki", "JaVaScRiPt"])
def test_other_schemes_lead_nowhere(scheme):
    for source in (f"[x]({scheme}:0)", f"<{scheme}:0>", f'<a href="{scheme}:0">x</a>', f"![x]({scheme}:0)"):
        assert "href" not in html(source)
        assert "src" not in html(source)


def test_names_of_pages_become_links():
    asked = []

    def resolve(target):
        asked.append(target)
        return f"/w/x/pages/{target.lower()}", target == "Plan"

    found = render("[[Plan]] [[Plan#Über uns|the *plan*]] [[Gone]] `[[Code]]` \\[[No]]", resolve=resolve)
    assert '<a class="wikilink" href="/w/x/pages/plan">Plan</a>' in found.html
    assert '<a class="wikilink" href="/w/x/pages/plan#h-ueber-uns">the *plan*</a>' in found.html
    assert '<a class="wikilink missing" href="/w/x/pages/gone">Gone</a>' in found.html
    assert "<code>[[Code]]</code>" in found.html
    assert found.wiki_links == asked == ["Plan", "Gone"]
    assert html("[[Plan]]") == "<p>[[Plan]]</p>"


def test_what_resolve_answers_is_not_trusted_either():
    assert "javascript" not in html("[[a]]", resolve=lambda _: ("javascript:alert(1)", True))
    assert "<b>" not in html("[[<b>]]", resolve=lambda _: ("/", True))


def test_nobody_can_write_a_link_that_looks_resolved():
    found = html('<a class="wikilink mention" href="x-collab-wiki:0">x</a>', resolve=lambda _: ("/", True))
    assert "class" not in found


@pytest.mark.parametrize(
    ("source", "mentions"),
    [
        ("@anna, @bob.b and @anna.", ["anna", "bob.b"]),
        ("(@anna) **@bob**", ["anna", "bob"]),
        ("a@example.org `@code` [@link](/x) https://e.example/@path \\@escaped", []),
        ("@Anna @org/package @@x", []),
        ("```\n@anna\n```", []),
    ],
)
def test_mentions(source, mentions):
    found = render(source)
    assert found.mentions == mentions
    for handle in mentions:
        assert f'<a class="mention" href="/people/{handle}">@{handle}</a>' in found.html


# what it finds


def test_text_and_summary_hold_words_alone():
    found = render(
        "# Head\n\n"
        "One *two*\nthree &amp; <b>four</b>[^1].\n\n```\ncode\n```\n\n|a|b|\n|-|-|\n|1|2|\n\n[^1]: Note."
    )
    assert found.text.split("\n") == ["Head", "One two three & four.", "code", "a b", "1 2", "Note."]
    assert found.summary == "One two three & four."


def test_summary_is_cut_at_a_word():
    summary = render("Wörter sind " * 60).summary
    assert len(summary) <= 300
    assert summary.endswith((" Wörter…", " sind…"))
    assert len(render("x" * 1000).summary) <= 300


def test_plain_reads_any_html():
    assert plain("<h1>a</h1><p>b <b>c</b><br>d</p><script>e</script>&lt;f&gt;") == "a\nb c\nd\n<f>"


def test_the_rules_name_what_they_depend_on():
    assert "nh3-" in text.RULES
    assert "markdown-" in text.RULES


# clean strings


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Über Größe & Maß", "ueber-groesse-mass"),
        ("  Crème brûlée — 2026! ", "creme-brulee-2026"),
        ("U\u0308ber", "ueber"),
        ("ＡＢＣ ﬁn", "abc-fin"),
        ("日本語", "page"),
        ("", "page"),
    ],
)
def test_slugs(title, slug):
    assert slugify(title, "page") == slug


def test_slugs_are_short_and_end_at_a_word():
    assert slugify("wort " * 40, "page") == "-".join(["wort"] * 16)
    assert slugify("x" * 100, "page") == "x" * 80


def test_clean_line_is_one_line_that_reads_as_it_looks():
    assert clean_line(" a\x00\r\nb\u202ec\u2066 \u0085 d\u00a0e\t") == "a bc d e"


def test_clean_body_keeps_lines_and_tabs():
    assert clean_body("a\r\nb\rc\td\x00\x1b[0m\ud800e\u0308") == "a\nb\nc\td[0më"
