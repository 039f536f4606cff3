"""Makes collab/search/data/german.txt, by which compounds are taken apart, from two free lists.

    pip download --no-deps --dest LISTS german-nouns==1.2.5 wordfreq==3.1.1
    python -m scripts.german_words LISTS

german-nouns is Wiktionary's table of German nouns with all their forms; wordfreq says how often a word
is used. Both are CC BY-SA 4.0, and so is the file made here. The same input makes the same file.

How: a noun is a compound if its end is another noun of the same gender and with the same plural
("Staubecken" ends in "Becken", not in "Ecken"), and its beginning is a word or begins several nouns. What
cannot be taken apart any more is a part; the file says of each part how many words it begins or ends.
Then all known words are taken apart as Collab will do it. Where that goes wrong the word is written down
as it is right: an exception.
"""

import math
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from Stemmer import Stemmer

from collab.search.compounds import LEAST, Words
from collab.search.letters import flat
from scripts.word_lists import Noun, frequencies, nouns

TARGET = Path(__file__).resolve().parent.parent / "collab/search/data/german.txt"
#: Beginnings that change what a word says instead of narrowing it ("Vorteil" is no "Teil").
_PARTICLES = """
    abs aus auf auss bei dar ein ent fort for her hin los mit miss nach nieder ober ver vor voran voraus
    vorder weg wider wieder zer zur zuruck zusammen unter uber durch gegen hinter neben zwischen anti kom
    kata meta besch dis des inter trans kon non pro pre pra per re sub uni multi poly mono tele bio geo
    ich man ist hat war wer was der die das und oder auch sich nur nun mal als wie gar ihr uns geh verb
    all ess ent ur um un zu an am im in es er ge be arm sch ein gen gel ger tri bar hin her isch lich ung
    heit keit tum nis ier sal sel ler ner chen lein los mal zig ette enz anz tat ion ismus ist
"""
PARTICLES = frozenset(_PARTICLES.split())
#: Ends that are words, but mostly no words of their own at an end.
_SUFFIXES = """
    schaft schaften ismus isten all aus same sen eren isch inger lings eiter esse ier tier logie graphie
    enz ole
"""
SUFFIXES = frozenset(_SUFFIXES.split())
#: What a verb may begin with does not end the beginning of a compound.
INSIDE = ("ver", "be", "ge", "ent", "zer", "auf", "aus", "ein", "vor", "ab", "an", "um", "her", "hin", "bei")
#: Adjectives that end many compounds; nouns are all that german-nouns knows.
_ADJECTIVES = """
    technisch wirtschaftlich rechtlich gerecht pflichtig fähig frei los arm reich dicht fest sicher
    freundlich sparend haltig gebunden bedingt bezogen basiert gestützt gesteuert geregelt geführt
    abhängig unabhängig beständig widrig mäßig förmig wertig artig seitig spezifisch typisch intern
    extern weit breit tief hoch lang kalt warm heiß voll leer schwer leicht stark schwach süchtig krank
    betrieben berechtigt ähnlich eigen fertig tauglich verträglich schädlich dienlich optimiert
    orientiert relevant neutral effizient bewusst politisch amtlich gerichtlich gesetzlich vertraglich
    betrieblich gewerblich behördlich ärztlich polizeilich
"""
ADJECTIVES = _ADJECTIVES.split()
ENDINGS = ("", "e", "er", "es", "en", "em", "ere", "erer", "eres", "eren", "erem")
#: Compounds that begin with a particle, and mean it.
MEANT = {
    "".join(parts): parts
    for parts in (
        ("zu", "luft"),
        ("ab", "luft"),
        ("um", "luft"),
        ("fort", "luft"),
        ("ab", "warme"),
        ("ab", "wasser"),
    )
}
#: Words that the stemmer takes for others: iron (Eisen) for ice (Eis), rates for councils (Rat).
TAKEN = ["eisen", "rate"]
#: The forms of such adjectives, each as if it ended so many words.
ADJECTIVAL = {flat(adjective + ending): 20 for adjective in ADJECTIVES for ending in ENDINGS}
#: Words used so often (centibels below all words) are right as they are, unless they are known compounds.
OFTEN = 560
#: Rare words that seem to be no compounds may be some nevertheless.
RARE = 680
#: Nouns that are used so often may end compounds that nobody wrote down; and the use of unknown words.
USUAL, RAREST = 690, 800
#: Whatever is longer and can be taken apart is a compound.
LONG = 11
VOWELS = frozenset("aeiouy")
Parts = tuple[str, ...]


