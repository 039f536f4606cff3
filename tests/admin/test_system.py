"""The system's page: findings, failed deliveries without what they carry, versions."""

from collab import __version__, activity, clock
from collab.activity import Delivery
from tests.cast import World

QUOTED = "UNIQUE constraint failed: [parameters: ('Kestrel merger',)]"


def _fail(world: World) -> None:
    with world.acting("author") as (db, viewer):
        event = activity.record(db, "post.published", viewer)
        event.dispatched_at = clock.now()
        db.flush()
        now = clock.now()
        error = f"IntegrityError: {QUOTED}"
        db.add(
            Delivery(
                event_id=event.id, listener="search", attempts=12, due_at=now, failed_at=now, error=error
            )
        )


def _page(world: World, query: str = "") -> str:
    answer = world.as_("admin").get(f"/admin/system/{query}")
    assert answer.status_code == 200
    return answer.text


def test_the_page_tells_findings_and_versions(world: World) -> None:
    page = _page(world)
    assert "Worker" in page
    assert "It is not running" in page
    assert __version__ in page
    assert "All are there." not in page
    assert "All are there." in _page(world, "?closely=true")


def test_a_failed_delivery_shows_the_kind_of_error_and_no_contents(world: World) -> None:
    _fail(world)
    page = _page(world)
    assert "IntegrityError" in page
    assert "Kestrel" not in page


def test_failed_deliveries_are_tried_again_at_once(world: World) -> None:
    _fail(world)
    answer = world.as_("admin").send("/admin/system/retry", follow_redirects=True)
    assert "1 delivery is tried again." in answer.text
    assert "There are none." in answer.text
    assert world.drain() >= 1
    assert (
        "nothing to try again" in world.as_("admin").send("/admin/system/retry", follow_redirects=True).text
    )
    assert "Failed deliveries tried again" in world.as_("admin").get("/admin/audit/").text
