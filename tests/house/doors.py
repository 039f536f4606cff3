"""Every address that can be asked for by GET, with everything there is to ask for.

Made from the running application's rules, so that a new address is covered by itself. A rule
whose arguments nobody here knows fails the test that asks: then teach ``_arguments``.
"""

from collections.abc import Iterable, Iterator
from itertools import product
from typing import Any
from urllib.parse import quote

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from collab.auth.issuer.models import OAuthClient
from collab.auth.models import Account, Firm, Group
from collab.auth.providers.models import SignInProvider
from collab.blog.models import Post
from collab.comments.models import Comment
from collab.files.models import Attachment
from collab.kinds import KINDS
from collab.pages.models import Page
from collab.search.models import SavedSearch
from collab.tags.models import EntryTag
from collab.tasks.models import TaskApproval, TaskItem
from collab.workspaces.models import Entry, EntryAlias, EntryGrant, JoinRequest, ShareLink, Workspace
from tests.cast import World

FOUND = [
    "q=quokka&limit=100",
    *(
        f"q=quokka&limit=100&kind={kind}"
        for kind in ("post", "page", "comment", "file", "person", "workspace")
    ),
    "q=quokka+has:file&limit=100",
    "q=has:file+language:en&limit=100",
    "q=quokka+nosuchword+another+third+fourth+fifth",
    "q=quokka+-numbat&order=date&limit=100",
    "q=qwokka",
]
#: Further questions to the address of an endpoint.
QUESTIONS: dict[str, list[str]] = {
    "search.search": FOUND,
    "search_feeds.newest": FOUND,
    "search.quick": ["q=quokka", "q=quo"],
    "api_search.search": FOUND,
    "people.suggest": ["q=e", "q=quokka", "q=riva", "q=gue", "q=e&as=options"],
    "people.index": ["q=quokka", "q=e"],
    "comments.people": ["q=e", "q=r"],
    "workspaces.index": ["q=quokka", "show=all"],
    "files.download": ["size=thumb"],
    "history.pair": ["old=1&new=2"],
    "home.index": ["limit=100"],
    "task_list.index": ["state=all", "state=later&mine=1", "account=member&sort=title", "due=none"],
    "task_list.table": ["state=all"],
    "task_details.others": ["task=quokka"],
    "tasks.suggested": ["responsible=e"],
}


class Things:
    """The names in addresses of all that is there, and of what is not."""

    def __init__(self, world: World) -> None:
        with world.system() as db:
            self.places = {row.id: row.slug for row in db.execute(select(Workspace.id, Workspace.slug))}
            self.of_kinds = [*db.execute(select(Entry.workspace_id, Entry.kind, Entry.public_id))]
            self.entries = {row.id: row.public_id for row in db.execute(select(Entry.id, Entry.public_id))}
            self.task_parts = {
                "item_id": _of_tasks(db, TaskItem),
                "approval_id": _of_tasks(db, TaskApproval),
                "handle": dict.fromkeys(self.entries.values(), "member"),
            }
            self.posts = [*db.execute(select(Post.slug, Post.public_id))]
            self.pages = [*db.execute(select(Page.place_id, Page.path, Page.public_id))]
            self.comments = [*db.execute(select(Comment.public_id, Comment.entry_id))]
            self.files = [*db.execute(select(Attachment.public_id, Attachment.entry_id, Attachment.name))]
            self.people = [*db.execute(select(Account.handle, Account.public_id))]
            self.grants = [*db.execute(select(EntryGrant.public_id, EntryGrant.entry_id))]
            self.links = [*db.execute(select(ShareLink.public_id, ShareLink.entry_id))]
            self.tags = [*db.scalars(select(EntryTag.key).distinct())]
            self.aliases = [*db.scalars(select(EntryAlias.address).where(EntryAlias.kind == "post"))]
            self.firms = [*db.scalars(select(Firm.public_id))]
            self.searches = [*db.scalars(select(SavedSearch.public_id))]
            self.groups = [*db.scalars(select(Group.public_id))]
            self.tools = [*db.scalars(select(OAuthClient.public_id))]
            self.providers = [*db.execute(select(SignInProvider.name, SignInProvider.public_id))]
            self.requests = [*db.execute(select(JoinRequest.public_id, JoinRequest.workspace_id))]


