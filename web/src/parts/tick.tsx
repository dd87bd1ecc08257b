// A box that chooses recordings: all of those that it stands for, or none.
import { useEffect, useRef } from "preact/hooks";
import type { CatalogTrack } from "../api/types";

interface Props {
  tracks: readonly CatalogTrack[];
  /** Ids of all that are chosen. */
  chosen: ReadonlySet<string>;
  choose: (tracks: readonly CatalogTrack[], on: boolean) => void;
  label: string;
}

export function Tick({ tracks, chosen, choose, label }: Props) {
  const box = useRef<HTMLInputElement>(null);
  const count = tracks.filter(({ track_id }) => chosen.has(track_id)).length;
  const some = count > 0 && count < tracks.length;
  useEffect(() => {
    if (box.current !== null) box.current.indeterminate = some;
  }, [some]);
  return (
    <label class="tick">
      <input
        ref={box}
        type="checkbox"
        checked={count > 0 && !some}
        onChange={(event) => choose(tracks, event.currentTarget.checked)}
      />
      <span class="unseen">{label}</span>
    </label>
  );
}
