"""docs/reference/*.md, made from the code: ``python -m tests.house.reference`` writes it again.

The tests compare (test_reference.py), so that no setting, command, event or API address goes
undocumented.
"""

import ast
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

import click

from collab import cli
from collab.app import create_app, make_context
from collab.config import OidcSetting, Settings
from collab.web.api import Api

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "reference"
MADE = "<!-- Made from the code by `python -m tests.house.reference`. Do not edit. -->"

#: Kind of event -> when it is recorded. ``*`` stands for each kind of entry.
EVENTS = {
    "*.drafted": "An entry was begun, or the words of a draft were kept while somebody writes: once a minute.",
    "*.published": "An entry is shown to its readers.",
    "*.edited": "The words, tags, authors or address of an entry changed.",
    "*.withdrawn": "A published entry became a draft again.",
    "*.shared": "It was decided from when guests or everybody may read an entry.",
    "*.deleted": "An entry was deleted.",
    "*.restored": "The deletion of an entry was undone.",
    "*.imported": "An entry came with an import.",
    "page.validity_set": "Owner or validity of a page was set, or somebody said that it is still right.",
    "page.review_due": "Somebody is asked whether pages are still right: two weeks before their day, and on it.",
    "page.made_template": "New pages of the workspace can begin with this one.",
    "page.template_ended": "... and no longer.",
    "page.moved": "A page, and what stands below it, got another place or address.",
    "poll.voted": "Somebody voted, or voted otherwise. For what is not said.",
    "poll.vote_taken_back": "Somebody took their vote back.",
    "poll.closed": "A poll was closed by hand.",
    "poll.reopened": "The closing of a poll was undone.",
    "idea.voted": "Somebody is for an idea.",
    "idea.vote_taken_back": "Somebody is for an idea no longer.",
    "idea.answered": "It was said what becomes of an idea.",
    "idea.assigned": "An idea's answer is owed by somebody else, or another day.",
    "idea.merged": "An idea counts as another one that says the same.",
    "idea.unmerged": "An idea stands by itself again.",
    "task.moved": "A task was put into another column.",
    "task.done": "A task is done.",
    "task.reopened": "A task is not done after all.",
    "task.put_aside": "A task was put beside the board; without an actor: because nobody had touched it.",
    "task.taken_up": "A task came back to the board.",
    "task.assigned": "Somebody is to work on a task.",
    "task.unassigned": "Somebody does not work on a task any more.",
    "task.made_responsible": "Somebody is responsible for a task, and so works on it.",
    "task.approval_asked": "Somebody was asked whether a task is all right.",
    "task.approved": "Who was asked said yes; of whom the event speaks, asked.",
    "task.refused": "Who was asked said no; of whom the event speaks, asked.",
    "task.going_stale": "Tasks of a person were untouched for six weeks; their numbers are in the event.",
    "workspace.board_changed": "An owner changed the columns of a board.",
    "topic.decided": "It was said what was decided in a topic.",
    "topic.decision_taken_back": "Nothing was decided in a topic after all.",
    "topic.decided_internally": "An internal comment was said to be a decision: no stream tells it.",
    "topic.decision_taken_back_internally": "... and taken back.",
    "topic.closed": "A topic was closed for comments.",
    "topic.reopened": "A closed topic was opened again.",
    "event.answered": "Somebody said whether they come to an event of a calendar.",
    "event.invited": "People were invited to an event of a calendar.",
    "event.reminded": "An event of a calendar begins soon.",
    "event.settled": "A milestone was reached.",
    "event.unsettled": "A milestone was not reached after all.",
    "comment.added": "Somebody commented.",
    "entry.granted": "An entry alone was shared with a guest or a firm, or for another time.",
    "entry.link_made": "A link to an entry was made, for people without an account.",
    "entry.link_revoked": "A link to an entry was taken back.",
    "entry.pinned": "An owner put an entry onto the first page of its workspace.",
    "entry.unpinned": "An owner took it away from there.",
    "entry.grant_ended": "An entry is no longer shared alone with a guest or a firm.",
    "comment.edited": "A comment changed.",
    "comment.deleted": "A comment was taken back or moderated; a stub stays.",
    "comment.turned": "A page, a task, an idea or the like was made from a comment.",
    "comment.restored": "The deletion of a comment was undone.",
    "comment.resolved": "What a comment says about a passage is settled.",
    "comment.reopened": "... and is open again.",
    "file.added": "A file was attached.",
    "file.described": "The alternative text of a file changed.",
    "file.renamed": "The bytes of a file in a workspace got its new name.",
    "file.replaced": "A file of a workspace has a newer version than this one.",
    "document.moved": "A file was put into another folder or workspace; so `folder.moved`, with what is in it.",
    "document.erased": "A deleted file was deleted for good; so `folder.erased`.",
    "document.locked": "Somebody keeps others from changing a file for a while.",
    "document.unlocked": "Others may change the file again.",
    "file.read": "The worker read the text of a file, for search.",
    "file.deleted": "A file was deleted.",
    "file.restored": "The deletion of a file was undone.",
    "reaction.given": "Somebody reacted to an entry.",
    "reaction.taken_back": "Somebody took a reaction back.",
    "workspace.created": "A workspace was founded.",
    "workspace.edited": "Name, purpose or rules of a workspace changed.",
    "workspace.archived": "A workspace was closed for writing.",
    "workspace.restored": "An archived workspace was opened again.",
    "workspace.handed_over": "A workspace got another owner.",
    "workspace.taken_over": "An administrator took over a workspace without an owner.",
    "workspace.template_offered": "An owner offered a workspace as a template to everybody employed.",
    "workspace.template_withdrawn": "A workspace is no longer offered as a template.",
    "workspace.group_added": "A group got a role in a workspace.",
    "workspace.group_removed": "A group lost its role in a workspace.",
    "invitation.made": "An employee invited somebody outside as a guest.",
    "invitation.proposed": "A firm's lead proposed a colleague as a guest.",
    "invitation.approved": "An employee approved whom a firm's lead proposed; now the invitation is sent.",
    "invitation.refused": "An employee did not approve whom a firm's lead proposed.",
    "invitation.resent": "An invitation was sent again, with a new link.",
    "invitation.withdrawn": "An invitation was taken back.",
    "invitation.accepted": "Somebody accepted an invitation and is a guest now.",
    "invitation.declined": "Somebody declined an invitation.",
    "invitation.asked_again": "Whose invitation had run out asked for a new one.",
    "member.added": "An owner made somebody a member.",
    "member.changed": "Role or end of a membership changed.",
    "member.joined": "An employee joined an open workspace.",
    "member.left": "A member left.",
    "member.removed": "An owner took a membership away.",
    "member.asked": "An employee asked to join a closed workspace.",
    "member.accepted": "An owner let somebody in who had asked.",
    "member.declined": "An owner did not let somebody in who had asked.",
    "member.request_withdrawn": "Somebody no longer asks to join.",
    "account.created": "An account was made.",
    "account.changed": "Somebody's data changed.",
    "account.suspended": "All access was taken away.",
    "account.activated": "Access was given back.",
    "account.admin_changed": "Somebody became administrator, or is no longer.",
    "account.password_set": "An administrator set somebody's password.",
    "account.password_changed": "Somebody changed the own password.",
    "guest.extended": "Somebody's time as a guest got another end.",
    "account.handed_over": "Workspaces and guests of somebody went to a colleague.",
    "accounts.exported": "An administrator took the list of accounts away as a file.",
    "accounts.table_used": "An administrator changed accounts by a table.",
    "group.deleted": "A group of accounts that is kept here is no more.",
    "firm.ended": "All access of a firm was ended: guests, grants to it, invitations on their way.",
    "firm.given_back": "Access of a firm that had been ended was given back.",
    "firm.lead_changed": "Somebody speaks for a firm, or no longer.",
    "guest.ended": "Somebody's time as a guest was ended.",
    "guest.handed_over": "Another employee answers for a guest.",
    "guest.taken_over": "Somebody answers for a guest whose sponsor had gone.",
    "guest.orphaned": "Nobody answers for a guest any more, who therefore ends within two weeks.",
    "guest.looked_at": "A sponsor began to see what the guest sees.",
    "guest.left": "A guest ended their own access.",
    "guest.renewal_asked": "A guest asked for more time.",
    "guest.ending": "A guest is told, 14 and 3 days before, that their time ends.",
    "sponsor.reminded": "A sponsor is told which guests end soon.",
    "sponsor.left": "Nobody answers for some guests any more; owners of their workspaces are told.",
    "guest.forgotten": "The name of a former guest was taken away.",
    "account.converted": "A guest became an employee, or an employee a guest.",
    "guest.act_undone": "A sponsor took back what was just done about a guest.",
    "account.signed_out": "An administrator ended all sessions of somebody.",
    "account.admin_kept": "A provider's groups took the right of administrator from the last one, who keeps it.",
    "identity.linked": "An account got a provider as a way to sign in.",
    "identity.unlinked": "Somebody took a provider from their ways to sign in.",
    "provider.created": "A company's sign-in was set up.",
    "provider.changed": "A setting of a company's sign-in changed.",
    "provider.disabled": "A company's sign-in was switched off.",
    "provider.misconfigured": "A sign-in provider says something about itself that cannot be believed.",
    "logout.refused": "A provider's message that somebody signed out there was not believed.",
    "account.password_reset": "Somebody set a new password by a mailed link.",
    "account.reset_link_made": "The operators made a link by which a password can be set.",
    "account.email_changed": "Somebody proved a new address, which is the account's now.",
    "account.email_returned": "The former address was taken back by its link.",
    "password.reset_asked": "Somebody asked for a link to set a new password; without a subject, for nobody's address.",
    "session.link_asked": "Somebody asked for a link to sign in; without a subject, for nobody's address.",
    "email.asked": "Somebody wants to be reached by another address.",
    "passkey.added": "Somebody added a passkey.",
    "passkey.removed": "Somebody removed a passkey.",
    "totp.added": "Somebody set up an authenticator app.",
    "totp.removed": "An authenticator app was removed.",
    "recovery_codes.made": "Somebody made new recovery codes.",
    "recovery_code.used": "A recovery code stood in for a code of the app.",
    "session.started": "Somebody signed in.",
    "session.ended": "Somebody signed out, or ended one session.",
    "session.others_ended": "Somebody ended all other sessions.",
    "session.refused": "A sign-in failed.",
    "token.created": "A token for a program was made.",
    "token.revoked": "A token was revoked.",
    "group.created": "A group of accounts was made.",
    "group.changed": "Somebody came into a group or left it, or it got another name.",
    "scim.adopted": "The directory took over an account that was here before.",
    "scim.refused": "The directory's wish was not carried out: suspending the last administrator, or "
    "another address for an administrator.",
    "scim.released": "The directory let an account go; it is suspended, its content stays.",
    "firm.created": "A firm was added.",
    "firm.changed": "Name or domains of a firm changed.",
    "tool.created": "A tool that signs people in through Collab was registered.",
    "tool.changed": "A tool's name, addresses or rights changed.",
    "tool.secret_changed": "A tool got another secret.",
    "tool.disabled": "A tool was switched off; all that it held ended.",
    "tool.enabled": "A tool was switched on again.",
    "tool.signed_in": "Somebody signed in to a tool.",
    "tool.allowed": "Somebody let a tool know something.",
    "tool.withdrawn": "Somebody withdrew what a tool was let know.",
    "signing_keys.rotated": "ID tokens are signed with another key.",
    "audit.exported": "An administrator exported the audit trail.",
    "delivery.retried": "An administrator let failed work be tried again.",
}


