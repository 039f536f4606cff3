"""Pages are put together from many macros: how they are called, and what they made is kept."""

from collections import OrderedDict
from collections.abc import Callable, MutableMapping
from dataclasses import is_dataclass
from datetime import datetime
from functools import cache
from types import BuiltinMethodType, FunctionType, MethodType, NoneType
from typing import Any

from flask import Flask
from flask.templating import Environment
from jinja2.runtime import Context, Macro
from markupsafe import Markup

from collab.web.i18n import texts

#: So many letters of kept fragments, in each process.
MOST = 4 << 20
PLAIN = frozenset({BuiltinMethodType, FunctionType, MethodType})


class Surroundings(Context):
    """What a template knows. Jinja looks for the same three marks at each call; most things bear none."""

    def call(self, thing: Callable[..., Any], /, *args: Any, **more: Any) -> Any:
        more.pop("_loop_vars", None)
        more.pop("_block_vars", None)
        if type(thing) is Macro:
            return thing(self.eval_ctx, *args, **more)
        if type(thing) in PLAIN and not hasattr(thing, "jinja_pass_arg"):
            return thing(*args, **more)
        return super().call(thing, *args, **more)


class Templates(Environment):
    """Flask's, but what all templates know is looked up in one dictionary, not in a chain of them."""

    context_class = Surroundings

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return {**self.globals, **(d or {})}


class Kept:
    """``{% set card = keep(card) %}``: what a macro makes of the same arguments is made once.

    A fragment is found by the values of all that its macro was given, and by the language; so it
    can be neither stale nor somebody else's. The macro may look at nothing else (a test holds
    that): no token, no clock, no time zone. What can change, such as a list, is not kept. The
    oldest goes first.
    """

    def __init__(self) -> None:
        self._made: OrderedDict[Any, Markup] = OrderedDict()
        self._letters = 0

    def keep(self, macro: Macro) -> Callable[..., Markup]:
        def kept(*args: Any, **more: Any) -> Markup:
            # Markup equals a text that it is not, and 1 equals true: so the types are part of the key.
            key = (macro, texts(), args, *map(type, args), *more.items(), *map(type, more.values()))
            try:
                return self._made[key]
            except (KeyError, TypeError):
                made = Markup(macro(*args, **more))  # noqa: S704 - a macro escapes what it is given
            if _never_changes((*args, *more.values())):
                self._add(key, made)
            return made

        return kept

    def _add(self, key: Any, made: Markup) -> None:
        self._made[key] = made
        self._letters += len(made)
        while self._letters > MOST:
            self._letters -= len(self._made.popitem(last=False)[1])


def _never_changes(values: tuple[Any, ...]) -> bool:
    """They are what they say. Rows are not: the same values can stand under other names."""
    return all(_never_changes(value) if type(value) is tuple else _is_value(type(value)) for value in values)  # type: ignore[arg-type] # a type is hashable


@cache
def _is_value(kind: type) -> bool:
    frozen = is_dataclass(kind) and kind.__dataclass_params__.frozen  # type: ignore[attr-defined] # typeshed
    return frozen or kind in (str, Markup, int, float, bool, NoneType, datetime)


def init_app(app: Flask) -> None:
    app.jinja_env.globals["keep"] = Kept().keep
