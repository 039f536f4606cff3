"""Parts of the index are put together when there are many alike; nothing is lost by it, and what is gone goes."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from collab.search import whoosh_index
from collab.search.question import plain
from collab.search.weights import Document
from collab.search.whoosh import index
from collab.search.whoosh_merging import TOGETHER, merge, size_class
from collab.search.whoosh_reader import Reader


@dataclass
class Part:
    """As many documents as it has left."""

    size: int

    def doc_count(self) -> int:
        return self.size


@pytest.mark.parametrize(("size", "found"), [(1, 0), (7, 0), (8, 1), (63, 1), (64, 2), (511, 2), (512, 3)])
def test_sizes_are_alike_up_to_eight_times(size: int, found: int) -> None:
    assert size_class(Part(size)) == found


def test_few_parts_stay_and_empty_ones_go() -> None:
    parts = [Part(1) for _ in range(TOGETHER - 1)] + [Part(0), Part(9), Part(5000)]
    assert [part.size for part in merge(None, parts)] == [1] * (TOGETHER - 1) + [9, 5000]


def _parts(folder: Path) -> list[int]:
    used = whoosh_index.folder_in_use(folder)
    assert used is not None
    opened = index.open_dir(used)
    try:
        return sorted(part.doc_count() for part in opened._segments())
    finally:
        opened.close()


def test_many_small_writes_leave_few_parts_and_all_documents(tmp_path: Path) -> None:
    whoosh_index.rebuild(tmp_path, [])
    for number in range(TOGETHER**2 + 2):
        whoosh_index.update(tmp_path, [Document(f"e{number}", "post", 1, f"Quokka {number}")], [])
        assert len(_parts(tmp_path)) <= 2 * TOGETHER
    assert sum(_parts(tmp_path)) == TOGETHER**2 + 2
    assert max(_parts(tmp_path)) >= TOGETHER
    found = Reader(tmp_path).find(plain("quokka"))
    assert sorted(found) == sorted(f"e{number}" for number in range(TOGETHER**2 + 2))


def test_a_page_that_is_written_again_and_again_stays_small(tmp_path: Path) -> None:
    whoosh_index.rebuild(tmp_path, [])
    for number in range(3 * TOGETHER):
        whoosh_index.update(tmp_path, [Document("e1", "page", 1, f"Quokka {number}")], [])
    assert _parts(tmp_path) == [1]
    assert Reader(tmp_path).find(plain(f"quokka {number}")) == ["e1"]
