"""The one place that imports Whoosh: what is used of it, under the names that it has there.

It is the fork ``whoosh-reloaded``; docs/decisions/0005-search.md says why. Whoosh has no types.
"""

from whoosh import fields, formats, index
from whoosh.analysis import Composable, Filter, Token, Tokenizer
from whoosh.columns import NumericColumn
from whoosh.lang.snowball.english import EnglishStemmer
from whoosh.lang.snowball.german import GermanStemmer
from whoosh.lang.stopwords import stoplists
from whoosh.reading import SegmentReader, TermNotFound

__all__ = [
    "Composable",
    "EnglishStemmer",
    "Filter",
    "GermanStemmer",
    "NumericColumn",
    "SegmentReader",
    "TermNotFound",
    "Token",
    "Tokenizer",
    "fields",
    "formats",
    "index",
    "stoplists",
]
