"""Original pictures keep no place, device or time, and every one of their pixels."""

import io

import pytest
from PIL import Image, ImageOps, PngImagePlugin

from collab.files.bare import bare
from tests.cast import World
from tests.files.samples import animation, picture
from tests.files.test_files import shared, upload

XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><exif:GPSLatitude>50,56.3N</exif:GPSLatitude></x:xmpmeta>'
SECRETS = (
    b"SecretCameraMaker",
    b"GPSLatitude",
    b"50,56.3N",
    b"2026:05:04",
    b"Anna took this",
    b"MOTIONPHOTO",
)


def photo(kind: str, turned: int = 6) -> bytes:
    """What a telephone makes: where, with what, when, a comment, and a film behind the picture."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x0132] = turned, "SecretCameraMaker", "2026:05:04 10:11:12"
    exif.get_ifd(0x8825)[2] = (50.0, 56.0, 18.0)
    more: dict[str, object] = {"exif": exif.tobytes(), "icc_profile": b"profile" * 9}
    if kind == "PNG":
        texts = PngImagePlugin.PngInfo()
        texts.add_itxt("XML:com.adobe.xmp", XMP.decode())
        texts.add_text("Raw profile type exif", "SecretCameraMaker", zip=False)
        texts.add_text("mxfile", "the source of a drawing")
        more["pnginfo"] = texts
    else:
        more["xmp"] = XMP
    if kind == "JPEG":
        more["comment"] = b"Anna took this"
        more["progressive"] = True
    gradient = Image.linear_gradient("L").resize((60, 40)).convert("RGB")
    out = io.BytesIO()
    gradient.save(out, kind, **more)
    return out.getvalue() + (b"MOTIONPHOTO" if kind != "WEBP" else b"")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_an_original_tells_nothing_and_stands_upright(world: World, kind: str) -> None:
    content = photo(kind)
    assert any(secret in content for secret in SECRETS)
    post = shared(world)
    answer = upload(world, "author", post, content, f"photo.{kind.lower()}")
    kept = world.as_("guest").get(answer.json["url"].split("?")[0]).data

    assert not [secret for secret in SECRETS if secret in kept]
    before, after = Image.open(io.BytesIO(content)), Image.open(io.BytesIO(kept))
    assert dict(after.getexif()) == {0x0112: 6}
    assert not after.getexif().get_ifd(0x8825)
    assert ImageOps.exif_transpose(after).size == (40, 60)
    assert after.convert("RGB").tobytes() == before.convert("RGB").tobytes()
    assert after.info.get("icc_profile") == b"profile" * 9
    assert after.info.get("mxfile") == before.info.get("mxfile")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_that_stands_upright_has_no_exif_at_all(kind: str) -> None:
    kept = bare(photo(kind, turned=1), f"image/{kind.lower()}")

    assert b"Exif" not in kept and b"eXIf" not in kept and b"EXIF" not in kept
    assert Image.open(io.BytesIO(kept)).size == (60, 40)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "AVIF"])
def test_a_picture_without_metadata_stays_bit_for_bit(kind: str) -> None:
    content = picture(kind, (61, 41))
    assert bare(content, f"image/{kind.lower()}") == content


def test_an_animation_keeps_its_frames() -> None:
    frames = Image.open(io.BytesIO(animation()))
    out = io.BytesIO()
    frames.save(out, "WEBP", save_all=True, xmp=XMP)
    kept = Image.open(io.BytesIO(bare(out.getvalue(), "image/webp")))

    assert kept.n_frames == 3
    assert b"GPSLatitude" not in bare(out.getvalue(), "image/webp")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_what_follows_no_format_comes_back_as_it_was(kind: str) -> None:
    whole = photo(kind)
    for end in range(0, min(len(whole), 1500), 7):
        cut = whole[:end]
        assert bare(cut, f"image/{kind.lower()}") in (cut, bare(whole, f"image/{kind.lower()}"))
