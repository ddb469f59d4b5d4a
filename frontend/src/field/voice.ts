// A voice note: recorded by the browser in whatever form it has, kept as plain sound of telephone quality.

const RATE = 16_000;
export const LONGEST_S = 60;

export interface Recording { stop(): Promise<Blob> }

/** Begin to record; refused by the person or the phone it throws. The microphone is let go of at the end. */
export async function record(onEnd: () => void): Promise<Recording> {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1, noiseSuppression: true } });
  const recorder = new MediaRecorder(stream);
  const parts: Blob[] = [];
  recorder.addEventListener("dataavailable", (event) => parts.push(event.data));
  const ended = new Promise<void>((resolve) => recorder.addEventListener("stop", () => resolve()));
  recorder.start(1000);
  const most = setTimeout(() => { onEnd(); }, LONGEST_S * 1000 - 500);
  return {
    async stop() {
      clearTimeout(most);
      if (recorder.state !== "inactive") recorder.stop();
      await ended;
      for (const track of stream.getTracks()) track.stop();
      return plain(new Blob(parts, { type: recorder.mimeType }));
    },
  };
}

/** The sound of a recording as WAV: one channel, 16 kHz, 16 bits. */
async function plain(recorded: Blob): Promise<Blob> {
  const decoder = new OfflineAudioContext(1, 1, RATE);
  const sound = await decoder.decodeAudioData(await recorded.arrayBuffer());
  const mixed = new OfflineAudioContext(1, Math.min(sound.length, LONGEST_S * RATE), RATE);
  const source = mixed.createBufferSource();
  source.buffer = sound;
  source.connect(mixed.destination);
  source.start();
  return wav((await mixed.startRendering()).getChannelData(0));
}

function wav(samples: Float32Array): Blob {
  const bytes = new DataView(new ArrayBuffer(44 + samples.length * 2));
  const words = (at: number, text: string): void => { for (let n = 0; n < 4; n += 1) bytes.setUint8(at + n, text.charCodeAt(n)); };
  words(0, "RIFF"); bytes.setUint32(4, 36 + samples.length * 2, true); words(8, "WAVE");
  words(12, "fmt "); bytes.setUint32(16, 16, true); bytes.setUint16(20, 1, true); bytes.setUint16(22, 1, true);
  bytes.setUint32(24, RATE, true); bytes.setUint32(28, RATE * 2, true); bytes.setUint16(32, 2, true); bytes.setUint16(34, 16, true);
  words(36, "data"); bytes.setUint32(40, samples.length * 2, true);
  for (const [n, one] of samples.entries()) bytes.setInt16(44 + n * 2, Math.round(Math.max(-1, Math.min(1, one)) * 32767), true);
  return new Blob([bytes.buffer], { type: "audio/wav" });
}
