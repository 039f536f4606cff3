"""What the data above a page adds to it: tags, former addresses, and the words that templates showed."""

import re
from contextlib import suppress
from datetime import date as date_of_day
from datetime import datetime, tzinfo

from collab.imports import dates
from collab.imports.documents import doc_placeholder
from collab.imports.embeds import escape_address, escape_label
from collab.imports.frontmatter import Data, truth, words
from collab.imports.navigation import Item
from collab.imports.pagetree import Place

_WORDS = {
    "en": {"questions": "Questions?", "outdated": "This page is outdated.", "moved": "This page has moved:"},
    "de": {
        "questions": "Fragen?",
        "outdated": "Diese Seite ist veraltet.",
        "moved": "Diese Seite ist umgezogen:",
    },
}


def tags(data: Data) -> list[str]:
    """Tags and keywords; one text with commas holds several."""
    found = [*words(data.get("tags")), *words(data.get("keywords"))]
    return [part.strip() for each in found for part in re.split(r"[,;]", each) if part.strip()]


def former(data: Data) -> list[str]:
    """Addresses that lead to the page."""
    return [each for key in ("redirect_from", "aliases", "alias") for each in words(data.get(key))]


def weight(data: Data) -> int | None:
    """The order among its siblings that a page asks for."""
    for key in ("weight", "nav_order", "order", "position", "sidebar_position"):
        for told in words(data.get(key)):
            if re.fullmatch(r"-?\d{1,6}", told):
                return int(told)
    return None


def date(data: Data, zone: tzinfo) -> datetime | None:
    """When the page was written, if it says so."""
    for key in ("date", "created", "date_approved"):
        for told in words(data.get(key)):
            if found := dates.parse(told, zone):
                return found.at
    return None


def valid_until(data: Data) -> date_of_day | None:
    """The last day on which the page is held to be right, if it says one."""
    for told in words(data.get("valid_until")):
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", told):
            with suppress(ValueError):
                return date_of_day.fromisoformat(told)
    return None


def with_extras(text: str, data: Data, lang: str) -> str:
    """The text with what the site's templates showed around it: subtitle, warning, whom to ask, where it went."""
    said = _WORDS.get(lang, _WORDS["en"])
    above, below = [], []
    if truth(data.get("outdated"), default=False):
        above.append(f"> **{said['outdated']}**")
    if target := words(data.get("redirect_to")):
        title = escape_label((words(data.get("title")) or target)[0])
        link = f"[{title if not text.strip() else target[0]}]({escape_address(target[0])})"
        above.append(link if not text.strip() else f"> {said['moved']} {link}")
    if subtitle := words(data.get("subtitle")):
        above.append(f"*{escape_label(subtitle[0])}*")
    questions = data.get("questions")
    if isinstance(questions, list) and questions:
        below += [f"**{said['questions']}**", "\n".join(f"- {_contact(each)}" for each in questions)]
    if not above and not below:
        return text
    return "\n\n".join([*above, text.strip("\n"), *below]) + "\n"


def section(place: Place, below: list[Place]) -> str:
    """The text of a section: the menu's words and links, else links to the pages below."""
    lines = [place.blurb.strip(), ""] if place.blurb.strip() else []
    if place.listed:
        lines += _menu(place.listed, 0)
    else:
        ordered = sorted(below, key=lambda each: each.position)
        lines += [f"- [{escape_label(each.title)}]({doc_placeholder(each.source)})" for each in ordered]
    return "\n".join(lines)


def _menu(items: list[Item], depth: int) -> list[str]:
    lines = []
    for item in items:
        address = item.address
        if address and not re.match(r"[a-z]+:|/", address):
            address = f"/{address}"
        label = escape_label(item.label)
        lines.append("  " * depth + (f"- [{label}]({escape_address(address)})" if address else f"- {label}"))
        lines += _menu(item.below, depth + 1)
    return lines


def _contact(told: object) -> str:
    if isinstance(told, dict):
        text = (words(told.get("text")) or words(told.get("name")) or [""])[0]
        url = (words(told.get("url")) or words(told.get("href")) or [""])[0]
        return f"[{escape_label(text or url)}]({escape_address(url)})" if url else text
    text = str(told).strip()
    if re.fullmatch(r"[^\s@]+@[^\s@]+", text):
        return f"<{text}>"
    return text if " " in text or "/" in text else f"#{text.lstrip('#')}"
