// What a song without a name may be: each to hear, and to choose with one click.
import { useId } from "preact/hooks";
import type { Candidate, SongTrack } from "../api/types";
import { trackTitle } from "../domain/songwords";
import { Probability } from "./probability";
import { TrackPlay } from "./trackplay";

interface Props {
  candidates: readonly Candidate[];
  chosen: (track: SongTrack) => void;
}

export function Candidates({ candidates, chosen }: Props) {
  const id = useId();
  if (candidates.length === 0) return null;
  return (
    <div>
      <p class="label" id={id}>It may be</p>
      <ul class="candidates" aria-labelledby={id}>
        {candidates.map(({ track, probability }) => (
          <li key={track.track_id}>
            <TrackPlay track={track} />
            <button type="button" class="candidate" onClick={() => chosen(track)}>
              <span class="unseen">Name it </span>
              <span class="track-name">
                <span class="title">{trackTitle(track)}</span>
                <span class="soft">{track.artist ?? "Unknown artist"}</span>
              </span>
              <Probability value={probability} label="Probability" />
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
