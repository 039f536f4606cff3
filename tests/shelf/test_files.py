"""Files and folders of a workspace: what people do with them."""

import io
import zipfile
from datetime import timedelta

import pytest

from collab import clock
from collab.workspaces import access, entries
from tests.cast import World
from tests.shelf.hands import content, document, folder, listed, put, send


def test_an_empty_list_teaches_and_several_files_go_up_at_once(world: World) -> None:
    place = world.workspace(members=["member"], sections=["files"])
    page = world.as_("member").get(f"/w/{place}/files/").text
    assert "No files yet" in page
    assert f"/w/{place}/files/upload" in page
    send(world, "member", f"/w/{place}/files/upload", ("b.txt", b"B"), ("A 10.txt", b"10"), ("a 2.txt", b"2"))
    assert list(listed(world, place)) == ["a 2.txt", "A 10.txt", "b.txt"]
    shown = world.as_("author").get(f"/w/{place}/files/").text
    assert shown.index("a 2.txt") < shown.index("A 10.txt") < shown.index("b.txt")


def test_the_same_name_becomes_a_version_and_the_same_bytes_do_not(world: World) -> None:
    place = world.workspace(members=["member"])
    send(world, "author", f"/w/{place}/files/upload", ("Plan.txt", b"one"))
    said = send(world, "member", f"/w/{place}/files/upload", ("plan.TXT", b"two"), note="with numbers")
    assert said.status_code == 303
    found = listed(world, place)["Plan.txt"]
    assert found["number"] == 2
    send(world, "member", f"/w/{place}/files/upload", ("Plan.txt", b"two"))
    assert listed(world, place)["Plan.txt"]["number"] == 2
    page = world.as_("author").get(f"/w/{place}/files/{found['id']}").text
    assert "Version 2" in page
    assert "with numbers" in page
    assert "Member" in page


def test_an_old_version_comes_back_as_a_new_one(world: World) -> None:
    place = world.workspace()
    made = document(world, place, "plan.txt", b"one")
    send(world, "author", f"{made.address}/upload", ("other name.txt", b"two"))
    assert content(world, made) == b"two"
    world.as_("author").send(f"{made.address}/versions/1/restore")
    assert content(world, made) == b"one"
    versions = world.as_("author").get(f"/api/v1/files/{made.public_id}/versions").json["items"]
    assert [(row["number"], row["note"]) for row in versions] == [(3, "As in version 1"), (2, ""), (1, "")]
    assert versions[0]["sha256"] == versions[2]["sha256"]
    page = world.as_("author").get(made.address).text
    assert page.count('/preview">Version ') == 3


def test_what_a_file_was_is_neither_listed_nor_deleted_by_itself(world: World) -> None:
    place = world.workspace()
    made = document(world, place, "plan.txt", b"one")
    files = world.as_("author").get(f"/api/v1/entries/{made.public_id}/files").json["items"]
    send(world, "author", f"{made.address}/upload", ("plan.txt", b"two"))
    later = world.as_("author").get(f"/api/v1/entries/{made.public_id}/files").json["items"]
    assert [file["sha256"] for file in files] != [file["sha256"] for file in later]
    for file in (files[0], later[0]):
        here = f"/entries/{made.public_id}/files/{file['id']}/delete"
        assert world.as_("author").send(here).status_code == 403
    assert content(world, made) == b"two"


def test_folders_nest_and_a_folder_cannot_lie_in_itself(world: World) -> None:
    place = world.workspace()
    top = world.as_("author").send(f"/w/{place}/files/new", {"title": "Top", "body": "*Ours*"}).location
    top_id = top.rpartition("/")[2]
    low = world.as_("author").send(f"/w/{place}/files/new?in={top_id}", {"title": "Low"}).location
    page = world.as_("author").get(low).text
    assert f'href="{top}"' in page
    assert "<em>Ours</em>" in world.as_("author").get(top).text
    assert list(listed(world, place)) == ["Top"]
    answer = put(world, place, top.rpartition("/")[2], folder=low.rpartition("/")[2])
    assert answer.status_code == 422
    assert "A folder cannot lie in itself" in answer.text
    put(world, place, low.rpartition("/")[2])
    assert list(listed(world, place)) == ["Low", "Top"]


