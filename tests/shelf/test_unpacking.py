"""ZIP archives are taken apart by a program of its own, and nothing that they say is believed."""

import io
import os
import stat
import zipfile

import pytest

from tests.cast import World
from tests.shelf.hands import content, document, listed


def archive(*members: tuple[str, bytes], links: tuple[str, ...] = (), encrypted: str = "") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, words in members:
            made.writestr(name, words)
        for name in links:
            info = zipfile.ZipInfo(name)
            info.external_attr = (stat.S_IFLNK | 0o777) << 16
            made.writestr(info, "/etc/passwd")
        for info in made.infolist():
            if info.filename == encrypted:
                info.flag_bits |= 1
    return out.getvalue()


def test_an_archive_becomes_a_folder_with_its_tree(world: World) -> None:
    place = world.workspace()
    packed = archive(("a.txt", b"A"), ("Deep/er/b.txt", b"B"), ("Empty/", b""), ("__MACOSX/._a.txt", b"x"))
    made = document(world, place, "Project.zip", packed)
    folder = world.as_("author").send(f"{made.address}/unpack").location
    inside = listed(world, place, folder.rpartition("/")[2])
    assert list(inside) == ["Deep", "Empty", "a.txt"]
    lower = listed(world, place, inside["Deep"]["id"])
    assert list(listed(world, place, lower["er"]["id"])) == ["b.txt"]
    assert content(world, made) == packed
    assert "2 files are unpacked" in world.as_("author").get(folder).text


def test_what_is_hostile_is_left_out_and_named(world: World) -> None:
    place = world.workspace()
    packed = archive(
        ("../../evil.sh", b"x"),
        ("/etc/cron.d/evil", b"x"),
        ("C:\\Windows\\evil.dll", b"x"),
        ("secret.txt", b"x"),
        ("empty.txt", b""),
        ("inner.zip", b"PK\x05\x06" + bytes(18)),
        ("good.txt", b"good"),
        links=("passwd",),
        encrypted="secret.txt",
    )
    made = document(world, place, "gift.zip", packed)
    folder = world.as_("author").send(f"{made.address}/unpack").location
    assert list(listed(world, place, folder.rpartition("/")[2])) == ["good.txt", "inner.zip"]
    page = world.as_("author").get(folder).text
    for said in (
        "evil.sh (leads out",
        "evil (leads out",
        "evil.dll (leads out",
        "secret.txt (needs a password",
    ):
        assert said in page
    assert "passwd (no file)" in page
    assert "empty.txt (empty)" in page
    assert "stay as they are: inner.zip" in page


@pytest.mark.parametrize("what", ["bomb", "crowd", "nonsense"])
def test_a_bomb_is_refused_with_a_sentence_and_leaves_nothing(world: World, what: str) -> None:
    place = world.workspace()
    packed = {
        "bomb": lambda: archive(*((f"{n}.bin", bytes(20 << 20)) for n in range(4))),
        "crowd": lambda: archive(*((f"{n}.txt", b"x") for n in range(1001))),
        "nonsense": lambda: b"PK\x03\x04" + os.urandom(2000),
    }[what]()
    made = document(world, place, "gift.zip", packed)
    assert world.as_("author").send(f"{made.address}/unpack").location == made.address
    said = world.as_("author").get(made.address).text
    assert ("no ZIP archive" if what == "nonsense" else "more than can be unpacked") in said
    assert list(listed(world, place)) == ["gift.zip"]


def test_who_may_not_write_unpacks_nothing(world: World) -> None:
    place = world.workspace(readers=["colleague"], visibility="closed")
    made = document(world, place, "gift.zip", archive(("a.txt", b"A")))
    assert world.as_("colleague").send(f"{made.address}/unpack").status_code == 403
    assert world.as_("guest").send(f"{made.address}/unpack").status_code == 404