def _of_tasks(db: Session, part: Any) -> dict[str, str]:
    """The public id of a task -> that of something that hangs on it."""
    rows = db.execute(select(Entry.public_id, part.public_id).join(part, part.entry_id == Entry.id))
    return dict(rows.all())


def addresses(app: Flask, things: Things) -> Iterator[tuple[str, str]]:
    """(endpoint, path with its question) of every address that answers to GET."""
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()):
            continue
        with app.test_request_context():
            paths = [_path(rule, values) for values in _arguments(rule, things)]
        for path in paths:
            yield rule.endpoint, path
            for question in QUESTIONS.get(rule.endpoint, ()):
                yield rule.endpoint, f"{path}?{question}"


def _path(rule: Rule, values: dict[str, object]) -> str:
    path = "".join(
        quote(str(values[text]), safe="/" if text == "path" else "") if dynamic else text
        for dynamic, text in rule._trace  # the rule as (is it an argument, text or name)
        if text != "|"
    )
    return path.removeprefix("|")


def _arguments(rule: Rule, things: Things) -> Iterable[dict[str, object]]:
    names, path = frozenset(rule.arguments), rule.rule
    if not names:
        return [{}]
    if path.startswith("/static/"):
        return [{"tree": "0" * 12, "name": "css/app.css"}]
    if path.startswith(("/w/", "/api/v1/workspaces/")):
        return _in_places(path, names, things)
    if path.startswith("/blog/"):
        return _in_blog(path, names, things)
    if path.startswith(("/entries/", "/api/v1/entries/")):
        return _at_entries(names, things)
    single: dict[str, tuple[str, Iterable[object]]] = {
        "/comments/": ("public_id", [row.public_id for row in things.comments]),
        "/api/v1/comments/": ("public_id", [row.public_id for row in things.comments]),
        "/api/v1/pages/": ("public_id", [row.public_id for row in things.pages]),
        "/api/v1/posts/": ("post_id", [row.public_id for row in things.posts]),
        "/people/": ("handle", [row.handle for row in things.people]),
        "/api/v1/accounts/": ("public_id", [row.public_id for row in things.people]),
        "/admin/people/": ("public_id", [row.public_id for row in things.people]),
        "/my-guests/": ("public_id", [row.public_id for row in things.people]),
        "/admin/firms/": ("public_id", things.firms),
        "/admin/groups/": ("public_id", things.groups),
        "/search/saved/": ("public_id", things.searches),
        "/api/v1/firms/": ("public_id", things.firms),
        "/firms/": ("public_id", things.firms),
        "/admin/tools/": ("public_id", things.tools),
        "/admin/providers/": ("public_id", [row.public_id for row in things.providers]),
        "/account/passkeys/": ("public_id", ["p" * 16]),
        "/login/oidc/": ("name", [row.name for row in things.providers]),
        "/search/stop/": ("token", ["t" * 43]),
        "/s/": ("token", ["t" * 43]),
        "/login/": ("token", ["t" * 43]),
        "/invitation/": ("token", ["t" * 43]),
        "/oauth/tools/": ("ticket", ["t" * 43]),
        "/scim/v2/ResourceTypes/": ("name", ["User", "Group"]),
        "/scim/v2/Schemas/": ("name", ["urn:ietf:params:scim:schemas:core:2.0:User"]),
    }
    for start, (name, values) in single.items():
        if path.startswith(start) and names == {name}:
            return [{name: value} for value in values]
    kinds = _kinds(path.removeprefix("/api/v1/").split("/")[0]) if path.startswith("/api/v1/") else set()
    if names == {"public_id"} and kinds:
        return [{"public_id": row.public_id} for row in things.of_kinds if row.kind in kinds]
    if path.startswith("/scim/v2/"):
        people = [row.public_id for row in things.people]
        return [
            {"kinds": kind, **dict.fromkeys(names - {"kinds"}, person)}
            for kind, person in product(("Users", "Groups"), people)
        ]
    raise NotImplementedError(f"what could stand in {path}?")


def _kinds(section: str) -> set[str]:
    """The kinds of entries whose addresses begin with this word; folders lie in the list of the files."""
    kinds = {kind.name for kind in KINDS if section and kind.section == section}
    return kinds | {"folder"} if section == "files" else kinds


