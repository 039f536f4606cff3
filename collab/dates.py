"""How dates and times are written for readers of a language."""


def locale(language: str) -> str:
    """The locale of the Unicode CLDR: English dates are those of Europe (26 November 2026, 18:30)."""
    return "en_GB" if language == "en" else language
