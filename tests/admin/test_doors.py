"""Every door of the administration is closed to everybody else, and opens no contents."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from collab import clock
from collab.auth.models import Account, Firm, Group
from tests.cast import STRANGER, World

ROOMS = {
    "admin",
    "firms",
    "audit",
    "system",
    "people_admin",
    "bulk",
    "table",
    "handing_over",
    "groups",
    "invitations_admin",
}
MARK = "Kestrel merger"


def _doors(world: World) -> Iterator[tuple[str, str]]:
    """(method, address) of each door, with an existing person or firm in it."""
    with world.system() as db:
        if db.scalar(select(Group.id)) is None:
            db.add(Group(name="Sales", created_at=clock.now()))
    with world.looking() as (db, _viewer):
        person, firm = db.scalar(select(Account.public_id)), db.scalar(select(Firm.public_id))
        group = db.scalar(select(Group.public_id))
    for rule in world.app.url_map.iter_rules():
        if rule.endpoint.split(".")[0] in ROOMS:
            public_id = {"firms": firm, "groups": group}.get(rule.endpoint.split(".")[0], person)
            for method in (rule.methods or set()) & {"GET", "POST"}:
                path = str(rule.rule).replace("<public_id>", str(public_id))
                yield method, f"{path}?act=suspend&every=1" if path.endswith("/bulk/") else path


@pytest.mark.parametrize("who", ["colleague", "guest", STRANGER])
def test_nobody_else_finds_a_door(world: World, who: str) -> None:
    doors = list(_doors(world))
    assert len(doors) > 15
    for method, address in doors:
        client = world.as_(who)
        answer = client.get(address) if method == "GET" else client.send(address)
        expected = 404 if who != STRANGER else 303 if method == "GET" else 401
        assert answer.status_code == expected, (method, address)


def test_a_token_does_not_open_the_pages(world: World) -> None:
    for method, address in _doors(world):
        headers = world.token("admin", "admin")
        answer = world.as_(STRANGER).open(address, method=method, headers=headers)
        assert answer.status_code == (303 if method == "GET" else 401), (method, address)


def test_an_administrator_reads_nothing_more(world: World) -> None:
    secret = world.workspace("Kestrel", visibility="secret", purpose=MARK)
    hidden = world.post(MARK, f"{MARK} in detail", workspace=secret)
    draft = world.post(f"{MARK} draft", published=False)
    world.comment(hidden, MARK, author="author")
    world.as_("admin").get("/admin/people")  # signed in, and busy

    for address in (
        "/",
        "/blog/",
        "/workspaces/",
        f"/w/{secret}/",
        f"/w/{secret}/members",
        hidden.address,
        draft.address,
        "/search?q=merger",
        "/api/v1/posts",
        f"/api/v1/posts/{hidden.public_id}",
        f"/api/v1/entries/{hidden.public_id}/comments",
        "/api/v1/workspaces",
    ):
        assert "Kestrel" not in world.as_("admin").get(address).text, address


def test_no_page_of_the_administration_tells_of_contents(world: World) -> None:
    secret = world.workspace("Kestrel", visibility="secret", purpose=MARK)
    world.comment(world.post(MARK, f"{MARK} in detail", workspace=secret), MARK, author="author")
    world.as_("author").send(f"/w/{secret}/members", {"account": "member", "role": "reader"})

    for method, address in _doors(world):
        if method == "GET":
            page = world.as_("admin").get(address)
            assert page.status_code in (200, 303), address
            assert "Kestrel" not in page.text, address
