"""The one place that imports Whoosh: what is used of it, under the names that it has there.

It is the fork ``whoosh3``; docs/decisions/0005-search.md says why. Its types are not looked at.
"""

from whoosh import fields, formats, index
from whoosh.analysis import Composable, Filter, Token, Tokenizer
from whoosh.columns import NumericColumn
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC, EmptyIndexError
from whoosh.lang.snowball.english import EnglishStemmer
from whoosh.lang.snowball.german import GermanStemmer
from whoosh.lang.stopwords import stoplists
from whoosh.qparser import FieldsPlugin, OperatorsPlugin, PhrasePlugin, PrefixPlugin, QueryParser
from whoosh.qparser.syntax import AndGroup, GroupNode, NotGroup, OrGroup, PrefixOperator, TextNode
from whoosh.reading import SegmentReader, TermNotFound

__all__ = [
    "TOC",
    "AndGroup",
    "Composable",
    "EmptyIndexError",
    "EnglishStemmer",
    "FieldsPlugin",
    "FileStorage",
    "Filter",
    "GermanStemmer",
    "GroupNode",
    "NotGroup",
    "NumericColumn",
    "OperatorsPlugin",
    "OrGroup",
    "PhrasePlugin",
    "PrefixOperator",
    "PrefixPlugin",
    "QueryParser",
    "SegmentReader",
    "TermNotFound",
    "TextNode",
    "Token",
    "Tokenizer",
    "fields",
    "formats",
    "index",
    "stoplists",
]
