"""Looking at the chain of seals now and then, and keeping what was found beside the database."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

from collab import clock
from collab.activity import seals
from collab.activity.outbox import Context
from collab.activity.seals import Checked

EVERY = timedelta(days=1)
HOW = {
    "changed": "was changed, or another one stands in its place",
    "missing": "is missing",
    "put_in": "was put in past Collab",
    "cut_off": "The log was cut off: it does not hold the end that was kept.",
}


@dataclass(frozen=True)
class Found:
    """What the last look at the chain found, and when that was."""

    at: datetime
    checked: Checked


def look(context: Context, kept: str = "") -> Checked:
    """Look at the whole chain now, and keep what was found. ``kept``: an earlier head."""
    with context.read() as db:
        checked = seals.verify(db, context.settings.key, kept)
    plain = asdict(checked) | {"since": checked.since and checked.since.isoformat()}
    partial = _file(context).with_suffix(".partial")
    partial.write_text(json.dumps({"at": clock.now().isoformat(), "checked": plain}), encoding="utf-8")
    partial.replace(_file(context))
    return checked


def last(context: Context) -> Found | None:
    """What the last look found; None if nobody has looked yet."""
    try:
        kept = json.loads(_file(context).read_text(encoding="utf-8"))
        since = kept["checked"].pop("since")
        checked = Checked(since=datetime.fromisoformat(since) if since else None, **kept["checked"])
        return Found(datetime.fromisoformat(kept["at"]), checked)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def look_if_due(context: Context) -> Checked | None:
    """Look once a day. For the worker's housekeeping."""
    found = last(context)
    if found is not None and found.at > clock.now() - EVERY:
        return None
    return look(context)


def catch_up(context: Context) -> None:
    """Seal what was handed out before there were seals, a batch at a time. Before anything else is."""
    while True:
        with context.write.begin() as db:
            if not seals.catch_up(db, context.settings.key):
                return


def sentence(checked: Checked) -> str:
    """What was found, in one line."""
    if checked.how == "cut_off":
        return HOW["cut_off"]
    if not checked.well:
        return f"Event {checked.broken} {HOW[checked.how]}; the {checked.number} before it are as they were."
    since = f" since {checked.since:%Y-%m-%d}" if checked.since else ""
    late = f" {checked.late} came more than an hour after their own time." if checked.late else ""
    return f"{checked.number} events are as they were written{since}.{late}"


def _file(context: Context) -> Path:
    return context.data_dir / "audit.check"
