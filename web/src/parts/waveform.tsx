// The loudness of a recording below its timeline: what of it is seen is drawn, however large it is.
import { useEffect, useRef, useState } from "preact/hooks";
import { waveform } from "../api/setlists";

export interface Peaks {
  /** Seconds of each. */
  seconds: number;
  values: Uint8Array;
}

/** The peaks of a set list's recording; null until they are known, and where there are none. */
export function usePeaks(id: string | null): Peaks | null {
  const [peaks, setPeaks] = useState<Peaks | null>(null);
  useEffect(() => {
    let wanted = true;
    if (id !== null) {
      waveform(id).then(
        ({ seconds, peaks: coded }) => {
          const values = Uint8Array.from(atob(coded), (letter) => letter.charCodeAt(0));
          if (wanted) setPeaks({ seconds, values });
        },
        () => {}, // a picture less
      );
    }
    return () => {
      wanted = false;
    };
  }, [id]);
  return peaks;
}

interface Props {
  peaks: Peaks;
  duration: number;
  /** Of the whole timeline, in pixels. */
  width: number;
  /** Of what is seen of it. */
  seen: number;
  /** What scrolls it. */
  scroller: { current: HTMLElement | null };
  seek: (clientX: number) => void;
}

export function Waveform({ peaks, duration, width, seen, scroller, seek }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const lane = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const scrolled = scroller.current!;
    let frame = 0;
    const paint = () => {
      frame = 0;
      if (canvas.current !== null && lane.current !== null) draw(canvas.current, lane.current, peaks, duration, width);
    };
    const soon = () => {
      frame ||= requestAnimationFrame(paint);
    };
    const scheme = matchMedia("(prefers-color-scheme: dark)");
    paint();
    scrolled.addEventListener("scroll", soon);
    scheme.addEventListener("change", soon);
    return () => {
      cancelAnimationFrame(frame);
      scrolled.removeEventListener("scroll", soon);
      scheme.removeEventListener("change", soon);
    };
  }, [peaks, duration, width, seen]);
  return (
    <div class="waveform" ref={lane} aria-hidden="true" onPointerDown={(event) => seek(event.clientX)}>
      <canvas ref={canvas} style={{ width: `${seen}px` }} />
    </div>
  );
}

function draw(canvas: HTMLCanvasElement, lane: HTMLElement, { seconds, values }: Peaks, duration: number, width: number): void {
  const scale = window.devicePixelRatio || 1;
  const { width: shown, height, left } = canvas.getBoundingClientRect();
  canvas.width = Math.round(shown * scale);
  canvas.height = Math.round(height * scale);
  const context = canvas.getContext("2d");
  if (context === null || width <= 0) return;
  context.fillStyle = getComputedStyle(canvas).color;
  const from = (left - lane.getBoundingClientRect().left) * scale; // of the timeline, in dots
  const each = (duration / seconds / (width * scale)); // peaks of a dot
  for (let x = 0; x < canvas.width; x += 1) {
    const first = Math.floor((from + x) * each);
    const last = Math.max(first + 1, Math.floor((from + x + 1) * each));
    let peak = 0;
    for (let i = first; i < last; i += 1) peak = Math.max(peak, values[i] ?? 0);
    // Ears hear ratios: what is soft is still seen.
    const tall = Math.max(scale, Math.sqrt(peak / 255) * canvas.height);
    context.fillRect(x, (canvas.height - tall) / 2, 1, tall);
  }
}