class Splits:
    """Which nouns are compounds, and of what."""

    def __init__(self, known: dict[str, Noun], used: dict[str, int]) -> None:
        self.known, self.used = known, used
        self.forms = {form: lemma for lemma, noun in known.items() for form in sorted(noun.forms)}
        possible = {lemma: list(self._ends(lemma)) for lemma in known}
        self.begins = Counter(lemma[:at] for lemma, ends in possible.items() for at in ends)
        self.ends = Counter(lemma[at:] for lemma, ends in possible.items() for at in ends)
        self.at = {lemma: at for lemma, ends in possible.items() if (at := self._best(lemma, ends))}

    def _ends(self, lemma: str) -> Iterator[int]:
        """Where a noun of the same gender and plural begins in the noun."""
        whole = self.known[lemma]
        for at in range(LEAST, len(lemma) - LEAST + 1):
            end = self.known.get(lemma[at:])
            if end is None or lemma[at:] in SUFFIXES or flat(lemma[:at]) in PARTICLES:
                continue
            if (whole.genera or end.genera) and not whole.genera & end.genera:
                continue
            if not whole.plurals or not end.plurals or _alike(whole.plurals, end.plurals):
                yield at

    def _best(self, lemma: str, ends: Iterable[int]) -> int:
        """Where the noun is best cut; 0 if it is no compound."""
        worth = {at: self._worth(lemma[:at], lemma[at:]) for at in ends if self._cuts(lemma, at)}
        return max(worth, key=worth.__getitem__, default=0)

    def _worth(self, start: str, end: str) -> float:
        often = math.log(self.begins[start]) + math.log(self.ends[end])
        return often + (len(start) > LEAST) + (len(end) > LEAST) + 2 * (start in self.forms)

    def _cuts(self, lemma: str, at: int) -> bool:
        """Whether the noun is used less than its parts (Koehn, Knight: Compound Splitting, 2003)."""
        start, end = lemma[:at], lemma[at:]
        ways = [start, start + "e", start + "en", start + "n"]
        ways += [start[:-1], start[:-1] + "e"] if start[-1] == "s" else []
        known = [way for way in ways if way in self.forms]
        often = self.begins[start]
        enough = 6 if len(start) == LEAST else 0 if known else 4 if len(start) < 6 else 2
        if often < enough or (not known and start.endswith(INSIDE)):
            return False
        whole = self.used.get(lemma, RAREST)
        used = min(self.used.get(way, whole) for way in (start, *known))
        return used + self.used.get(end, whole) < 2 * whole + (40 if len(lemma) > 8 else 0)

    def parts(self, word: str) -> list[str]:
        """The parts of a noun or of a beginning, as they stand in it."""
        for lemma, linked in (
            (word, ""),
            (self.forms.get(word, ""), None),
            (word[:-1], "s"),
            (word + "e", "-"),
        ):
            if at := self.at.get(lemma):
                if linked is None and not word.startswith(lemma[:at]):
                    continue
                return [*self.parts(word[:at]), *self.parts(word[at:])]
        return [word]


def _alike(whole: set[str], end: set[str]) -> bool:
    return any(one.endswith(other) for one in whole for other in end)


class Counts:
    """How many compounds each part begins and ends, and what each form of a noun is made of."""

    def __init__(self, splits: Splits) -> None:
        self.begins: Counter[str] = Counter()
        self.ends: Counter[str] = Counter(ADJECTIVAL | dict.fromkeys(MEANT, 4))
        self.right: dict[str, Parts] = {}
        for lemma, noun in sorted(splits.known.items()):
            *first, last = splits.parts(lemma)
            self.begins.update(map(flat, first))
            before = len(lemma) - len(last)
            for form in sorted(noun.forms):
                if form.startswith(lemma[:before]):
                    self.right[flat(form)] = tuple(map(flat, (*first, form[before:]))) if first else ()
            if last in splits.known and (first or _usual(last, splits.used)):
                self.ends.update({flat(form) for form in splits.known[last].forms if form in splits.used})

    def words(self, used: Mapping[str, int]) -> Words:
        """The parts worth knowing; how many words each begins and ends, as powers of two, at most 9."""
        often = {one for one, n in self.begins.items() if n > 1 or used.get(one, RAREST) < USUAL}
        return Words(
            {one: _digit(self.begins[one]) for one in often if _part(one) and one not in PARTICLES},
            {one: _digit(n) for one, n in self.ends.items() if _part(one)},
            *({}, {}, frozenset()),
        )