def test_renaming_keeps_the_address_and_downloads_come_under_the_new_name(world: World) -> None:
    place = world.workspace()
    made = document(world, place, "draft.txt")
    form = {"title": "Final/..\\version.txt", "body": "", "tags": "Alpha, Beta", "version": "1"}
    assert world.as_("author").send(f"{made.address}/edit", form).location == made.address
    page = world.as_("author").get(made.address).text
    assert "Final" in page
    assert "Alpha" in page
    got = world.as_("author").get(f"{made.address}/download", follow_redirects=True)
    assert "/" not in got.headers["Content-Disposition"].partition("filename")[2].replace("UTF-8''", "")
    assert "version.txt" in got.headers["Content-Disposition"]
    stale = world.as_("author").send(f"{made.address}/edit", {**form, "title": "Mine", "body": "My words"})
    assert stale.status_code == 409
    assert "My words" in stale.text
    assert "version.txt" in stale.text


def test_a_locked_file_waits_for_its_owner(world: World) -> None:
    place = world.workspace(members=["member", "colleague"], visibility="closed")
    made = document(world, place, "plan.txt", b"one")
    world.as_("member").send(f"{made.address}/lock", {"hours": "8"})
    page = world.as_("colleague").get(made.address).text
    assert "Member has locked this file until" in page
    assert "Locked by Member" in world.as_("colleague").get(f"/w/{place}/files/").text
    form = {"title": "x.txt", "version": "1"}
    assert world.as_("colleague").send(f"{made.address}/edit", form).status_code == 423
    assert send(world, "colleague", f"{made.address}/upload", ("plan.txt", b"two")).status_code == 423
    assert world.as_("colleague").send(f"{made.address}/lock").status_code == 423
    assert world.as_("colleague").send(f"{made.address}/unlock").status_code == 403
    day = (clock.now() + timedelta(days=3)).date()
    for ends_on, status in (("", 422), ("2020-01-01", 422), ("2090-01-01", 422), (day.isoformat(), 303)):
        again = world.as_("member").send(f"{made.address}/lock", {"how": "day", "ends_on": ends_on})
        assert again.status_code == status, ends_on
    until = world.as_("colleague").get(f"/api/v1/files/{made.public_id}").json["locked_until"]
    assert until.startswith(((day + timedelta(days=1)).isoformat(), day.isoformat()))
    assert content(world, made) == b"one"
    send(world, "member", f"{made.address}/upload", ("plan.txt", b"two"))
    assert content(world, made) == b"two"
    world.as_("author").send(f"{made.address}/unlock")  # the owner of the workspace
    assert send(world, "colleague", f"{made.address}/upload", ("plan.txt", b"three")).status_code == 303
    assert content(world, made) == b"three"


def test_deleting_a_folder_takes_what_is_in_it_along_and_undo_brings_it_back(world: World) -> None:
    place = world.workspace(members=["member"], visibility="closed")
    top = folder(world, place, "Top", "member")
    low = folder(world, place, "Low", "member", parent=top)
    document(world, place, "mine.txt", who="member", parent=low)
    document(world, place, "theirs.txt", parent=low)
    world.as_("member").send(f"{top.address}/delete")
    assert list(listed(world, place)) == ["theirs.txt"]  # a member deletes only what is a member's
    assert "Top" in world.as_("member").get(f"/w/{place}/files/trash").text
    world.as_("member").send(f"/w/{place}/files/{top.public_id}/restore")
    assert list(listed(world, place)) == ["Top"]
    assert list(listed(world, place, low.public_id)) == ["mine.txt", "theirs.txt"]


def test_the_trash_is_for_owners_and_for_who_deleted(world: World) -> None:
    place = world.workspace(members=["member", "colleague"], visibility="closed")
    made = document(world, place, "secret plan.txt", who="member")
    world.as_("member").send(f"{made.address}/delete")
    for who, sees in (("member", True), ("author", True), ("colleague", False)):
        assert ("secret plan" in world.as_(who).get(f"/w/{place}/files/trash").text) is sees
    back = f"/w/{place}/files/{made.public_id}/restore"
    assert world.as_("colleague").send(back).status_code == 404
    assert world.as_("admin").send(back).status_code == 404
    assert world.as_("author").send(back).status_code == 303
    assert world.as_("colleague").get(made.address).status_code == 200


