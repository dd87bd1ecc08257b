// The recording of a concert, of one file or of several that follow each other, played from any moment.
import { Problem } from "../api/problem";
import type { PlayState } from "./recording";
import { takeTurn } from "./sole";

/** A file of a concert. */
export interface Part {
  start: number;
  end: number;
  /** An address to play it from, asked for when it is needed. */
  address: () => Promise<string>;
}

export class ConcertPlayer {
  private readonly audio = new Audio();
  private readonly addresses = new Map<number, Promise<string>>();
  private current = -1;
  private wanted = 0; // seconds of the concert, while a file is being fetched
  private playing = false;

  constructor(
    private readonly parts: readonly Part[],
    private readonly changed: (state: PlayState) => void,
    private readonly failed: (problem: Problem) => void,
  ) {
    this.audio.preload = "metadata";
    for (const event of ["timeupdate", "play", "pause", "seeked"]) this.audio.addEventListener(event, this.tell);
    this.audio.onended = () => void this.goOn();
    this.audio.onerror = () => {
      if (this.audio.src === "") return;
      this.pause();
      this.failed(new Problem("player", "This browser cannot play this recording; the list is not affected."));
    };
    void this.goTo(0);
  }

  async play(from?: number): Promise<void> {
    takeTurn(this.pause);
    this.playing = true;
    if (from !== undefined) await this.goTo(from);
    if (this.playing) await this.audio.play().catch(() => {}); // onerror says why
  }

  seek(to: number): void {
    void this.goTo(to);
  }

  readonly pause = (): void => {
    this.playing = false;
    this.audio.pause();
  };

  close(): void {
    this.pause();
    this.audio.onerror = null;
    this.audio.removeAttribute("src");
    this.audio.load();
    for (const address of this.addresses.values()) {
      address.then((url) => url.startsWith("blob:") && URL.revokeObjectURL(url), () => {});
    }
  }

  private async goTo(to: number): Promise<void> {
    const found = this.parts.findIndex((part) => to < part.end);
    const number = found < 0 ? this.parts.length - 1 : found;
    const part = this.parts[number];
    if (part === undefined) return;
    this.wanted = to;
    if (number !== this.current) {
      this.current = number;
      const address = this.addresses.get(number) ?? part.address();
      this.addresses.set(number, address);
      try {
        const url = await address;
        if (this.current !== number) return; // another moment was asked for meanwhile
        this.audio.src = url;
      } catch (error) {
        this.addresses.delete(number);
        this.current = -1;
        this.failed(error instanceof Problem ? error : new Problem("player", String(error)));
        return;
      }
    }
    this.audio.currentTime = Math.max(0, this.wanted - part.start);
    if (this.playing) await this.audio.play().catch(() => {});
    this.tell();
  }

  private async goOn(): Promise<void> {
    const next = this.parts[this.current + 1];
    if (next === undefined || !this.playing) this.pause();
    else await this.goTo(next.start);
  }

  private readonly tell = (): void => {
    const start = this.parts[this.current]?.start ?? 0;
    this.changed({ at: start + this.audio.currentTime, playing: this.playing && !this.audio.paused });
  };
}
