"""The allow-list: what may stand in a page, whoever wrote it. nh3 (ammonia) parses as browsers do."""

import re

import nh3

from collab.text.bounds import NO_PROSE, bounded
from collab.text.clean import without_controls

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
TAGS = HEADINGS | frozenset(
    "section p br hr div span blockquote pre code kbd samp var ul ol li dl dt dd"  # noqa: SIM905 (a list of words reads as such)
    " em strong b i u s del ins mark small sub sup q cite dfn abbr time bdi bdo wbr"
    " table caption colgroup col thead tbody tfoot tr th td figure figcaption details summary"
    " a img ruby rt rp".split()
)
_ATTRIBUTES = {
    "*": {"lang", "dir"},
    "a": {"href", "title"},
    "abbr": {"title"},
    "code": {"class"},
    "col": {"span"},
    "del": {"datetime"},
    "details": {"open"},
    "img": {"src", "alt", "title", "width", "height"},
    "ins": {"datetime"},
    "li": {"id", "value"},
    "ol": {"start", "type", "reversed"},
    "section": {"class"},
    "sup": {"id"},
    "td": {"colspan", "rowspan", "align"},
    "th": {"colspan", "rowspan", "align", "scope"},
    "time": {"datetime"},
}
_EMITTED = {
    "a": {"class", "rel"},
    "div": {"class", "tabindex"},
    "img": {"loading", "decoding"},
    "li": {"class"},
    "pre": {"tabindex"},
    "span": {"class"},
    "td": {"class"},
    "th": {"class"},
} | {tag: {"id"} for tag in HEADINGS}
_CLASSES = {
    "a": {"wikilink", "wikilink missing", "mention", "footnote-ref", "footnote-backref", "image"},
    "div": {"table-scroll"},
    "li": {"task-item"},
    "section": {"footnotes"},
    "span": {"task", "task done"},
    "td": {"align-center", "align-right"},
    "th": {"align-center", "align-right"},
}
_LANGUAGE = re.compile(r"language-[\w+#.-]{1,40}\Z")
_NUMBERS = {
    name: re.compile(r"[0-9]{1,4}\Z") for name in ("width", "height", "span", "colspan", "rowspan")
} | {name: re.compile(r"[0-9]{1,9}\Z") for name in ("start", "value")}
_USER_ID = re.compile(r"fn(?:ref[0-9]{0,6})?:[0-9]{1,6}\Z")
_OUR_ID = re.compile(r"(?:h-[a-z0-9-]+|fn(?:ref\d*)?-[0-9a-f]+-\d+)\Z")
# An image comes from this host alone: a path of ours, no climbing, nothing a browser reads as a host.
_IMAGE = re.compile(r"/(?:entries|static)/(?!(?:.*/)?(?:\.|%2e){1,2}(?:[/?#]|\Z))[^\\\s]+\Z", re.IGNORECASE)
WIKI_SCHEME = "x-collab-wiki"
SCHEMES = frozenset({"http", "https", "mailto", "tel"})


def is_own_image(url: str) -> bool:
    """Whether showing ``url`` as an image asks nobody but this host."""
    return _IMAGE.match(url) is not None


def _from_people(tag: str, attribute: str, value: str) -> str | None:
    if attribute in _NUMBERS:
        return value if _NUMBERS[attribute].match(value) else None
    if attribute == "class":
        return _language(value) if tag == "code" else value if value in _CLASSES.get(tag, ()) else None
    if attribute == "id":
        return value if _USER_ID.match(value) else None
    return value


def _from_us(tag: str, attribute: str, value: str) -> str | None:
    if attribute == "class" and tag != "code":
        return value if value in _CLASSES.get(tag, ()) else None
    if attribute == "id":
        return value if _OUR_ID.match(value) else None
    if attribute == "href":
        return value if value == value.strip() else None
    if attribute == "src":
        return value if is_own_image(value) else None
    return value


def _language(classes: str) -> str | None:
    return next((name for name in classes.split() if _LANGUAGE.match(name)), None)


_people = nh3.Cleaner(
    tags=TAGS,
    clean_content_tags=NO_PROSE,
    attributes=_ATTRIBUTES,
    attribute_filter=_from_people,
    link_rel=None,
    url_schemes=SCHEMES | {WIKI_SCHEME},
)
_ours = nh3.Cleaner(
    tags=TAGS,
    clean_content_tags=NO_PROSE,
    attributes={
        tag: _ATTRIBUTES.get(tag, set()) | _EMITTED.get(tag, set())
        for tag in _ATTRIBUTES.keys() | _EMITTED.keys()
    },
    attribute_filter=_from_us,
    link_rel=None,
    url_schemes=SCHEMES,
)
_nothing = nh3.Cleaner(tags=TAGS, clean_content_tags=NO_PROSE, attributes={"*": set()}, link_rel=None)


def from_people(html: str) -> str:
    """The first wall: HTML as anyone may write it, cut down to prose, serialised in one known form."""
    return without_controls(_people.clean(bounded(html)))


def for_page(html: str) -> str:
    """The last wall, after our own additions; what it lets through is what a page shows."""
    return _ours.clean(html)


def bare(html: str) -> str:
    """Elements without attributes, to read the text from."""
    return without_controls(_nothing.clean(bounded(html)))
