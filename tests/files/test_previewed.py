"""Every real file is shown or refused with its reason; and no file makes LibreOffice look outside.

``PREVIEWS=all`` looks at all files of the collection, some minutes; otherwise at one of each way and sort of harm.
"""

import io
import socket
import time
from pathlib import Path

import pytest
from PIL import Image

from collab.files import sniff
from collab.files.preview import kinds, tools
from collab.files.preview.making import Job, Made, Making
from tests.files import documents
from tests.files.samples import ALL

TOOLS = tools.find()
OFFICE = pytest.mark.skipif(not TOOLS.soffice or not TOOLS.pdftoppm, reason="no LibreOffice, or no walls")
#: What is looked at in every run. Beyond these, a document of our own goes through LibreOffice below.
FEW = {
    "images/testHEIF.heic",
    "images/testTIFF.tif",
    "office/testCSV.csv",
    "protected/libreoffice-writer-password.pdf",
    "protected/testWORD_protected_passtika.docx",
    "text/russian.cp866.txt",
    "unsafe/T02-02_002_page-tree-kids-links-recursive.pdf",
    "unsafe/direscape.zip",
    "unsafe/javascript.pdf",
    "unsafe/poc-xmlbomb.xlsx",
    "unsafe/test.svg",
    "unsafe/testZIP_corrupted_oom.zip",
}

#: What becomes of each file: the way it is shown, or why it is not. Folders with one answer stand for all.
FOUND = {
    "images": "picture",
    "images/testHEIF.heic": "unsupported",
    "images/testSVG.svg": "text",
    "images/testTIFF.tif": "pages 1",
    "media": "sound",
    "media/en-US_(Hi).mp4": "film",
    "media/testWEBM.webm": "film",
    "office": "pages 1",
    "office/Anleitung_Flussdiagramm_erstellen.pptx": "pages 8",
    "office/Vorlage - Einfache Abläufe und Aufgaben erfassen.xlsx": "pages 8",
    "office/Vorlage - IT-Systeme erfassen.xlsx": "pages 6",
    "office/Vorlage - Zuständige Akteurinnen und Akteure.xlsx": "pages 4",
    "office/testCSV.csv": "text",
    "office/testEPUB.epub": "unsupported",
    "office/testEXCEL-formats.xlsx": "pages 2",
    "office/testEXCEL_charts.xlsx": "pages 3",
    "office/testMSG.msg": "unsupported",
    "office/testPPT.pptx": "pages 3",
    "office/testRFC822_multipart_attachments.eml": "text",
    "office/testWORD.doc": "pages 2",
    "office/testWORD_embedded_pics.docx": "pages 5",
    "office/testWORD_numbered_list.docx": "pages 3",
    "office/testWORD_various.docx": "pages 2",
    "pdf": "pages 1",
    "pdf/Schaubild Aspekte Technischer Umsetzbarkeit.pdf": "pages 3",
    "pdf/digitalcheck-vorpruefung.pdf": "pages 2",
    "pdf/multicolumn.pdf": "pages 3",
    "pdf/pdflatex-4-pages.pdf": "pages 4",
    "pdf/testPDF_bookmarks.pdf": "pages 2",
    "protected": "encrypted",
    "protected/encryption_notextaccess.pdf": "pages 1",  # it only asks not to be copied from
    "protected/testZipEncrypted.zip": "text",
    "text": "text",
    "text/english.cp500.txt": "broken",
    "text/russian.cp866.txt": "broken",
    "unsafe": "text",
    "unsafe/T01_006_header-invalid-syntax-no-pdf.pdf": "unsupported",
    "unsafe/T02-02_002_page-tree-kids-links-recursive.pdf": "pages 1",
    "unsafe/corruptionOneByteMissing.pdf": "pages 1",
    "unsafe/javascript.pdf": "pages 1",
    "unsafe/poc-xmlbomb.xlsx": "unsafe",
    "unsafe/testMP3_id3_false_aac.mp3": "sound",
    "unsafe/testOverlappingText.pdf": "pages 1",
    "unsafe/testPDF_jsActionOnPage.pdf": "pages 1",
    "unsafe/testWORD_truncated.docx": "broken",
    "unsafe/testZIP_corrupted_oom.zip": "broken",
    "unsafe/xxe_in_schema.xlsx": "pages 1",
}


