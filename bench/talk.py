"""Talk at full size: the lists and pages of topics, ideas and polls in a workspace with very many of them.

``python -m bench.talk`` makes two instances in temporary folders, each with one workspace: one with 20 topics,
ideas and polls and 20 comments on a topic, one with 10,000 of each and 2,000 comments on that topic. Each
page is asked of both in turns, and its median of CPU time and its SQL statements are printed side by side.
"""

import tempfile
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import text

from bench.workspaces import NOW, PEOPLE, Things, in_turns, instance, line, people, places, slug_of
from collab.activity.outbox import Context
from collab.comments.models import Comment, ReadMark
from collab.ideas.models import Idea, IdeaVote
from collab.polls.models import Poll, PollOption, Vote
from collab.topics.models import Topic

SMALL, FULL = (20, 20), (10_000, 2_000)
TIMES, VOTES, SAID = 15, 8, 4
STATES = ("new", "considered", "trial", "done", "declined")


def _said(things: Things, entry: int, place: int, count: int, after: int) -> None:
    for number in range(count):
        words = f"What was said as number {number}, in a sentence of some length."
        things.add(
            Comment,
            public_id=f"c{entry:07}x{number:07}",
            workspace_id=place,
            entry_id=entry,
            author_id=1 + (entry + number) % PEOPLE,
            body=words,
            html=f"<p>{words}</p>",
            text=words,
            lang="en",
            version=1,
            internal=False,
            created_at=NOW - timedelta(minutes=after + count - number),
        )


def _topic(things: Things, number: int, place: int, said: int) -> None:
    entry = things.entry("topic", number, place, f"/w/{slug_of(place)}/topics/topic{number:010}")
    decided = (
        {"decision": "So it is", "decided_at": NOW, "decided_by_id": 1} if number % 3 else {"decision": ""}
    )
    things.add(Topic, id=entry, place_id=place, **{"decided_at": None, "decided_by_id": None} | decided)
    _said(things, entry, place, said, number)
    if number % 2:
        things.add(ReadMark, account_id=1, entry_id=entry, read_at=NOW - timedelta(minutes=number))


def _idea(things: Things, number: int, place: int) -> None:
    due = NOW.date() + timedelta(days=number % 30)
    entry = things.entry("idea", number, place, f"/w/{slug_of(place)}/ideas/idea{number:010}", due_on=due)
    things.add(Idea, id=entry, place_id=place, state=STATES[number % 5])
    for vote in range(number % VOTES):
        things.add(IdeaVote, entry_id=entry, workspace_id=place, author_id=1 + vote, created_at=NOW)


def _poll(things: Things, number: int, place: int) -> None:
    entry = things.entry("poll", number, place, f"/w/{slug_of(place)}/polls/poll{number:010}")
    things.add(Poll, id=entry, place_id=place)
    for position in range(3):
        option = entry * 3 + position
        words = {"public_id": f"option{option:010}", "position": position, "text": f"Answer {position}"}
        things.add(PollOption, id=option, workspace_id=place, entry_id=entry, **words)
    for voter in range(VOTES):
        things.add(
            Vote, entry_id=entry, workspace_id=place, option_id=entry * 3 + voter % 3, author_id=1 + voter
        )


def fill(context: Context, many: int, said: int) -> int:
    """Write one workspace; answers its number."""
    with context.write.begin() as db:
        connection = db.connection()
        first: int = connection.execute(text("SELECT max(id) FROM workspace")).scalar_one() + 1
        things = Things()
        people(things)
        places(things, first, 1)
        things.write(connection)
        for number in range(many):
            _topic(things, number, first, said if number == 0 else SAID)
            _idea(things, number, first)
            _poll(things, number, first)
            things.write(connection) if number % 1000 == 0 else None
        things.write(connection)
        connection.execute(text("ANALYZE"))
    return first


def pages(place: int) -> Iterator[str]:
    """The lists in every order and with every filter, and one of each."""
    here = f"/w/{slug_of(place)}"
    yield from (f"{here}/topics/{which}" for which in ("", "?which=unread", "?which=open", "?which=decided"))
    yield from (
        f"{here}/ideas/{order}" for order in ("", "?order=new", "?order=due", "?state=trial", "?q=77")
    )
    yield f"{here}/polls/"
    for kind in ("topic", "idea", "poll"):
        yield f"{here}/{kind}s/{kind}{1:010}"
    yield f"{here}/topics/topic{0:010}"
    yield f"{here}/"


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        (few, first), (many, _same) = (
            instance(Path(folder), partial(fill, many=size[0], said=size[1]))
            for folder, size in ((one, SMALL), (other, FULL))
        )
        asked = list(pages(first))
        in_turns(few, many, asked, TIMES)
    print(f"{'small':>9} {'full':>9} {'ratio':>6}  statements  page")
    for page in asked:
        print(line(few, many, page))


if __name__ == "__main__":
    main()
