"""What the data above a post says of it: when, whether, by whom, under which tags, with which picture."""

import re
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from collab import language as languages
from collab.imports import dates, plain
from collab.imports.documents import Attached, Body
from collab.imports.frontmatter import Data, truth, words
from collab.imports.reading import one_line
from collab.imports.trees import Tree

#: Front matter that arrives or says how a page looked; the report names everything else.
_KNOWN = """
    title date authors author tag tags categories category slug path url permalink redirect_from aliases alias
    published draft excerpt description summary lang language locale image images image_alt image_accessibility
    image_caption image_figcaption featured_image cover taxonomies publishDate layout type hero card status
"""
KNOWN = frozenset(_KNOWN.split())


def date(
    tree: Tree, path: str, data: Data, in_name: dates.Moment | None, notes: list[str]
) -> datetime | None:
    """When a post was published: as told above it, else in its file's name, else in its address."""
    for key in ("date", "publishDate", "publishdate", "pubdate", "published"):
        for written in words(data.get(key)):
            if found := dates.parse(written, tree.zone):
                notes += filter(None, [found.note or _differs(written, found.at, in_name)])
                return found.at
            if key == "date":
                notes.append(f"no date is understood in {written[:60]!r}")
    addresses = [address for key in ("path", "url", "permalink") for address in words(data.get(key))]
    fallback = in_name or next(filter(None, map(dates.in_address, [*addresses, path])), None)
    if fallback and fallback.note:
        notes.append(fallback.note)
    return fallback.at if fallback else None


def _differs(written: str, at: datetime, in_name: dates.Moment | None) -> str:
    numbers = re.match(r"\d{4}-\d\d-\d\d", written)
    day = numbers[0] if numbers else f"{at:%Y-%m-%d}"
    if in_name is None or day == f"{in_name.at:%Y-%m-%d}":
        return ""
    return f"dated {day} above the text, {in_name.at:%Y-%m-%d} in the file name: the former holds"


def is_published(path: str, data: Data) -> bool:
    """Is the post out, or a draft?"""
    if "_drafts" in PurePosixPath(path).parts or truth(data.get("draft"), default=False):
        return False
    return truth(data.get("published"), default=True) and str(data.get("status", "")).lower() != "draft"


def authors(data: Data) -> list[Any]:
    """All that the author fields hold."""
    taxonomies = data.get("taxonomies")
    found = [data.get("authors"), data.get("author")]
    if isinstance(taxonomies, dict):
        found.append(taxonomies.get("authors"))
    return [item for value in found for item in (value if isinstance(value, list) else [value]) if item]


def tags(data: Data) -> list[str]:
    """The tags as written; one text with commas holds several."""
    taxonomies = data.get("taxonomies")
    found = [*words(data.get("tags")), *words(data.get("tag"))]
    if isinstance(taxonomies, dict):
        found += words(taxonomies.get("tags"))
    if len(found) == 1 and "," in found[0]:
        return [part.strip() for part in found[0].split(",")]
    return found


def language(data: Data, text: str, default: str) -> str:
    """``de`` or ``en``: as told above the text, else as it reads, else as the tree is."""
    told = [*words(data.get("lang")), *words(data.get("language")), *words(data.get("locale"))]
    if told and told[0][:2].lower() in ("de", "en"):
        return told[0][:2].lower()
    return languages.guess(text) or default or "en"


def summary(data: Data, content: Body) -> str:
    """What the author tells of the post beforehand, else how it begins."""
    for key in ("excerpt", "summary", "description"):
        if told := words(data.get(key)):
            return plain.summary(told[0])
    return plain.summary(content.text)


def image(data: Data, tree: Tree, notes: list[str]) -> tuple[Attached | None, str]:
    """The picture of a post, and the words that must go with it (caption, licence) as Markdown."""
    told = next((data[key] for key in ("image", "featured_image", "cover", "images") if data.get(key)), None)
    if isinstance(told, list):
        told = told[0] if told else None
    fields = told if isinstance(told, dict) else {"src": told}
    source = next((each for key in ("src", "url", "image") for each in words(fields.get(key))), "")
    if not source or re.match(r"https?:", source):
        return None, ""
    path = tree.find(source) or tree.find(f"static/{source.strip('/')}")
    if path is None:
        notes.append(f"the post's image is not in the tree: {source}")
        return None, ""
    alt = [*words(fields.get("alt")), *words(data.get("image_alt")), *words(data.get("image_accessibility"))]
    caption = [
        *words(fields.get("title")),
        *words(data.get("image_caption")),
        *words(data.get("image_figcaption")),
    ]
    licence = words(fields.get("license")) or words(fields.get("licence"))
    if licence and (at := words(fields.get("license_url"))) and not re.search(r"\]\(|<a ", licence[0]):
        licence = [f"[{licence[0]}]({at[0]})"]
    credit = " · ".join(one_line(each) for each in (*caption[:1], *licence[:1]))
    return Attached(path, plain.words((alt or caption or [""])[0])), credit


def with_credit(text: str, credit: str, lang: str) -> str:
    """The text with the words that must go with the post's picture below it."""
    return f"{text.rstrip()}\n\n{'Bild' if lang == 'de' else 'Image'}: {credit}\n" if credit else text
