"""Until when a page is valid, who looks after it, and who is asked when."""

from datetime import date, timedelta

import pytest

from collab import clock
from collab.auth.models import Account
from collab.pages import validity
from collab.pages.models import Page
from tests.cast import World
from tests.mail import Mail, mails

DAY = timedelta(days=1)


def _days(number: int) -> date:
    return (clock.now() + number * DAY).date()


def _set(world: World, page: Page, who: str = "author", **form: object) -> int:
    values = {"account": "", "until": _days(30), "months": 6, **form}
    return world.as_(who).send(f"/entries/{page.public_id}/validity", values).status_code


def _housekeeping(world: World) -> None:
    with world.system() as db:
        validity.remind(db)


def _asked(world: World, who: str) -> list[Mail]:
    return [mail for mail in mails(world, who) if "Plan" in mail.text]


def test_the_owner_is_asked_two_weeks_before_and_on_the_day_once_each(world: World) -> None:
    page = world.page("Plan", workspace=world.workspace(members=["member"]))
    assert _set(world, page, account="@member") == 303
    counts = []
    for day in (1, 15, 16, 17, 29, 30, 31, 60):
        with clock.shifted(day * DAY):
            for _ in range(2):
                _housekeeping(world)
            counts.append(len(_asked(world, "member")))
    assert counts == [0, 0, 1, 1, 1, 2, 2, 2]
    assert not _asked(world, "author")
    assert f"{world.context.settings.url}{page.address}" in _asked(world, "member")[0].text


def test_one_click_says_that_it_is_still_right(world: World) -> None:
    page = world.page("Plan", workspace=world.workspace(members=["member"], readers=["colleague"]))
    _set(world, page)
    assert "may be out of date" not in world.as_("member").get(page.address).text
    with clock.shifted(31 * DAY):
        assert "may be out of date" in world.anew("colleague").get(page.address).text
        assert "Still right" not in world.as_("colleague").get(page.address).text
        act = f"/entries/{page.public_id}/validity/confirmation"
        assert world.as_("colleague").send(act).status_code == 403
        assert "Still right" in world.anew("member").get(page.address).text
        world.as_("member").send(act)
        assert "may be out of date" not in world.as_("colleague").get(page.address).text
        with world.looking("author") as (_db, viewer):
            until = validity.later(validity.today(viewer), 6)
        assert world.as_("member").get(f"/entries/{page.public_id}/validity").text.count(str(until)) == 1
        _housekeeping(world)
        assert not _asked(world, "author"), "it was said before anybody had to be asked"


@pytest.mark.parametrize("gone", ["suspended", "removed"])
def test_where_the_owner_is_gone_those_of_the_workspace_are_asked(world: World, gone: str) -> None:
    slug = world.workspace(visibility="closed", members=["member"], owner="colleague")
    page = world.page("Plan", workspace=slug, author="member")
    _set(world, page, who="member", until=_days(3))
    if gone == "suspended":
        with world.system() as db:
            db.get_one(Account, world.account_id("member")).status = "suspended"
    else:
        world.as_("colleague").send(f"/w/{slug}/members/member/remove")
    _housekeeping(world)
    assert len(_asked(world, "colleague")) == 1 and not _asked(world, "member")


def test_many_pages_are_one_mail(world: World) -> None:
    slug = world.workspace()
    for number in range(3):
        _set(world, world.page(f"Plan {number}", workspace=slug), until=_days(3))
    _housekeeping(world)
    [mail] = _asked(world, "author")
    assert mail.subject.startswith("3 pages") and all(f"Plan {number}" in mail.text for number in range(3))


def test_nobody_hears_of_a_page_that_is_gone_or_of_what_they_may_not_read(world: World) -> None:
    slug = world.workspace(visibility="closed", members=["member"])
    page = world.page("Plan", workspace=slug, author="member")
    _set(world, page, until=_days(3))
    _housekeeping(world)
    world.as_("author").send(f"/w/{slug}/members/member/remove")
    assert not _asked(world, "member"), "asked again when the mail is written"
    other = world.page("Plan B", workspace=slug)
    _set(world, other, until=_days(3))
    world.as_("author").send(f"{other.address}/delete")
    _housekeeping(world)
    assert not _asked(world, "author")


@pytest.mark.parametrize(
    "form",
    [
        {"account": "@nobody"},
        {"account": "@guest"},
        {"until": "2020-01-01"},
        {"until": "soon"},
        {"months": 0},
    ],
)
def test_what_cannot_be_is_refused_and_kept(world: World, form: dict[str, object]) -> None:
    page = world.page("Plan", workspace=world.workspace(visibility="closed", members=["guest"]))
    assert _set(world, page, **form) == 422
    with world.system() as db:
        assert db.get_one(Page, page.id).due_on is None


def test_only_who_may_change_the_page_sets_it(world: World) -> None:
    page = world.page("Plan", workspace=world.workspace(visibility="closed", readers=["colleague"]))
    assert _set(world, page, who="colleague") == 403
    assert _set(world, page, who="member") == 404


def test_programs_read_and_set_it(world: World) -> None:
    page, token = world.page("Plan", workspace=world.workspace()), world.token("author")
    client, here = world.app.test_client(), f"/api/v1/pages/{page.public_id}"
    until = str(_days(9))
    version = client.get(here, headers=token).headers["ETag"]
    changed = client.patch(here, json={"valid_until": until}, headers={**token, "If-Match": version})
    assert changed.json["valid_until"] == client.get(here, headers=token).json["valid_until"] == until


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [("2026-01-31", 1, "2026-02-28"), ("2026-12-15", 1, "2027-01-15"), ("2027-08-31", 6, "2028-02-29")],
)
def test_months_later(day: str, months: int, then: str) -> None:
    assert str(validity.later(date.fromisoformat(day), months)) == then


def test_pages_out_of_date_stand_in_a_list(world: World) -> None:
    place = world.workspace(members=["member", "guest"])
    over, soon, fine = (world.page(title, workspace=place) for title in ("Over", "Soon", "Fine"))
    world.page("Unlimited", workspace=place)
    for page, days in ((over, 1), (soon, 20), (fine, 60)):
        _set(world, page, until=_days(days), account="@member")
    with clock.shifted(10 * DAY):
        member = world.anew("member")
        assert "2 pages are out of date" in member.get(f"/w/{place}/pages/").text
        listed = member.get(f"/w/{place}/outdated")
        assert [title for title in ("Over", "Soon", "Fine", "Unlimited") if f">{title}<" in listed.text] == [
            "Over",
            "Soon",
        ]
        assert "looked after by" in listed.text and int(listed.headers["X-Collab-Statements"]) <= 8
        here = {"next": f"/w/{place}/outdated"}
        still_right = f"/entries/{over.public_id}/validity/confirmation"
        assert member.send(still_right, here).location == f"/w/{place}/outdated"
        assert member.send(still_right, {"next": "https://evil.example/"}).location == over.address
        assert ">Over<" not in member.get(f"/w/{place}/outdated").text
        assert ">Soon<" not in world.anew("guest").get(f"/w/{place}/outdated").text
        assert "Nothing is out of date" in world.as_("guest").get(f"/w/{place}/outdated").text
