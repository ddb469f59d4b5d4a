"""Photos: told by their content, kept upright and without metadata, and each owned once."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zlib
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from PIL import Image, PngImagePlugin

from gewu.infra import files
from gewu.infra.models import File
from gewu.kernel.refusals import Kind, Refusal
from gewu.security.actors import ANONYMOUS
from tests.pictures import photo_bytes
from tests.world import START

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files_folder")]


def keep(content: bytes, purpose: str = "photo_after") -> object:
    return files.keep_photo(content, purpose=purpose, actor=ANONYMOUS, now=START)


def kept(content: bytes) -> bytes:
    """What is kept of a photo."""
    return files.read(keep(content))


def drawn(kind: str, size: tuple[int, int] = (40, 20), **options: object) -> bytes:
    """A picture of a format, red on the left and blue on the right."""
    picture = Image.new("RGB", size, "blue")
    picture.paste("red", (0, 0, size[0] // 2, size[1]))
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def test_place_and_camera_are_gone_from_the_bytes() -> None:
    sent = photo_bytes()
    assert b"Camera of a resident" in sent
    found = kept(sent)
    assert b"Camera" not in found
    assert b"Exif" not in found
    with Image.open(io.BytesIO(found)) as picture:
        assert (dict(picture.getexif()), picture.size) == ({}, (640, 480))
        assert set(picture.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_other_metadata_is_gone_too() -> None:
    comment = drawn("JPEG", comment=b"my home address")
    profile = drawn("PNG", icc_profile=b"secret profile of a device")
    for sent, secret in ((comment, b"home"), (profile, b"secret")):
        assert secret not in kept(sent)
    assert b"tail" not in kept(drawn("JPEG") + b"<?php tail ?>")


def test_photo_taken_sideways_is_kept_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    with Image.open(io.BytesIO(kept(drawn("JPEG", exif=exif)))) as picture:
        assert picture.size == (20, 40)
        top, bottom = picture.getpixel((10, 4)), picture.getpixel((10, 36))
    assert (top[0] > 200, bottom[2] > 200) == (True, True)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "BMP", "MPO"])
def test_photo_of_a_known_format_is_kept_as_jpeg(kind: str) -> None:
    with Image.open(io.BytesIO(kept(drawn(kind)))) as picture:
        assert (picture.format, picture.mode) == ("JPEG", "RGB")


def test_large_photo_is_made_smaller_and_its_thumb_smaller_still() -> None:
    key = keep(photo_bytes(3000, 1000))
    row = File.objects.get(pk=key)
    assert (row.width, row.height) == (1600, 533)
    with Image.open(io.BytesIO(files.read(key, thumb=True))) as thumb:
        assert max(thumb.size) == 320


def bomb() -> bytes:
    """A PNG of a few bytes that says it is 60,000 pixels wide and high."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"0"))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"a text that is called photo.jpg",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"<!doctype html><script>alert(1)</script>",
        b"PK\x03\x04" + b"\x00" * 60,
        b"%PDF-1.7\n",
        b"GIF89a" + b"\x00" * 60,
        b"\xff\xd8\xff\xe0",
        photo_bytes()[:-2000],
        photo_bytes()[:200],
        drawn("GIF"),
        drawn("TIFF"),
    ],
    ids=[
        "empty",
        "text",
        "svg",
        "html",
        "zip",
        "pdf",
        "broken gif",
        "jpeg head",
        "truncated",
        "cut",
        "gif",
        "tiff",
    ],
)
def test_what_is_no_photo_is_refused_whatever_it_is_called(content: bytes, files_folder: Path) -> None:
    with pytest.raises(Refusal) as refused:
        keep(content)
    assert (refused.value.field, str(refused.value)) == ("photos", "这个文件不是能读的照片")
    assert str(refused.value.advice) == "请选择 JPG、PNG 或 WebP 照片"
    assert (File.objects.count(), list(files_folder.rglob("*"))) == (0, [])


def test_picture_that_would_burst_the_memory_is_refused_before_it_is_drawn() -> None:
    with pytest.raises(Refusal):
        keep(bomb())
    assert File.objects.count() == 0