def test_several_things_are_moved_and_deleted_at_once_and_come_back(world: World) -> None:
    place, client = world.workspace(), world.as_("author")
    into = folder(world, place, "Into")
    ids = [document(world, place, f"{n}.txt").public_id for n in range(3)]
    asked = client.send(f"/w/{place}/files/chosen", {"item": ids[:2], "act": "move"})
    assert client.get(asked.location).status_code == 200
    client.send(f"/w/{place}/files/move", {"item": ids[:2], "folder": into.public_id})
    assert list(listed(world, place)) == ["Into", "2.txt"]
    assert list(listed(world, place, into.public_id)) == ["0.txt", "1.txt"]
    client.send(f"/w/{place}/files/chosen", {"item": [into.public_id, *ids], "act": "delete"})
    assert listed(world, place) == {}
    question = "&".join(f"item={public_id}" for public_id in [into.public_id, *ids])
    client.send(f"/w/{place}/files/restore?{question}")
    assert list(listed(world, place)) == ["Into", "2.txt"]
    assert list(listed(world, place, into.public_id)) == ["0.txt", "1.txt"]
    assert client.send(f"/w/{place}/files/chosen", {"act": "zip"}).status_code == 303


def test_an_archive_holds_what_the_reader_sees_under_safe_names(world: World) -> None:
    place = world.workspace(members=["guest"], visibility="closed")
    top = folder(world, place, "Top: one", guests=True)
    document(world, place, "shown.txt", b"shown", parent=top, guests=True)
    document(world, place, "hidden.txt", b"hidden", parent=top)
    document(world, place, "twice.txt", b"1", parent=top, guests=True)
    document(world, place, "twice.txt", b"2", parent=top, guests=True)
    names = {}
    for who in ("author", "guest"):
        got = world.as_(who).get(f"/w/{place}/files/zip?item={top.public_id}")
        assert got.mimetype == "application/zip"
        with zipfile.ZipFile(io.BytesIO(got.data)) as archive:
            assert archive.testzip() is None
            names[who] = {info.filename: archive.read(info) for info in archive.infolist()}
    assert names["guest"] == {
        "Top_ one/": b"",
        "Top_ one/shown.txt": b"shown",
        "Top_ one/twice.txt": b"1",
        "Top_ one/twice (2).txt": b"2",
    }
    assert names["author"] == {**names["guest"], "Top_ one/hidden.txt": b"hidden"}


def test_a_copy_has_its_own_life(world: World) -> None:
    place = world.workspace()
    top = folder(world, place, "Top")
    made = document(world, place, "plan.txt", b"one", parent=top)
    copy = put(world, place, made.public_id, folder=top.public_id, act="copy").location
    whole = put(world, place, top.public_id, act="copy").location
    send(world, "author", f"{copy}/upload", ("plan.txt", b"two"))
    assert content(world, made) == b"one"
    assert list(listed(world, place, top.public_id)) == ["plan (2).txt", "plan.txt"]
    assert list(listed(world, place)) == ["Top", "Top (2)"]
    assert list(listed(world, place, whole.rpartition("/")[2])) == ["plan (2).txt", "plan.txt"]


def test_a_full_workspace_says_so_and_loses_nothing(world: World) -> None:
    place = world.workspace(members=["admin"])
    assert world.as_("author").send(f"/w/{place}/files/limit", {"quota_mb": "0"}).status_code == 404
    world.as_("admin").send(f"/w/{place}/files/limit", {"quota_mb": "0"})
    send(world, "author", f"/w/{place}/files/upload", ("a.txt", b"a"))
    assert "may hold 0 MB" in world.as_("author").get(f"/w/{place}/files/").text
    assert listed(world, place) == {}
    world.as_("admin").send(f"/w/{place}/files/limit", {"quota_mb": "1"})
    send(world, "author", f"/w/{place}/files/upload", ("a.txt", b"a"))
    assert list(listed(world, place)) == ["a.txt"]


def test_of_several_files_the_good_ones_stay_and_each_other_is_named(world: World) -> None:
    place = world.workspace()
    send(world, "author", f"/w/{place}/files/upload", ("empty.txt", b""), ("good.txt", b"x"))
    page = world.as_("author").get(f"/w/{place}/files/").text
    assert "empty.txt: This file is empty." in page
    assert list(listed(world, place)) == ["good.txt"]


def test_sharing_a_folder_shares_what_is_in_it(world: World) -> None:
    place = world.workspace(members=["guest"], visibility="closed")
    top = folder(world, place, "Top")
    low = folder(world, place, "Low", parent=top)
    made = document(world, place, "deep.txt", parent=low)
    assert world.as_("guest").get(made.address).status_code == 404
    form = {"audience": "guests", "below": "1"}
    world.as_("author").send(f"/entries/{top.public_id}/sharing", form)
    for item in (top, low, made):
        assert world.as_("guest").get(item.address).status_code == 200
    page = world.as_("guest").get(made.address).text
    assert "Top" in page
    assert "Low" in page


