"""The statements that answer plans on PostgreSQL, with their values. The same few whatever is asked."""

from collections.abc import Sequence
from typing import Any

from collab.search import tsvector
from collab.search.plan import Need, Plan
from collab.search.question import Question
from collab.search.ranking import TOGETHER
from collab.search.weights import LENGTH, SATURATION

#: The words of a statement, and the values for what it leaves open.
Statement = tuple[str, dict[str, Any]]

#: Always true, and never worked out past the first comparison. PostgreSQL believes that looking at a row's
#: words costs next to nothing; but they have to be unpacked first, and that costs about this.
_COSTLY = """(d.thing >= 0 OR
    to_tsvector('simple', CAST(d.thing AS text)) @@ plainto_tsquery('simple', CAST(d.thing AS text)))"""

_COUNTED = f"""d.thing IN (
    SELECT d.thing FROM unnest(CAST(%(wanted)s AS tsquery[])) AS asked(words)
    JOIN search_document d ON d.words @@ asked.words WHERE {_COSTLY}
    GROUP BY d.thing HAVING count(*) >= %(least)s)"""  # noqa: S608 # nothing in it comes from outside

_UNWANTED = f"""d.thing NOT IN (
    SELECT d.thing FROM search_document d
    WHERE d.words @@ CAST(%(unwanted)s AS tsquery) AND {_COSTLY})"""  # noqa: S608

_RANKED = f"""
WITH found AS (
    SELECT d.thing, d.length, probe.need, max(probe.often) AS often
    FROM unnest(CAST(%(need)s AS int[]), CAST(%(often)s AS float8[]), CAST(%(levels)s AS tsquery[]),
                CAST(%(whole)s AS tsquery[])) AS probe(need, often, levels, words)
    JOIN search_document d ON d.levels @@ probe.levels AND d.words @@ probe.words
    WHERE NARROWED AND {_COSTLY}
    GROUP BY d.thing, probe.need
), weighed AS (
    SELECT thing, (CAST(%(needed)s AS bool[]))[need] AS needed, (CAST(%(rarity)s AS float8[]))[need] AS rare,
        often / (often + %(short)s + %(long)s * length) * (CAST(%(rarity)s AS float8[]))[need] AS worth
    FROM found
)
SELECT thing FROM weighed GROUP BY thing
HAVING count(*) FILTER (WHERE needed) >= %(least)s
ORDER BY sum(worth) FILTER (WHERE needed)
        * power(sum(rare) FILTER (WHERE needed) / %(said)s, %(together)s)
    + coalesce(sum(worth) FILTER (WHERE NOT needed), 0) DESC, thing
LIMIT %(limit)s
"""  # noqa: S608

COUNT = f"""
SELECT (SELECT form FROM search_state WHERE whole), counted.total, counted.length, counted.texts, ARRAY(
    SELECT (SELECT count(*) FROM search_document d WHERE d.words @@ asked.words AND {_COSTLY})
    FROM unnest(%(asked)s::tsquery[]) WITH ORDINALITY AS asked(words, number) ORDER BY asked.number)
FROM (
    SELECT count(*) AS total, sum(length) FILTER (WHERE thing %% 5 = 0) AS length,
           count(*) FILTER (WHERE thing %% 5 = 0) AS texts
    FROM search_document WHERE %(counting)s) counted
"""  # noqa: S608


def ranked(plan: Plan, question: Question, rarity: Sequence[float], usual: float, limit: int) -> Statement:
    """The numbers of the things that answer, the best first."""
    needed = [number for number, need in enumerate(plan.needs) if need.needed]
    whole, narrowed, values = _narrowed(question, _enough(plan, rarity), _unwanted(plan))
    found = list(tsvector.probes(plan, whole))
    values |= {
        "need": [probe.need + 1 for probe in found],
        "often": [probe.often for probe in found],
        "levels": [probe.levels for probe in found],
        "whole": [probe.words for probe in found],
        "rarity": list(rarity),
        "needed": [need.needed for need in plan.needs],
        "least": plan.least,
        "said": sum(rarity[number] for number in needed) or 1.0,
        "together": 0.0 if plan.least == len(needed) else TOGETHER,
        "short": SATURATION * (1 - LENGTH),
        "long": SATURATION * LENGTH / usual,
        "limit": limit,
    }
    return _RANKED.replace("NARROWED", narrowed), values


def newest(plan: Plan, question: Question, limit: int) -> Statement:
    """The numbers of the things that answer, the newest first."""
    words, values = _answering(plan, question)
    return f"{words} ORDER BY d.at DESC, d.thing LIMIT %(limit)s", values | {"limit": limit}


def together(plan: Plan, question: Question) -> Statement:
    """The numbers of all things that answer, for each letter of the keys."""
    words, values = _answering(plan, question)
    return f"SELECT thing %% 5, array_agg(thing / 5) FROM ({words}) AS found GROUP BY 1", values  # noqa: S608


def _answering(plan: Plan, question: Question) -> Statement:
    """The numbers of the things that answer."""
    needed = [need for need in plan.needs if need.needed]
    counted = 1 < plan.least < len(needed)
    wanted = [tsvector.any_of(needed)] if plan.least == 1 and needed else [*map(tsvector.asked, needed)]
    whole, narrowed, values = _narrowed(question, [] if counted else wanted, _unwanted(plan))
    if counted:
        narrowed += f" AND {_COUNTED}"
        values |= {"wanted": wanted, "least": plan.least}
    if whole:
        narrowed += f" AND d.words @@ CAST(%(whole)s AS tsquery) AND {_COSTLY}"
        values["whole"] = whole
    return f"SELECT d.thing FROM search_document d WHERE {narrowed}", values  # noqa: S608


def _unwanted(plan: Plan) -> list[str]:
    return [tsvector.asked(need) for need in plan.without]


def _enough(plan: Plan, rarity: Sequence[float]) -> list[str]:
    """What every document has that has enough of what is needed: all, or one of the rarest."""
    order = sorted((-rarity[number], number) for number, need in enumerate(plan.needs) if need.needed)
    needed: list[Need] = [plan.needs[number] for _, number in order]
    if plan.least == len(needed):
        return [*map(tsvector.asked, needed)]
    return [tsvector.any_of(needed[: len(needed) - plan.least + 1])]


def _narrowed(
    question: Question, wanted: Sequence[str], unwanted: Sequence[str]
) -> tuple[str, str, dict[str, Any]]:
    """What the words must be ("": anything), a condition for the rest, and its values."""
    wanted = [*wanted, *tsvector.facts(question)]
    conditions, values = ["true"], dict[str, Any]()
    if question.has_file is not None:
        conditions.append("d.has_file" if question.has_file else "NOT d.has_file")
    for name, compared, moment in (("after", ">=", question.after), ("before", "<", question.before)):
        if moment is not None:
            conditions.append(f"d.at {compared} %({name})s")
            values[name] = moment.timestamp()
    if question.places is not None and len(question.places) > tsvector.FEW:
        conditions.append("d.place = ANY(CAST(%(places)s AS int[]))")
        values["places"] = list(question.places)
    if question.entries is not None:
        conditions.append("d.entry = ANY(CAST(%(entries)s AS int[]))")
        values["entries"] = [0, *question.entries]
    if unwanted and not wanted:  # an index cannot be asked for what is not in it
        conditions.append(_UNWANTED)
        values["unwanted"] = tsvector.either(unwanted)
    whole = tsvector.both(wanted, unwanted) if wanted else ""
    return whole, " AND ".join(conditions), values
