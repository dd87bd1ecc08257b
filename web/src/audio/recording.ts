// One recording played from any moment; for set lists.
import { Problem } from "../api/problem";
import { takeTurn } from "./sole";

export interface PlayState {
  at: number;
  playing: boolean;
}

/** Seconds that a recording lasts; null where the browser cannot tell. */
export function duration(file: File): Promise<number | null> {
  const url = URL.createObjectURL(file);
  const probe = new Audio();
  probe.preload = "metadata";
  return new Promise<number | null>((resolve) => {
    probe.onloadedmetadata = () => resolve(Number.isFinite(probe.duration) ? probe.duration : null);
    probe.onerror = () => resolve(null);
    probe.src = url;
  }).finally(() => URL.revokeObjectURL(url));
}

export class RecordingPlayer {
  private readonly audio = new Audio();
  private until = Infinity;

  constructor(
    url: string,
    private readonly changed: (state: PlayState) => void,
    failed: (problem: Problem) => void,
  ) {
    this.audio.preload = "metadata";
    this.audio.src = url;
    for (const event of ["timeupdate", "play", "pause", "seeked"]) this.audio.addEventListener(event, this.tell);
    this.audio.onerror = () =>
      failed(new Problem("player", "This browser cannot play this recording; the list is not affected."));
  }

  async play(from?: number, until = Infinity): Promise<void> {
    takeTurn(this.pause);
    this.until = until;
    if (from !== undefined) this.audio.currentTime = from;
    await this.audio.play().catch(() => {}); // onerror says why
  }

  seek(to: number): void {
    this.until = Infinity;
    this.audio.currentTime = to;
  }

  readonly pause = (): void => this.audio.pause();

  close(): void {
    this.pause();
    this.audio.onerror = null;
    this.audio.removeAttribute("src");
    this.audio.load();
  }

  private readonly tell = (): void => {
    if (this.audio.currentTime >= this.until) {
      this.until = Infinity;
      this.pause();
    }
    this.changed({ at: this.audio.currentTime, playing: !this.audio.paused });
  };
}
