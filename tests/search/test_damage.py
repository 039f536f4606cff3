"""Whatever happens to the index on the disk: nothing is lost, no page fails, and it is made again by itself."""

import gc
import re
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from collab import clock, doctor
from collab.activity import outbox
from collab.activity.models import Delivery
from collab.activity.outbox import Context
from collab.search import listeners, whoosh_index
from collab.search.question import plain
from collab.search.weights import Document
from collab.search.whoosh import FileStorage
from collab.search.whoosh_disk import SUMS
from collab.search.whoosh_reader import Reader
from collab.worker import LISTENERS, Worker
from tests.cast import World


@pytest.fixture
def database() -> str:
    """Beside PostgreSQL there is no index on the disk."""
    return "sqlite"


def _find(context: Context, word: str) -> list[str]:
    return Reader(context.data_dir).find(plain(word))


def _search_is_well(context: Context, *, closely: bool = False) -> bool:
    look = doctor.thorough if closely else doctor.quick
    return next(finding.well for finding in look(context) if finding.name == "search")


def _index(world: World) -> Path:
    """An index that has been written several times, something deleted in it."""
    for number in range(6):
        world.post(f"Quokka {number}", "Wombats, bandicoots and numbats. " * 9)
        world.drain()
    folder = whoosh_index.folder_in_use(world.context.data_dir)
    assert folder is not None
    return folder


def _page(world: World) -> str:
    """The search page as a process shows it that has just started."""
    world.app.extensions.pop("collab-search", None)
    answers = [world.as_("member").get(f"/{path}?q=quokka") for path in ("search", "search/quick")]
    assert [answer.status_code for answer in answers] == [200, 200]
    return _told(answers[0].text)


