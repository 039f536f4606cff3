"""Which days a rule means, held to what the library that everybody uses says (python-dateutil)."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random

import pytest
from dateutil.rrule import rrulestr

from collab.calendar import rules
from collab.calendar.rules import WEEKDAYS, Rule

YEARS = timedelta(days=366 * 6)


def _some(dice: Random, values: range) -> str:
    return ",".join(
        str(value) for value in dice.sample([value for value in values if value], dice.randint(1, 3))
    )


def written(dice: Random) -> str:
    """Any rule about days that RFC 5545 allows, without COUNT."""
    freq = dice.choice(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"])
    parts = {"FREQ": freq, "INTERVAL": str(dice.randint(1, 5))}
    further = ["BYMONTH", "BYDAY", "WKST"]
    further += ["BYMONTHDAY"] * (freq != "WEEKLY") + ["BYYEARDAY", "BYWEEKNO"] * (freq == "YEARLY")
    for name in dice.sample(further, dice.randint(0, 3)):
        parts[name] = {
            "BYMONTH": lambda: _some(dice, range(1, 13)),
            "BYMONTHDAY": lambda: _some(dice, range(-31, 32)),
            "BYYEARDAY": lambda: _some(dice, range(-366, 367)),
            "BYWEEKNO": lambda: _some(dice, range(-53, 54)),
            "BYDAY": lambda: ",".join(dice.sample(WEEKDAYS, dice.randint(1, 3))),
            "WKST": lambda: dice.choice(WEEKDAYS),
        }[name]()
    if "BYDAY" in parts and freq in ("MONTHLY", "YEARLY") and "BYWEEKNO" not in parts and dice.random() < 0.5:
        parts["BYDAY"] = f"{dice.choice([-2, -1, 1, 2, 5])}{dice.choice(WEEKDAYS)}"
    # Of weeks and days the library looks, for this, only at what is behind the first day.
    if freq in ("MONTHLY", "YEARLY") and {"BYDAY", "BYMONTHDAY"} & parts.keys() and dice.random() < 0.4:
        parts["BYSETPOS"] = _some(dice, range(-2, 3))
    return ";".join(f"{name}={value}" for name, value in parts.items())


@pytest.mark.parametrize("seed", [0, 2])
def test_a_rule_means_the_days_that_the_library_says(seed: int) -> None:
    """Within six years: the library walks on to the year 9999 where a rule has no day. COUNT is its first days."""
    dice = Random(seed)
    for _ in range(40):
        words, start = written(dice), date(2024, 1, 1) + timedelta(days=dice.randint(0, 1400))
        end = start + YEARS
        begins = datetime.combine(start, datetime.min.time())
        expected = [day.date() for day in rrulestr(f"{words};UNTIL={end:%Y%m%d}", dtstart=begins)]
        rule = rules.read(words)
        assert list(_following(rule, start, start, end)) == expected, (words, start)
        assert rules.follows(rule, start) is (start in expected), (words, start)
        middle = start + timedelta(days=dice.randint(1, 900))
        late = [day for day in expected if day >= middle]
        assert list(_following(rule, start, middle, end)) == late, (words, start, middle)
        assert rules.last(rules.read(f"{words};UNTIL={end:%Y%m%d}"), start) == (expected or [start])[-1], (
            words
        )
        if count := len(expected[:5]):
            assert rules.last(rules.read(f"{words};COUNT={count}"), start) == expected[count - 1], words
        assert rules.read(rules.write(rule)) == rule


def _following(rule: Rule, start: date, since: date, upto: date) -> Iterator[date]:
    """Without the first day where the rule does not mean it: to us it counts all the same."""
    return (day for day in rules.days(rule, start, since, upto) if day != start or rules.follows(rule, start))


@pytest.mark.parametrize(
    "words",
    [
        "",
        "FREQ=HOURLY",
        "FREQ=DAILY;BYHOUR=9",
        "FREQ=DAILY;BYDAY=1MO",
        "FREQ=WEEKLY;BYWEEKNO=3",
        "FREQ=DAILY;COUNT=0",
        "FREQ=DAILY;INTERVAL=-1",
        "FREQ=MONTHLY;BYMONTHDAY=32",
        "FREQ=MONTHLY;BYMONTHDAY=",
        "FREQ=DAILY;FREQ=DAILY",
        "FREQ=DAILY;RSCALE=CHINESE",
        "FREQ=DAILY;UNTIL=tomorrow",
        "FREQ=YEARLY;BYDAY=XX",
    ],
)
def test_what_is_no_rule_about_days_is_refused(words: str) -> None:
    with pytest.raises(ValueError, match=r"bad_rule|too_often"):
        rules.read(words)
