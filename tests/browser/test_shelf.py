"""Files into a workspace: several at once, a whole folder, over a line that is lost, after the session has ended."""

import hashlib
import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Request, expect

from tests.browser.conftest import Visit
from tests.browser.server import House
from tests.browser.test_accessibility import ALL, findings
from tests.browser.visitor import Visitor

pytestmark = [pytest.mark.browser]

#: More than two of the parts in which files go up.
LARGE = (20 << 20) + 12_345


@pytest.fixture
def shelf(visit: Visit, house: House) -> Iterator[Visitor]:
    """The files of a new workspace, in the window of a member."""
    visitor = visit("member")
    visitor.go(f"/w/{house.world.workspace(members=['member'])}/files/")
    yield visitor


@pytest.fixture
def large(tmp_path: Path) -> Path:
    film = tmp_path / "film.bin"
    film.write_bytes(random.Random(7).randbytes(LARGE))
    return film


def stored(page: Page, name: str) -> str:
    """The SHA-256 of what the link with this name leads to."""
    page.get_by_role("link", name=name).first.click()
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("^Download")).first.click()
    return hashlib.sha256(download.value.path().read_bytes()).hexdigest()


def test_files_and_a_whole_folder_go_up(shelf: Visitor, tmp_path: Path) -> None:
    page, names = shelf.page, ["plan.txt", "Zeichnung $& 1.txt"]
    for name in names:
        (tmp_path / name).write_text(name)
    page.get_by_label("Files", exact=True).set_input_files([tmp_path / name for name in names])
    page.get_by_role("button", name="Upload").click()
    for name in names:
        expect(page.get_by_text(f"{name} is here.")).to_be_visible()
    assert findings(page, ALL) == []
    page.get_by_role("link", name="Show them").click()
    for name in names:
        expect(page.get_by_role("link", name=name)).to_be_visible()

    tree = tmp_path / "Offers"
    (tree / "2026").mkdir(parents=True)
    (tree / "2026" / "gears.txt").write_text("12 gears")
    page.get_by_label("Or a whole folder").set_input_files(tree)
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_text("Offers/2026/gears.txt is here.")).to_be_visible()
    page.get_by_role("link", name="Show them").click()
    page.get_by_role("link", name="Offers").click()
    page.get_by_role("link", name="2026").click()
    expect(page.get_by_role("link", name="gears.txt")).to_be_visible()


def test_a_large_file_survives_a_lost_line(shelf: Visitor, large: Path) -> None:
    page = shelf.page
    page.get_by_label("Files", exact=True).set_input_files(large)
    with page.expect_response(lambda answer: answer.request.method == "PATCH"):
        page.get_by_role("button", name="Upload").click()
    shelf.context.set_offline(True)
    expect(page.get_by_text("film.bin waits for the connection")).to_be_visible()
    shelf.context.set_offline(False)
    expect(page.get_by_text("film.bin is here.")).to_be_visible(timeout=15_000)
    page.get_by_role("link", name="Show them").click()
    assert stored(page, "film.bin") == hashlib.sha256(large.read_bytes()).hexdigest()
    shelf.alarms[:] = [alarm for alarm in shelf.alarms if "ERR_INTERNET_DISCONNECTED" not in alarm]


def test_whoever_signs_in_again_goes_on_where_the_upload_stopped(
    shelf: Visitor, house: House, large: Path
) -> None:
    page, offsets = shelf.page, list[int]()

    def watch(request: Request) -> None:
        if request.method == "PATCH":
            offsets.append(int(request.headers["upload-offset"]))

    page.get_by_label("Files", exact=True).set_input_files(large)
    with page.expect_response(lambda answer: answer.request.method == "PATCH"):
        page.get_by_role("button", name="Upload").click()
    shelf.sign_out_secretly()
    expect(page.get_by_text("film.bin could not be uploaded")).to_be_visible()

    house.sign_in(shelf.context, "member")
    page.reload()
    page.on("request", watch)
    page.get_by_label("Files", exact=True).set_input_files(large)
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_text("film.bin is here.")).to_be_visible(timeout=15_000)
    assert offsets and offsets[0] > 0
    page.get_by_role("link", name="Show them").click()
    assert stored(page, "film.bin") == hashlib.sha256(large.read_bytes()).hexdigest()