def _usual(word: str, used: Mapping[str, int]) -> bool:
    return LEAST + 1 < len(word) <= LONG and used.get(word, RAREST) < USUAL


def _part(word: str) -> bool:
    return len(word) >= LEAST and bool(VOWELS & set(word))


def _digit(count: int) -> int:
    return min(9, round(math.log2(1 + count)))


def exceptions(words: Words, right: dict[str, Parts], used: Mapping[str, int]) -> dict[str, Parts]:
    """What words are made of that would be taken apart wrongly, as far as anybody uses them."""
    found: dict[str, Parts] = {}
    for word, parts in right.items():
        rarity, wrong = used.get(word, RAREST), words.parts(word)
        if wrong == parts or (len(word) > LONG and not parts):
            continue
        compound = not parts and (rarity > RARE or (wrong[-1] in ADJECTIVAL and rarity > OFTEN - 80))
        if not compound and (wrong or rarity < RAREST):
            found[word] = parts
    return found


def agents(known: Mapping[str, Noun], used: Mapping[str, int]) -> list[str]:
    """Nouns that end in ``er`` where the stemmer takes them for another noun.

    A printer (Drucker) is no pressure (Druck), a farmer (Bauer) no building (Bau).
    """
    stem = Stemmer("german").stemWord
    nouns = {flat(lemma) for lemma in known if used.get(lemma, RAREST) < RARE}
    forms = {flat(form) for lemma, noun in known.items() if not lemma.endswith("er") for form in noun.forms}
    found = []
    for lemma in sorted(known):
        word, other = flat(lemma), flat(lemma)[:-2]
        adjective = lemma[:-2] + "em" in used and lemma[:-2] + "es" in used
        taken = stem(word) == stem(other) and (other in nouns or other + "e" in nouns)
        if (
            lemma.endswith("er")
            and used.get(lemma, RAREST) < RARE
            and word not in forms
            and taken
            and not adjective
        ):
            found.append(word)
    return found


def women(known: Mapping[str, Noun], used: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    """Nouns that end in ``in`` for what women do, with the stem of what men do: "Kundin", "Kunde"."""
    stem = Stemmer("german").stemWord
    for lemma, noun in sorted(known.items()):
        if lemma.endswith("in") and "f" in noun.genera and used.get(lemma, RAREST) < RAREST:
            for man in (lemma[:-2], lemma[:-2] + "e"):
                if man in known and "m" in known[man].genera and stem(flat(man)) != stem(flat(lemma)):
                    yield flat(lemma), stem(flat(man))
                    break


def verbs(known: Mapping[str, Noun], used: Mapping[str, int]) -> Iterator[str]:
    """What regular verbs begin with: "prüf", which makes "prüft" and "geprüft"."""
    for word in sorted(used):
        root = word[:-2]
        if word.endswith("en") and len(root) > LEAST - 1 and used[word] < RARE and flat(word).isascii():
            made = (f"ge{root}t", f"{root}t", f"{root}te")
            if all(one in used and one not in known for one in made):
                yield flat(root)


def main() -> None:
    """Make the file."""
    lists = Path(sys.argv[1])
    known, names = nouns(lists)
    used, english = frequencies(lists, "de"), frequencies(lists, "en")
    counts = Counts(Splits(known, used))
    for word in sorted(names) + sorted(english.keys() | used):
        often = used.get(word, RAREST) < OFTEN or english.get(word, RAREST) < OFTEN + 40
        if word.isalpha() and flat(word).isascii() and (often or word in names):
            counts.right.setdefault(flat(word), ())
    usage = {
        flat(word): rarity for word, rarity in sorted((used | english).items(), key=lambda pair: -pair[1])
    }
    words = counts.words(used)
    wrong = exceptions(words, counts.right, usage | dict.fromkeys(map(flat, names), 0)) | MEANT
    lines = [f"{one}{words.begins.get(one, 0)}{words.ends.get(one, 0)}" for one in words.begins | words.ends]
    lines += ["|".join(parts) if parts else word + "|" for word, parts in wrong.items()]
    lines += [f"{agent}=" for agent in agents(known, used) + TAKEN]
    lines += [f"{woman}={stem}" for woman, stem in women(known, used)]
    lines += [f"{root}+" for root in verbs(known, used)]
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text("\n".join(sorted(lines)) + "\n")
    print(
        f"{len(words.begins)} begin, {len(words.ends)} end, {len(wrong)} exceptions, {TARGET.stat().st_size} bytes"
    )


if __name__ == "__main__":
    main()
