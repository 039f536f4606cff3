"""Whoever gives a guest more time, for whom nobody answers, answers from then on."""

from datetime import timedelta

from collab import clock
from collab.admin import services as admin
from collab.auth.models import Account, Firm
from collab.guests import firm_ending, sponsoring
from collab.worker import Worker
from tests.cast import World
from tests.guests.test_sponsoring import invite, look

LONG = timedelta(days=60)


def suspend(world: World, who: str = "author") -> None:
    with world.acting("admin") as (db, viewer):
        admin.suspend(db, viewer, db.get_one(Account, world.account_id(who)), "left")


def test_an_administrator_who_gives_another_end(world: World) -> None:
    invite(world)
    suspend(world)
    assert look(world).sponsor_id is None
    with world.acting("admin") as (db, viewer):
        guest = db.get_one(Account, world.account_id("guest"))
        admin.change(db, viewer, world.context.settings, guest, {"ends_at": clock.now() + LONG})
    assert (look(world).sponsor_id, look(world).end_reason) == (world.account_id("admin"), "")


def test_an_administrator_who_extends(world: World) -> None:
    invite(world)
    suspend(world)
    with world.acting("admin") as (db, viewer):
        guest = db.get_one(Account, world.account_id("guest"))
        sponsoring.extend(db, viewer, world.context.settings, guest, clock.now() + LONG, "asked for")
    assert look(world).sponsor_id == world.account_id("admin")
    with world.acting("admin") as (db, viewer):
        sponsoring.undo(db, viewer, look(world).public_id)
    assert look(world).sponsor_id is None


def test_an_administrator_who_gives_a_firm_its_access_back(world: World) -> None:
    invite(world)
    with world.acting("admin") as (db, viewer):
        firm = db.get_one(Firm, look(world).firm_id)
        firm_ending.end_all(db, viewer, firm, "contract ended")
    suspend(world)
    with world.acting("admin") as (db, viewer):
        assert firm_ending.give_back(db, viewer, db.get_one(Firm, look(world).firm_id)) == 1
    assert look(world).sponsor_id == world.account_id("admin")


def test_an_employee_whose_own_end_comes_leaves_the_guests(world: World) -> None:
    invite(world, left=LONG)
    with world.acting("admin") as (db, viewer):
        sponsor = db.get_one(Account, world.account_id("author"))
        admin.change(
            db, viewer, world.context.settings, sponsor, {"ends_at": clock.now() + timedelta(days=1)}
        )
    Worker(world.context).keep_house()
    assert look(world).sponsor_id == world.account_id("author")
    with clock.shifted(timedelta(days=2)):
        Worker(world.context).keep_house()
        guest = look(world)
        assert (guest.sponsor_id, guest.end_reason) == (None, "sponsor_left")
        assert guest.ends_at is not None and guest.ends_at <= clock.now() + timedelta(days=14)
