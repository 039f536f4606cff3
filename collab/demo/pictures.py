"""Drawings for the demo company, made by arithmetic so that nobody else's pictures are needed."""

import io
import math
from collections.abc import Callable

from PIL import Image, ImageDraw

SIZE = (1280, 720)
Colour = tuple[int, int, int]


def draw(name: str) -> bytes:
    """A drawing as PNG; the names are those of ``DRAWINGS``."""
    image = Image.new("RGB", (SIZE[0] * 2, SIZE[1] * 2))
    DRAWINGS[name](image, ImageDraw.Draw(image))
    out = io.BytesIO()
    image.reduce(2).save(out, "PNG")
    return out.getvalue()


def _sky(image: Image.Image, top: Colour, bottom: Colour) -> None:
    pen = ImageDraw.Draw(image)
    for y in range(image.height):
        part = y / image.height
        pen.line([(0, y), (image.width, y)], _mix(top, bottom, part))


def _mix(one: Colour, other: Colour, part: float) -> Colour:
    red, green, blue = (round(a + (b - a) * part) for a, b in zip(one, other, strict=True))
    return red, green, blue


def _dawn(image: Image.Image, pen: ImageDraw.ImageDraw) -> None:
    _sky(image, (25, 58, 74), (244, 190, 140))
    pen.ellipse((1700, 620, 2100, 1020), (255, 226, 170))
    for layer in range(4):
        shade = _mix((70, 100, 110), (14, 40, 48), layer / 3)
        points = [
            (x, 900 + layer * 140 + 70 * math.sin(x / (310 - 40 * layer) + layer * 1.7))
            for x in range(0, 2561, 20)
        ]
        pen.polygon([(0, 1440), *points, (2560, 1440)], shade)


def _hall(image: Image.Image, pen: ImageDraw.ImageDraw) -> None:
    _sky(image, (214, 228, 230), (150, 176, 180))
    for bay in range(8):
        left = bay * 320
        pen.polygon([(left, 420), (left + 320, 260), (left + 320, 420)], (36, 92, 104))
        pen.polygon(
            [(left + 320, 260), (left + 320, 420), (left + 300, 420), (left + 300, 272)], (240, 214, 150)
        )
    pen.rectangle((0, 420, 2560, 1180), (48, 112, 122))
    for window in range(16):
        left = 60 + window * 160
        pen.rectangle(
            (left, 520, left + 100, 700), _mix((250, 226, 160), (160, 200, 205), (window * 7 % 5) / 4)
        )
    pen.rectangle((1100, 780, 1460, 1180), (24, 60, 70))
    pen.rectangle((0, 1180, 2560, 1440), (92, 108, 104))


def _gears(image: Image.Image, pen: ImageDraw.ImageDraw) -> None:
    _sky(image, (20, 44, 52), (40, 84, 92))
    for x, y, radius, teeth, colour in (
        (900, 760, 420, 24, (228, 170, 92)),
        (1560, 520, 270, 16, (120, 176, 176)),
        (1800, 1060, 330, 19, (208, 220, 218)),
    ):
        for tooth in range(teeth):
            angle = 2 * math.pi * tooth / teeth
            width, tip = math.pi / teeth / 1.6, radius + 56
            corners = [
                (x + math.cos(angle + turn) * far, y + math.sin(angle + turn) * far)
                for turn, far in (
                    (-width, radius),
                    (-width / 2, tip),
                    (width / 2, tip),
                    (width, radius),
                )
            ]
            pen.polygon(corners, colour)
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), colour)
        pen.ellipse((x - radius / 3, y - radius / 3, x + radius / 3, y + radius / 3), (28, 60, 68))


def _wind(image: Image.Image, pen: ImageDraw.ImageDraw) -> None:
    _sky(image, (228, 240, 238), (176, 212, 210))
    for line in range(26):
        points = [
            (x, 60 + line * 54 + 60 * math.sin(x / 420 + line / 4) * math.exp(-(((x - 1300) / 900) ** 2)))
            for x in range(0, 2561, 16)
        ]
        pen.line(points, _mix((12, 96, 108), (236, 168, 90), (line * 5 % 26) / 26), 6 + line % 3 * 4, "curve")


def _table(image: Image.Image, pen: ImageDraw.ImageDraw) -> None:
    _sky(image, (246, 232, 206), (232, 206, 164))
    for plate in range(6):
        x, y = 380 + plate % 3 * 900, 420 + plate // 3 * 620
        pen.ellipse((x - 250, y - 250, x + 250, y + 250), (252, 250, 246))
        pen.ellipse((x - 180, y - 180, x + 180, y + 180), _mix((70, 140, 110), (214, 100, 60), plate / 5))


def _sheets(image: Image.Image, pen: ImageDraw.ImageDraw) -> None:
    _sky(image, (10, 70, 82), (24, 116, 124))
    for sheet in range(14):
        left, top = 180 + sheet * 130, 980 - sheet * 52
        paper = _mix((255, 255, 250), (236, 196, 130), sheet / 20)
        pen.polygon(
            [(left, top), (left + 420, top - 120), (left + 700, top + 60), (left + 280, top + 200)], paper
        )
        pen.line([(left + 210, top - 60), (left + 490, top + 130)], (150, 160, 150), 5)


DRAWINGS: dict[str, Callable[[Image.Image, ImageDraw.ImageDraw], None]] = {
    "dawn": _dawn,
    "hall": _hall,
    "gears": _gears,
    "wind": _wind,
    "table": _table,
    "sheets": _sheets,
}
