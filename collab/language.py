"""Which of our two languages a text is in, by small words and by how words end."""

import re

#: Words that people use all the time.
_OF_GERMAN = """
    der das und ist nicht mit für auf den von zu im ein eine einen einem einer eines sich auch wir sie ihr ihre
    werden wird wurde wurden oder dem des bei beim zum zur nach vom aus durch über unter zwischen gegen ohne
    wie wer wo wenn dass daß weil aber nur noch schon sehr mehr als ich er es uns unser unsere ihnen kann können
    muss müssen soll sollen sind sein seine hat haben hatte kein keine welche welcher welches diese dieser dieses
    diesem alle jede jeder bis seit um an warum wieviel viele heute neue neuen neuer neues ab je bzw sowie damit
    dazu hier dort gibt vor ja nein bitte danke unseren unserer eure ins ihrer ihren meine mein was dann denn
"""
_OF_ENGLISH = """
    the and is not with for on of to a that we you are be or this it as have from our by at which what when where
    who why how has had was were been do does did can could would should may might must not but if than then
    there their they them these those its into about over after before between all any some no more most other
    new your my his her she he us use using used will up out also only while during through each such let get
    make first one two i
"""
#: Words of both languages.
_BOTH = frozenset(
    ("was", "will", "an", "her", "in", "am", "so", "man", "war", "die", "hat", "also", "us", "no", "i")
)
_GERMAN = frozenset(_OF_GERMAN.split()) - _BOTH
_ENGLISH = frozenset(_OF_ENGLISH.split()) - _BOTH
_WORD = re.compile(r"[a-zäöüß]+(?:['’][a-z]+)?")
_ENDS_GERMAN = re.compile(
    r"(?:ung|ungen|heit|heiten|keit|keiten|schaft|schaften|lich|liche\w?|isch|ische\w?|ieren|iert)\Z"
)
_ENDS_ENGLISH = re.compile(
    r"(?:[a-z]{2}ing|[a-z]{2}[^aeiou]ed|ness|ously|ally|ily|ity|['’](?:s|t|re|ve|ll))\Z"
)
LOOK_AT = 4000
#: A small word says so much, an ending or an umlaut this; enough is so much, and so many times the other language.
SMALL, HINT, ENOUGH, CLEARLY = 2, 1, 3, 1.5


def guess(text: str) -> str:
    """``"de"`` or ``"en"``, or ``""`` for a text too short or too mixed to tell."""
    german = english = 0
    for word in _WORD.findall(text[:LOOK_AT].lower()):
        if word in _GERMAN:
            german += SMALL
        elif word in _ENGLISH:
            english += SMALL
        elif not word.isascii() or _ENDS_GERMAN.search(word):
            german += HINT
        elif _ENDS_ENGLISH.search(word):
            english += HINT
    if max(german, english) < ENOUGH or max(german, english) < CLEARLY * min(german, english):
        return ""
    return "de" if german > english else "en"
