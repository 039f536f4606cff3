"""German and English, the reader's time zone, and how times are shown."""

import datetime as dt
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Any

from babel.dates import format_datetime, format_timedelta
from flask import Flask, g, request
from flask_babel import Babel, format_date, format_time, get_domain, get_locale, get_timezone
from markupsafe import Markup, escape

from collab import clock, dates
from collab.web.request import context, viewer

LOCALES = ("de", "en")
COOKIE = "lang"
#: What happened longer ago than one of these is told to a twenty-fourth of it, before it is rounded.
STEPS = (timedelta(days=1), timedelta(hours=1), timedelta(minutes=1))


def language() -> str:
    """``"de"`` or ``"en"``: the person's choice, else the browser's, else the house's."""
    for choice in (viewer().locale, request.cookies.get(COOKIE, "")):
        if choice in LOCALES:
            return choice
    return request.accept_languages.best_match(LOCALES) or context().settings.default_locale


def timezone() -> str:
    return viewer().timezone or context().settings.default_timezone


def ago(moment: datetime) -> Markup:
    """``vor 2 Stunden`` with the whole date on it, as a ``<time>`` that the browser keeps fresh."""
    passed = moment - clock.now()
    step = next((step for step in STEPS if abs(passed) >= step), timedelta(seconds=24))
    passed -= passed % (step / 24)
    return _time(moment, _past(passed, reader().locale))


@lru_cache(maxsize=5000)
def _past(passed: timedelta, locale: str) -> str:
    return format_timedelta(passed, add_direction=True, locale=locale)


def date(moment: datetime) -> Markup:
    return _time(moment, format_date(moment, "medium"), static=True)


def last_day(moment: datetime) -> Markup:
    """The last day of what ends at the moment."""
    return date(moment - timedelta(microseconds=1))


def day(known: dt.date) -> str:
    """A day without a time, where it is part of a sentence."""
    return str(format_date(known, "medium"))


def when(moment: datetime) -> Markup:
    return _time(moment, f"{format_date(moment, 'medium')}, {format_time(moment, 'short')}", static=True)


def _time(moment: datetime, words: str, *, static: bool = False) -> Markup:
    known = reader()
    moments = _exactly(moment, known.locale, known.zone)
    mark = "" if static else " data-ago"
    return Markup(f"<time {moments}{mark}>{escape(words)}</time>")  # noqa: S704


@lru_cache(maxsize=5000)
def _exactly(moment: datetime, locale: str, zone: tzinfo) -> str:
    """The date and the time for machines and for people; the same are shown again and again."""
    whole = format_datetime(moment, "long", zone, locale)
    return f'datetime="{moment.isoformat(timespec="seconds")}" title="{escape(whole)}"'


@dataclass(frozen=True, slots=True)
class Reader:
    """What the words of a page depend on. ``locale`` is that of dates, ``texts`` are one object for each language."""

    locale: str
    zone: tzinfo
    texts: Any


def reader() -> Reader:
    """Found out once a request: pages ask hundreds of times."""
    known: Reader
    try:
        known = g.reader
    except AttributeError:
        known = Reader(
            str(get_locale() or dates.locale("en")), get_timezone(), get_domain().get_translations()
        )
        g.reader = known
    return known


def texts() -> Any:
    """The catalogue in the reader's language."""
    return reader().texts


def words(text: str, **values: Any) -> Markup:
    """A text of a template in the reader's language: the ``_`` of pages, which hold hundreds of them."""
    known = texts()
    return _pattern(known, text) % values if values else _finished(known, text)


@lru_cache(maxsize=5000)
def _pattern(known: Any, text: str) -> Markup:
    return Markup(known.ugettext(text))  # noqa: S704 - our own words, as Jinja takes them


@lru_cache(maxsize=5000)
def _finished(known: Any, text: str) -> Markup:
    return _pattern(known, text) % {}


def init_app(app: Flask) -> None:
    babel = Babel()
    babel.init_app(
        app,
        locale_selector=lambda: dates.locale(language()),
        timezone_selector=timezone,
        default_translation_directories=str(app.root_path) + "/translations",
    )
    # As Flask-Babel does it, but it looks for the catalogue once for each text of a page.
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined] # added by jinja2.ext.i18n
        gettext=lambda text: texts().ugettext(text),
        ngettext=lambda one, many, count: texts().ungettext(one, many, count),
        newstyle=True,
        pgettext=lambda where, text: texts().upgettext(where, text),
        npgettext=lambda where, one, many, count: texts().unpgettext(where, one, many, count),
    )
    app.jinja_env.globals["_"] = words
    filters: dict[str, Any] = {"ago": ago, "date": date, "datetime": when, "last_day": last_day, "day": day}
    app.jinja_env.filters.update(filters)
