// Two recordings of one song, played at the same moment of the music.
import { straight, toQuery, toReference, type Path } from "../domain/mapping";
import { takeTurn } from "./sole";

export type Side = "query" | "reference" | "both";

export interface Moment {
  query: number;
  reference: number;
}

export interface PairState extends Moment {
  side: Side;
  playing: boolean;
}

/** Seconds that the two may be apart before one jumps. */
const APART = 0.5;

export class PairPlayer {
  private readonly query = new Audio();
  private readonly reference = new Audio();
  private context: AudioContext | null = null;
  private panners: StereoPannerNode[] = [];
  private path: Path;
  private side: Side = "query";
  private playing = false;
  private timer: number | undefined;

  constructor(
    queryUrl: string,
    referenceUrl: string,
    private readonly alignment: Path,
    private readonly changed: (state: PairState) => void,
    private readonly failed: (side: "query" | "reference") => void,
  ) {
    this.path = alignment;
    this.prepare(this.query, queryUrl, "query");
    this.prepare(this.reference, referenceUrl, "reference");
    this.seek(alignment[0]?.[0] ?? 0);
  }

  /** Go to a moment of the query and to the same one of the reference. */
  seek(query: number): void {
    this.path = this.alignment;
    this.goTo({ query, reference: toReference(this.path, query) });
  }

  /** Go to a moment of the reference and to the same one of the query. */
  seekReference(reference: number): void {
    this.path = this.alignment;
    this.goTo({ query: toQuery(this.path, reference), reference });
  }

  /** Go to any two moments, and from there on in step, at the tempo that the alignment has. */
  seekBoth(query: number, reference: number): void {
    const [first, last] = [this.alignment[0], this.alignment[this.alignment.length - 1]];
    const slope = first && last && last[0] > first[0] ? (last[1] - first[1]) / (last[0] - first[0]) : 1;
    this.path = straight([query, query + 1], [reference, reference + slope]);
    this.goTo({ query, reference });
  }

  /** Hear the other one, or both, from the moment that is playing. */
  choose(side: Side): void {
    const now = this.now();
    this.side = side;
    this.goTo(now);
    if (this.playing) void this.play();
  }

  async play(): Promise<void> {
    takeTurn(this.pause);
    this.pan();
    await this.context?.resume();
    const wanted = this.side === "both" ? [this.query, this.reference] : [this.audible()];
    for (const audio of [this.query, this.reference]) if (!wanted.includes(audio)) audio.pause();
    this.playing = true;
    try {
      await Promise.all(wanted.map((audio) => audio.play()));
    } catch (error) {
      if (!(error instanceof DOMException && error.name === "AbortError")) this.playing = false;
    }
    window.clearInterval(this.timer);
    this.timer = window.setInterval(this.tick, 100);
    this.tell();
  }

  readonly pause = (): void => {
    this.playing = false;
    window.clearInterval(this.timer);
    this.query.pause();
    this.reference.pause();
    this.tell();
  };

  close(): void {
    this.pause();
    for (const audio of [this.query, this.reference]) {
      audio.onerror = null;
      audio.removeAttribute("src");
      audio.load();
    }
    void this.context?.close();
  }

  private prepare(audio: HTMLAudioElement, url: string, side: "query" | "reference"): void {
    audio.preload = "metadata";
    audio.src = url;
    audio.onended = this.pause;
    audio.onerror = () => this.failed(side);
  }

  /** Left and right ear when both play. Without Web Audio they play on top of each other. */
  private pan(): void {
    if (this.context === null) {
      this.context = new AudioContext();
      this.panners = [this.query, this.reference].map((audio) => {
        const panner = new StereoPannerNode(this.context!);
        this.context!.createMediaElementSource(audio).connect(panner).connect(this.context!.destination);
        return panner;
      });
    }
    const both = this.side === "both";
    this.panners.forEach((panner, i) => (panner.pan.value = both ? (i === 0 ? -1 : 1) : 0));
  }

  private audible(): HTMLAudioElement {
    return this.side === "reference" ? this.reference : this.query;
  }

  private now(): Moment {
    if (this.side === "reference") {
      const reference = this.reference.currentTime;
      return { query: toQuery(this.path, reference), reference };
    }
    const query = this.query.currentTime;
    return { query, reference: toReference(this.path, query) };
  }

  private goTo({ query, reference }: Moment): void {
    this.query.currentTime = Math.max(0, query);
    this.reference.currentTime = Math.max(0, reference);
    this.reference.playbackRate = this.side === "both" ? this.rate(query) : 1;
    this.tell({ query, reference });
  }

  private rate(query: number): number {
    const ahead = toReference(this.path, query + 4) - toReference(this.path, query);
    return Math.min(2, Math.max(0.5, ahead / 4));
  }

  private readonly tick = (): void => {
    const now = this.now();
    if (this.side === "both" && !this.reference.seeking) {
      const drift = this.reference.currentTime - now.reference;
      // Small drifts are made up for by speed, which is heard less than a jump.
      this.reference.playbackRate = this.rate(now.query) * (Math.abs(drift) > 0.03 ? 1 - drift / 4 : 1);
      if (Math.abs(drift) > APART) this.reference.currentTime = now.reference;
    }
    this.tell(now);
  };

  private tell(moment: Moment = this.now()): void {
    this.changed({ ...moment, side: this.side, playing: this.playing });
  }
}
