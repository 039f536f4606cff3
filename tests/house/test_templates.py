"""Templates: they compile, hold no code and no words of their own, and are all used."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import nodes

from tests.cast import World

ROOT = Path(__file__).parents[2] / "collab" / "templates"
ALL = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*") if path.is_file())
PAGES = [name for name in ALL if name.endswith(".html")]

INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)[^>]*>|<style\b|\sstyle=|\son[a-z]+=\"|javascript:|<iframe|<base\b", re.I
)
FOREIGN = re.compile(r"(?:src|href|action|srcset)=\"(?:https?:)?//", re.I)
UNSAFE = re.compile(r"\|\s*safe\b|\{%-?\s*autoescape")
#: Between tags: words of a human language. Names and signs are none.
WORDS = re.compile(r"[A-Za-zÄÖÜäöüß]{2,}[^<>{}]*")
#: What looks like words and is none.
NO_WORDS = {"Collab", "Deutsch", "English", "Markdown", "JSON", "API", "Atom"}


@pytest.fixture
def database() -> str:
    return "sqlite"


@pytest.fixture
def app(world: World) -> Flask:
    return world.app


def test_all_templates_compile(app: Flask) -> None:
    for name in ALL:
        app.jinja_env.get_template(name)


@pytest.mark.parametrize("name", ALL)
def test_a_template_holds_no_code_and_asks_nobody_else(name: str) -> None:
    source = (ROOT / name).read_text()
    assert INLINE.findall(source) == []
    assert FOREIGN.findall(re.sub(r"\{[#].*?[#]\}", "", source, flags=re.S)) == []
    assert UNSAFE.findall(source) == []


@pytest.mark.parametrize("name", PAGES)
def test_markup_that_browsers_would_mend_is_not_written(name: str) -> None:
    """Attributes of htmx are data-hx-…, and a form cannot stand in a paragraph."""
    source = re.sub(r"<hx-partial[^>]*>", "", (ROOT / name).read_text())  # never in a page
    assert re.findall(r"(?<!data)[\s_-]hx[_-](?:get|post|target|swap|trigger)=", source) == []
    assert re.findall(r"<p\b[^>]*>(?:(?!</p>).)*ui\.post_button", source) == []


def test_forms_that_change_something_carry_the_token() -> None:
    form = re.compile(r"<form\b[^>]*method=\"post\"[^>]*>(.*?)</form>", re.S)
    bare = [
        (name, found.group()[:80])
        for name in PAGES
        for found in form.finditer((ROOT / name).read_text())
        if not re.search(r"csrf|token\(\)|caller\(", found.group(1))
    ]
    assert bare == []


def test_all_visible_words_are_translated(app: Flask) -> None:
    assert [(name, words) for name in PAGES for words in _visible(app, name)] == []


def _visible(app: Flask, name: str) -> Iterator[str]:
    """The words that stand in the template itself, between its tags."""
    tree = app.jinja_env.parse((ROOT / name).read_text())
    text = " ".join(data.data for data in tree.find_all(nodes.TemplateData))
    text = re.sub(r"<!--.*?-->|<(script|title)\b.*?</\1>|<[^>]*>?|^[^<]*>", " ", text, flags=re.S)
    for words in WORDS.findall(text):
        if words.strip() not in NO_WORDS and not words.startswith("&") and "=" not in words:
            yield words.strip()[:60]


def test_every_template_is_used() -> None:
    text = "\n".join(
        path.read_text() for path in (ROOT.parent).rglob("*") if path.suffix in (".py", ".html", ".atom")
    )
    named = set(re.findall(r"[\"']([a-z_]+/[a-z_.]+|[a-z_.]+)[\"']", text))
    folders = set(re.findall(r'f"([a-z_]+)/\{', text))  # as in f"history/{name}.html"
    of_kinds = tuple(re.findall(r'f"\{[a-z.]+\}(/[a-z_.]+)"', text))  # as in f"{desk.section}/form.html"
    unused = [name for name in ALL if name not in named and name.split("/")[0] not in folders]
    unused = [name for name in unused if not name.endswith(of_kinds)]
    assert unused == []


#: What a macro whose work is kept may use, besides its own arguments and what its file defines.
STEADY = {"_", "ngettext", "asset", "keep"}
TELLS_TIME = {"ago", "date", "datetime"}


def test_what_is_kept_depends_on_its_arguments_alone(app: Flask) -> None:
    """A fragment that looked at a token, the clock or the request would be shown to somebody else."""
    kept = {
        (name, assigned.node.args[0].name)
        for name in PAGES
        for assigned in app.jinja_env.parse((ROOT / name).read_text()).find_all(nodes.Assign)
        if isinstance(assigned.node, nodes.Call) and getattr(assigned.node.node, "name", "") == "keep"
    }
    assert ("macros/entry.html", "card") in kept
    assert {found for name, macro in kept for found in _foreign(app, name, macro, set())} == set()


def _foreign(app: Flask, file: str, macro: str, seen: set[tuple[str, str]]) -> Iterator[str]:
    """What a macro, and those that it calls, look at without having been given it."""
    if (file, macro) in seen:
        return
    seen.add((file, macro))
    tree = app.jinja_env.parse((ROOT / file).read_text())
    macros = {found.name: found for found in tree.find_all(nodes.Macro)}
    renamed = {found.target.name: found.node for found in tree.find_all(nodes.Assign)}
    imported = {
        name: found.template.value for found in tree.find_all(nodes.FromImport) for name in found.names
    }
    for used in macros[macro].find_all(nodes.Filter):
        if used.name in TELLS_TIME:
            yield f"{file} {macro}: |{used.name}"
    own = {name.name for name in macros[macro].find_all(nodes.Name) if name.ctx in ("store", "param")}
    for name in (
        {used.name for used in macros[macro].find_all(nodes.Name)}
        - own
        - STEADY
        - {"caller", "kwargs", "loop"}
    ):
        if name in macros:
            yield from _foreign(app, file, name, seen)
        elif name in imported:
            yield from _foreign(app, imported[name], name, seen)
        elif isinstance(renamed.get(name), nodes.Call) and getattr(renamed[name].node, "name", "") == "keep":
            yield from _foreign(app, file, renamed[name].args[0].name, seen)
        elif name not in renamed:
            yield f"{file} {macro}: {name}"