def test_a_file_in_a_hidden_folder_lies_beside_the_folders(world: World) -> None:
    place = world.workspace(members=["guest"], visibility="closed")
    hidden = folder(world, place, "Acquisition of Rivale")
    made = document(world, place, "for you.txt", parent=hidden, guests=True)
    assert list(listed(world, place, who="guest")) == ["for you.txt"]
    assert "Acquisition" not in world.as_("guest").get(made.address).text
    assert listed(world, place, who="author")["Acquisition of Rivale"]["kind"] == "folder"
    # the name of what a guest does not see is free for the guest
    document(world, place, "offer.txt", b"ours")
    send(world, "guest", f"/w/{place}/files/upload", ("offer.txt", b"theirs"))
    assert listed(world, place, who="guest")["offer.txt"]["number"] == 1
    with world.looking("author") as (db, viewer):
        rows = db.scalars(access.select_entries(viewer, entries.Entry, entries.Entry.title)).all()
    assert rows.count("offer.txt") == 2


@pytest.mark.parametrize("order", ["name", "date", "size"])
def test_a_long_list_comes_in_parts(world: World, order: str) -> None:
    place = world.workspace()
    for number in range(7):
        document(world, place, f"{number}.txt", b"x" * (number + 1))
    seen, cursor = [], ""
    for _ in range(4):
        question = f"limit=3&order={order}&cursor={cursor}"
        answer = world.as_("author").get(f"/api/v1/workspaces/{place}/files?{question}").json
        seen += [item["title"] for item in answer["items"]]
        cursor = answer["next"]
        if not cursor:
            break
    expected = [f"{number}.txt" for number in range(7)]
    assert seen == (expected if order == "name" else expected[::-1])


def test_an_archived_workspace_is_closed_for_writing(world: World) -> None:
    place = world.workspace()
    made = document(world, place, "plan.txt")
    world.as_("author").send(f"/w/{place}/archive")
    assert content(world, made) == b"Words"
    page = world.as_("author").get(f"/w/{place}/files/").text
    assert "Upload files" not in page
    assert send(world, "author", f"/w/{place}/files/upload", ("a.txt", b"a")).status_code == 403
    for act in ("delete", "lock", "upload"):
        assert world.as_("author").send(f"{made.address}/{act}").status_code == 403, act
    assert put(world, place, made.public_id, act="copy").status_code == 403


def test_things_are_found_by_name_in_whatever_folder_they_lie(world: World) -> None:
    place = world.workspace(members=["guest"], visibility="closed")
    low = folder(world, place, "Größen", parent=folder(world, place, "Hidden plans"))
    document(world, place, "Plan ÄPFEL 100%.txt", parent=low, guests=True)
    document(world, place, "other.txt", parent=low)
    for words, seen in (("äpfel plan", True), ("100%", True), ("plan_", False), ("birnen", False)):
        page = world.as_("author").get(f"/w/{place}/files/", query_string={"q": words}).text
        assert ("Plan ÄPFEL" in page) is seen, words
        assert ("in Größen" in page) is seen
    page = world.as_("guest").get(f"/w/{place}/files/?q=plan").text
    assert "Plan ÄPFEL" in page
    assert "Größen" not in page and "Hidden" not in page
    assert "Nothing here is called like that" in world.as_("guest").get(f"/w/{place}/files/?q=other").text


def test_a_folder_shared_alone_shows_what_was_shared_with_it_and_nothing_else(world: World) -> None:
    place = world.workspace(visibility="closed")
    top = folder(world, place, "For Kessler")
    inner = document(world, place, "offer.csv", b"a;b\n1;2\n", parent=top)
    form = {"guest": "guest", "ends_on": (clock.now() + timedelta(days=9)).date().isoformat(), "below": "1"}
    assert "what is below it now" in world.as_("author").get(f"/entries/{top.public_id}/shares").text
    assert world.as_("author").send(f"/entries/{top.public_id}/shares", form).status_code == 303
    later = document(world, place, "later.txt", parent=top)

    page = world.as_("guest").get(f"/entries/{top.public_id}").text
    assert f'href="/entries/{inner.public_id}"' in page and "later" not in page
    shown = world.as_("guest").get(f"/entries/{inner.public_id}").text
    assert "offer.csv" in shown and "/preview" in shown
    for gone in (f"/entries/{later.public_id}", top.address, inner.address, f"/w/{place}/files/"):
        assert world.as_("guest").get(gone).status_code == 404, gone
    assert world.as_("rival").get(f"/entries/{inner.public_id}").status_code == 404
