"""Groups: each keeper changes its own, and tells whom it concerns."""

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import select

from collab.activity import Event
from collab.auth import groups
from collab.auth.models import Account, Group, GroupMember
from collab.errors import Conflict, Invalid
from tests.cast import World

KEEPER = "provider:company"


def _told(world: World) -> list[dict[str, Any]]:
    with world.looking() as (db, _):
        return list(db.scalars(select(Event.data).where(Event.kind == "group.changed").order_by(Event.id)))


def _names(world: World, who: str) -> set[str]:
    mine = select(Group.name).join(GroupMember).where(GroupMember.account_id == world.account_id(who))
    with world.looking() as (db, _):
        return set(db.scalars(mine))


def _are(world: World, who: str, names: Sequence[str], keeper: str = KEEPER) -> None:
    with world.acting("admin") as (db, viewer):
        groups.set_groups_of(db, viewer, db.get_one(Account, world.account_id(who)), names, keeper)


def test_a_keeper_says_which_of_its_groups_somebody_is_in(world: World) -> None:
    _are(world, "member", ["staff", " staff ", "press", ""])
    assert _names(world, "member") == {"staff", "press"}
    _are(world, "member", ["staff"])
    assert _names(world, "member") == {"staff"}
    assert [(event["name"], len(event["added"]), len(event["removed"])) for event in _told(world)] == [
        ("press", 1, 0),
        ("staff", 1, 0),
        ("press", 0, 1),
    ]


def test_saying_it_again_changes_nothing_and_tells_nobody(world: World) -> None:
    _are(world, "member", ["staff"])
    _are(world, "member", ["staff"])
    assert len(_told(world)) == 1


def test_a_keeper_leaves_the_groups_of_others_alone(world: World) -> None:
    _are(world, "member", ["staff"], "scim")
    _are(world, "member", [])
    assert _names(world, "member") == {"staff"}
    _are(world, "member", ["staff"])
    _are(world, "member", [], "scim")
    assert _names(world, "member") == {"staff"}


def test_the_members_of_a_group_are_set_at_once(world: World) -> None:
    ids = [world.account_id(who) for who in ("author", "member", "guest")]
    with world.acting("admin") as (db, viewer):
        group = groups.create(db, viewer, "Choir")
        groups.set_members(db, viewer, group, ids)
        groups.set_members(db, viewer, group, ids[1:])
        groups.add(db, viewer, group, ids[1])
        groups.remove(db, viewer, group, ids[0])
        assert groups.members(db, group) == set(ids[1:])
    assert [(event["added"], event["removed"]) for event in _told(world)] == [
        (sorted(ids), []),
        ([], ids[:1]),
    ]


def test_a_group_needs_a_name_of_its_own_and_members_that_exist(world: World) -> None:
    with world.acting("admin") as (db, viewer):
        group = groups.create(db, viewer, "Choir")
        for name in ("", " ", "Choir", "x" * 201):
            with pytest.raises(Invalid):
                groups.create(db, viewer, name)
        groups.create(db, viewer, "Choir", "scim")
        with pytest.raises(Conflict):
            groups.set_members(db, viewer, group, [999_999])
        groups.rename(db, viewer, group, "Band")
        assert group.name == "Band"