def test_picture_of_too_many_pixels_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST_PIXELS", 500)
    with pytest.raises(Refusal) as refused:
        keep(drawn("PNG"))
    assert (refused.value.kind, str(refused.value)) == (Kind.TOO_LARGE, "照片像素过多，请缩小后再传")


def test_file_of_too_many_bytes_is_refused_unread() -> None:
    with pytest.raises(Refusal) as refused:
        keep(b"\xff\xd8" + b"\x00" * files.MOST_BYTES)
    assert (refused.value.kind, str(refused.value)) == (Kind.TOO_LARGE, "照片太大，最多 12 MB")


def test_file_is_claimed_once() -> None:
    key, first = keep(photo_bytes()), uuid4()
    assert files.claim((str(key),), owner_kind="report", owner_id=first) == [key]
    with pytest.raises(Refusal) as refused:
        files.claim((str(key),), owner_kind="report", owner_id=uuid4())
    assert (refused.value.kind, str(refused.value)) == (Kind.CONFLICT, "照片已失效，请重新上传")
    assert [one.id for one in files.of([first])[first]] == [key]


@pytest.mark.parametrize("key", ["", "none", "../../etc/passwd", "0" * 31, "井盖"])
def test_number_that_is_none_is_refused(key: str) -> None:
    with pytest.raises(Refusal, match="照片编号无效"):
        files.claim((key,), owner_kind="report", owner_id=uuid4())


def test_unknown_file_is_refused() -> None:
    assert files.facts(uuid4()) is None
    with pytest.raises(Refusal, match="没有这个文件"):
        files.read(uuid4())


def test_unclaimed_file_is_swept_after_a_day_and_a_claimed_one_stays(files_folder: Path) -> None:
    loose, owned = keep(photo_bytes(label="loose")), keep(photo_bytes(label="owned"))
    files.claim((str(owned),), owner_kind="report", owner_id=uuid4())
    assert files.sweep(START + files.UNCLAIMED_FOR) == 0
    assert files.sweep(START + files.UNCLAIMED_FOR + timedelta(seconds=1)) == 1
    assert (files.facts(loose), files.facts(owned) is None) == (None, False)
    assert files.read(owned)


def test_same_picture_sent_twice_is_one_file_with_two_rows(files_folder: Path) -> None:
    first, second = keep(photo_bytes()), keep(photo_bytes())
    assert first != second
    assert len([path for path in files_folder.rglob("*") if path.is_file()]) == 1


@pytest.mark.parametrize(("kind", "mode"), [("PNG", "RGBA"), ("PNG", "P"), ("PNG", "1"), ("BMP", "RGB")])
def test_small_file_that_unpacks_to_very_much_is_refused_before_it_is_unpacked(kind: str, mode: str) -> None:
    out = io.BytesIO()
    side = 5_100 if kind == "PNG" else 100
    Image.new(mode, (side, side)).save(out, kind)
    content = out.getvalue()
    if kind == "BMP":  # a header that promises what does not follow
        content = content[:18] + (30_000).to_bytes(4, "little") * 2 + content[26:]
    tracemalloc.start()
    with pytest.raises(Refusal) as refused:
        keep(content)
    assert tracemalloc.get_traced_memory()[1] < 8_000_000
    tracemalloc.stop()
    assert refused.value.field == "photos"


def test_picture_with_a_bomb_of_words_is_no_picture() -> None:
    out, words = io.BytesIO(), PngImagePlugin.PngInfo()
    words.add_text("comment", "0" * 80_000_000, zip=True)
    Image.new("RGB", (20, 20)).save(out, "PNG", pnginfo=words)
    assert len(out.getvalue()) < 200_000
    with pytest.raises(Refusal, match="这个文件不是能读的照片"):
        keep(out.getvalue())


@pytest.mark.parametrize("mode", ["RGBA", "P", "1", "L", "LA", "I;16"])
def test_pictures_of_every_kind_are_kept_upright_and_small(mode: str) -> None:
    out = io.BytesIO()
    Image.new(mode, (3000, 2000)).save(out, "PNG")
    with Image.open(io.BytesIO(kept(out.getvalue()))) as picture:
        assert (picture.format, picture.size) == ("JPEG", (1600, 1067))
