"""The mails about tasks: what they say, in either language."""

from collections.abc import Sequence
from dataclasses import dataclass

from collab.auth.letters import Letter, Say


@dataclass(frozen=True)
class Told:
    """A task as a mail names it. ``by``: who did what the mail is about, "" for whom its reader does not know."""

    title: str
    address: str
    by: str = ""
    due: str = ""


def _lines(url: str, tasks: Sequence[Told]) -> tuple[str, ...]:
    return tuple(f"- {task.title}\n  {url}{task.address}" for task in tasks)


def going_stale(_: Say, url: str, tasks: Sequence[Told]) -> Letter:
    """To who looks after tasks that nobody has touched for six weeks."""
    return Letter(
        _("Tasks of yours are waiting for a sign of life"),
        _("Nobody has touched these tasks for six weeks:"),
        _(
            "Two weeks from now they go to “Later” by themselves, beside the board. Any change or comment keeps them; "
            "one click brings them back. All your tasks:"
        ),
        "/tasks/",
        _lines(url, tasks),
    )


def asked(_: Say, url: str, tasks: Sequence[Told]) -> Letter:
    """To who is asked whether a task is all right."""
    task = tasks[0]
    if task.by:
        said = _("%(name)s asks you to approve a task: say yes or no, and a word about it if you like.")
    else:
        said = _("You are asked to approve a task: say yes or no, and a word about it if you like.")
    subject = _("Is this all right for you? %(title)s") % {"title": task.title}
    return Letter(subject, said % {"name": task.by}, "", f"{task.address}#approvals", _due(_, task))


def given(_: Say, url: str, tasks: Sequence[Told]) -> Letter:
    """To who works on a task from now on."""
    task = tasks[0]
    said = _("%(name)s has given you a task.") if task.by else _("You have been given a task.")
    subject = _("For you to do: %(title)s") % {"title": task.title}
    return Letter(subject, said % {"name": task.by}, _("All about it:"), task.address, _due(_, task))


def responsible(_: Say, url: str, tasks: Sequence[Told]) -> Letter:
    """To who is responsible for a task from now on."""
    task = tasks[0]
    if task.by:
        said = _("%(name)s has made you responsible for a task.")
    else:
        said = _("You have been made responsible for a task.")
    subject = _("You are responsible: %(title)s") % {"title": task.title}
    return Letter(subject, said % {"name": task.by}, _("All about it:"), task.address, _due(_, task))


def _due(_: Say, task: Told) -> tuple[str, ...]:
    return (_("Due: %(day)s") % {"day": task.due},) if task.due else ()


def approved(_: Say, url: str, tasks: Sequence[Told]) -> Letter:
    """To who asked: the answer is yes."""
    return _answer(_, tasks[0], _("Approved: %(title)s"), _("%(name)s says that this task is all right."))


def refused(_: Say, url: str, tasks: Sequence[Told]) -> Letter:
    """To who asked: the answer is no."""
    return _answer(
        _, tasks[0], _("Not approved: %(title)s"), _("%(name)s says that this task is not all right yet.")
    )


def _answer(_: Say, task: Told, subject: str, said: str) -> Letter:
    name = task.by or _("Somebody")
    where = f"{task.address}#approvals"
    return Letter(subject % {"title": task.title}, said % {"name": name}, _("What was said:"), where, ())