def settings() -> str:
    """settings.md"""
    rows = ["| Setting | Type | Default | |", "|---|---|---|---|"]
    rows += [
        _setting(f"COLLAB_{each.name.upper()}", each) for each in fields(Settings) if each.name != "oidc"
    ]
    words = (
        "Environment variables, or the same names in lower case without `COLLAB_` in the TOML file that "
        "`COLLAB_CONFIG` names. The environment wins."
    )
    told = (
        "Companies through which people sign in stand in the file only, each under a line `[[oidc]]` of its "
        "own ([how to](../sign-in.md))."
    )
    each = [_setting(field.name, field) for field in fields(OidcSetting)]
    providers = ["## Sign-in providers", "", told, "", *rows[:2], *each]
    return "\n".join([MADE, "", "# Settings", "", words, "", *rows, "", *providers, ""])


def _setting(name: str, field: Any) -> str:
    kinds = {"tuple[str, ...]": "list", "int | None": "int", "str | tuple[str, ...]": "str or list"}
    kind = kinds.get(str(field.type), getattr(field.type, "__name__", str(field.type)))
    default = "" if field.default in (MISSING, "", (), None) else f"`{field.default}`"
    return f"| `{name}` | {kind} | {default} | {field.metadata['doc']} |"


def commands() -> str:
    """commands.md"""
    parts = [
        MADE,
        "",
        "# Commands",
        "",
        "A command that fails says why in one line and ends with a status other than 0.",
    ]
    for path, command in walk(cli.main, "collab"):
        with click.Context(
            command, info_name=path, terminal_width=80, help_option_names=["-h", "--help"]
        ) as context:
            parts += ["", f"## {path}", "", "```", command.get_help(context), "```"]
    return "\n".join([*parts, ""])