def making(path: Path, folder: Path, media_type: str) -> Made:
    way = kinds.way(media_type, path.name)
    job = Job(path, media_type, path.name, way, folder, TOOLS, seconds=60, memory=1024, pages=20)
    running = Making(job)
    while (made := running.outcome()) is None:
        time.sleep(0.01)
    assert not folder.exists()
    return made


def found(path: Path, folder: Path) -> str:
    head = path.read_bytes()[: sniff.HEAD]
    if sniff.picture(head):
        return "picture"
    media_type = sniff.media_type(head, path.name)
    if (way := kinds.way(media_type, path.name)) in kinds.AT_ONCE:
        return way
    made = making(path, folder, media_type)
    assert bool(made.parts) == (made.state in kinds.THERE)
    return f"pages {len(made.sizes)}" if made.state == "pages" else made.state


@pytest.mark.corpus
@OFFICE
def test_every_real_file_is_shown_or_refused(corpus: Path, tmp_path: Path) -> None:
    files = [path for path in sorted((corpus / "files").rglob("*.*")) if path.parent != corpus / "files"]
    expected, seen = {}, {}
    for path in files:
        name = str(path.relative_to(corpus / "files"))
        expected[name] = FOUND.get(name, FOUND[path.parent.name])
        seen[name] = found(path, tmp_path / "folder") if ALL or name in FEW else expected[name]

    assert seen == expected
    assert len(seen) == 91
    assert FOUND.keys() - seen.keys() == {path.parent.name for path in files}


def linking(*addresses: str) -> bytes:
    """An OpenDocument text that wants pictures from elsewhere, on its page at once."""
    section = "".join(
        f'<text:p><draw:frame svg:width="5cm" svg:height="5cm" text:anchor-type="as-char"><draw:image '
        f'xlink:type="simple" xlink:href="{address}" xlink:show="embed" xlink:actuate="onLoad"/></draw:frame></text:p>'
        for address in addresses
    )
    names = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for short, name in (("office", "office"), ("text", "text"), ("draw", "drawing"))
    )
    more = 'xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" xmlns:xlink="http://www.w3.org/1999/xlink"'
    kind = "application/vnd.oasis.opendocument.text"
    content = (
        f'<office:document-content {names} {more} office:version="1.2"><office:body><office:text>'
        f"<text:p>Mine</text:p>{section}</office:text></office:body></office:document-content>"
    )
    manifest = (
        '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" m:version="1.2">'
        f'<m:file-entry m:full-path="/" m:media-type="{kind}"/>'
        '<m:file-entry m:full-path="content.xml" m:media-type="text/xml"/></m:manifest>'
    )
    return documents.package({"mimetype": kind, "content.xml": content, "META-INF/manifest.xml": manifest})


@OFFICE
def test_a_document_gets_nothing_that_it_links_to(tmp_path: Path) -> None:
    Image.new("RGB", (50, 50), "red").save(tmp_path / "secret.png")
    path = tmp_path / "links.odt"
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        there = f"http://127.0.0.1:{server.getsockname()[1]}/picture.png"
        path.write_bytes(linking((tmp_path / "secret.png").as_uri(), there))
        made = making(path, tmp_path / "folder", "application/vnd.oasis.opendocument.text")
        with pytest.raises(BlockingIOError):
            server.accept()

    page = Image.open(io.BytesIO(made.parts[0][1])).convert("RGB").tobytes()
    assert min(page) < 100, "its own words are there"
    assert not any(red > 180 > 90 > green for red, green in zip(page[::3], page[1::3], strict=True))
