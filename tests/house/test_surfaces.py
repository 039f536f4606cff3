"""People × surfaces: what everybody gets at every address of a world with one of everything.

At the addresses of what somebody may not read, each person tries some of the things, and the next
person others; ``SURFACES=all`` lets everybody try all of them.
"""

import os
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache, partial
from zlib import crc32

import pytest
from sqlalchemy import Connection, select, text

from collab.comments.models import Comment
from collab.db import Base
from collab.workspaces import access
from collab.workspaces.models import Entry
from tests.cast import LINKED, STRANGER, World
from tests.house.crawl import EVERYBODY, PASSING, Answer, crawl
from tests.house.doors import Things, acts
from tests.house.full_world import Full

#: Seven people go through every door of the house before the first test looks at what they saw.
pytestmark = [pytest.mark.timeout(900)]
MARK = re.compile(r"zq\d{4}zq")
#: Each person asks at each address for every so many-th of what is hidden from them, and acts on it.
ASKING, ACTING = (1, 1) if os.environ.get("SURFACES") == "all" else (12, 16)
#: Marks that a person may see and that no address shows to that person, and why.
NOWHERE = {
    (STRANGER, "alternative text of author"): "the picture does not stand in the post",
    ("former", "alternative text of author"): "who has ended is a stranger",
    (LINKED, "alternative text of author"): "the pictures do not stand in the posts",
    (LINKED, "tag of"): "tags lead to what else there is at a place",
    (LINKED, "further tag of"): "the same",
    ("alone", "first body"): "the history of an entry is for those who are where it is",
    ("rival", "first body"): "the same, for a firm with which an entry alone is shared",
    ("alone", "answer to an event"): "who comes is for those who are where it is",
    ("rival", "answer to an event"): "the same, for a firm with which an event alone is shared",
}
#: What is the same for everybody, and may be kept for everybody.
FOR_EVERYBODY = {"static.file", "tools_api.configuration", "tools_api.jwks"}
#: What answers at every door, to hidden and missing things alike: the sign-in page to somebody whom
#: nobody knows yet, and why it ended to whom it has ended for.
AT_THE_DOOR: Mapping[str, set[int]] = {
    STRANGER: {303, 401},
    LINKED: {303, 401},
    "former": {303, 401, 403},
}


@pytest.fixture(scope="module")
def things(full: Full) -> Things:
    return Things(full.world)


@pytest.fixture(scope="module")
def answers(full: Full, things: Things) -> Mapping[str, Sequence[Answer]]:
    before = _rows(full.world)
    found = {who: crawl(full.world, who, things, partial(_due, full, who)) for who in EVERYBODY}
    assert _rows(full.world) == before, "a GET has written something"
    return found


def _due(full: Full, who: str, path: str) -> bool:
    """Is it this person's turn to ask there, if what the address names is hidden from them?"""
    number = next((number for name, number in _hidden(full, who).items() if name in path), None)
    return number is None or _turn(who, path, number, ASKING)


def _turn(who: str, path: str, number: int, among: int) -> bool:
    """Every so many-th of the hidden things, others at each address and for each person."""
    door = crc32("/".join(part for part in path.split("/") if part.isalpha()).encode())
    return (number + door + EVERYBODY.index(who)) % among == 0


def _rows(world: World) -> dict[str, list[tuple[object, ...]]]:
    """Everything in the database, but for when somebody was seen."""
    with world.context.read.kw["bind"].connect() as connection:
        return {table.name: _all(connection, table.name) for table in Base.metadata.sorted_tables}


def _all(connection: Connection, table: str) -> list[tuple[object, ...]]:
    rows = connection.execute(text(f'SELECT * FROM "{table}"')).mappings()
    passing = {"seen_at", "last_visit_at"}
    kept = (tuple(value for name, value in row.items() if name not in passing) for row in rows)
    # Browsers of the tests sign in while they are looking around.
    return [] if table == "session" else sorted(kept, key=repr)


