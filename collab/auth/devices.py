"""What a browser calls itself, in words that its owner recognises."""

BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone", "phone"),
    ("iPad", "iPad", "phone"),
    ("Android", "Android", "phone"),
    ("Windows", "Windows", "monitor"),
    ("Mac OS X", "Mac", "laptop"),
    ("CrOS", "ChromeOS", "laptop"),
    ("Linux", "Linux", "monitor"),
)


def device(user_agent: str) -> tuple[str, str]:
    """An icon and a name: ``("laptop", "Firefox · Mac")``; what is unknown is shown as it came."""
    browser = next((name for mark, name in BROWSERS if mark in user_agent), "")
    system, icon = next(((name, icon) for mark, name, icon in SYSTEMS if mark in user_agent), ("", "monitor"))
    return icon, " · ".join(word for word in (browser, system) if word) or user_agent[:80]
