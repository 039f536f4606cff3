"""Raw HTML in Markdown: how it begins and ends (CommonMark 0.31, sections 4.6 and 6.6)."""

import re

_NAMES = (
    "address|article|aside|base|basefont|blockquote|body|caption|center|col|colgroup|dd|details|dialog|dir|div"
    "|dl|dt|fieldset|figcaption|figure|footer|form|frame|frameset|h[1-6]|head|header|hr|html|iframe|legend|li"
    "|link|main|menu|menuitem|nav|noframes|ol|optgroup|option|p|param|search|section|summary|table|tbody|td"
    "|tfoot|th|thead|title|tr|track|ul"
)
_VALUE = r"""(?:[^\s"'=<>`]++|'[^']*+'|"[^"]*+")"""
_OPENING = rf"<[A-Za-z][A-Za-z0-9-]*+(?:\s++[A-Za-z_:][\w.:-]*+(?:\s*+=\s*+{_VALUE})?+)*+\s*+/?>"
_CLOSING = r"</[A-Za-z][A-Za-z0-9-]*+\s*+>"
TAG = re.compile(f"{_OPENING}|{_CLOSING}")
_STARTS = {
    "1": re.compile(r"<(?:script|pre|style|textarea)(?:[\s>]|\Z)", re.IGNORECASE),
    "2": re.compile(r"<!--"),
    "3": re.compile(r"<\?"),
    "4": re.compile(r"<![A-Za-z]"),
    "5": re.compile(r"<!\[CDATA\["),
    "6": re.compile(rf"</?(?:{_NAMES})(?:\s|/?>|\Z)", re.IGNORECASE),
}
_ALONE = re.compile(rf"(?:{_OPENING}|{_CLOSING})[ \t]*\Z")
HTML_ENDS = {
    "1": re.compile(r"</(?:script|pre|style|textarea)>", re.IGNORECASE),
    "2": re.compile(r"-->"),
    "3": re.compile(r"\?>"),
    "4": re.compile(r">"),
    "5": re.compile(r"\]\]>"),
}
# In a line: what opens something that is no text, and what closes it.
HIDDEN = (("<!-->", ""), ("<!--->", ""), ("<!--", "-->"), ("<?", "?>"), ("<![CDATA[", "]]>"))


def html_start(words: str, *, alone: bool) -> str:
    """The kind, 1 to 7, of the HTML block a line begins, or nothing; ``alone``: outside a paragraph."""
    for kind, start in _STARTS.items():
        if start.match(words):
            return kind
    return "7" if alone and _ALONE.match(words) else ""
