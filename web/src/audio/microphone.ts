// The microphone as blocks of 16-bit samples, and what it recorded as a WAV file.
import { Problem } from "../api/problem";
import { address } from "../api/address";

export interface Microphone {
  rate: number;
  stop(): void;
}

export interface MicrophoneEvents {
  /** A block of samples and its loudest one, 0 to 1. */
  block: (samples: Int16Array<ArrayBuffer>, peak: number) => void;
  /** The microphone was taken away while it was in use. */
  lost: (problem: Problem) => void;
}

/** Open the microphone without the filters that calls need and music suffers from. */
export async function openMicrophone(events: MicrophoneEvents): Promise<Microphone> {
  if (!navigator.mediaDevices?.getUserMedia) {
    throw new Problem(
      "microphone",
      "Browsers allow the microphone only on pages from this computer or over https. Open the page at http://localhost, or record with another program and drop the file here.",
    );
  }
  let stream: MediaStream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({
      audio: { channelCount: 1, echoCancellation: false, noiseSuppression: false, autoGainControl: false },
    });
  } catch (error) {
    throw refused(error);
  }
  const context = new AudioContext();
  const stop = () => {
    if (context.state === "closed") return;
    for (const track of stream.getTracks()) {
      track.onended = null;
      track.stop();
    }
    void context.close();
  };
  try {
    await context.audioWorklet.addModule(address("pcm-worklet.js"));
  } catch {
    stop();
    throw new Problem("microphone", "A part of this page could not be loaded. Load the page again.");
  }
  const worklet = new AudioWorkletNode(context, "pcm", { numberOfOutputs: 0 });
  worklet.port.onmessage = (event: MessageEvent<Float32Array>) => {
    const { samples, peak } = toInt16(event.data);
    events.block(samples, peak);
  };
  for (const track of stream.getTracks()) {
    track.onended = () => {
      stop();
      events.lost(new Problem("microphone", "The microphone was taken away while it was recording."));
    };
  }
  context.createMediaStreamSource(stream).connect(worklet);
  await context.resume();
  return { rate: context.sampleRate, stop };
}

/** What was recorded, as a file that the service and audio elements read. */
export function wavFile(blocks: readonly Int16Array<ArrayBuffer>[], rate: number, name: string): File {
  const bytes = blocks.reduce((sum, block) => sum + block.byteLength, 0);
  const header = new DataView(new ArrayBuffer(44));
  const text = (at: number, letters: string) => {
    for (let i = 0; i < letters.length; i++) header.setUint8(at + i, letters.charCodeAt(i));
  };
  text(0, "RIFF");
  header.setUint32(4, 36 + bytes, true);
  text(8, "WAVEfmt ");
  header.setUint32(16, 16, true);
  header.setUint16(20, 1, true); // PCM
  header.setUint16(22, 1, true); // mono
  header.setUint32(24, rate, true);
  header.setUint32(28, rate * 2, true);
  header.setUint16(32, 2, true);
  header.setUint16(34, 16, true);
  text(36, "data");
  header.setUint32(40, bytes, true);
  return new File([header, ...blocks], name, { type: "audio/wav" });
}

function toInt16(block: Float32Array): { samples: Int16Array<ArrayBuffer>; peak: number } {
  const samples = new Int16Array(block.length);
  let peak = 0;
  for (let i = 0; i < block.length; i++) {
    const sample = Math.max(-1, Math.min(1, block[i]!));
    samples[i] = Math.round(sample * 32767);
    peak = Math.max(peak, Math.abs(sample));
  }
  return { samples, peak };
}

function refused(error: unknown): Problem {
  const name = error instanceof DOMException ? error.name : "";
  const details: Record<string, string> = {
    NotAllowedError:
      "The browser blocks the microphone for this page. Allow it in the browser's settings for this page, then try again.",
    NotFoundError: "No microphone was found. Plug one in, then try again.",
    NotReadableError: "Another program is using the microphone. Close that program, then try again.",
  };
  return new Problem("microphone", details[name] ?? `The browser could not open the microphone (${name}).`);
}