def test_a_kill_just_before_what_was_written_takes_its_name_is_no_damage(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    _index(world)
    world.post("Quokka again", "Echidnas.")

    def killed(*_names: str, **_how: bool) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(FileStorage, "rename_file", killed)
        world.drain()
    gc.collect()  # as a process that ends, it lets go of the lock
    assert whoosh_index.trouble(world.context.data_dir, closely=True) == ""
    assert _find(world.context, "quokka")


def _told(page: str) -> str:
    return re.sub("<.*?>", "", page)


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _halve(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _garble(path: Path) -> None:
    path.write_bytes(b"garbage" * 100)


@pytest.mark.parametrize("damage", [_empty, _halve, _garble, Path.unlink])
@pytest.mark.parametrize("kind", ["*.seg", "*.toc", SUMS])
def test_a_damaged_file_is_seen_and_the_index_made_again(
    world: World, kind: str, damage: Callable[[Path], None]
) -> None:
    folder = _index(world)
    for path in folder.glob(kind):
        damage(path)

    assert not _search_is_well(world.context)
    assert "Quokka 3" in _page(world)
    listeners.ensure(world.context)
    assert _search_is_well(world.context, closely=True)
    assert len(_find(world.context, "quokka")) == 6
    assert "Quokka 3" in _page(world)


def test_every_single_byte_counts(world: World) -> None:
    """A disk that forgets: no page fails, whatever it says then, and a close look notices."""
    folder = _index(world)
    for path in folder.glob("*_*.*"):
        whole = path.read_bytes()
        for at in range(0, len(whole), max(1, len(whole) // 25)):
            path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :])
            assert whoosh_index.trouble(world.context.data_dir, closely=True), (path, at)
            _page(world)
        path.write_bytes(whole)
    assert _search_is_well(world.context, closely=True)

    path = next(folder.glob("*.seg"))
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    assert _search_is_well(world.context)
    assert not _search_is_well(world.context, closely=True)
    listeners.ensure(world.context, closely=True)
    assert _search_is_well(world.context, closely=True)
    assert len(_find(world.context, "quokka")) == 6


@pytest.mark.parametrize(
    "says", [None, b"", b"search-3-00000000", b"\xff\xfe", b"..", b"search-2-00000000", b"files"]
)
def test_a_pointer_that_leads_nowhere_is_seen_and_set_again(world: World, says: bytes | None) -> None:
    _index(world)
    pointer = world.context.data_dir / whoosh_index.CURRENT
    if says is None:
        pointer.unlink()
    else:
        pointer.write_bytes(says)

    assert not _search_is_well(world.context)
    assert world.app.test_client().get("/readyz").json["search"] is False  # type: ignore[index]
    page = _page(world)
    assert "catching up" in page and "Quokka 3" in page
    world.post("Quokka later")
    world.drain()  # without looking for the index first
    assert _search_is_well(world.context, closely=True)
    assert len(_find(world.context, "quokka")) == 7
    assert "catching up" not in _page(world)


def test_an_index_that_disappears_under_a_process_is_found_again(world: World) -> None:
    folder = _index(world)
    assert "catching up" not in _page(world)
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()

    member = world.as_("member")
    told = member.get("/search?q=quokka")
    assert told.status_code == 200 and "catching up" in told.text
    listeners.ensure(world.context)
    told = member.get("/search?q=quokka")
    assert told.status_code == 200 and "catching up" not in told.text and "Quokka 3" in _told(told.text)


def test_what_killed_writers_left_is_taken_away(world: World) -> None:
    folder = _index(world)
    left = [world.context.data_dir / "search-3-deadbeef", world.context.data_dir / "search-1-cafe"]
    for path in left:
        path.mkdir()
        (path / "MAIN_0.seg").write_bytes(b"half")
    left += [folder / "MAIN_abandoned.seg", folder / "_MAIN_99.toc.1765", folder / f"{SUMS}.new"]
    for path in left[2:]:
        path.write_bytes(b"half")

    listeners.ensure(world.context, closely=True)
    assert [path for path in left if path.exists()] == []
    assert len(_find(world.context, "quokka")) == 6


# A disk that does not take any more ---------------------------------------------------------------


@pytest.fixture
def small(world: World) -> Iterator[Context]:
    """Collab with its data folder, but for the database, on a disk of a few megabytes."""
    folder = world.context.data_dir / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=3m,mode=700", "tmpfs", str(folder)]
    try:
        subprocess.run(mount, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("only root may mount a small disk")
    try:
        settings = replace(
            world.context.settings, database_url=world.context.settings.database, data_dir=folder
        )
        world.app.extensions["collab"] = world.context = replace(world.context, settings=settings)
        yield world.context
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def _fill(folder: Path) -> None:
    with (folder / "ballast").open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 4096)
        except OSError:
            pass


def _remount(folder: Path, how: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{how}", str(folder)], check=True)


#: What is done to the disk, how it is undone, and what administrators are told.
DISKS: dict[str, tuple[Callable[[Path], None], Callable[[Path], None], str]] = {
    "full": (_fill, lambda folder: (folder / "ballast").unlink(), "No space left on device"),
    "read only": (
        lambda folder: _remount(folder, "ro"),
        lambda folder: _remount(folder, "rw"),
        "Read-only file system",
    ),
}


def _due(context: Context) -> list[Delivery]:
    with context.read() as db:
        return list(db.scalars(select(Delivery).where(Delivery.listener == "search")))


@pytest.mark.parametrize("how", DISKS)
def test_a_disk_that_takes_no_more_costs_nothing_but_time(
    world: World, small: Context, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoil, mend, reason = DISKS[how]
    folder = _index(world)
    there = sorted(path.name for path in folder.iterdir())
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now)

    gc.collect()  # a file that is removed takes room for as long as it is open
    spoil(small.data_dir)
    for number in range(3):
        world.post(f"Quokka while it is {how} {number}", "Words. " * 500)
    waits = []
    for _ in range(40):  # hours of it
        world.drain()
        assert {delivery.error for delivery in _due(small)} == {reason}
        until = min(delivery.due_at for delivery in _due(small))
        waits.append((until - now).total_seconds())
        now = until
    assert waits[0] <= 2 and waits[-1] == 300 and waits == sorted(waits)
    assert sorted(path.name for path in folder.iterdir()) == there, "what could not be written is gone"
    assert len(_find(small, "quokka")) == 6, "the old index answers"
    told = [finding.text for finding in doctor.quick(small) if finding.name == "search" and not finding.well]
    assert len(told) == 1 and reason in told[0]
    assert reason in world.anew("admin").get("/admin/system/").text
    assert "Quokka 3" in _told(world.anew("member").get("/search?q=quokka").text)

    mend(small.data_dir)
    now += timedelta(minutes=5)
    world.drain()
    assert _due(small) == []
    assert len(_find(small, "quokka")) == 9
    assert _search_is_well(small, closely=True)


@pytest.mark.parametrize("how", DISKS)
def test_letters_leave_although_no_index_can_be_made(world: World, small: Context, how: str) -> None:
    spoil, mend, _ = DISKS[how]
    _index(world)
    (small.data_dir / whoosh_index.CURRENT).unlink()
    gc.collect()  # a file that is removed takes room for as long as it is open
    spoil(small.data_dir)
    world.post("Quokka later")
    worker = Worker(small)
    worker.look_after_search()
    outbox.drain(small, LISTENERS)
    with small.read() as db:
        waiting = select(func.count()).select_from(Delivery).where(Delivery.listener != "search")
        assert db.scalar(waiting) == 0
    assert "catching up" in _page(world)

    mend(small.data_dir)
    worker.next_search = 0
    worker.look_after_search()
    assert len(_find(small, "quokka")) == 7


# Readers ------------------------------------------------------------------------------------------


def test_readers_in_the_middle_of_it_notice_nothing(tmp_path: Path) -> None:
    """... of segments that are merged and removed, and of whole indexes that are replaced."""
    whoosh_index.rebuild(tmp_path, [Document("e1", "post", 1, "Quokka")])
    running, wrong, asked = True, list[object](), 0

    def read() -> None:
        nonlocal asked
        reader = Reader(tmp_path)
        while running:
            try:
                found = reader.find(plain("quokka"))
            except Exception as error:
                found = [repr(error)]
            asked += 1
            if found != ["e1"]:
                wrong.append(found)
            if asked % 5 == 0:
                reader = Reader(tmp_path)

    threads = [threading.Thread(target=read) for _ in range(2)]
    for thread in threads:
        thread.start()
    for number in range(2, 50):
        others = [Document(f"e{number}", "post", 1, "Wombat"), Document("e1", "post", 1, "Quokka")]
        if number % 6:
            whoosh_index.update(tmp_path, others, [])
        else:
            whoosh_index.rebuild(tmp_path, others)
    running = False
    for thread in threads:
        thread.join()
    assert wrong == []
    assert asked > 100


def test_without_an_index_filters_hold_that_need_none(world: World) -> None:
    world.post("Quokka post", "Das ist der Text, und er ist nicht lang.")
    world.page("Quokka page", workspace=world.workspace(members=["member"]))
    member = world.as_("member")
    page = member.get("/search?q=quokka+kind:page").text
    assert "catching up" in page and "Quokka page" in _told(page) and "Quokka post" not in _told(page)
    assert "Quokka post" in _told(member.get("/search?q=quokka+language:de").text)
    assert "Quokka post" not in _told(member.get("/search?q=quokka+tag:zoo").text)
    assert "Quokka post" not in _told(member.get("/search?q=quokka+before:2020").text)
