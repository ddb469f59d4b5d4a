"""Files in parts: gone on with after a break, checked when whole, and nobody else's."""

from __future__ import annotations

import hashlib
import io
import wave
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from gewu.infra import files, sounds, uploads
from gewu.infra.models import File, Upload
from gewu.kernel.identifiers import new_id
from gewu.kernel.refusals import Refusal
from tests.pictures import photo_bytes
from tests.world import World

PART = 16 * 1024


def sound_bytes(seconds: float = 1, rate: int = 16_000, channels: int = 1) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setnchannels(channels)
        sound.setsampwidth(2)
        sound.setframerate(rate)
        sound.writeframes(bytes(n % 251 for n in range(int(seconds * rate) * 2 * channels)))
    return out.getvalue()


def whole(content: bytes, kind: str = "photo") -> uploads.Whole:
    return uploads.Whole(kind, "photo_before", len(content), hashlib.sha256(content).hexdigest())


def send(
    world: World, id: UUID, content: bytes, offset: int, size: int = PART, by: str = "zhao.qiang"
) -> int:
    part = content[offset : offset + size]
    actor = world.actor(by)
    return uploads.put(id, whole(content), offset, part, actor=actor, now=world.now).arrived


@pytest.mark.both_databases
def test_a_broken_transfer_goes_on_where_it_stopped(world: World, files_folder: Path) -> None:
    photo, id, zhao = photo_bytes(1200, 900), new_id(), world.actor("zhao.qiang")
    send(world, id, photo, 0)
    send(world, id, photo, 0)  # the answer was lost, the part comes again
    assert uploads.state(id, actor=zhao).arrived == PART
    with pytest.raises(Refusal, match="请从第 16384 字节续传"):
        send(world, id, photo, 2 * PART)
    at = PART
    while at < len(photo):
        at = send(world, id, photo, at)
    state = uploads.state(id, actor=zhao)
    assert state.file is not None
    assert files.read(state.file)[:2] == b"\xff\xd8"
    assert uploads.files_of([id], actor=zhao) == [str(state.file)]
    assert not list((files_folder / "parts").iterdir()), "the parts are gone once the whole is kept"
    assert send(world, id, photo, 0) == len(photo)
    assert File.objects.count() == 1, "the last part sent again keeps no second file"


def test_a_crash_between_disk_and_database_leaves_no_bytes_too_many(world: World, files_folder: Path) -> None:
    photo, id = photo_bytes(), new_id()
    send(world, id, photo, 0, 1000)
    path = files_folder / "parts" / id.hex
    path.write_bytes(path.read_bytes() + b"written, but never noted")
    send(world, id, photo, 1000, len(photo))
    assert uploads.state(id, actor=world.actor("zhao.qiang")).file is not None


def test_a_whole_that_is_not_what_was_announced_begins_anew(world: World, files_folder: Path) -> None:
    photo, id, zhao = photo_bytes(), new_id(), world.actor("zhao.qiang")
    broken = photo[:-1] + bytes([photo[-1] ^ 1])
    with pytest.raises(Refusal, match="请重新发送这个文件"):
        uploads.put(id, whole(photo), 0, broken, actor=zhao, now=world.now)
    assert uploads.state(id, actor=zhao).arrived == 0
    assert send(world, id, photo, 0, len(photo)) == len(photo)


def test_nobody_goes_on_with_anothers_file(world: World, files_folder: Path) -> None:
    photo, id = photo_bytes(), new_id()
    send(world, id, photo, 0)
    with pytest.raises(Refusal, match="此编号已用于另一个文件"):
        send(world, id, photo, PART, by="sun.li")
    assert uploads.state(id, actor=world.actor("sun.li")).arrived == 0


def test_unfinished_files_are_forgotten(world: World, files_folder: Path) -> None:
    id = new_id()
    send(world, id, photo_bytes(), 0)
    assert uploads.sweep(world.later(days=13)) == 0
    assert uploads.sweep(world.now + timedelta(days=2)) == 1
    assert not Upload.objects.exists()
    assert not list((files_folder / "parts").iterdir())


def test_a_voice_note_is_kept_as_its_samples_alone(world: World, files_folder: Path) -> None:
    sound = sound_bytes()
    note = b"LIST" + (12).to_bytes(4, "little") + b"INFOsecretly"
    tagged = b"RIFF" + (len(sound) - 8 + len(note)).to_bytes(4, "little") + sound[8:36] + note + sound[36:]
    kept = sounds.keep(tagged, purpose="voice_note", actor=world.actor("zhao.qiang"), now=world.now)
    assert files.read(kept) == sound
    assert File.objects.get(pk=kept).media_type == "audio/wav"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"RIFF....WAVE", "不是能播放的录音"),
        (b"", "不是能播放的录音"),
        (photo_bytes(), "不是能播放的录音"),
        (sound_bytes(channels=2), "录音要是单声道"),
        (sound_bytes(rate=44_100), "录音要是单声道"),
        (sound_bytes(seconds=61), "录音太长"),
    ],
)
def test_what_is_no_plain_sound_is_refused(world: World, content: bytes, why: str) -> None:
    with pytest.raises(Refusal, match=why):
        sounds.keep(content, purpose="voice_note", actor=world.actor("zhao.qiang"), now=world.now)
