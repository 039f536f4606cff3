"""No text runs, calls a foreign host, swallows the page or keeps a process busy."""

import threading
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collab.text import clean_line, plain, render, sanitise, slugify
from collab.text.bounds import MAX_DEPTH


def html(source: str, **options) -> str:
    return render(source, **options).html


# images


def test_images_of_ours_are_shown():
    shown = '<img src="/entries/x/files/a%20b.png" alt="Plan" loading="lazy" decoding="async">'
    assert html("![Plan](</entries/x/files/a b.png>)") == f"<p>{shown}</p>"
    assert html("![Plan](<a b.png>)", base="/entries/x/files") == f"<p>{shown}</p>"
    assert 'width="20"' in html('<img src="/static/a.png" width="20" height="1e9">')


@pytest.mark.parametrize(
    "url",
    [
        "http://e.example/p.png",
        "//e.example/p.png",
        "\\\\e.example/p.png",
        "/\\e.example/p.png",
        "p.png",
        "/logout",
        "/entries/../logout",
        "/entries/%2e%2E/logout",
        "/static/a/..",
        "data:image/png;base64,AA",
        "ftp://e/p.png",
    ],
)
def test_other_images_are_never_fetched(url):
    for source in (f"![The plan](<{url}>)", f'<img alt="The plan" src="{url}" srcset="{url}">'):
        found = html(source)
        assert "<img" not in found
        assert "src" not in found
        assert "The plan" in found


def test_a_picture_in_a_link_becomes_its_words():
    found = html("[![build](https://e.example/b.svg)](https://e.example/)")
    assert found == '<p><a href="https://e.example/" rel="noopener ugc">build</a></p>'


# safety


@pytest.mark.parametrize(
    "source",
    [
        '<p style="x" class="y" id="z" onclick="a()" data-x="1" hx-get="/">a</p>',
        '<form action="/logout"><input name="a"><button>x</button></form>',
        '<h2 id="main" class="x">a</h2>',
        '<pre tabindex="5"><code class="evil language-x evil">a</code></pre>',
        '<sup id="fnref:evil">a</sup><li id="fn:x">b</li>',
    ],
)
def test_people_set_no_names_styles_or_handlers(source):
    found = html(source)
    for word in (
        "style",
        "evil",
        "onclick",
        "data-",
        "hx-",
        "<form",
        "<input",
        "<button",
        'id="z',
        'id="main',
        '"5"',
    ):
        assert word not in found


@pytest.mark.parametrize("tag", ["title", "script", "style", "textarea", "xmp", "iframe", "svg", "plaintext"])
def test_an_open_tag_does_not_swallow_the_rest(tag):
    found = render(f"Use <{tag}> here.\n\nThe rest.")
    assert "The rest." in found.text


def test_code_between_tags_that_run_is_no_text():
    assert render("a <script>alert(1)</script> b").text == "a b"


# it holds


@settings(max_examples=300, deadline=None)
@given(
    st.text(
        alphabet=st.sampled_from(list("ab *_~`[]()!<>&#-+=1.:|\\\"'\n\t@^/\x02\x03\ud800ä")), max_size=200
    )
)
def test_any_text_renders_and_the_result_is_already_clean(source):
    found = render(source, base="/entries/x/files", resolve=lambda target: (f"/w/{target}", False))
    assert sanitise.for_page(found.html) == found.html
    assert render(source, base="/entries/x/files", resolve=lambda target: (f"/w/{target}", False)) == found
    plain(source)


@settings(max_examples=200, deadline=None)
@given(st.text())
def test_any_characters_render(source):
    assert "\x00" not in render(source).html
    assert slugify(clean_line(source), "x")


def test_threads_do_not_mix():
    sources = [f"# {n}\n\n[a][r] x[^1]\n\n[r]: /{n}\n[^1]: note {n}" for n in range(8)]
    expected = [render(source) for source in sources]
    wrong = []

    def work(number):
        wrong.extend(number for _ in range(30) if render(sources[number]) != expected[number])

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


HOSTILE = [
    "[",
    "![",
    "*",
    "**a",
    "*a_ ",
    "_a __a",
    ">",
    "> ",
    "`",
    "`a``",
    "<",
    "<a ",
    "<!--",
    "<?",
    "(((",
    "&",
    "\\",
]
HOSTILE += [
    "[a](",
    "[a](<b",
    '[a](b "',
    "![a](x)",
    "[^1]",
    "[^1]: x\n",
    "[[",
    "[[a|b]]",
    "~~a",
    "- ",
    "- a\n  ",
    "1. ",
]
HOSTILE += [
    "# a\n",
    "a\n=\n",
    "|a|b|\n|-|-|\n|",
    "a|b\n-|-\n",
    "a\n: b\n",
    "[a]: b\n",
    "\n- a",
    "```\n",
    "@a ",
    "www.",
]
HOSTILE += [
    "<div>\n",
    "<b>",
    "<ul><li>",
    "<a><b>",
    "<table><tr><td>",
    "<svg><p>",
    "<script>",
    "<b title=x><p>",
    "http://a)",
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_no_text_takes_long(piece):
    source = piece * (100_000 // len(piece))
    started = time.process_time()
    render(source, resolve=lambda _: ("/x", True))
    # One second on an idle machine; a square would take minutes.
    assert time.process_time() - started < 5


def test_deep_html_stays_shallow():
    assert html("<blockquote>" * 5000).count("<blockquote>") <= MAX_DEPTH


@pytest.mark.parametrize("block", ["<p>", "</p>", "</div>", "<li>", "<x>", "<br>", "a\n\n"])
def test_open_tags_do_not_multiply(block):
    many = "".join(f"<b title={number}>" for number in range(90))
    long = f'<b title="{"x" * 5000}">'
    assert len(html((many + block * 9000)[:200_000])) < 2_000_000
    assert len(html((long + block * 9000)[:200_000])) < 2_000_000


def test_short_texts_stay_short():
    wide = "|a" * 100 + "|\n" + "|-" * 100 + "|\n" + "b\n" * 50_000
    assert len(html(wide)) < 5_000_000
    often = "[a]: /" + "x" * 50_000 + "\n\n" + "[a] " * 20_000
    assert len(html(often)) < 1_000_000
