"""Reading the mails that a world has sent into its data folder."""

import re
from dataclasses import dataclass
from email import message_from_bytes, policy

from tests.cast import World


@dataclass(frozen=True)
class Mail:
    """One mail as its reader gets it."""

    to: str
    subject: str
    text: str
    message_id: str

    @property
    def path(self) -> str:
        """The one link in it that leads to a page with a token."""
        [found] = re.findall(r"http://127\.0\.0\.1:8000(/login/[a-z-]+/[\w-]{43})\b", self.text)
        return str(found)


def mails(world: World, to: str = "") -> list[Mail]:
    """What has been sent to ``to`` (a name of the cast or an address), the oldest first."""
    world.drain()
    address = f"{to}@example.com" if to and "@" not in to else to
    found = []
    for path in sorted(
        (world.context.data_dir / "mail").glob("*.eml"), key=lambda path: int(path.name.partition(".")[0])
    ):
        message = message_from_bytes(path.read_bytes(), policy=policy.default)
        body = message.get_body(("plain",))
        assert body is not None
        mail = Mail(message["To"], message["Subject"], body.get_content(), message["Message-ID"])
        if not address or mail.to == address:
            found.append(mail)
    return found
