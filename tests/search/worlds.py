"""Worlds of the policy in which things say something, and questions about them, drawn from few words."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from collab.auth.models import Account
from collab.comments.models import Comment
from collab.files.models import Attachment, AttachmentText
from collab.search.question import Group, Item, Phrase, Question, Word
from collab.tags.models import EntryTag
from collab.workspaces.models import Entry, EntryGrant, Membership, Workspace
from tests.workspaces.access_world import FIRST_ID, NOON, Everything, Place
from tests.workspaces.test_access_random import make

#: Few, so that they meet: compounds and their parts, umlauts and their spellings, both languages, codes.
WORDS = (
    "Lüftung", "Lueftung", "Lüftungsanlage", "Wohnraumlüftungsanlage", "Anlage", "Anlagen", "Haus", "Häuser",
    "Haustür", "Tür", "house", "houses", "ventilation", "ventilated", "Straße", "Strasse", "Straßenbau",
    "WS-320", "WS", "320", "DIN", "18017-3", "und", "the", "die", "of", "plan", "planning", "Pläne", "Planung",
    "Müller", "Mueller", "naïve", "E-Mail", "mail", "report.pdf", "snake_case", "İstanbul", "x", "Quokka",
)  # fmt: skip
TAGS = ("Lüftung", "Planung", "press-kit", "Straßenbau")
LANGS = ("de", "de", "en", "en", "")
KINDS = ("post", "page", "comment", "file", "person", "workspace")


def draw_world(draw: Random) -> Everything:
    """People, guests of two firms among them, places and what is in them."""
    where = [_place(draw, number) for number in range(draw.randint(1, 3))]
    return make(draw, draw.randint(2, 5), where, draw.randint(2, 10), draw.randint(4, 24))


def _place(draw: Random, number: int) -> Place:
    clean = draw.random() < 0.3
    visibility = draw.choice(["open", "closed", "secret"])
    return Place(FIRST_ID + number, visibility, clean, not clean and draw.random() < 0.5)


def some_words(draw: Random, most: int) -> str:
    return " ".join(draw.choice(WORDS) for _ in range(draw.randint(0, most)))


# Changes --------------------------------------------------------------------------------------------

Change = Callable[[Session, Random, int], None]


def _tell(db: Session, table: Any, number: int, **values: Any) -> None:
    db.execute(update(table.__table__).where(table.__table__.c.id == number).values(**values))


def write_entry(db: Session, draw: Random, number: int) -> None:
    """Other words, tags and language; now and then it is something else, somewhere else, or gone."""
    _tell(
        db, Entry, number, title=f"{some_words(draw, 3)} {draw.choice(WORDS)}", text=some_words(draw, 12),
        address=f"/somewhere/e{number}", public_id=f"e{number}",
        lang=draw.choice(LANGS), kind=draw.choice(["post", "page"]),
        created_at=NOON - timedelta(days=draw.randint(0, 3)),
        deleted_at=NOON if draw.random() < 0.1 else None,
    )  # fmt: skip
    db.execute(delete(EntryTag.__table__).where(EntryTag.__table__.c.entry_id == number))
    place = db.scalar(select(Entry.__table__.c.workspace_id).where(Entry.__table__.c.id == number))
    for position, name in enumerate(draw.sample(TAGS, draw.choice([0, 0, 1, 2]))):
        key = name.lower().replace("-", "")
        row = {"entry_id": number, "workspace_id": place, "key": key, "name": name, "position": position}
        db.execute(insert(EntryTag.__table__), [row])


def move_entry(db: Session, draw: Random, number: int) -> None:
    places = db.scalars(select(Workspace.id).where(Workspace.id >= FIRST_ID)).all()
    _tell(db, Entry, number, workspace_id=draw.choice(places))


def write_comment(db: Session, draw: Random, number: int) -> None:
    gone = NOON if draw.random() < 0.1 else None
    _tell(db, Comment, number, text=some_words(draw, 6), deleted_at=gone)


def write_file(db: Session, draw: Random, number: int) -> None:
    name = f"{some_words(draw, 2)} f{number}.pdf".replace(" ", draw.choice([" ", "_", "-"]))
    gone = NOON if draw.random() < 0.1 else None
    texts = AttachmentText.__table__
    db.execute(delete(texts).where(texts.c.attachment_id == number))
    if draw.random() < 0.5:
        said = {"attachment_id": number, "text": some_words(draw, 8), "lang": draw.choice(LANGS)}
        db.execute(insert(texts), [said | {"read_at": NOON}])
    _tell(db, Attachment, number, name=name, alt=some_words(draw, 3), deleted_at=gone)


def write_person(db: Session, draw: Random, number: int) -> None:
    _tell(
        db, Account, number, name=f"{draw.choice(WORDS)} {draw.choice(WORDS)}", title=some_words(draw, 2),
        location=some_words(draw, 1), bio=some_words(draw, 3),
    )  # fmt: skip


def write_workspace(db: Session, draw: Random, number: int) -> None:
    _tell(db, Workspace, number, name=some_words(draw, 2) or "Place", purpose=some_words(draw, 4))


#: Letter of a key -> its table, and how a thing comes to say something else.
WRITERS: dict[str, tuple[Any, Change]] = {
    "e": (Entry, write_entry),
    "c": (Comment, write_comment),
    "f": (Attachment, write_file),
    "p": (Account, write_person),
    "w": (Workspace, write_workspace),
}


def keys(db: Session) -> list[str]:
    """The keys of everything in the world."""
    return [
        f"{letter}{number}"
        for letter, (table, _) in WRITERS.items()
        for number in db.scalars(select(table.id).where(table.id >= FIRST_ID).order_by(table.id))
    ]


def write(db: Session, draw: Random, key: str) -> None:
    """Let the thing say something else."""
    WRITERS[key[0]][1](db, draw, int(key[1:]))


def take_rights(db: Session, draw: Random) -> None:
    """People leave, grants end, things are hidden and deleted: nobody tells the index."""
    for table in (Membership, EntryGrant):
        for number in db.scalars(select(table.id)).all():
            if draw.random() < 0.15:
                db.execute(delete(table.__table__).where(table.__table__.c.id == number))
    for number in db.scalars(select(Entry.id)).all():
        if draw.random() < 0.15:
            hidden = {"guests_from": None, "public_from": None}
            _tell(db, Entry, number, **draw.choice([hidden, {"deleted_at": NOON}]))
    for number in db.scalars(select(Comment.id)).all():
        if draw.random() < 0.1:
            _tell(db, Comment, number, **draw.choice([{"internal": True}, {"deleted_at": NOON}]))


# Questions ------------------------------------------------------------------------------------------


def _typed(draw: Random) -> str:
    """A word as people type it: as it is, or otherwise spelt."""
    word = draw.choice(WORDS)
    return draw.choice([word, word, word.upper(), word.lower(), word.replace("ü", "ue").replace("ß", "ss")])


def mistyped(draw: Random) -> str:
    """A word with a letter left out, doubled or put in the place of its neighbour."""
    word = draw.choice([word for word in WORDS if len(word) > 4 and word.isalpha()])
    at = draw.randrange(1, len(word) - 1)
    turned = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return draw.choice([word[:at] + word[at + 1 :], word[:at] + word[at] + word[at:], turned])


def _item(draw: Random) -> Item:
    dice = draw.random()
    if dice < 0.2:
        return Phrase(tuple(_typed(draw) for _ in range(draw.randint(1, 3))))
    if dice < 0.35:
        word = _typed(draw)
        return Word(word[: draw.randint(1, len(word))], prefix=True)
    return Word(_typed(draw))


def _groups(draw: Random, many: int) -> tuple[Group, ...]:
    return tuple(tuple(_item(draw) for _ in range(draw.choice([1, 1, 1, 1, 2]))) for _ in range(many))


def draw_question(draw: Random, authors: Sequence[int]) -> Question:
    """One that people may ask, in any way that a question can be put; about everything, everywhere."""
    typing = draw.random() < 0.2
    question = Question(
        groups=_groups(draw, draw.choice([0, 1, 1, 1, 2, 2, 3, 4, 6])),
        without=tuple(_item(draw) for _ in range(draw.choice([0, 0, 0, 1, 2]))),
        strict=draw.random() < 0.4,
        typing=typing,
        order=draw.choice(["relevance", "relevance", "date"]),
    )
    if typing and question.groups:
        begun = _typed(draw)
        last = Word(begun[: draw.randint(1, len(begun))])
        question = replace(question, groups=(*question.groups[:-1], (last,)), without=())
    return _narrowed(draw, question, authors)


def _narrowed(draw: Random, question: Question, authors: Sequence[int]) -> Question:
    after = NOON - timedelta(days=draw.randint(0, 3), hours=draw.randint(-2, 2))
    choices: dict[str, Any] = {
        "kinds": tuple(draw.sample(KINDS, draw.randint(1, 2))),
        "authors": tuple(draw.sample([*authors, -1], min(2, len(authors)))),
        "tags": tuple(name.lower().replace("-", "") for name in draw.sample(TAGS, draw.randint(1, 2))),
        "langs": tuple(draw.sample(["de", "en"], draw.randint(1, 2))),
        "has_file": True,
        "after": after,
        "before": after + timedelta(hours=draw.choice([1, 24, 60])),
    }
    chosen = [name for name in choices if draw.random() < 0.12]
    return replace(question, **{name: choices[name] for name in chosen})
