"""The addresses that somebody types or pastes to invite people."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from collab import text
from collab.auth.services import email_key, is_address
from collab.config import Settings

#: Where everybody gets a mailbox: such a domain tells nothing about the firm.
PUBLIC = frozenset(
    {
        "aol.com", "arcor.de", "freenet.de", "gmail.com", "gmx.at", "gmx.ch", "gmx.de", "gmx.net",
        "googlemail.com", "hotmail.com", "hotmail.de", "icloud.com", "live.com", "live.de",
        "mail.de", "mail.ru", "mailbox.org", "me.com", "msn.com", "online.de", "orange.fr",
        "outlook.com", "outlook.de", "posteo.de", "proton.me", "protonmail.com", "qq.com",
        "t-online.de", "web.de", "yahoo.com", "yahoo.de", "yandex.ru",
    }
)  # fmt: skip
_NAMED = re.compile(r"\s*(?P<name>[^<>]*?)\s*<(?P<email>[^<>]*)>\s*")
#: Between two people: a line, comma or semicolon, but not the comma in a quoted name. A field of one
#: line turns the lines of what is pasted into spaces.
_BETWEEN = re.compile(r"(?:[,;\r\n]+|(?<=>)\s+)(?=(?:[^\"]*\"[^\"]*\")*[^\"]*\Z)")


@dataclass(frozen=True)
class Addressee:
    """Somebody to be invited. ``name`` is empty where only an address was given."""

    email: str
    name: str = ""

    @property
    def key(self) -> str:
        return email_key(self.email)

    @property
    def domain(self) -> str:
        return self.key.rpartition("@")[2]

    @property
    def usable(self) -> bool:
        return is_address(self.email)


def read(pasted: str) -> list[Addressee]:
    """The people in a pasted list: lines, commas, semicolons, ``Name <address>``; also what is no address."""
    found = [each for piece in _BETWEEN.split(pasted) for each in _people(piece)]
    return [each for each in found if each.email or each.name]


def _people(piece: str) -> list[Addressee]:
    """Whom a piece between two commas names: mostly one, or several with spaces between."""
    named = _NAMED.fullmatch(piece)
    words = text.clean_line(named["name"] if named else piece).split()
    alone = 0
    while alone < len(words) and is_address(words[alone]):
        alone += 1
    found = [Addressee(word) for word in words[:alone]]
    rest = " ".join(words[alone:])
    if named is not None:
        return [*found, Addressee(text.clean_line(named["email"]), _name(rest))]
    return [*found, Addressee(rest)] if rest else found


def _name(given: str) -> str:
    """``Karl Kessler`` of ``"Kessler, Karl"`` too."""
    name = text.clean_line(given.strip().strip("\"'"))
    last, comma, first = name.partition(",")
    return f"{first.strip()} {last.strip()}" if comma and first.strip() else name


def allowed_domains(settings: Settings) -> frozenset[str]:
    """The domains that may be invited; empty for all."""
    words = re.split(r"[,;\s]+", settings.guest_domains.lower())
    return frozenset(word.removeprefix("@") for word in words if word)


def may_come_from(settings: Settings, domain: str) -> bool:
    allowed = allowed_domains(settings)
    return not allowed or any(domain == each or domain.endswith(f".{each}") for each in allowed)


def guess(domain: str) -> str:
    """What a firm with this domain may be called: ``Kessler Guss`` for ``kessler-guss.de``."""
    labels = domain.split(".")
    return labels[-2].replace("-", " ").title() if len(labels) > 1 else ""


def own_domains(people: Sequence[Addressee]) -> list[str]:
    """The domains among them that say which firm it is."""
    return list(dict.fromkeys(each.domain for each in people if each.domain not in PUBLIC))
