"""Many tasks in one workspace: do its board and its lists stay as fast as with few?

``python -m bench.tasks`` makes two instances with one workspace each, with 300 tasks and with 10,000
(``--most`` says another number), of which one person has 60 and 2,000 to do. Each page is asked of
both in turns; its median of CPU time, its size and its SQL statements are printed side by side.
"""

import argparse
import tempfile
from pathlib import Path

from sqlalchemy import insert, select

from bench.workspaces import NOW, Instance, fill, in_turns
from collab.app import create_app, make_context
from collab.auth import sessions
from collab.auth.sessions import Browser, Proof
from collab.config import Settings
from collab.tasks.models import Task, TaskAssignee
from collab.upgrade import upgrade
from collab.workspaces.models import Entry

FEW, TIMES = 300, 21


def _instance(folder: Path, tasks: int) -> tuple[Instance, str]:
    context = make_context(Settings(data_dir=folder, demo=False, debug_statements=True))
    upgrade(context.write.kw["bind"])
    first = fill(context, (1, 1, 1, tasks))
    task, entry, work = Task.__table__.c, Entry.__table__.c, TaskAssignee.__table__
    with context.write.begin() as db:
        connection = db.connection()
        theirs = select(work.c.entry_id).where(work.c.author_id == 1)
        others = select(task.id, task.place_id).join(Entry.__table__, entry.id == task.id)
        others = others.where(entry.settled_at.is_(None), task.id.not_in(theirs)).order_by(task.id)
        theirs = theirs.join(Entry.__table__, entry.id == work.c.entry_id).where(entry.settled_at.is_(None))
        missing = tasks // 5 - len(connection.execute(theirs).all())
        mine = [
            {"entry_id": row.id, "workspace_id": row.place_id}
            for row in connection.execute(others.limit(missing))
        ]
        connection.execute(insert(TaskAssignee).values(author_id=1, responsible=False), mine)
        token, _number = sessions.start(db, 1, Proof(["pwd"]), Browser(), days=1)
    client = create_app(context).test_client()
    client.set_cookie("collab", token)
    return Instance(client), f"/w/place-{first}/tasks/"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=10_000)
    most = parser.parse_args().most
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        (few, here), (many, _same) = _instance(Path(one), FEW), _instance(Path(other), most)
        lists = (
            "list",
            "list?sort=new",
            "list?sort=title",
            "list?mine=1",
            "list?state=done",
            "list?due=week",
        )
        pages = (here, *(here + name for name in lists), f"{here}task{1:010}", "/tasks/")
        in_turns(few, many, pages, TIMES)
        print(f"{FEW:>8}  {most:>8}   ratio  statements  kilobytes  page  ({NOW:%Y-%m-%d})")
        for page in pages:
            size = len(many.client.get(page).data) // 1024
            took = [side.median(page) for side in (few, many)]
            asked = f"{few.asked[page]:4} {many.asked[page]:4}"
            print(
                f"{took[0]:5.1f} ms  {took[1]:5.1f} ms  {took[1] / took[0]:6.2f}  {asked}  {size:9}   {page}"
            )


if __name__ == "__main__":
    main()
