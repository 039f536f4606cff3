"""The audit log: what it tells, of whom, and what never comes into it; and its file."""

import csv
import io
import json
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from collab import activity, clock
from collab.activity import checks
from collab.auth.models import Account
from collab.web.csv import cell
from tests.admin.test_people import page_of
from tests.cast import World


def _page(world: World, query: str = "") -> str:
    return world.as_("admin").get(f"/admin/audit/{query}").text


def _file(world: World, **wanted: str) -> list[list[str]]:
    answer = world.as_("admin").send("/admin/audit/export", {"q": "", "kind": "", **wanted})
    assert answer.mimetype == "text/csv"
    assert "attachment" in answer.headers["Content-Disposition"]
    *rows, end = csv.reader(io.StringIO(answer.data.decode("utf-8-sig")))
    assert end[1] == "End of the chain"
    return rows


def test_the_log_tells_who_did_what_to_whom_and_why(world: World) -> None:
    world.as_("admin").send(f"{page_of(world, 'author')}/suspend", {"reason": "Left us"})
    page = _page(world, "?kind=account.suspended")
    assert "Author</a>" in page
    assert "Admin</a>" in page
    assert "Reason: Left us" in page


def test_the_log_holds_only_its_own_kinds(world: World) -> None:
    world.post("A post with a title")
    with world.acting("author") as (db, viewer):
        activity.record(db, "workspace.renamed", viewer, name="Secret name")
        activity.record(db, "account.changed", viewer, subject_id=viewer.me, body="Secret words")
    page = _page(world)
    assert "A post" not in page
    assert "Secret" not in page
    assert "Account changed" in page
    assert "post.published" not in str(_file(world))
    assert "Nothing fits" in _page(world, "?kind=post.published")


@pytest.mark.parametrize("q", ["author", "@author", "AUTHOR@example.com"])
def test_the_log_of_one_person(world: World, q: str) -> None:
    page = _page(world, f"?q={q}")
    assert "Author</a>" in page
    assert "Member</a>" not in page
    assert [row[5] for row in _file(world, q=q)[1:]] == ["author"]


def test_an_unknown_person_has_no_log(world: World) -> None:
    assert "Nothing fits" in _page(world, "?q=nobody")


def test_taking_the_log_away_is_in_the_log(world: World) -> None:
    assert len(_file(world)) == 7
    assert "Audit log exported" in _page(world)


def test_the_log_goes_on_by_pages_with_constant_statements(world: World) -> None:
    world.as_("admin").get("/account/")
    few = world.as_("admin").get("/admin/audit/")
    with world.acting("author") as (db, viewer):
        for _ in range(60):
            activity.record(db, "session.started", viewer, subject_id=viewer.me, ip="192.0.2.1")
    many = world.as_("admin").get("/admin/audit/")
    assert many.headers["X-Collab-Statements"] == few.headers["X-Collab-Statements"]
    assert int(many.headers["X-Collab-Statements"]) <= 8
    assert 'rel="next"' in many.text


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r", "\n", "＝"])
def test_a_spreadsheet_does_not_run_what_people_wrote(world: World, first: str) -> None:
    formula = f'{first}cmd|"/c calc"!A1'
    assert cell(formula) == f"'{formula}"
    assert cell("2026-01-01") == "2026-01-01"
    with world.system() as db:
        db.get_one(Account, world.account_id("author")).name = formula
    told = {row[4] for row in _file(world, q="author")[1:]}
    assert told <= {f"'{formula}", f"'{formula}".replace("\r", "\n")}
    assert told


def test_the_log_of_some_days_of_a_group_and_with_some_words(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with world.acting("author") as (db, viewer), monkeypatch.context() as then:
        then.setattr(clock, "now", lambda: datetime(2020, 5, 5, 12, tzinfo=UTC))
        activity.record(db, "account.suspended", viewer, subject_id=viewer.me, reason="Müller fällt aus")
        activity.record(db, "tool.disabled", viewer, name="Chat")
    assert "fällt aus" in _page(world, "?since=2020-05-05&until=2020-05-05")
    for query in (
        "?since=2020-05-06&until=2020-05-07",
        "?until=2020-05-04",
        "?group=system&until=2020-06-01",
    ):
        assert "fällt aus" not in _page(world, query)
    assert "Chat" in _page(world, "?group=system")
    assert "Tool switched off" in _page(world, "?group=system&until=2020-06-01")
    for words, found in (("Müller", True), ("müller aus", True), ("FÄLLT nicht", False), ("Mueller", False)):
        assert ("fällt aus" in _page(world, f"?words={words}")) is found
    assert "Nothing fits" in _page(world, "?words=quokka")
    assert "Nothing fits" in _page(world, "?group=nonsense")
    assert world.as_("admin").get("/admin/audit/?since=yesterday").status_code == 422


def test_the_whole_log_as_lines_of_json_with_the_end_of_the_chain(world: World) -> None:
    world.drain()
    answer = world.as_("admin").send("/admin/audit/export", {"form": "jsonl"})
    *lines, end = [json.loads(line) for line in answer.text.splitlines()]
    assert [line["about_handle"] for line in lines][-1] == "author"
    assert all(len(line["seal"]) == 64 for line in lines)
    assert checks.look(world.context, end["head"]).well
    assert not checks.look(world.context, "1:" + "0" * 64).well


def test_the_page_tells_whether_the_log_is_as_it_was_written(world: World) -> None:
    world.drain()
    assert "has not been checked yet" in _page(world)
    done = world.as_("admin").send("/admin/audit/check", follow_redirects=True)
    assert "All is as it was written." in done.text
    assert "events are as they were written" in done.text

    with world.context.write.kw["bind"].execution_options(write=True).begin() as connection:
        dialect = connection.dialect.name
        unlock = {
            "sqlite": "DROP TRIGGER event_unchanged",
            "postgresql": "SET LOCAL session_replication_role = replica",
        }
        connection.execute(text(unlock[dialect]))
        connection.execute(text("UPDATE event SET kind = 'account.changed' WHERE id = 2"))
    done = world.as_("admin").send("/admin/audit/check", follow_redirects=True)
    assert "Something is not as it was written." in done.text
    assert "event 2" in done.text
