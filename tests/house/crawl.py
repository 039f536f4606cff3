"""What everybody gets at every address."""

import io
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from werkzeug.test import TestResponse

from tests.cast import CAST, LINKED, STRANGER, World
from tests.house.doors import Things, addresses
from tests.house.full_world import FURTHER

EVERYBODY = (*CAST, *FURTHER, LINKED, STRANGER)
#: What differs between two equal answers: the page's own keys, and the number of the request.
PASSING = re.compile(
    r'<(?:input|button)[^>]*name="(?:csrf_token|idempotency_key|draft_key|next)"[^>]*>'
    r'|<meta name="csrf[^>]*>|<code>[0-9a-f]{12}</code>'
)


@dataclass(frozen=True)
class Answer:
    endpoint: str
    path: str
    status: int
    headers: Mapping[str, str]
    mimetype: str
    text: str

    @property
    def lasting(self) -> str:
        """The text without what differs from answer to answer."""
        return PASSING.sub("", self.text)

    @property
    def words(self) -> str:
        """All that the answer says, headers included."""
        return self.text + "\n".join(f"{name}: {value}" for name, value in self.headers.items())


def crawl(
    world: World, who: str, things: Things, due: Callable[[str], bool] = lambda _path: True
) -> Sequence[Answer]:
    """The answer at every address there is, for one person; only where it is ``due``."""
    client = world.as_(who)
    found = []
    for endpoint, path in addresses(world.app, things):
        if not due(path):
            continue
        answer = client.get(path)
        text = _text(answer)
        found.append(Answer(endpoint, path, answer.status_code, answer.headers, answer.mimetype, text))
    return found


def _text(answer: TestResponse) -> str:
    """What it says; of an archive, the names and words in it."""
    if answer.mimetype.startswith("image/"):
        return ""
    if answer.mimetype != "application/zip":
        return answer.text
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        return "\n".join(
            f"{name} {archive.read(name).decode(errors='replace')}" for name in archive.namelist()
        )
