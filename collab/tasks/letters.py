"""The mails about tasks: what they say, in either language."""

from collections.abc import Sequence
from dataclasses import dataclass

from collab.auth.letters import Letter, Say


@dataclass(frozen=True)
class Told:
    """A task as a mail names it."""

    title: str
    address: str


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
    return Letter(
        _("Is this all right for you? %(title)s") % {"title": task.title},
        _("You are asked to approve a task: say yes or no, and a word about it if you like."),
        "",
        f"{task.address}#approvals",
        (),
    )
