"""Pictures and videos as they come: recognised by their content, refused when broken or huge, re-encoded to fit."""

import io
import warnings
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError

from content.phrases import say

PICTURE_BYTES = 25 * 1024 * 1024
VIDEO_BYTES = 50 * 1024 * 1024
"""Zalo's most for a video, checked 2026-11-22."""
PIXELS_MAX = 60_000_000
"""A bomb unpacks to more; a camera's picture has fewer."""
SIDE_MAX, COVER_WIDTH, COVER_HEIGHT, GROW_MAX = 2048, 800, 640, 3.0
COVER_SHAPE = 1000 / 640
"""Width by height of Zalo's cover."""
KEPT_BYTES = 500_000
"""Zalo takes covers of up to about 520 KB for sure (zalo-oa.md, section 5)."""
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP")
QUALITIES = (88, 82, 75, 65, 50)


@dataclass(frozen=True, slots=True)
class Encoded:
    """Bytes as they are kept, with media type and pixels (0 for a video)."""

    data: bytes
    kind: str
    width: int = 0
    height: int = 0


class Unusable(Exception):
    """The file cannot be used; the message tells staff why."""


def recognised(data: bytes) -> Encoded:
    """Return the file as we keep it: a picture re-encoded, a video as it is. Raise `Unusable` for anything else."""
    kind = video_kind(data)
    if kind:
        if len(data) > VIDEO_BYTES:
            raise Unusable(say("queue.fault.heavy", megabytes=len(data) >> 20, most=VIDEO_BYTES >> 20))
        return Encoded(data, kind)
    if len(data) > PICTURE_BYTES:
        raise Unusable(say("queue.fault.heavy", megabytes=len(data) >> 20, most=PICTURE_BYTES >> 20))
    return _encoded(_opened(data))


def cropped(data: bytes, box: tuple[float, float, float, float] | None = None) -> Encoded:
    """Return a picture cut to the cover's shape, and kept like any other; a video as it is. Raise `Unusable`.

    `box`: left, top, width and height as parts of the upright picture; without one the middle is taken.
    """
    if video_kind(data) or len(data) > PICTURE_BYTES:
        return recognised(data)
    image = _opened(data)
    picture = ImageOps.exif_transpose(image)
    left, top, right, bottom = _framed(picture.size, box)
    cut = picture.crop((left, top, right, bottom))
    cut.format = image.format
    return _encoded(cut)


def _framed(size: tuple[int, int], box: tuple[float, float, float, float] | None) -> tuple[int, int, int, int]:
    """Return the frame in pixels: within the picture, in the cover's shape, around the middle of `box`."""
    width, height = size
    x, y, w, h = box or (0.0, 0.0, 1.0, 1.0)
    wide = max(1.0, min(w * width, h * height * COVER_SHAPE, width, height * COVER_SHAPE))
    tall = max(1.0, min(wide / COVER_SHAPE, height))
    left = min(max((x + w / 2) * width - wide / 2, 0), width - wide)
    top = min(max((y + h / 2) * height - tall / 2, 0), height - tall)
    return round(left), round(top), max(round(left + wide), 1), max(round(top + tall), 1)


def video_kind(data: bytes) -> str:
    """Return the media type of a video by its first bytes, whatever the file is called; empty for anything else."""
    if data[4:8] == b"ftyp" and data[8:12] not in {b"heic", b"heix", b"mif1", b"avif", b"M4A "}:
        return "video/quicktime" if data[8:12] == b"qt  " else "video/mp4"
    if data[:4] == b"RIFF" and data[8:12] == b"AVI ":
        return "video/x-msvideo"
    return ""


def _opened(data: bytes) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(data), formats=FORMATS)
            # Before a pixel is unpacked: the header alone says how many there are.
            if image.width * image.height > PIXELS_MAX:
                raise Unusable(say("queue.fault.bomb", width=image.width, height=image.height))
            image.load()
    except UnidentifiedImageError:
        raise Unusable(say("queue.fault.no_picture")) from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Unusable(say("queue.fault.bomb", width="?", height="?")) from None
    except (OSError, SyntaxError, ValueError, IndexError, EOFError) as error:  # Pillow's decoders, on broken files
        raise Unusable(say("queue.fault.broken")) from error
    return image


def _encoded(image: Image.Image) -> Encoded:
    """Return the picture upright, without what the camera noted (place, owner), no larger than platforms take."""
    picture = ImageOps.exif_transpose(image)
    clear = picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info
    picture = _sized(picture.convert("RGBA" if clear else "RGB"))
    if clear or image.format == "PNG":
        png = _bytes(picture, "PNG", optimize=True)
        if len(png) <= KEPT_BYTES:
            return Encoded(png, "image/png", *picture.size)
    return _jpeg(_on_white(picture))


def _sized(picture: Image.Image) -> Image.Image:
    width, height = picture.size
    # A picture a little too small for a cover is better enlarged than refused; a tiny one is told as too small.
    grow = max(COVER_WIDTH / width, COVER_HEIGHT / height)
    scale = grow if 1 < grow <= GROW_MAX else min(1.0, SIDE_MAX / max(width, height))
    if max(width, height) * scale > SIDE_MAX:
        scale = min(1.0, SIDE_MAX / max(width, height))
    if scale == 1.0:
        return picture
    return picture.resize((round(width * scale + 0.49), round(height * scale + 0.49)), Image.Resampling.LANCZOS)


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode != "RGBA":
        return picture
    white = Image.new("RGBA", picture.size, "white")
    return Image.alpha_composite(white, picture).convert("RGB")


def _jpeg(picture: Image.Image) -> Encoded:
    while True:
        for quality in QUALITIES:
            data = _bytes(picture, "JPEG", quality=quality, optimize=True)
            if len(data) <= KEPT_BYTES:
                return Encoded(data, "image/jpeg", *picture.size)
        picture = picture.resize((picture.width * 3 // 4, picture.height * 3 // 4), Image.Resampling.LANCZOS)


def _bytes(picture: Image.Image, form: str, **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, form, **options)
    return out.getvalue()
