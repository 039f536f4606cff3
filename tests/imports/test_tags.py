"""One tag, however it is written."""

from collab.imports.tags import Tags


def test_spellings_are_unified_under_the_most_frequent():
    tags = Tags()
    for written in (["Open Data"], ["Open Data"], ["opendata"], ["open-data"], ["Berlin"]):
        tags.count(written)
    assert tags.names(["OpenData", "#opendata", "Berlin"]) == ("Open Data", "Berlin")
    assert tags.unified() == {"Open Data": ["Open Data", "open-data", "opendata"]}


def test_of_equally_frequent_spellings_the_one_with_capitals_and_blanks():
    tags = Tags()
    tags.count(["civic-tech", "Civic Tech", "civic tech"])
    assert tags.names(["civic-tech"]) == ("Civic Tech",)


def test_empty_tags_are_none():
    tags = Tags()
    tags.count(["", " "])
    assert tags.names(["", "#"]) == ()