@pytest.mark.parametrize("who", EVERYBODY)
def test_nobody_comes_across_what_is_not_for_them(
    full: Full, answers: Mapping[str, Sequence[Answer]], who: str
) -> None:
    with full.world.system() as db:
        viewer = full.viewer(who)
        allowed = {mark for mark, sees in full.marks.items() if sees(db, viewer)}
    shown: dict[str, str] = {}
    for answer in answers[who]:
        for mark in MARK.findall(answer.words):
            if answer.status == 200 or mark not in answer.path:  # else the question is repeated
                shown.setdefault(mark, answer.path)

    assert {(full.what[mark], shown[mark]) for mark in shown.keys() - allowed} == set()
    nowhere = {full.what[mark] for mark in allowed - shown.keys()}
    known = tuple(what for person, what in NOWHERE if person == who)
    assert {what for what in nowhere if not what.startswith(known)} == set()


#: So many hidden marks, and as many that are not, are asked for.
ASKED_FOR = 4


def test_no_word_is_mended_to_one_that_is_hidden(full: Full) -> None:
    """Whoever types a word of a hidden text, or nearly, is told no word but of texts that they may read."""
    wrong, offered = [], Counter[str]()
    for who in (who for who in EVERYBODY if who not in AT_THE_DOOR):
        with full.world.system() as db:
            viewer = full.viewer(who)
            allowed = {mark for mark, sees in full.marks.items() if sees(db, viewer)}
        client = full.world.as_(who)
        for those in (full.marks.keys() - allowed, allowed):
            for mark in sorted(those)[:: len(those) // ASKED_FOR + 1]:
                for typed in (mark, f"{mark[:4]}{mark[5:]}", f"{mark[:-1]}x"):
                    for path in (f"/search?q={typed}", f"/search/quick?q={typed}"):
                        answer = client.get(path)
                        assert answer.status_code == 200
                        told = set(MARK.findall(answer.text)) - {typed}
                        offered[who] += len(told)
                        wrong += [(who, path, full.what[other]) for other in told - allowed]
    assert wrong == []
    assert min(offered.values()) > 0, offered


@pytest.mark.parametrize("who", EVERYBODY)
def test_hidden_things_answer_like_missing_ones(
    full: Full, things: Things, answers: Mapping[str, Sequence[Answer]], who: str
) -> None:
    client, wrong = full.world.as_(who), []
    get = cache(client.get)  # what is missing answers always alike
    compared: Counter[str] = Counter()
    for name in _hidden(full, who):
        for answer in (answer for answer in answers[who] if name in answer.path):
            known = answer.status in {404} | AT_THE_DOOR.get(who, set())
            compared[answer.endpoint] += 1
            if known and compared[answer.endpoint] > 2:
                continue
            missing = re.sub("[A-Za-z0-9]", "a", name.rsplit("/", 1)[-1])
            twin = get(answer.path.replace(name.rsplit("/", 1)[-1], missing))
            status, text = answer.status, answer.text
            if who == "former":  # told once that it has ended, a browser is nobody's: so ask anew
                now = client.get(answer.path)
                status, text = now.status_code, now.text
            same = twin.status_code == status and _told(twin.text, missing) == _told(text, name)
            if not same or (not known and answer.status != 422):
                wrong.append((answer.status, answer.path))
    assert wrong == []


def _may_undo(full: Full, who: str, act: str) -> bool:
    """Who has deleted an entry may bring it back, although it is hidden from all now."""
    if not act.endswith("/restore"):
        return False
    with full.world.system() as db:
        deleter = select(Entry.deleted_by_id).where(Entry.public_id == act.split("/")[-2])
        return db.scalar(deleter) == full.viewer(who).account_id


def _told(page: str, name: str) -> str:
    """The page without the name that was asked for."""
    spelt = re.escape(name.rsplit("/", 1)[-1]).replace(r"\-", "(?:[- +]|%20)")
    return re.sub(spelt, "", PASSING.sub("", page), flags=re.I)


@cache
def _hidden(full: Full, who: str) -> Mapping[str, int]:
    """The names in addresses of what the person may not read -> its number."""
    with full.world.system() as db:
        viewer = full.viewer(who)
        seen = access.select_entries(viewer, Entry, Entry.id)
        unseen = select(Entry.id, Entry.public_id, Entry.address).where(Entry.id.not_in(seen))
        rows = db.execute(unseen.order_by(Entry.id)).all()
        heard = access.select_parts(viewer, Comment, Comment.id)
        unheard = select(Comment.public_id, Comment.id).where(Comment.id.not_in(heard)).order_by(Comment.id)
        names = {name: row.id for row in rows for name in (row.public_id, row.address)}
        return names | {row.public_id: row.id for row in db.execute(unheard)}


@pytest.mark.parametrize("who", EVERYBODY)
def test_acts_on_hidden_things_answer_like_acts_on_missing_ones(full: Full, things: Things, who: str) -> None:
    client, wrong = full.world.as_(who), []
    token, all_acts = {"csrf_token": client.csrf()}, list(acts(full.world.app, things))
    send = cache(lambda act: client.post(act, data=token))  # what is missing answers always alike
    for name, number in _hidden(full, who).items():
        short = name.rsplit("/", 1)[-1]
        other = re.sub("[A-Za-z0-9]", "a", short)
        for path in (act for act in all_acts if name in act and _turn(who, act, number, ACTING)):
            if _may_undo(full, who, path):
                continue
            found, missing = client.post(path, data=token), send(path.replace(short, other))
            same = _told(found.text, name) == _told(missing.text, other)
            refused = found.status_code == missing.status_code and (
                found.status_code >= 400 or found.status_code in AT_THE_DOOR.get(who, ())
            )
            if not refused or not same:
                wrong.append((found.status_code, missing.status_code, path))
    assert wrong == []


@pytest.mark.parametrize("who", [who for who in EVERYBODY if who != "former"])
def test_what_another_has_kept_is_no_answer(
    full: Full, answers: Mapping[str, Sequence[Answer]], who: str
) -> None:
    """An ETag that somebody was told opens nothing to anybody else, not even by saying "unchanged"."""
    client, told = full.world.as_(who), {answer.path: answer for answer in answers[who]}
    wrong = []
    for other in (answer for answer in answers["author"] if answer.path in told):
        tag, mine = other.headers.get("ETag"), told[other.path]
        if tag and tag != mine.headers.get("ETag") and other.endpoint not in FOR_EVERYBODY:
            again = client.get(other.path, headers={"If-None-Match": tag})
            if again.status_code != mine.status or PASSING.sub("", again.text) != mine.lasting:
                wrong.append((again.status_code, other.path))
    assert wrong == []


@pytest.mark.parametrize("who", EVERYBODY)
def test_no_address_fails(answers: Mapping[str, Sequence[Answer]], who: str) -> None:
    failed = {(a.endpoint, a.status) for a in answers[who] if a.status >= 500 and a.endpoint != "readyz"}
    assert failed == set()


@pytest.mark.parametrize("who", EVERYBODY)
def test_every_answer_tells_the_browser_what_it_may_do(
    answers: Mapping[str, Sequence[Answer]], who: str
) -> None:
    wrong: Counter[tuple[str, str]] = Counter()
    for answer in answers[who]:
        headers = answer.headers
        policy = headers.get("Content-Security-Policy", "")
        expected = {
            "policy": "default-src 'none'" in policy and "unsafe" not in policy,
            "sniffing": headers.get("X-Content-Type-Options") == "nosniff",
            "frames": headers.get("X-Frame-Options") == "DENY",
            "referrer": "Referrer-Policy" in headers,
            "cache": answer.endpoint in FOR_EVERYBODY
            or "public" not in headers.get("Cache-Control", "public"),
            "vary": answer.endpoint in FOR_EVERYBODY or "Cookie" in headers.get("Vary", ""),
        }
        wrong.update((answer.endpoint, name) for name, well in expected.items() if not well)
    assert not wrong


INLINE = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>|<style\b|\sstyle=|\son[a-z]+=|javascript:", re.I)


def test_no_page_holds_a_script_or_a_style_of_its_own(answers: Mapping[str, Sequence[Answer]]) -> None:
    found = {
        (answer.endpoint, match.group())
        for all_of_them in answers.values()
        for answer in all_of_them
        if answer.mimetype == "text/html" and (match := INLINE.search(answer.text))
    }
    assert found == set()


MOST_STATEMENTS = 8


def test_no_page_asks_the_database_too_often(answers: Mapping[str, Sequence[Answer]]) -> None:
    found: dict[str, int] = {}
    for answer in answers["author"]:
        asked = int(answer.headers.get("X-Collab-Statements", 0))
        if answer.status == 200 and answer.mimetype == "text/html" and asked > MOST_STATEMENTS:
            found[answer.endpoint] = max(asked, found.get(answer.endpoint, 0))
    assert found == {}
