"""Markdown to HTML, not yet safe: the one place that knows Python-Markdown."""

from collections.abc import Callable

import markdown

Resolve = Callable[[str], tuple[str, bool]]
VERSION = markdown.__version__


def to_html(source: str) -> str:
    """HTML for ``source``; it may hold anything and must pass the sanitiser."""
    md = markdown.Markdown(
        extensions=["fenced_code", "tables", "footnotes", "sane_lists", "def_list"], output_format="html"
    )
    return md.convert(source)
