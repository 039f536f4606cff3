"""The page that all others are compared with: 20 bytes, no database, no template."""

from flask import Flask


def create_app() -> Flask:
    """Return an application whose only page is ``/``."""
    app = Flask(__name__)
    app.add_url_rule("/", "page", lambda: "Twenty bytes of text")
    return app
