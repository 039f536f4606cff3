"""Small documents made here, honest and hostile, with words in them."""

import io
import zipfile
import zlib
from collections.abc import Mapping

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
A = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
S = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
ODF = (
    'xmlns:o="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:t="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:b="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"'
)


def package(parts: Mapping[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return out.getvalue()


def docx(*paragraphs: str, **parts: str) -> bytes:
    body = "".join(f"<w:p><w:r><w:t>{each}</w:t></w:r></w:p>" for each in paragraphs)
    document = f"<w:document {W}><w:body>{body}</w:body></w:document>"
    more = {f"word/{name}.xml": content for name, content in parts.items()}
    return package({"[Content_Types].xml": "<Types/>", "word/document.xml": document, **more})


def pptx(*slides: str, notes: str = "") -> bytes:
    def slide(words: str) -> str:
        return f"<s {A}><a:p><a:r><a:t>{words}</a:t></a:r></a:p></s>"

    parts = {f"ppt/slides/slide{number}.xml": slide(each) for number, each in enumerate(slides, 1)}
    return package({**parts, "ppt/notesSlides/notesSlide1.xml": slide(notes)})


def xlsx(strings: list[str], rows: list[list[str]]) -> bytes:
    """``rows``: ``s0`` for the string with this number, anything else as a number."""

    def cell(value: str) -> str:
        if value.startswith("s"):
            return f'<c t="s"><v>{value[1:]}</v></c>'
        return f"<c><v>{value}</v></c>"

    lines = "".join(f"<row>{''.join(map(cell, row))}</row>" for row in rows)
    return package(
        {
            "xl/workbook.xml": f'<workbook {S}><sheets><sheet name="Anlagen"/></sheets></workbook>',
            "xl/sharedStrings.xml": f"<sst {S}>{''.join(f'<si><t>{s}</t></si>' for s in strings)}</sst>",
            "xl/worksheets/sheet1.xml": f"<worksheet {S}><sheetData>{lines}</sheetData></worksheet>",
        }
    )


def odt(*paragraphs: str, encrypted: bool = False) -> bytes:
    body = "".join(f"<t:p>{each}</t:p>" for each in paragraphs)
    sealed = "<m:encryption-data/>" if encrypted else ""
    return package(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "META-INF/manifest.xml": f"<m:manifest {ODF}><m:file-entry>{sealed}</m:file-entry></m:manifest>",
            "content.xml": f"<o:document-content {ODF}><o:body>{body}</o:body></o:document-content>",
        }
    )


def ole(with_password: bool) -> bytes:
    """What an office document with a password, or one of the nineties, begins like."""
    inside = "EncryptedPackage" if with_password else "WordDocument"
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504 + inside.encode("utf-16-le") + b"\0" * 480


def pdf(*pages: str, kids: str | None = None, extra: str = "") -> bytes:
    """A PDF of these pages, each one line; ``kids`` in place of the references to them."""
    objects = ["<</Type/Catalog/Pages 2 0 R>>", "", "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"]
    numbers = []
    for words in pages:
        stream = zlib.compress(f"BT /F1 12 Tf 50 700 Td ({words}) Tj ET".encode("cp1252"))
        packed = f"<</Filter/FlateDecode/Length {len(stream)}>>stream\n{stream.decode('latin-1')}\nendstream"
        objects.append(packed)
        page = (
            f"<</Type/Page/Parent 2 0 R/Contents {len(objects)} 0 R/Resources<</Font<</F1 3 0 R>>>>{extra}>>"
        )
        objects.append(page)
        numbers.append(len(objects))
    named = kids if kids is not None else " ".join(f"{number} 0 R" for number in numbers)
    objects[1] = f"<</Type/Pages/Count {len(pages)}/Kids[{named}]>>"
    return _file(objects)


def _file(objects: list[str]) -> bytes:
    out, offsets = io.BytesIO(), []
    out.write(b"%PDF-1.7\n")
    for number, content in enumerate(objects, 1):
        offsets.append(out.tell())
        out.write(f"{number} 0 obj\n{content}\nendobj\n".encode("latin-1"))
    start = out.tell()
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    out.write(f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}".encode())
    out.write(f"trailer<</Size {len(objects) + 1}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF".encode())
    return out.getvalue()


def laughs(depth: int = 9) -> str:
    """Entities that would become a billion words."""
    names = [f'<!ENTITY e0 "{"lol " * 10}">']
    names += [f'<!ENTITY e{level} "{f"&e{level - 1};" * 10}">' for level in range(1, depth)]
    return f"<!DOCTYPE d [{''.join(names)}]><w:document {W}><w:p><w:t>&e{depth - 1};</w:t></w:p></w:document>"


def fetching(address: str) -> str:
    """An entity that would be a file or an address."""
    return (
        f'<!DOCTYPE d [<!ENTITY x SYSTEM "{address}">]>'
        f"<w:document {W}><w:p><w:t>before &x; after</w:t></w:p></w:document>"
    )
