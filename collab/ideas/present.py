"""Words for ideas."""

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l


@dataclass(frozen=True)
class State:
    """What became of an idea so far: its name, its badge's tone and icon, and what it means."""

    key: str
    name: Any
    tone: str
    icon: str
    about: Any


STATES = {
    state.key: state
    for state in (
        State("new", _l("New"), "accent", "sparkles", _l("Nobody has answered yet.")),
        State("considered", _l("Considered"), "", "eye", _l("We think about it.")),
        State("trial", _l("In trial"), "warn", "hourglass", _l("We try it out.")),
        State("done", _l("Implemented"), "good", "circle-check", _l("It is so now.")),
        State("declined", _l("Declined"), "", "x", _l("We do not do it, for a reason.")),
    )
}
