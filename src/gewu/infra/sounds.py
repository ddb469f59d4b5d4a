"""Voice notes from outside: plain sound, checked by reading it, kept as its samples and nothing else."""

from __future__ import annotations

import io
import wave
from datetime import datetime
from uuid import UUID

from gewu.infra import files, stream
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say

MEDIA_TYPE = "audio/wav"
#: Enough to say what a photo cannot; a longer story is a report of its own.
LONGEST_S = 60
#: Telephone quality and twice as good, in samples a second; two bytes each, one channel.
RATES = (8_000, 16_000)
MOST_BYTES = LONGEST_S * max(RATES) * 2 + 1024


def keep(content: bytes, *, purpose: str, actor: stream.Acting, now: datetime) -> UUID:
    """Check and keep a voice note, written anew without anything beside the samples.

    Refused: what is no uncompressed sound of one channel at 8 or 16 kHz, and what lasts longer than a minute.
    """
    if len(content) > MOST_BYTES:
        raise Refusal(say("录音太长，最多 {n} 秒", n=LONGEST_S), Kind.TOO_LARGE, field="sound")
    rate, samples = _read(content)
    out = io.BytesIO()
    with wave.open(out, "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(2)
        written.setframerate(rate)
        written.writeframes(samples)
    return files.keep(out.getvalue(), MEDIA_TYPE, purpose=purpose, actor=actor, now=now)


def _read(content: bytes) -> tuple[int, bytes]:
    try:
        with wave.open(io.BytesIO(content), "rb") as sound:
            shape = (sound.getnchannels(), sound.getsampwidth(), sound.getframerate())
            samples = sound.readframes(LONGEST_S * max(RATES))
    except (wave.Error, EOFError, ValueError, RuntimeError):
        raise Refusal(say("这个文件不是能播放的录音"), field="sound") from None
    if shape[:2] != (1, 2) or shape[2] not in RATES or len(samples) < 2:
        raise Refusal(say("录音要是单声道、8 或 16 kHz 的 WAV"), field="sound")
    return shape[2], samples[: len(samples) // 2 * 2]
