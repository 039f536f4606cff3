"""How LibreOffice is asked for a PDF: a fresh profile for every file, without macros, links and extensions.

The profile only keeps it from trying: what it could reach is up to the ``walls``.
"""

from pathlib import Path

#: LibreOffice's way to say that its new profile is ready and it wants to be started again.
AGAIN = 81

_SETTINGS = {
    "Office.Common/Security/Scripting": {
        "DisableMacrosExecution": "true",
        "DisableActiveContent": "true",
        "MacroSecurityLevel": "3",
        "BlockUntrustedRefererLinks": "true",
        "DisablePythonRuntime": "true",
    },
    "Office.Common/Misc": {"FirstRun": "false", "UseLocking": "false"},
    "Office.Common/Save/Document": {"CreateBackup": "false", "AutoSave": "false"},
    "Office.Writer/Content/Update": {"Link": "2", "Field": "false"},
    "Office.Calc/Content/Update": {"Link": "2"},
    "Office.Calc/Formula/Load": {"OOXMLRecalcMode": "1", "ODFRecalcMode": "1"},
    "Office.Java/VirtualMachine": {"Enable": "false"},
}


def furnish(folder: Path) -> None:
    """Put a profile into the folder."""
    items = "".join(
        f'<item oor:path="/org.openoffice.{path}"><prop oor:name="{name}" oor:op="fuse">'
        f"<value>{value}</value></prop></item>\n"
        for path, properties in _SETTINGS.items()
        for name, value in properties.items()
    )
    user = folder / "profile" / "user"
    user.mkdir(parents=True)
    (user / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n<oor:items xmlns:oor="http://openoffice.org/2001/registry" '
        'xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\n'
        f"{items}</oor:items>\n"
    )


def command(program: str, folder: Path, source: Path, filter_name: str, pages: int) -> list[str]:
    """Turn the first pages of ``source``, a file of the form ``filter_name``, into a PDF (see ``made``)."""
    nothing = (folder / "none").as_uri()
    extensions = ("BUNDLED_EXTENSIONS", "BUNDLED_EXTENSIONS_PREREG", "UNO_SHARED_PACKAGES")
    wanted = f'pdf:{_exporter(source)}:{{"PageRange":{{"type":"string","value":"1-{pages}"}}}}'
    return [
        program,
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        *(f"-env:{name}={nothing}" for name in (*extensions, "UNO_SHARED_PACKAGES_CACHE")),
        *("--headless", "--invisible", "--norestore", "--nologo", "--nolockcheck", "--nodefault"),
        f"--infilter={filter_name}",
        *("--convert-to", wanted, "--outdir", str(folder / "made"), str(source)),
    ]


def _exporter(source: Path) -> str:
    first = {
        ".x": "calc",
        ".o": {"s": "calc", "p": "impress"}.get(source.suffix[-1], "writer"),
        ".p": "impress",
    }
    return f"{first.get(source.suffix[:2], 'writer')}_pdf_Export"


def made(folder: Path, source: Path) -> Path:
    """Where the PDF is, if there is one."""
    return folder / "made" / f"{source.stem}.pdf"
