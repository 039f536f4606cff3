"""Mails about tasks: to whom something falls to do or to answer, in their language, if they may read it."""

from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_string, policy
from email.message import EmailMessage

import pytest
from sqlalchemy.orm import Session, object_session

from collab.auth.models import Account
from collab.tasks import people, services
from collab.tasks.models import Task, TaskApproval
from collab.workspaces import access
from tests.cast import World


@pytest.fixture
def place(world: World) -> str:
    with world.system() as db:
        db.get_one(Account, world.account_id("member")).locale = "de"
    return world.workspace(visibility="closed", members=["member", "guest"])


@contextmanager
def task(world: World, place: str, title: str) -> Iterator[Task]:
    """One of the author's, for guests, too."""
    with world.acting("author") as (db, viewer):
        made = services.create(db, viewer, access.workspace(db, viewer, place), title, guests=True)
        yield made
        db.flush()
        db.refresh(made)
        db.expunge(made)


def db_of(task: Task) -> Session:
    """The session that is making it."""
    found = object_session(task)
    assert found is not None
    return found


def mails(world: World) -> dict[str, EmailMessage]:
    """To whom -> the mail; at most one for each."""
    world.drain()
    found = {}
    for path in sorted((world.context.data_dir / "mail").glob("*.eml")):
        mail = message_from_string(path.read_text(), policy=policy.default)
        assert isinstance(mail, EmailMessage)
        name = mail["To"].addresses[0].username
        assert name not in found, [str(mail["Subject"]), str(found[name]["Subject"])]
        found[name] = mail
        path.unlink()
    return found


def assign(world: World, task: Task, name: str, *, responsible: bool = False, by: str = "author") -> None:
    with world.acting(by) as (db, viewer):
        people.assign(
            db, viewer, access.get(db, viewer, Task, Task.id == task.id), name, responsible=responsible
        )


def test_who_gets_a_task_hears_of_it_once_in_their_language(world: World, place: str) -> None:
    with task(world, place, "Paint") as paint:
        pass
    assign(world, paint, "member", responsible=True)
    assign(world, paint, "guest")
    assign(world, paint, "author")  # does so for himself
    sent = mails(world)
    assert sent.keys() == {"member", "guest"}
    assert sent["member"]["Subject"] == "Sie sind verantwortlich: Paint"
    assert "Author hat Ihnen die Verantwortung" in sent["member"].get_content()
    assert sent["guest"]["Subject"] == "For you to do: Paint"
    assert paint.address in sent["guest"].get_content()
    assign(world, paint, "guest")  # nothing new
    assign(world, paint, "guest", responsible=True, by="member")
    sent = mails(world)
    assert {name: str(mail["Subject"]) for name, mail in sent.items()} == {
        "guest": "You are responsible: Paint"
    }


def test_nobody_hears_of_what_they_cannot_read_or_is_no_longer_so(world: World, place: str) -> None:
    with task(world, place, "Hidden") as hidden:
        people.assign(db_of(hidden), world.viewer("author"), hidden, "guest")
        people.ask(db_of(hidden), world.viewer("author"), hidden, "guest")
        hidden.guests_from = None
    with task(world, place, "Given back") as back:
        people.assign(db_of(back), world.viewer("author"), back, "member")
        people.unassign(db_of(back), world.viewer("author"), back, "member")
    with task(world, place, "Done") as done:
        people.assign(db_of(done), world.viewer("author"), done, "member")
        services.done(db_of(done), world.viewer("author"), done)
    assert mails(world) == {}


def test_who_is_asked_hears_of_it_and_who_asked_hears_the_answer(world: World, place: str) -> None:
    with task(world, place, "Paint") as paint:
        people.ask(db_of(paint), world.viewer("author"), paint, "guest")
    sent = mails(world)
    assert sent["guest"]["Subject"] == "Is this all right for you? Paint"
    assert "Author asks you" in sent["guest"].get_content()
    with world.acting("guest") as (db, viewer):
        mine = access.get_part(db, viewer, TaskApproval, TaskApproval.entry_id == paint.id)
        people.answer(db, viewer, access.get(db, viewer, Task), mine.public_id, approved=False, words="No")
    sent = mails(world)
    assert {name: str(mail["Subject"]) for name, mail in sent.items()} == {"author": "Not approved: Paint"}
