"""Nobody ends unawares: guest and sponsor hear of it in time, once, and each in their language."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from collab import clock
from collab.auth.models import Account
from collab.worker import Worker
from tests.cast import World
from tests.guests.test_sponsoring import invite
from tests.mail import Mail, mails

DAY = timedelta(days=1)


@pytest.fixture
def keep_house(world: World) -> Iterator[Worker]:
    worker = Worker(world.context)
    with world.system() as db:  # all of the cast but the guests of a test have somebody, far away
        for who in ("guest", "rival"):
            guest = db.get_one(Account, world.account_id(who))
            guest.sponsor_id, guest.ends_at = world.account_id("colleague"), clock.now() + 300 * DAY
    yield worker


def sent(world: World, who: str) -> list[Mail]:
    return [mail for mail in mails(world, who) if "sign" not in mail.subject.lower()]


def test_both_are_told_fourteen_and_three_days_before_and_only_then(world: World, keep_house: Worker) -> None:
    with world.system() as db:
        db.get_one(Account, world.account_id("guest")).locale = "de"
    public_id = invite(world, left=20 * DAY)
    expected = {1: 0, 5: 0, 7: 1, 8: 1, 16: 1, 18: 2, 19: 2}
    for day, number in expected.items():
        with clock.shifted(day * DAY):
            for _again in range(2):
                keep_house.keep_house()
            assert len(sent(world, "author")) == len(sent(world, "guest")) == number, day
    to_sponsor, to_guest = sent(world, "author")[0], sent(world, "guest")[0]
    assert f"/my-guests/{public_id}" in to_sponsor.text and "Guest (Muster GmbH)" in to_sponsor.text
    assert "Ihr Zugang endet am" in to_guest.subject and "Author" in to_guest.text
    assert "/my-access/" in to_guest.text


def test_one_mail_a_day_holds_all_guests_of_a_sponsor(world: World, keep_house: Worker) -> None:
    invite(world, left=10 * DAY)
    invite(world, "rival", left=13 * DAY)
    keep_house.keep_house()
    [mail] = sent(world, "author")
    assert "Guest" in mail.text and "Rival" in mail.text
    invite(world, "rival", left=2 * DAY)
    keep_house.keep_house()
    assert len(sent(world, "author")) == 1
    with clock.shifted(DAY):
        keep_house.keep_house()
        assert len(sent(world, "author")) == 2


def test_who_was_extended_meanwhile_hears_nothing(world: World, keep_house: Worker) -> None:
    public_id = invite(world, left=10 * DAY)
    with clock.shifted(timedelta(minutes=1)):
        keep_house.keep_house()
        world.as_("author").send(f"/my-guests/{public_id}/extend")
        assert [mail.subject for mail in sent(world, "guest")] == []
    with clock.shifted(80 * DAY):
        keep_house.keep_house()
        assert len(sent(world, "guest")) == 1


def test_owners_hear_at_once_of_guests_left_alone(world: World, keep_house: Worker) -> None:
    invite(world)
    invite(world, "rival")
    world.workspace(owner="member", members=["guest"])
    world.as_("admin").get("/")
    with world.system() as db:
        db.get_one(Account, world.account_id("author")).ends_at = clock.now() + DAY
    with clock.shifted(2 * DAY):
        for _again in range(2):
            keep_house.keep_house()
        [to_owner], [to_admin] = sent(world, "member"), sent(world, "admin")
    assert "Muster" in to_owner.text and "Rivale" not in to_owner.text
    assert "Rivale" in to_admin.text and "Author no longer answers" in to_admin.text


def test_a_question_reaches_the_sponsor_and_the_answer_the_guest(world: World, keep_house: Worker) -> None:
    public_id = invite(world, left=20 * DAY)
    world.as_("guest").send("/my-access/ask")
    [asked] = sent(world, "author")
    assert asked.subject == "Guest asks for more time" and f"/my-guests/{public_id}" in asked.text
    world.as_("author").send(f"/my-guests/{public_id}/extend")
    [answer] = sent(world, "guest")
    assert answer.subject == "Your access goes on"
    world.as_("author").send(f"/my-guests/{public_id}/hand-over", {"account": "@member"})
    [handed] = sent(world, "member")
    assert handed.subject == "You answer for Guest now" and "Author has handed over" in handed.text


def test_a_link_in_a_mail_changes_nothing_by_itself(world: World, keep_house: Worker) -> None:
    public_id = invite(world, left=10 * DAY)
    keep_house.keep_house()
    [mail] = sent(world, "author")
    for path in ("/my-guests/", f"/my-guests/{public_id}"):
        assert path in mail.text
        assert world.as_("author").get(path).status_code == 200
    with world.system() as db:
        ends_at = db.get_one(Account, world.account_id("guest")).ends_at
    assert ends_at is not None and ends_at < clock.now() + 11 * DAY


@pytest.mark.parametrize("end", [None, 40 * DAY])
def test_a_guest_for_whom_nobody_ever_answered_does_not_run_on(
    world: World, keep_house: Worker, end: timedelta | None
) -> None:
    with world.system() as db:
        guest = db.get_one(Account, world.account_id("guest"))
        guest.sponsor_id, guest.ends_at = None, clock.now() + end if end else None
    keep_house.keep_house()
    with world.system() as db:
        ends_at = db.get_one(Account, world.account_id("guest")).ends_at
    assert ends_at is not None and (ends_at - clock.now()).days == 13
