"""A task with a mark in everything that is written about it."""

from typing import Any

from collab.tasks import details, people, services
from collab.tasks.models import TaskApproval, TaskItem
from collab.tasks.services import Facts
from collab.workspaces import access
from collab.workspaces.models import Entry
from tests.house.full_world import reads, reads_tag


def make(full: Any, slug: str, *, guests: bool) -> Entry:
    """A task with a checklist, a label, an answer of who was asked, and another one that it waits for."""
    world = full.world
    title, is_called = full.later(f"title of a task in {slug} {guests=}")
    body, says = full.later(f"words of a task in {slug} {guests=}")
    label, has_label = full.later(f"label of a task in {slug} {guests=}")
    item, has_item = full.later(f"line of a checklist in {slug} {guests=}")
    other, is_other = full.later(f"title of a task that is waited for in {slug} {guests=}")
    word, is_said = full.later(f"word about a task in {slug} {guests=}")
    with world.acting("author") as (db, viewer):
        place = access.workspace(db, viewer, slug)
        facts = Facts(tags=[label.split()[1]])
        task = services.create(db, viewer, place, title, body, facts=facts, guests=guests)
        waited = services.create(db, viewer, place, other, column="doing")
        line = details.add_item(db, viewer, task, item)
        details.wait_for(db, viewer, task, waited.public_id)
        people.assign(db, viewer, task, "member", responsible=True)
        asked = people.ask(db, viewer, task, "author")
        db.flush()
        people.answer(db, viewer, task, asked.public_id, approved=False, words=word)
        db.flush()
    is_called(reads(Entry, task.id))
    says(reads(Entry, task.id))
    is_other(reads(Entry, waited.id))
    has_label(reads_tag(task.id))
    has_item(reads(TaskItem, line.id))
    is_said(reads(TaskApproval, asked.id))
    full.entries += [task, waited]
    return task
