"""The renderer against the CommonMark and GFM specifications, hostile markup, and real blogs and wikis."""

import html
import json
import re
import time
from html.parser import HTMLParser
from pathlib import Path

import pytest

from collab.text import finish, render, sanitise
from collab.text.source import to_html

CORPUS = Path(__file__).parents[2] / "shared" / "corpus"
pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not CORPUS.is_dir(), reason=f"the collections are not at {CORPUS}"),
]

# Every example that comes out otherwise than in the specification, and why we want it so.
DIFFERENCES = {
    "commonmark": {
        12: "an escaped @ gets a tag of its own, so that it is no mention",
        629: "a CDATA section shows nothing; HTML parsers show its second half",
    },
    "gfm": {
        308: "an escaped @ gets a tag of its own, so that it is no mention",
        628: "ftp is no scheme we link to",
        629: "bare mail addresses stay text",
        630: "bare mail addresses stay text",
        631: "bare mail addresses stay text",
        626: "an address is cut at punctuation, not at what might be a character reference",
        645: "comments end at the first -->, as in CommonMark 0.31",
        646: "comments end at the first -->, as in CommonMark 0.31",
        649: "a CDATA section shows nothing; HTML parsers show its second half",
    },
}


def examples(name: str) -> list[dict]:
    path = CORPUS / "markdown" / f"{name}-spec.json"
    return json.loads(path.read_text()) if path.is_file() else []


def shown(unsafe: str) -> str:
    """HTML as it comes to stand in a page, in a form to compare."""
    page = finish.Page("", "", [])
    page.read(sanitise.from_people(unsafe.strip()))
    safe = sanitise.for_page("".join(page.out))
    blocks = r"\s*(</?(?:p|ul|ol|li|blockquote|pre|h\d|hr|br|table|thead|tbody|tr|td|th|div)\b[^>]*>)\s*"
    return re.sub(blocks, r"\1", re.sub(r"\s+", " ", safe)).strip()


@pytest.mark.parametrize("name", DIFFERENCES)
def test_specification(name):
    box = re.compile(r'<input (checked="" )?disabled="" type="checkbox">')
    different = {}
    for example in examples(name):
        wanted = box.sub(lambda found: "[x]" if found[1] else "[ ]", example["html"])
        got = shown(to_html(example["markdown"]))
        if got != shown(wanted):
            different[example["example"]] = (example["markdown"], got, shown(wanted))
    new = {number: case for number, case in different.items() if number not in DIFFERENCES[name]}
    assert not new
    assert different.keys() == DIFFERENCES[name].keys()


# hostile markup

ELEMENTS = """
h2 h3 h4 h5 h6 p br hr div span blockquote pre code kbd samp var ul ol li dl dt dd em strong b i u s del ins
mark small sub sup q cite dfn abbr time bdi bdo wbr table caption colgroup col thead tbody tfoot tr th td
figure figcaption details summary section a img ruby rt rp
""".split()  # noqa: SIM905 (a list of words reads as such)
ATTRIBUTES = """
href title class id rel src alt width height loading decoding tabindex datetime open span start type reversed
value colspan rowspan scope dir lang
""".split()  # noqa: SIM905 (a list of words reads as such)
CLASSES = re.compile(
    r"(?:language-[\w+#.-]+|wikilink(?: missing)?|mention|image|footnote-(?:back)?ref|footnotes"
    r"|task(?: done)?|table-scroll|align-center|align-right)\Z"
)


