"""The measure by which orders of answers are compared."""

import pytest

from bench.ranking import ndcg


@pytest.mark.parametrize(
    ("found", "is_worth"),
    [
        (["a", "b", "x"], 1.0),
        (["b", "a"], (1 + 2 / 1.5849625) / (2 + 1 / 1.5849625)),
        (["x", "y", "a"], (2 / 2) / (2 + 1 / 1.5849625)),
        (["x"] * 10 + ["a"], 0.0),
        ([], 0.0),
    ],
)
def test_what_is_worth_most_belongs_first(found: list[str], is_worth: float) -> None:
    assert ndcg(found, {"a": 2.0, "b": 1.0}) == pytest.approx(is_worth)
