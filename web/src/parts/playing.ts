// The recording of the set list that is shown: from the server, or the visitor's own files.
import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { setlistAudio } from "../api/setlists";
import type { KeptSetlist, Setlist } from "../api/types";
import { ConcertPlayer, type Part } from "../audio/concert";
import type { PlayState } from "../audio/recording";

/** The files to play: those that this window has, else those of the server. */
export function useParts(setlist: Setlist, kept: KeptSetlist | null, files: readonly File[] | null): readonly Part[] {
  return useMemo(() => {
    if (files !== null) return ownParts(setlist, files);
    return (kept?.files ?? []).map(({ start, end }, number) => ({
      start, end, address: () => setlistAudio(kept!.id, number),
    }));
  }, [kept, files]);
}

/** The visitor's files, by the names that the list has for them. */
function ownParts({ files: listed, duration }: Setlist, files: readonly File[]): readonly Part[] {
  const address = (file: File) => () => Promise.resolve(URL.createObjectURL(file));
  if (listed.length === 0) return files.slice(0, 1).map((file) => ({ start: 0, end: duration, address: address(file) }));
  return listed.flatMap(({ path, start, end }) => {
    const file = files.find(({ name }) => name === path);
    return file === undefined ? [] : [{ start, end, address: address(file) }];
  });
}

export function usePlaying(parts: readonly Part[]) {
  const [heard, setHeard] = useState<PlayState>({ at: 0, playing: false });
  const [unplayable, setUnplayable] = useState("");
  const player = useRef<ConcertPlayer | null>(null);
  // Before the buttons that play can be clicked: an effect may come later than a click on a busy machine.
  useLayoutEffect(() => {
    setUnplayable("");
    if (parts.length === 0) return;
    const made = new ConcertPlayer(parts, setHeard, (problem) => setUnplayable(problem.message));
    player.current = made;
    return () => {
      made.close();
      player.current = null;
    };
  }, [parts]);
  return { heard, unplayable, player, ready: parts.length > 0 };
}
