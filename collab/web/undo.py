"""A message that something was done, with a button that takes it back."""

from flask import flash


def offer(text: str, url: str) -> None:
    """Say ``text`` on the next page; POST to ``url``, a path of our own, undoes it."""
    flash({"text": text, "url": url}, "undo")  # type: ignore[arg-type] # layout.html knows both forms
