"""German and English, the reader's time zone, and how times are shown."""

from datetime import datetime, tzinfo
from functools import lru_cache
from typing import Any

from babel import Locale
from babel.dates import format_datetime, format_timedelta
from flask import Flask, g, request
from flask_babel import Babel, format_date, format_time, get_domain, get_locale, get_timezone
from markupsafe import Markup, escape

from collab import clock
from collab.web.request import context, viewer

LOCALES = ("de", "en")
COOKIE = "lang"


def locale() -> str:
    """The person's choice, else the browser's, else the house's."""
    for choice in (viewer().locale, request.cookies.get(COOKIE, "")):
        if choice in LOCALES:
            return choice
    return request.accept_languages.best_match(LOCALES) or context().settings.default_locale


def timezone() -> str:
    return viewer().timezone or context().settings.default_timezone


def ago(moment: datetime) -> Markup:
    """``vor 2 Stunden`` with the whole date on it, as a ``<time>`` that the browser keeps fresh."""
    past = format_timedelta(moment - clock.now(), add_direction=True, locale=get_locale() or "en")
    return _time(moment, past)


def date(moment: datetime) -> Markup:
    return _time(moment, format_date(moment, "medium"), static=True)


def when(moment: datetime) -> Markup:
    return _time(moment, f"{format_date(moment, 'medium')}, {format_time(moment, 'short')}", static=True)


def _time(moment: datetime, words: str, *, static: bool = False) -> Markup:
    at, whole = moment.isoformat(timespec="seconds"), _whole(moment, get_locale(), get_timezone())
    mark = "" if static else " data-ago"
    return Markup(f'<time datetime="{at}" title="{escape(whole)}"{mark}>{escape(words)}</time>')  # noqa: S704


@lru_cache(maxsize=5000)
def _whole(moment: datetime, locale: Locale | None, zone: tzinfo) -> str:
    """The date and the time; the same are shown again and again."""
    return format_datetime(moment, "long", zone, locale or "en")


def _catalogue() -> Any:
    if "catalogue" not in g:
        g.catalogue = get_domain().get_translations()
    return g.catalogue


def words(text: str, **values: Any) -> Markup:
    """A text of a template in the reader's language: the ``_`` of pages, which hold hundreds of them."""
    catalogue = _catalogue()
    return _pattern(catalogue, text) % values if values else _finished(catalogue, text)


@lru_cache(maxsize=5000)
def _pattern(catalogue: Any, text: str) -> Markup:
    return Markup(catalogue.ugettext(text))  # noqa: S704 - our own words, as Jinja takes them


@lru_cache(maxsize=5000)
def _finished(catalogue: Any, text: str) -> Markup:
    return _pattern(catalogue, text) % {}


def init_app(app: Flask) -> None:
    babel = Babel()
    babel.init_app(
        app,
        locale_selector=locale,
        timezone_selector=timezone,
        default_translation_directories=str(app.root_path) + "/translations",
    )
    # As Flask-Babel does it, but it looks for the catalogue once for each text of a page.
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined] # added by jinja2.ext.i18n
        gettext=lambda text: _catalogue().ugettext(text),
        ngettext=lambda one, many, count: _catalogue().ungettext(one, many, count),
        newstyle=True,
        pgettext=lambda where, text: _catalogue().upgettext(where, text),
        npgettext=lambda where, one, many, count: _catalogue().unpgettext(where, one, many, count),
    )
    app.jinja_env.globals["_"] = words
    filters: dict[str, Any] = {"ago": ago, "date": date, "datetime": when}
    app.jinja_env.filters.update(filters)
