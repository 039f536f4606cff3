"""Texts to be found: made from a vocabulary, or taken from a folder of Markdown files.

Made ones say words as often as texts do: by Zipf's law as Mandelbrot wrote it (1953), and each keeps
to a theme of its own, whose words come again and again. The same number makes the same text.
"""

import itertools
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bench.search.vocabulary import SMALL, words
from collab import language

#: So many letters a made text has, and at least and at most one that is taken.
LETTERS, SHORT, LONG = 2000, 200, 30_000
#: Zipf, Mandelbrot: the r-th word is said 1 / (r + 2.7) ** 1.07 times as often.
SHIFT, SLOPE = 2.7, 1.07
#: A theme has so many words; such a share of a text is said of it.
THEME, OF_THEME = 14, 0.16
GERMAN = 0.6


@dataclass(frozen=True)
class Text:
    """What somebody wrote."""

    title: str
    text: str
    lang: str


def texts(count: int, folder: Path | None = None) -> Iterator[Text]:
    """So many texts: those in the folder, and made ones for the rest, the same ones each time."""
    taken = _taken(folder) if folder else iter(())
    yield from itertools.islice(itertools.chain(taken, map(made, itertools.count())), count)


def made(number: int) -> Text:
    """The text of this number."""
    chance = random.Random(number)
    lang = "de" if chance.random() < GERMAN else "en"
    vocabulary, weights, content, content_weights = _spoken(lang)
    theme = chance.choices(content, cum_weights=content_weights, k=THEME)
    said = chance.choices(vocabulary, cum_weights=weights, k=LETTERS // 5)
    for place in range(len(said)):
        if chance.random() < OF_THEME:
            said[place] = theme[int(chance.random() ** 2 * THEME)]
    title = " ".join(theme[: chance.randint(2, 5)])
    return Text(title[:1].upper() + title[1:], _sentences(chance, said), lang)


@cache
def _spoken(lang: str) -> tuple[Sequence[str], Sequence[float], Sequence[str], Sequence[float]]:
    """All words and those that say something, each with how often they are said, added up."""
    every = words(lang)
    often = [1 / (rank + SHIFT) ** SLOPE for rank in range(1, len(every) + 1)]
    small = len(SMALL[lang])
    # Themes are about anything, not mostly about the most frequent words: their slope is less steep.
    themes = [weight**0.7 for weight in often[small:]]
    return every, list(itertools.accumulate(often)), every[small:], list(itertools.accumulate(themes))


def _sentences(chance: random.Random, said: Sequence[str]) -> str:
    """The words in sentences and paragraphs, until there are enough letters."""
    parts: list[str] = []
    letters = begun = 0
    while begun < len(said) and letters < LETTERS:
        sentence = " ".join(said[begun : begun + chance.randint(5, 20)])
        begun += sentence.count(" ") + 1
        parts.append(f"{sentence[:1].upper()}{sentence[1:]}.{chance.choice((' ', ' ', ' ', chr(10) * 2))}")
        letters += len(parts[-1])
    return "".join(parts).strip()


def _taken(folder: Path) -> Iterator[Text]:
    """First every Markdown file, then what stands below headings of its own."""
    files = sorted(path for path in folder.rglob("*.md") if path.is_file())
    for path in files:
        text = path.read_text(errors="replace")
        if len(text) > SHORT:
            yield _text(path.stem.replace("-", " "), text)
    for path in files:
        for section in re.split(r"^#+ ", path.read_text(errors="replace"), flags=re.M)[1:]:
            title, _, text = section.partition("\n")
            if title.strip() and len(text) > SHORT:
                yield _text(title.strip()[:150], text)


def _text(title: str, text: str) -> Text:
    return Text(title, text[:LONG], language.guess(text[:LONG]))
