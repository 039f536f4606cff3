"""Finds the words of a text where they stand, also ``WS-320``, ``a.b@c.de`` and words across lines."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from collab.search.letters import flat
from collab.search.whoosh import Token, Tokenizer, stoplists

#: A term has at most so many letters.
LONGEST = 64
#: Accents of their own, soft hyphens and invisible joiners stand inside words.
_MARKS = "\u0300-\u036f\u00ad\u200b-\u200d\u2060"
_LETTERS = rf"[^\W_][^\W_{_MARKS}]*(?:[{_MARKS}]+[^\W_{_MARKS}]*)*"
_HYPHENS = "\u2010\u2011-"
#: A hyphen at the end of a line, if the word goes on in small letters: not "Heiz-⏎und".
_BREAK = rf"[{_HYPHENS}][^\S\n]*\n[^\S\n]*(?=[a-zäöüß])(?!(?:und|oder|bzw|bis|sowie|and|or)\b)"
#: "Kolleg*innen", "Kolleg:in", "Kolleg/-innen" are colleagues.
_EVERYBODY = rf"[*:·/_][{_HYPHENS}]?[iI]n(?:nen)?(?!\w)"
_PIECE = re.compile(rf"{_LETTERS}(?:{_BREAK}{_LETTERS})*(?:{_EVERYBODY})?")
_JOINT = rf"(?:[./@&'’{_HYPHENS}]|_+|(?<=\d),(?=\d))"
_WORD = re.compile(rf"{_PIECE.pattern}(?:{_JOINT}{_PIECE.pattern})*(?:(?:\+\+|#)(?!\w))?")
_NOT_SAID = re.compile(rf"{_BREAK}|{_EVERYBODY}|['’]s\Z|['’]")
_OWNED = re.compile(r"['’]s\Z")
_NOT_TWO_DIGITS = re.compile(rf"(?<!\d)[{_HYPHENS}]|[{_HYPHENS}](?!\d)")
_OTHER_HYPHENS = re.compile("[\u2010\u2011]")
_DIGIT = re.compile(r"(?<=\D)\d")
#: "WS320" is also a "WS" and a "320".
_CODE = re.compile(r"([^\W\d_]{2,6})(\d{2,8})\Z")


class Spelt(NamedTuple):
    """A word as it is looked up; if it is joined, its pieces, each with where it begins and ends in it."""

    whole: str
    pieces: tuple[tuple[str, int, int], ...]


class Words(Tokenizer):  # type: ignore[misc] # Whoosh has no types
    """Whoosh's tokens for each word: as it is looked up, its position, its place in the text.

    A joined word stands where its first piece does; its pieces follow each other. ``joined``: the token
    is such a word; its pieces come next.
    """

    def __call__(self, value: str, **kwargs: Any) -> Iterator[Token]:
        """The tokens, always the same object, as Whoosh does it."""
        token = Token(positions=True, chars=True, **kwargs)
        position = 0
        for match in _WORD.finditer(value):
            begin, end = match.span()
            token.text, pieces = spelt(match.group())
            token.pos, token.startchar, token.endchar, token.joined = position, begin, end, bool(pieces)
            if token.text:
                yield token
                position += 1
            if pieces:
                token.joined = False
                position -= 1
                for token.text, start, stop in pieces:
                    token.pos, token.startchar, token.endchar = position, begin + start, begin + stop
                    yield token
                    position += 1


@lru_cache(maxsize=20_000)
def spelt(written: str) -> Spelt:
    """A word as it is looked up: small, flat, no hyphens but between digits ("WS-320" is a "ws320")."""
    if written.isalpha():
        return Spelt(flat(written)[:LONGEST], ())
    found = [
        (flat(_NOT_SAID.sub("", match.group())), *match.span())
        for match in _PIECE.finditer(_OWNED.sub("", written))
    ]
    pieces = tuple(piece for piece in found if piece[0])
    whole = _NOT_TWO_DIGITS.sub("", _OTHER_HYPHENS.sub("-", _NOT_SAID.sub("", written)))
    whole = flat(whole)[:LONGEST]
    if len(pieces) > 1:
        return Spelt(whole, pieces)
    code, digits = _CODE.match(whole), _DIGIT.search(written)
    if code and digits:
        middle = digits.start()
        return Spelt(whole, ((code[1], 0, middle), (code[2], middle, len(written))))
    return Spelt(whole, ())


_MORE = """
    ab beim bzw dabei dadurch dafur daher daran darauf dazu deren dieser dran etwa fur ggf jedoch mal
    mehr sowie statt uber wann warum wer wem wen weshalb weswegen wessen worin wodurch wurde wurden zb
    been can could did do does doing had has have how its just may might must shall should than then
    there these they those thus upon was were what when where whether which who whom whose why will with
    would
"""
#: Words of both languages that say nothing by themselves, flat: Snowball's lists, and more of them.
SMALL = frozenset((*map(flat, (*stoplists["de"], *stoplists["en"])), *_MORE.split()))
