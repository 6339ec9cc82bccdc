"""Pictures drawn anew from their points: upright, and without anything else that the file held (GPS, texts, tails)."""

import struct
import warnings
from io import BytesIO
from threading import Lock
from typing import Any, Literal

from PIL import Image, ImageOps

from youthleague.kernel.findings import Finding
from youthleague.protection.uploads.findings import BROKEN, PIXELS

Form = Literal["JPEG", "PNG"]

MOST_PIXELS = 40_000_000  # up to 250 MB while it is turned; what takes more of them writes more than 10 MB
Image.MAX_IMAGE_PIXELS = MOST_PIXELS
_TOO_MANY = PIXELS.about(pixels=MOST_PIXELS // 10_000)
_DRAWING = Lock()  # one at a time in a process, which bounds the memory
# What the decoders say of a file that is not as it should be.
_FAULTS = (OSError, SyntaxError, ValueError, EOFError, struct.error, ArithmeticError, LookupError, TypeError)


def redrawn(content: bytes, form: Form) -> bytes | Finding:
    """Decode a picture and write it anew; its size is known from its head before a point is decoded."""
    try:
        with _DRAWING, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what is odd in a head and is left behind
            return _redrawn(content, form)
    except Image.DecompressionBombError:
        return _TOO_MANY
    except _FAULTS:
        return BROKEN


def _redrawn(content: bytes, form: Form) -> bytes | Finding:
    with Image.open(BytesIO(content), formats=(form,)) as image:
        if image.width * image.height > MOST_PIXELS:
            return _TOO_MANY
        upright: Any = ImageOps.exif_transpose(image)
    upright.info = {name: value for name, value in upright.info.items() if name == "transparency"}
    drawn = BytesIO()
    if form == "PNG":
        upright.save(drawn, "PNG")
    else:
        (upright if upright.mode in {"L", "RGB"} else upright.convert("RGB")).save(drawn, "JPEG", quality=85)
    return drawn.getvalue()
