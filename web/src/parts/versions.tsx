// The recordings of one song, to hear and to compare with.
import { useId } from "preact/hooks";
import type { Version } from "../api/types";
import { trackTitle } from "../domain/songwords";
import { clock, spoken } from "../domain/time";
import { fileName, plural } from "../domain/words";
import { TrackPlay } from "./trackplay";

interface Props {
  /** The closest one first. */
  versions: readonly Version[];
  compared: string;
  compare: (trackId: string) => void;
}

export function Versions({ versions, compared, compare }: Props) {
  const id = useId();
  return (
    <div>
      <p class="label" id={id}>{plural(versions.length, "version")} in the catalog, the closest one first</p>
      <ul class="versions" aria-labelledby={id}>
        {versions.map((version) => (
          <li key={version.track_id} class={version.track_id === compared ? "chosen" : ""}>
            <TrackPlay track={version} />
            <span class="track-name">
              <span class="title">{trackTitle(version)}</span>
              <span class="soft">{version.artist ?? "Unknown artist"}</span>
            </span>
            <span class="version-file soft" title={version.path}>{fileName(version.path)}</span>
            <span class="figures track-length">
              {clock(version.duration)}
              <span class="unseen">, {spoken(version.duration)} long</span>
            </span>
            <button
              type="button"
              aria-pressed={version.track_id === compared}
              onClick={() => compare(version.track_id)}
            >
              {version.track_id === compared ? "Compared" : "Compare"}
              <span class="unseen"> with {fileName(version.path)}</span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