def walk(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    """Every command with its whole name."""
    yield path, command
    if isinstance(command, click.Group):
        for name in sorted(command.commands):
            yield from walk(command.commands[name], f"{path} {name}")


def events() -> str:
    """events.md"""
    rows = [f"| `{kind}` | {when} |" for kind, when in EVENTS.items()]
    words = (
        "What happened, in the order of time: stream, audit trail and outbox in one. `*` is `post` or `page`."
    )
    return "\n".join([MADE, "", "# Events", "", words, "", "| Event | When |", "|---|---|", *rows, ""])


def recorded() -> set[str]:
    """The kinds of events that the source records: constants that reach ``activity.record``."""
    found: set[str] = set()
    for path in sorted((ROOT / "collab").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.IfExp):  # as in: "member.left" if own else "member.removed"
                found |= {kind for word in (node.body, node.orelse) if (kind := _kind(path, word)) in EVENTS}
            if isinstance(node, ast.Call) and _name(node.func) in ("record", "_record", "_tell"):
                found |= {kind for arg in node.args if (kind := _kind(path, arg))}
    return found


def _name(function: ast.expr) -> str:
    return getattr(function, "attr", getattr(function, "id", ""))


def _kind(path: Path, node: ast.expr) -> str:
    if not (isinstance(node, ast.Constant) and isinstance(node.value, str)):
        return ""
    word = node.value
    if "." not in word:
        owner = {"entries.py": "*", "services.py": path.parent.name.rstrip("s")}.get(path.name, "?")
        owner = "document" if path.parent.name == "shelf" else owner  # or a folder
        word = f"{owner}.{word}" if word.isidentifier() else ""
    first, _, what = word.partition(".")
    return (
        f"*.{what}"
        if first in ("post", "page", "document", "task", "event") and f"*.{what}" in EVENTS
        else word
    )


def api() -> str:
    """api.md"""
    with tempfile.TemporaryDirectory() as folder:
        create_app(make_context(Settings(data_dir=Path(folder), secret_key="reference")))  # declares them
    rows = [
        f"| `{item.method}` | `{_braces(item.rule)}` | {item.least} | {item.summary} |"
        for item in sorted(Api.operations, key=lambda item: (item.rule, item.method))
    ]
    words = (
        "The whole description, with fields and answers, is at `/api/v1/openapi.json`. The third column is "
        "the least person who may ask; what of it a person gets is decided by the access policy."
    )
    head = ["| | Address | For | |", "|---|---|---|---|"]
    return "\n".join([MADE, "", "# API", "", words, "", *head, *rows, ""])


def _braces(rule: str) -> str:
    return "/".join(
        "{" + part.strip("<>").split(":")[-1] + "}" if "<" in part else part for part in rule.split("/")
    )


PAGES: dict[str, Any] = {
    "settings.md": settings, "commands.md": commands, "events.md": events, "api.md": api,
}  # fmt: skip

if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, make in PAGES.items():
        (FOLDER / name).write_text(make())
        sys.stdout.write(f"docs/reference/{name}\n")
