"""How dates and times are written for readers of a language."""

#: Locales of the Unicode CLDR. Texts are in a language; English dates are those of Europe (26 November 2026, 18:30).
LOCALES = {"de": "de", "en": "en_GB"}


def locale(language: str) -> str:
    """The CLDR locale for dates and times; of a language that is not ours, the language itself."""
    return LOCALES.get(language, language)
