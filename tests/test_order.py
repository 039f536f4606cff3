"""The order of the tests speaks of files that exist, and keeps together what shares something."""

from tests.order import ELSEWHERE, FIRST, ROOT, place, together


def test_what_is_named_exists() -> None:
    assert [name for name in (*FIRST, *ELSEWHERE) if not (ROOT / name).exists()] == []


def test_a_process_runs_a_file_or_all_that_share_the_house() -> None:
    assert together("tests/test_kill.py") == "tests/test_kill.py"
    assert together("tests/browser/test_hostile_text.py") == "tests/browser/test_hostile_text.py"
    assert together("tests/browser/test_writing.py") == together("tests/browser/test_talking.py")


def test_the_longest_begin() -> None:
    files = ["tests/test_text.py", "tests/test_kill.py", "tests/browser/test_writing.py", "tests/test_cli.py"]
    assert sorted(files, key=place) == [files[2], files[1], files[3], files[0]]
