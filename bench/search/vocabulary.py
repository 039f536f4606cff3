"""Words of German and English, as many as texts of a company have, from a few hundred parts.

Small words stand first, as they are the most frequent in any text; then nouns, verbs and their forms;
then what German makes by joining nouns; then names and codes, of which there is no end.
"""

import itertools
import random
from collections.abc import Iterator


def _listed(words: str) -> list[str]:
    return words.split()


SMALL = {
    "de": _listed(
        "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden aus "
        "er hat dass sie nach wird bei einer um am sind noch wie einem über einen so zum kann haben nur oder aber "
        "vor zur bis mehr durch man sein wurde sei wenn unter wir soll ich eines diese dieser wieder keine ihre"
    ),
    "en": _listed(
        "the of and to a in is that for it as was with be by on not he i this are or his from at which but have "
        "an had they you were their one all we can her has there been if more when will would who so no said what "
        "up its about into than them only other new some could time these two may then do first any my now such"
    ),
}
NOUNS = {
    "de": _listed(
        "Anlage Luft Wohnung Raum Filter Wartung Planung Projekt Kunde Vertrag Rechnung Lager Bestand Auftrag "
        "Prüfung Zeit Plan Gerät Motor Ventil Leitung Wasser Wärme Pumpe Keller Dach Fenster Tür Wand Boden Strom "
        "Netz Schalter Kabel Messung Wert Grenze Norm Recht Frist Urlaub Arbeit Schicht Woche Monat Jahr Bericht "
        "Besuch Messe Schulung Kurs Lehrling Meister Betrieb Werk Halle Halde Maschine Werkzeug Teil Stück Muster "
        "Farbe Lack Holz Stahl Blech Rohr Schraube Dichtung Gummi Glas Beton Baustelle Straße Haus Garten Schule "
        "Bank Konto Zahlung Steuer Preis Angebot Menge Gewicht Länge Breite Höhe Druck Hitze Kälte Sommer Winter "
        "Sicherheit Schutz Brand Unfall Gefahr Regel Ordnung Liste Blatt Seite Bild Ton Kamera Rechner Schirm "
        "Speicher Daten Sicherung Zugang Kennwort Freigabe Termin Sitzung Protokoll Beschluss Antrag Amt Behörde"
    ),
    "en": _listed(
        "system project customer contract invoice store order review plan device engine valve pipe water heat pump "
        "roof window door wall floor power network switch cable measure value limit standard law deadline leave "
        "work shift week month year report visit fair training course apprentice foreman plant hall machine tool "
        "part piece pattern colour paint wood steel sheet tube screw seal rubber glass concrete site street house "
        "garden school bank account payment tax price offer amount weight length width height pressure cold summer "
        "winter safety fire accident danger rule list page picture sound camera computer screen memory data backup "
        "access password release meeting minutes decision request office filter air room flat maintenance planning "
        "supplier sample storage delivery transport budget region market campaign survey interview team leader"
    ),
}
VERBS = {
    "de": _listed(
        "prüf plan liefer bestell mess wart bau zahl buch schul meld frag klär öffn speicher sicher zeig"
    ),
    "en": _listed(
        "check plan deliver order measure maintain build pay book train report ask clear open close save move"
    ),
}
ENDINGS = {
    "de": {"noun": ("", "en", "n", "s", "e"), "verb": ("en", "t", "te", "end", "ung", "ungen")},
    "en": {"noun": ("", "s"), "verb": ("", "s", "ed", "ing", "er")},
}
_SYLLABLES = _listed(
    "ba be bi bo da de do fa fe ga ge ka ke ki la le li lo ma me mi mo na ne no pa po ra re ri ro"
)
BEGINNINGS = _listed("re un over under pre post multi inter sub super non micro")
#: So many words of a language there are, and so many names and codes among the rare ones.
WORDS, NAMES = 40_000, 6_000


def words(lang: str) -> list[str]:
    """The words of the language, roughly the most frequent first; the same ones each time."""
    chance = random.Random(f"words {lang}")
    content = [
        *(noun + ending for noun in NOUNS[lang] for ending in ENDINGS[lang]["noun"]),
        *(verb + ending for verb in VERBS[lang] for ending in ENDINGS[lang]["verb"]),
    ]
    chance.shuffle(content)
    rare = [*_joined(lang), *itertools.islice(_names(chance), NAMES)]
    chance.shuffle(rare)
    return list(dict.fromkeys([*SMALL[lang], *content, *rare]))[:WORDS]


def _joined(lang: str) -> Iterator[str]:
    """What is made of two nouns in German; in English with a hyphen, or of what stands before words."""
    for first, second in itertools.permutations(NOUNS[lang], 2):
        if lang == "de":
            yield f"{first}{'s' if first.endswith(('ung', 'heit')) else ''}{second.lower()}"
        elif len(first) + len(second) < 9:
            yield f"{first}-{second}"
    if lang == "en":
        for before, word, after in itertools.product(
            BEGINNINGS, NOUNS["en"] + VERBS["en"], ("", "s", "able", "less")
        ):
            yield f"{before}{word}{after}"


def _names(chance: random.Random) -> Iterator[str]:
    """Names of people and places, product codes, numbers."""
    while True:
        kind = chance.random()
        if kind < 0.7:
            yield "".join(chance.choices(_SYLLABLES, k=chance.randint(2, 4))).capitalize()
        elif kind < 0.85:
            yield f"{chance.choice('ABDKLMRSW')}{chance.choice('BDFGKLMPRSTW')}-{chance.randint(1, 9999)}"
        else:
            yield str(chance.randint(1, 99_999))
