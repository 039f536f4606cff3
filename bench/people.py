"""The lists of the administration at 10,000 accounts: milliseconds of CPU for each page.

``python -m bench.people`` makes a database of its own in a temporary folder, asks each page several
times and prints the median, so that nothing depends on what else the machine does.
"""

import statistics
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from sqlalchemy import insert, select

from collab import clock
from collab.app import create_app, make_context
from collab.auth import sessions
from collab.auth.models import Account, Firm
from collab.auth.sessions import Browser, Proof
from collab.config import Settings
from collab.upgrade import upgrade

ACCOUNTS, FIRMS, TIMES = 10_000, 300, 15
PAGES = (
    "/admin/people",
    "/admin/people?q=nina",
    "/admin/people?q=nobody.at.all",
    "/admin/people?sort=newest",
    "/admin/people?sort=seen",
    "/admin/people?kind=guest&sort=ends",
    "/admin/people?status=ends30",
    "/admin/people?status=no_sponsor",
    "/admin/guests/sponsors",
    "/admin/firms/",
    "/admin/firms/?q=firm+7",
    "/admin/groups/",
    "/admin/invitations/",
)


def _fill(context: object) -> None:
    now = clock.now()
    with context.write.begin() as db:  # type: ignore[attr-defined]
        db.execute(
            insert(Firm),
            [{"name": f"Firm {n}", "domains": [f"firm{n}.example"], "created_at": now} for n in range(FIRMS)],
        )
        firms = list(db.scalars(select(Firm.id)))
        db.add(
            Account(
                handle="boss",
                name="Boss",
                email="boss@x.example",
                email_key="boss@x.example",
                is_admin=True,
                created_at=now,
            )
        )
        db.flush()
        names = ("Nina", "Karl", "Öztürk", "Mei", "Ulrike")
        rows = []
        for number in range(ACCOUNTS):
            guest = number % 3 == 0
            address = f"p{number}@firm{number % FIRMS}.example"
            rows.append(
                {
                    "handle": f"p{number}",
                    "name": f"{names[number % 5]} {number * 7919 % ACCOUNTS:05}",
                    "email": address,
                    "email_key": address,
                    "kind": "guest" if guest else "employee",
                    "firm_id": firms[number % FIRMS] if guest else None,
                    "sponsor_id": 1 if guest and number % 2 else None,
                    "ends_at": now + timedelta(days=number % 200) if guest else None,
                    "seen_at": now - timedelta(hours=number) if number % 4 else None,
                    "created_at": now,
                }
            )
        db.execute(insert(Account), rows)


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        context = make_context(Settings(data_dir=Path(folder), demo=False))
        upgrade(context.write.kw["bind"])
        _fill(context)
        with context.write.begin() as db:
            token, _number = sessions.start(db, 1, Proof(["pwd"]), Browser(), days=1)
        client = create_app(context).test_client()
        client.set_cookie("collab", token)
        for page in PAGES:
            took = []
            for _again in range(TIMES):
                begun = time.process_time()
                answer = client.get(page)
                took.append((time.process_time() - begun) * 1000)
                if answer.status_code != 200:
                    raise SystemExit(f"{page}: {answer.status_code}")
            print(f"{statistics.median(took):6.1f} ms  {page}")


if __name__ == "__main__":
    main()