def _in_places(path: str, names: frozenset[str], things: Things) -> Iterable[dict[str, object]]:
    place = "slug" if path.startswith("/w/") else "name"
    slugs = list(things.places.values())
    rest = names - {place}
    if not rest:
        return [{place: slug} for slug in slugs]
    if path.startswith("/w/<slug>/tasks/") and rest:
        return _at_tasks(rest, things)
    if rest == {"path"}:
        return [{place: things.places[row.place_id], "path": row.path} for row in things.pages]
    kinds = _kinds(path.removeprefix("/api/v1").split("/")[3])
    if rest - {"number"} == {"public_id"} and kinds:
        those = [row for row in things.of_kinds if row.kind in kinds]
        return [
            {place: things.places[row.workspace_id], "public_id": row.public_id, "number": 1} for row in those
        ]
    if rest == {"public_id", "handle"} and kinds:
        those = [row for row in things.of_kinds if row.kind in kinds]
        return [
            {place: things.places[row.workspace_id], "public_id": row.public_id, "handle": who.handle}
            for row, who in product(those, things.people)
        ]
    if rest == {"upload_id"}:  # somebody's own, and nobody has any
        return [{place: slug, "upload_id": "u" * 16} for slug in slugs]
    if rest == {"public_id"}:
        return [
            {place: things.places[row.workspace_id], "public_id": row.public_id} for row in things.requests
        ]
    if rest in ({"handle"}, {"account"}):
        return [
            {place: slug, **dict.fromkeys(rest, row.handle)} for slug, row in product(slugs, things.people)
        ]
    raise NotImplementedError(f"what could stand in {path}?")


def _at_tasks(rest: frozenset[str], things: Things) -> Iterable[dict[str, object]]:
    if rest == {"ref"}:
        return [{"slug": slug, "ref": "todo"} for slug in things.places.values()]
    those = [row for row in things.of_kinds if row.kind == "task"]
    parts = {**things.task_parts, "other_id": {row.public_id: row.public_id for row in those}}
    here = [{"slug": things.places[row.workspace_id], "public_id": row.public_id} for row in those]
    for name in rest - {"public_id"}:
        here = [{**row, name: parts.get(name, {}).get(row["public_id"], "x" * 16)} for row in here]
    return here


def _in_blog(path: str, names: frozenset[str], things: Things) -> Iterable[dict[str, object]]:
    if names == {"slug"}:
        return [{"slug": row.slug} for row in things.posts]
    if names == {"handle"}:
        return [{"handle": row.handle} for row in things.people]
    if names == {"address"}:
        return [{"address": address} for address in things.aliases]
    if names == {"key"}:
        return [{"key": key} for key in things.tags]
    raise NotImplementedError(f"what could stand in {path}?")


def _at_entries(names: frozenset[str], things: Things) -> Iterable[dict[str, object]]:
    if "file_id" in names:
        return [
            {
                "public_id": things.entries[row.entry_id],
                "file_id": row.public_id,
                "name": row.name,
                "number": 1,
            }
            for row in things.files
        ]
    if "approval_id" in names:
        of_tasks = things.task_parts["approval_id"]
        return [{"public_id": task, "approval_id": approval} for task, approval in of_tasks.items()]
    for name, rows in (("grant_id", things.grants), ("link_id", things.links)):
        if name in names:
            return [{"public_id": things.entries[row.entry_id], name: row.public_id} for row in rows]
    fixed = {"number": 1, "old": 1, "new": 2, "kind": "like"}
    if names - {"public_id"} <= fixed.keys():
        return [{**fixed, "public_id": public_id} for public_id in things.entries.values()]
    raise NotImplementedError(f"what could stand behind an entry: {sorted(names)}?")


#: What begins the addresses of what people wrote, and of where it stands.
WRITTEN = ("/w/", "/blog/", "/entries/", "/comments/", *(
    f"/api/v1/{name}/"
    for name in ("entries", "comments", "posts", "workspaces", *(kind.section for kind in KINDS if kind.section))
))  # fmt: skip


def acts(app: Flask, things: Things) -> Iterator[str]:
    """The path of every address about something written that takes POST."""
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or ()) and rule.arguments and rule.rule.startswith(WRITTEN):
            with app.test_request_context():
                yield from [_path(rule, values) for values in _arguments(rule, things)]
