"""How long answers take: Collab for two readers, and other engines that know no rights."""

import gc
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from urllib.parse import quote_plus

from flask.testing import FlaskClient

from bench.search.meter import Meter, Timings
from bench.search.questions import Asked
from bench.search.rivals import FACETS, FILTER, PAGE, PAGES, PHRASE, QUICK, TWO, TYPING, Rival
from bench.search.world import ALL, FEW, World, author_of
from collab.search import services
from collab.search.forms import Asked as Form
from collab.search.queries import question

#: So many questions are asked before any is measured: processes have done so before people notice.
WARM_UP = 10
#: Who asks -> what -> how long it took.
Measured = Mapping[str, Mapping[str, Timings]]
Asks = Mapping[str, Callable[[Asked], object]]


class Reader:
    """Asks a Collab as one person, from the question as typed to the HTML of what is shown."""

    def __init__(self, world: World, name: str) -> None:
        self.name, self._world = name, world
        self._engine = world.engine
        self._browser: FlaskClient = world.browser(name)
        self.asks: Asks = {
            TWO: lambda asked: self._find(asked.two),
            PAGES: lambda asked: self._get(f"/search?q={quote_plus(asked.two)}"),
            TYPING: lambda asked: self._find(asked.typed, typing=True),
            FACETS: lambda asked: self._facets(asked.two),
            PHRASE: lambda asked: self._find(f'"{asked.phrase}"'),
            FILTER: lambda asked: self._find(f"{asked.two} author:author-{author_of(asked.number)}"),
        }

    def _find(self, typed: str, *, typing: bool = False) -> int:
        with self._world.looking(self.name) as (db, viewer), self._world.app.test_request_context():
            asked = question(db, viewer, Form(q=typed), prefix=typing)
            found = services.find(
                db,
                viewer,
                self._engine,
                asked.question,
                asked.wanted.said,
                limit=QUICK if typing else PAGE,
                excerpts=not typing,
            )
            for hit in found.hits:
                str(hit.title_html.__html__())
                if not typing:
                    str(hit.excerpt_html.__html__())
        return len(found.hits)

    def _facets(self, typed: str) -> int:
        with self._world.looking(self.name) as (db, viewer):
            asked = question(db, viewer, Form(q=typed))
            return services.facets(db, viewer, self._engine, asked.question).total

    def _get(self, path: str) -> int:
        answer = self._browser.get(path)
        if answer.status_code != 200:
            raise RuntimeError(f"{path}: {answer.status}")
        return len(answer.data)


def measure(world: World, rivals: Sequence[Rival], asked: Sequence[Asked]) -> Measured:
    """Ask everybody the same questions, each once, one after the other."""
    meter = Meter(world.context.read.kw["bind"])
    asks: dict[str, Asks] = {name: Reader(world, name).asks for name in (FEW, ALL)}
    asks |= {rival.name: rival.asks for rival in rivals}
    for one in asked[:WARM_UP]:
        for every in asks.values():
            _ask(every.values(), one)
    gc.collect()
    ours = asks[ALL]
    found: Measured = {
        who: {what: Timings() for what in ours if what in every} for who, every in asks.items()
    }
    for one in asked[WARM_UP:]:
        for what in ours:
            for who, every in asks.items():
                if what in every:
                    found[who][what].each.append(meter.time(partial(every[what], one)))
    return found


def _ask(every: Iterable[Callable[[Asked], object]], asked: Asked) -> None:
    for ask in every:
        ask(asked)
