"""Ten people at one page at the same time, over real HTTP."""

import re
from concurrent.futures import ThreadPoolExecutor
from html import unescape

from tests.cast import World
from tests.serving import browser, said, serving

PEOPLE = [f"writer{number}" for number in range(10)]
OPEN = "\n\n".join([*(f"Part of {who}: open" for who in PEOPLE), "Agreed: nothing", ""])


def _form(page: str) -> dict[str, str]:
    """What the form of the page holds, as its reader would send it."""
    text = re.search(r'<textarea[^>]*name="body"[^>]*>(.*?)</textarea>', page, re.S)
    version = re.search(r'name="version" value="(\d+)"', page)
    assert text and version
    body = unescape(text[1]).replace("\r", "").removeprefix("\n")
    return {"title": "Plan", "body": body, "version": version[1]}


def _write(port: int, address: str, who: str, known: tuple[str, str]) -> list[tuple[int, str]]:
    """Fill in one's own part and add to what all agree on, until it is saved; the answers to that."""
    answers = []
    status, page = said(port, f"{address}/edit", None, *known)
    assert status == 200
    form = _form(page)
    form["body"] = form["body"].replace(f"Part of {who}: open", f"Part of {who}: done")
    form["body"] = form["body"].replace("Agreed: nothing", f"Agreed: {who}")
    assert said(port, f"{address}/editing", {}, *known)[0] == 200
    while True:
        status, page = said(port, f"{address}/edit", form, *known)
        answers.append((status, page))
        if status != 409:
            return answers
        form = _form(page)
        mine, theirs = (unescape(text) for text in re.findall(r"<pre>(Agreed: [^<]*)</pre>", page)[-2:])
        form["body"] = form["body"].replace(mine, f"{theirs} {who}")


def test_ten_people_write_one_page_and_nothing_is_lost(world: World) -> None:
    for who in PEOPLE:
        world.account(who)
    place = world.workspace(members=PEOPLE)
    plan = world.page("Plan", OPEN, workspace=place)
    with serving(world) as port, ThreadPoolExecutor(len(PEOPLE)) as crew:
        browsers = {who: browser(world, who) for who in PEOPLE}
        begun = [crew.submit(_write, port, plan.address, who, browsers[who]) for who in PEOPLE]
        answers = dict(zip(PEOPLE, (one.result() for one in begun), strict=True))

    page = world.as_("author").get(plan.address).text
    assert page.count("done</p>") == len(PEOPLE) and "open</p>" not in page
    agreed = re.search(r"<p>Agreed: (.*?)</p>", page)
    assert agreed and sorted(agreed[1].split()) == PEOPLE
    statuses = [status for given in answers.values() for status, _page in given]
    assert statuses.count(303) == len(PEOPLE) and set(statuses) <= {303, 409} and 409 in statuses
    for who, given in answers.items():
        for _status, told in (one for one in given if one[0] == 409):
            texts = re.findall(r"<pre>(Agreed: [^<]*)</pre>", told)
            assert len(texts) == 3, "what it said before, mine, theirs"
            assert who in texts[1] and who not in texts[2]
    history = world.as_("author").get(f"/entries/{plan.public_id}/history").text
    assert all(who in history for who in PEOPLE)
