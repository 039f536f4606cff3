"""Nobody goes past the policy: what the source may not say outside ``access.py``.

A test of names, so it can be fooled; it is there for those who forget, and the second net
(tests/workspaces/test_access_net.py) for those whom it does not catch.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import collab.schema  # noqa: F401 - so that all parts are known
from collab.workspaces.models import Entry, Part

Sources = dict[Path, str]
PROTECTED = {
    "Entry",
    "AttachmentText",
    *(kind.__name__ for kind in (*Entry.__subclasses__(), *Part.__subclasses__())),
}

#: Functions that read protected tables neither by ``access.select_…`` nor by a statement that says
#: ``policy=True`` (each of those explains itself in its function), and why they may.
MAY = {
    "calendar/answering.py:answer": "the viewer's own answer, by its key",
    "calendar/reminding.py:_changes": "reminders are worked out as the system",
    "calendar/reminding.py:_concerned": "as the system; whether they may read it is asked for each",
    "calendar/reminding.py:remind": "reminders are worked out as the system",
    "backup.py:_named_files": "a backup holds everything",
    "doctor.py:thorough": "as_system: counts files, tells names of none",
    "blog/queries.py:published": "select_from of a statement that began at the policy",
    "blog/queries.py:_at": "columns of a statement that began at the policy",
    "blog/queries.py:begun_with": "a subquery of a statement that began at the policy",
    "blog/queries.py:the module": "the entry's own id column, for paging",
    "comments/services.py:render_again": "maintenance, as_system",
    "demo/make.py:_adorn": "makes the demo company, in a session without readers",
    "demo/calendar.py:_answers": "makes the demo company, in a session without readers",
    "demo/make.py:_write_page": "makes the demo company, in a session without readers",
    "demo/make.py:_say": "makes the demo company, in a session without readers",
    "files/queries.py:_of": "a subquery of a statement that began at the policy",
    "files/preview/services.py:find": "the worker, as_system",
    "files/preview/services.py:take_up": "the worker, as_system",
    "files/reading/services.py:find": "the worker, as_system",
    "files/reading/services.py:keep": "the worker, as_system",
    "guests/firm_views.py:the module": "the entry's own id column, for paging",
    "home/place_queries.py:board": "ids of pins, in a statement that began at the policy",
    "home/queries.py:_changes": "a subquery of a statement that began at the policy",
    "home/queries.py:_comments": "a subquery of a statement that began at the policy",
    "home/views.py:_newsroom": "the entry's own id column, for paging",
    "ideas/queries.py:_own_id": "the entry's own id column, for paging",
    "ideas/queries.py:the module": "which idea another was merged into, beside votes that passed",
    "ideas/services.py:merge": "changes ideas that passed",
    "topics/queries.py:listed": "the entry's own id column, for paging",
    "polls/queries.py:listed": "the entry's own id column, for paging",
    "imports/pagewriter.py:_link": "an import, as_system",
    "imports/pagewriter.py:_paths": "an import, as_system",
    "imports/pagewriter.py:_redirect": "an import, as_system",
    "imports/postwriter.py:_slugs": "an import, as_system",
    "pages/listeners.py:_tidy": "a listener, as_system",
    "pages/listeners.py:_with_all_below": "a listener, as_system",
    "pages/listeners.py:_with_links": "a listener, as_system",
    "pages/models.py:above": "a subquery of statements that begin at the policy",
    "pages/models.py:below": "a subquery of statements that begin at the policy",
    "pages/validity.py:remind": "housekeeping, as_system",
    "pages/queries.py:_tree": "a subquery of a statement that began at the policy",
    "shelf/models.py:below": "a subquery of statements that begin at the policy",
    "shelf/queries.py:_crumbs": "a subquery of a statement that begins at the policy",
    "tasks/queries.py:the module": "the task's own id column, for paging",
    "tasks/listeners.py:keep_alive": "a listener, as_system",
    "tasks/stale.py:_some": "housekeeping, as_system",
    "tasks/stale.py:_whose": "housekeeping, as_system",
    "search/documents.py:_comments": "the index, as_system",
    "search/documents.py:_words_of": "the index, as_system",
    "search/documents.py:_entries": "the index, as_system",
    "search/documents.py:_files": "the index, as_system",
}

#: Files that look at what kind of person asks, or at a role, and what for.
LOOK_AT_PEOPLE = {
    "search/feed_views.py": "a guest's name comes with the firm",
    "admin/bulk.py": "some acts are for guests only; only administrators do them",
    "admin/handing_over.py": "what somebody leaves goes to an employee",
    "admin/table_plan.py": "firm and contact are for guests only; only administrators use tables",
    "workspaces/passing_on.py": "who alone owned a workspace, to pass it on",
    "workspaces/alone.py": "single entries are shared with guests alone, and by employees",
    "workspaces/whereabouts.py": "from guests, and from who came by a link, it may be hidden where an entry is",
    "guests/firm_ending.py": "ends the guests of a firm; only administrators do",
    "guests/firm_queries.py": "counts and lists the guests of a firm, to employees",
    "admin/firm_services.py": "only guests speak for a firm",
    "admin/queries.py": "filters the list of accounts by kind",
    "admin/views.py": "a form shows the firm of guests only",
    "auth/providers/entitlement.py": "which kind of account a provider's groups let in",
    "auth/providers/linking.py": "a guest's end is told otherwise; guests' providers lead to guests only",
    "auth/issuer/logout.py": "guests are signed out sooner",
    "auth/issuer/rows.py": "guests only at tools that let them in",
    "auth/issuer/services.py": "guests only at tools that let them in",
    "auth/sponsors.py": "guests have somebody who answers for them; that decides nothing about reading",
    "auth/services.py": "only employees administer",
    "auth/sessions.py": "guests are signed out sooner",
    "auth/views.py": "whom to greet how",
    "auth/directory.py": "the directory keeps employees only",
    "blog/feed_views.py": "a guest's name says whose guest it is",
    "blog/present.py": "words for authors; guests are not told who else reads",
    "blog/views.py": "which buttons to show; the services refuse the rest",
    "comments/section.py": "whether to offer internal comments",
    "comments/services.py": "only employees write internal comments",
    "demo/make.py": "picks employees of the demo company",
    "files/services.py": "a guest's file in a comment belongs to the guest's thread",
    "guests/access_views.py": "a page for guests only",
    "guests/leaving.py": "only guests leave like this",
    "guests/reminders.py": "guests are told that they end",
    "guests/sponsor_listeners.py": "employees are told of guests",
    "admin/conversion_views.py": "which way an account is converted",
    "auth/login.py": "only employees look as a guest; the policy says what they see",
    "guests/look_views.py": "where to go back to",
    "guests/looking.py": "asks for a kind of event, not of person",
    "guests/renewal.py": "asks for a kind of event, not of person",
    "guests/sponsored.py": "employees look after guests; that decides nothing about reading",
    "guests/sponsoring.py": "employees look after guests; that decides nothing about reading",
    "guests/sponsor_views.py": "guests are handed over to employees",
    "guests/coming_in.py": "an employee's address needs no invitation; who left answers for nobody",
    "guests/coming_views.py": "the welcome is for guests",
    "guests/invitation_listeners.py": "who left gets no mail about guests",
    "guests/invitation_queries.py": "only employees invite",
    "guests/invitations.py": "only employees invite, and only people from outside",
    "guests/origin.py": "only employees see all firms",
    "guests/proposals.py": "owners decide for a lead without a contact there",
    "home/stream.py": "employees know everybody: saves a question",
    "home/stream_queries.py": "to guests an entry begins when it is shared; workspaces themselves are for employees",
    "home/stream_views.py": "employees are told what guests read",
    "calendar/event_views.py": "words about the audience are for employees",
    "calendar/services.py": "a guest's event is for guests",
    "home/present.py": "employees know everybody: saves a question",
    "home/views.py": "employees and guests have different first pages",
    "pages/edit_views.py": "which fields to show",
    "pages/paths.py": "a guest's page must not tell by its address what else is there",
    "pages/present.py": "words about the audience are for employees",
    "pages/services.py": "a guest's page is for guests",
    "pages/validity.py": "the owners of a workspace are asked where the one of a page is gone",
    "polls/present.py": "where firms do not notice each other, guests are not told numbers of secret votes",
    "ideas/answers.py": "only employees answer",
    "ideas/queries.py": "only employees answer",
    "ideas/services.py": "a guest's idea is for the guest's firm",
    "people/views.py": "what of a person's profile to show",
    "people/queries.py": "filters the directory by kind",
    "scim/queries.py": "guests are not there for the directory",
    "scim/users.py": "the directory takes over employees only",
    "shelf/moving.py": "what a guest puts somewhere is for guests",
    "shelf/present.py": "words about the audience are for employees",
    "shelf/space.py": "guests are not told how much there is",
    "tasks/services.py": "a guest's task is for guests",
    "tasks/views.py": "words about the audience are for employees",
    "viewer.py": "the property itself",
    "web/doors.py": "the first lock",
    "workspaces/admission.py": "a member keeps the stronger role",
    "workspaces/api.py": "what of a workspace employees are told",
    "workspaces/belonging.py": "who may own, join and ask to join",
    "workspaces/circles.py": "put together from the policy's own clauses",
    "workspaces/entries.py": "a guest's entry is for guests",
    "workspaces/glass.py": "put together from the policy's own clauses; guests are not told who else reads",
    "workspaces/heads.py": "words about the audience are for employees",
    "workspaces/group_roles.py": "tells owners how many guests a group brings",
    "workspaces/member_api.py": "the end of other people's memberships is for employees",
    "workspaces/member_views.py": "which lists to show",
    "workspaces/members.py": "owners first; counts of guests are for employees",
    "workspaces/queries.py": "which workspaces are mine to look after",
    "workspaces/services.py": "only employees found workspaces",
    "workspaces/templates.py": "... and are offered what to begin with",
}
DECIDES = re.compile(
    r"\.is_employee|is_guest|\.role\s*(?:==|!=|in\b)|\.kind\s*(?:==|!=)\s*['\"](?:guest|employee|anonymous)"
)


def _names(node: ast.AST) -> set[str]:
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}


def _reads(source: str) -> Iterator[tuple[str, int]]:
    """(function, line) of every ``select(Entry…)``, ``db.get(Entry, …)``, ``Entry.__table__`` and the like."""
    for function in _functions(ast.parse(source)):
        for node in ast.walk(function):
            name = getattr(function, "name", "the module")
            if isinstance(node, ast.Call):
                called = getattr(node.func, "id", getattr(node.func, "attr", ""))
                first = node.args[0] if node.args else None
                if called in ("select", "query") and any(_names(arg) & PROTECTED for arg in node.args):
                    yield name, node.lineno
                of_protected = isinstance(first, ast.Name) and first.id in PROTECTED
                if called in ("get", "get_one") and of_protected and _is_session(node.func):
                    yield name, node.lineno
                if called == "select_from" and any(_names(arg) & PROTECTED for arg in node.args):
                    yield name, node.lineno
            if (
                isinstance(node, ast.Attribute)
                and node.attr == "__table__"
                and _names(node.value) & PROTECTED
            ):
                yield name, node.lineno


def _is_session(function: ast.expr) -> bool:
    return isinstance(function, ast.Attribute) and _names(function.value) & {"access"} == set()


def _functions(tree: ast.Module) -> Iterator[ast.AST]:
    inner = {
        id(n) for f in ast.walk(tree) if isinstance(f, ast.FunctionDef) for n in ast.walk(f) if n is not f
    }
    yield from (n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef) and id(n) not in inner)
    yield ast.Module([n for n in tree.body if not isinstance(n, ast.FunctionDef | ast.ClassDef)], [])


def test_protected_tables_are_read_through_the_policy(sources: Sources) -> None:
    found = {
        f"{path.relative_to('collab')}:{name}"
        for path, source in sources.items()
        if path.parts[1] != "migrations" and path.name != "access.py"
        for name, _line in _reads(source)
        if "policy" not in _source(source, name)
    }
    assert found == set(MAY)


def _source(source: str, function: str) -> str:
    found = [n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.FunctionDef) and n.name == function]
    return "".join(ast.get_source_segment(source, node) or "" for node in found)


def test_who_goes_past_the_policy_says_so(sources: Sources) -> None:
    """``policy=True`` outside the policy: the function, or its file, says why in words."""
    silent = {
        f"{path.relative_to('collab')}:{node.name}"
        for path, source in sources.items()
        if path.name != "access.py"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef)
        and "policy=True" in (ast.get_source_segment(source, node) or "")
        and not ast.get_docstring(node)
    }
    assert silent <= PLAIN.keys()


#: Functions whose ``policy=True`` needs no more words than their names.
PLAIN = {
    "blog/around.py:_counts": "unites statements that began at the policy",
    "blog/around.py:_together": "unites statements that began at the policy",
    "pages/paths.py:_is_taken": "a path is taken, whoever may read what is there",
    "workspaces/glass.py:_people": "counts accounts by a condition of the policy",
}


def test_only_the_policy_decides_by_who_somebody_is(sources: Sources) -> None:
    found = {
        path.relative_to("collab").as_posix()
        for path, source in sources.items()
        if path.name != "access.py" and DECIDES.search(source)
    }
    assert found - LOOK_AT_PEOPLE.keys() == set()


def test_the_words_of_sql_are_not_written_by_hand(sources: Sources) -> None:
    """The second net does not see ``text()``: it may hold no table of ours, but those of the search index."""
    allowed = {
            "SELECT 1", "dispatched_at IS NULL", "due_at IS NOT NULL", "status <> 'retiring'",
            "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ", "LOCK TABLE event_seal IN EXCLUSIVE MODE",
        }  # fmt: skip
    found = {
        node.args[0].value
        for path, source in sources.items()
        if "from sqlalchemy import" in source and "migrations" not in path.parts
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") == "text"
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }
    tables = {
        words: set(re.findall(r"(?:FROM|JOIN|INTO|UPDATE) (\w+)", words)) - {"unnest"} for words in found
    }
    of_index = {"search_document", "search_word"}
    assert {words for words in found if not tables[words] or not tables[words] <= of_index} <= allowed


def test_only_these_ask_past_the_net(sources: Sources) -> None:
    """``prepared.ask`` takes a statement as it is: it has to hold the policy, or be about no entries."""
    found = {str(path.relative_to("collab")) for path, source in sources.items() if "prepared.ask(" in source}
    assert found == {"auth/services.py", "auth/sessions.py", "workspaces/access.py", "workspaces/asking.py"}
