// Only one player of the page plays at a time.

let stopPlaying: (() => void) | null = null;

/** Stop what plays, and remember how to stop what begins. */
export function takeTurn(stop: () => void): void {
  if (stopPlaying !== stop) stopPlaying?.();
  stopPlaying = stop;
}

export function silence(): void {
  stopPlaying?.();
  stopPlaying = null;
}
