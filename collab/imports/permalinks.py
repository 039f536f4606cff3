"""The addresses that Jekyll, Zola and Hugo gave a document, and its new short name."""

import re
from datetime import datetime
from pathlib import PurePosixPath
from urllib.parse import unquote

from collab.imports.frontmatter import Data, words
from collab.imports.trees import Tree
from collab.text import slugify

_STYLES = {
    "pretty": "/:categories/:year/:month/:day/:title/",
    "date": "/:categories/:year/:month/:day/:title.html",
    "ordinal": "/:categories/:year/:y_day/:title.html",
    "weekdate": "/:categories/:year/W:week/:short_day/:title.html",
    "none": "/:categories/:title.html",
}
_DATE_BEFORE = re.compile(r"^\d{4}-\d{1,2}-\d{1,2}[-_]")


def name_of(source: str) -> str:
    """The name of a document: that of its file without date and ending, of its folder for ``index.md``."""
    path = PurePosixPath(unquote(source))
    stem = path.parent.name if path.stem.lower() in ("index", "_index") and path.parent.name else path.stem
    return _DATE_BEFORE.sub("", stem) or stem


def post_addresses(tree: Tree, source: str, data: Data, dates: list[datetime]) -> list[str]:
    """Where the old site showed a post, the address in use first, without slashes at the ends.

    ``dates``: the post's date, then the one in its file name if that is another.
    """
    own = [*words(data.get("permalink")), *words(data.get("path")), *words(data.get("url"))]
    if tree.is_content:
        found = own or [_content_address(source, data)]
    else:
        pattern = str(tree.config.get("permalink") or "date")
        found = own + [_fill(_STYLES.get(pattern, pattern), source, data, date) for date in dates]
    found += [each for key in ("redirect_from", "aliases", "alias") for each in words(data.get(key))]
    if tree.is_content:
        found = [
            each if each.startswith("/") or "/" in each else f"{found[0].rpartition('/')[0]}/{each}"
            for each in found
        ]
    return list(dict.fromkeys(each.strip("/") for each in found if each.strip("/")))


def page_address(source: str, data: Data, under: str) -> str:
    """Where a site shows a page: as told above it, else by its place below the folder ``under``."""
    if told := [*words(data.get("permalink")), *words(data.get("path")), *words(data.get("url"))]:
        return told[0].strip("/")
    path = PurePosixPath(source.removeprefix(under))
    if path.stem.lower() in ("index", "_index", "readme"):
        return "" if path.parent.as_posix() == "." else path.parent.as_posix()
    return path.with_suffix("").as_posix() if path.suffix else path.as_posix()


def slug(source: str, data: Data, title: str) -> str:
    """The post's name in its new address."""
    told = words(data.get("slug")) or [
        path.rstrip("/").rpartition("/")[2] for path in words(data.get("path"))
    ]
    return slugify(told[0] if told else name_of(source), slugify(title, "post"))


def distinct(slugs: list[tuple[str, str, datetime]]) -> dict[str, str]:
    """Slugs by source from (source, slug, date): the oldest keeps a name, later ones add their date."""
    taken: set[str] = set()
    result: dict[str, str] = {}
    for source, name, date in sorted(slugs, key=lambda each: (each[2], each[0])):
        forms = [name, f"{name}-{date:%Y}", f"{name}-{date:%Y-%m}", f"{name}-{date:%Y-%m-%d}"]
        free = next((form for form in forms if form not in taken), None)
        number = 2
        while free is None or free in taken:
            free, number = f"{forms[-1]}-{number}", number + 1
        taken.add(free)
        result[source] = free
    return result


def _content_address(source: str, data: Data) -> str:
    folder = PurePosixPath(source.removeprefix("content/")).parent
    if PurePosixPath(source).stem.lower() == "index":
        folder = folder.parent
    name = (words(data.get("slug")) or [name_of(source)])[0]
    return (folder / name).as_posix()


def _fill(pattern: str, source: str, data: Data, date: datetime) -> str:
    path = PurePosixPath(source)
    above = list(path.parts[: path.parts.index("_posts")]) if "_posts" in path.parts else []
    told = [
        part for key in ("categories", "category") for value in words(data.get(key)) for part in value.split()
    ]
    title = (words(data.get("slug")) or [name_of(source)])[0]
    values = {
        "categories": "/".join(dict.fromkeys([*above, *told])),
        "year": f"{date:%Y}",
        "month": f"{date:%m}",
        "day": f"{date:%d}",
        "i_month": str(date.month),
        "i_day": str(date.day),
        "short_year": f"{date:%y}",
        "y_day": f"{date:%j}",
        "title": title,
        "slug": title,
    }
    filled = re.sub(r":([a-z_]+)", lambda found: values.get(found[1], found[0]), pattern)
    return re.sub(r"/{2,}", "/", filled)