class Inspector(HTMLParser):
    """Complains of everything that is not on the short list."""

    def __init__(self) -> None:
        super().__init__()
        self.wrong: list[str] = []

    def handle_starttag(self, tag, attrs):
        if tag not in ELEMENTS:
            self.wrong.append(tag)
        for name, given in attrs:
            value = given or ""
            bare = re.sub(r"[\x00-\x20\x7f-\xa0]", "", value).lower()
            scheme = re.match(r"[a-z][a-z0-9+.-]*:", bare)
            if (
                name not in ATTRIBUTES
                or (name == "href" and scheme and scheme[0] not in ("http:", "https:", "mailto:", "tel:"))
                or (name == "src" and (tag != "img" or not re.match(r"/(entries|static)/[^/\\]", value)))
                or (name == "class" and not CLASSES.match(value))
                or (name == "id" and not re.match(r"(h|fn|fnref\d*)-[a-z0-9-]+\Z", value))
            ):
                self.wrong.append(f"{tag} {name}={value}")

    def handle_decl(self, decl):
        self.wrong.append(decl)

    handle_comment = handle_pi = unknown_decl = handle_decl


def complaints(page: str) -> list[str]:
    inspector = Inspector()
    inspector.feed(page)
    inspector.close()
    return inspector.wrong


def payloads() -> list[str]:
    """Each one as it is and, where that is another text, with its character references resolved."""
    folder = CORPUS / "xss"
    found = [case["payload"] for case in json.loads((folder / "dompurify-expect.json").read_text())]
    found += json.loads((folder / "blns.json").read_text())
    for path in sorted((folder / "bleach").glob("*.test*")):
        found.append(path.read_text().split("\n--\n")[0])
    sheet = (folder / "owasp-XSS_Filter_Evasion_Cheat_Sheet.md").read_text()
    found += [
        sheet,
        *re.findall(r"```[^\n]*\n(.*?)```", sheet, re.DOTALL),
        *re.findall(r"`([^`\n]+)`", sheet),
    ]
    return [*dict.fromkeys(text for payload in found for text in (payload, html.unescape(payload)))]


PLACES = [
    "{}",
    "a {} b",
    "[x]({})",
    "[x](<{}>)",
    "![x]({})",
    '![{}](/entries/a/b "{}")',
    "# {}",
    "- {}",
    "> {}",
]
PLACES += [
    "[[{}]]",
    "[[x|{}]]",
    "x[^1]\n\n[^1]: {}",
    "|a|\n|-|\n|{}|",
    "``` {}\nx\n```",
    "[x][y]\n\n[y]: {}",
    "\\{}",
]
PLACES += [
    '<a href="{}">x</a>',
    "<img src='{}'>",
    '<p title="{}">',
    "@{}",
    "https://e.example/{}",
    "<!-- {} -->",
    "`{}",
]


@pytest.mark.parametrize("place", PLACES)
def test_no_markup_runs_or_calls(place):
    def resolve(target):
        return target, True

    wrong = {}
    for text in payloads():
        page = render(place.replace("{}", text), base="/entries/x/files", resolve=resolve).html
        if found := complaints(page):
            wrong[text] = found
    assert not wrong


def test_the_inspector_can_find_fault():
    for bad in (
        "<script>",
        "<p onclick=x>",
        "<a href='java\tscript:x'>",
        "<img src=//e>",
        "<p class=x>",
        "<!--x-->",
    ):
        assert complaints(bad)


# real texts


@pytest.mark.parametrize(
    "name", ["blog-de-okfn", "blog-en-18f", "blog-en-rust", "handbook-en-18f", "wiki-de-wollmux"]
)
def test_real_texts_render_well_and_soon(name):
    folder = CORPUS / name
    if not folder.is_dir():
        pytest.skip(f"{folder} is not there")
    for path in sorted(folder.rglob("*.md")):
        source = path.read_text(encoding="utf-8", errors="replace")
        limit = 0.3 + len(source) * 25e-6  # five seconds for 200 KB; an idle machine takes a hundredth
        started = time.process_time()
        found = render(source, base="/entries/x/files")
        assert time.process_time() - started < limit, path
        assert not complaints(found.html), path
        assert len(found.summary) <= 300
        ids = re.findall(r' id="([^"]+)"', found.html)
        assert len(ids) == len(set(ids)), path
