"""Real files of many kinds and origins, some hostile by design, among the files of a workspace."""

from pathlib import Path

import pytest

from tests.cast import World
from tests.shelf.hands import listed, send


@pytest.mark.corpus
@pytest.mark.parametrize("database", ["sqlite"])  # what is in a file does not concern the database
def test_every_real_file_is_kept_or_refused_with_a_sentence(world: World, corpus: Path) -> None:
    place = world.workspace()
    files = sorted((corpus / "files").rglob("*.*"))
    files = [path for path in files if path.is_file() and path.name != "SOURCE.md"]
    send(
        world,
        "author",
        f"/w/{place}/files/upload",
        *((f"{n} {p.name}", p.read_bytes()) for n, p in enumerate(files)),
    )
    kept, cursor = set(), ""
    while cursor is not None:
        question = f"limit=100&cursor={cursor}"
        answer = world.as_("author").get(f"/api/v1/workspaces/{place}/files?{question}").json
        kept |= {int(item["title"].split()[0]) for item in answer["items"]}
        cursor = answer["next"]
    page = world.as_("author").get(f"/w/{place}/files/").text
    refused = {number for number in range(len(files)) if number not in kept}
    assert len(files) >= 90
    assert all(f"{number} " in page and "This file is empty." in page for number in refused)
    for item in list(listed(world, place).values())[::9]:
        assert world.as_("author").get(f"/w/{place}/files/{item['id']}").status_code == 200
