"""Real files of many kinds and origins, some hostile by design: all are kept, none can do harm.

Those that are pictures, and those that are hostile, in every run; all with ``PREVIEWS=all``.
"""

import io
from pathlib import Path

import pytest

from tests.cast import World
from tests.files.samples import ALL

INLINE = {"image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"}
TYPES = {
    "images/testPNG.png": "image/png",
    "images/testSVG.svg": "image/svg+xml",
    "images/testHEIF.heic": "image/heif",
    "media/en-US_(Hi).mp4": "video/mp4",
    "media/testVORBIS.ogg": "audio/ogg",
    "media/testWEBM.webm": "video/webm",
    "office/testCSV.csv": "text/csv",
    "office/testEPUB.epub": "application/epub+zip",
    "office/testOpenOffice2.odt": "application/vnd.oasis.opendocument.text",
    "office/testWORD.doc": "application/msword",
    "pdf/habibi.pdf": "application/pdf",
    "unsafe/test.html": "text/html",
}


@pytest.mark.corpus
@pytest.mark.parametrize("database", ["sqlite"])  # what is in a file does not concern the database
def test_every_real_file_is_kept_and_none_runs(world: World, corpus: Path) -> None:
    post, client = world.post(), world.as_("author")
    found = {}
    for path in sorted((corpus / "files").rglob("*.*")):
        name, content = str(path.relative_to(corpus / "files")), path.read_bytes()
        if not ALL and name not in TYPES and path.parent.name not in ("images", "unsafe"):
            continue
        data = {"file": (io.BytesIO(content), path.name)}
        answer = client.send(f"/entries/{post.public_id}/files", data, content_type="multipart/form-data")
        assert answer.status_code == 201, (name, answer.text)
        found[name] = answer.json["media_type"]
        for size in ("", "thumb"):
            sent = client.get(f"{answer.json['url'].split('?')[0]}?size={size}")
            shown = sent.headers["Content-Disposition"].startswith("inline")
            assert sent.status_code == 200, name
            assert not shown or (name.startswith("images/") and sent.mimetype in INLINE), name
            assert "html" not in sent.mimetype and "svg" not in sent.mimetype, name
            assert "xml" not in sent.mimetype.partition("+")[0].removeprefix("application/vnd.openxml"), name
            bare = sent.mimetype in INLINE and len(sent.data) < len(content)  # without what cameras write
            assert size or sent.data == content or bare, name
    assert {name: found[name] for name in TYPES} == TYPES
    assert sum(kind in INLINE for kind in found.values()) == 7
    assert not ALL or len(found) == 92
