"""Pictures made for tests: real files, with the metadata that must not survive."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw


def photo_bytes(width: int = 640, height: int = 480, *, colour: str = "#7a8a92", label: str = "") -> bytes:
    """A JPEG with a camera's name and a place in its metadata."""
    picture = Image.new("RGB", (width, height), colour)
    draw = ImageDraw.Draw(picture)
    draw.ellipse((width * 0.35, height * 0.4, width * 0.65, height * 0.75), fill="#2b2f31")
    draw.text((20, 20), label or "gewu", fill="white")
    exif = Image.Exif()
    exif[0x010F] = "Camera of a resident"
    exif.get_ifd(0x8825).update({1: "N", 2: (32.0, 3.0, 27.0), 3: "E", 4: (118.0, 36.0, 9.0)})
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif)
    return out.getvalue()
