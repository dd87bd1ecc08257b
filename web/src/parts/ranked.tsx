// One song of a ranking: its name, and on demand its recordings and why it is there.
import { useState } from "preact/hooks";
import type { Match } from "../api/types";
import { trackTitle } from "../domain/songwords";
import { plural } from "../domain/words";
import { Probability } from "./probability";
import { Evidence } from "./evidence";
import { Facts } from "./facts";
import { Icon } from "./icon";
import { Versions } from "./versions";

interface Props {
  match: Match;
  recording: File;
  open: boolean;
  toggle: () => void;
}

export function Ranked({ match, recording, open, toggle }: Props) {
  const versions = [match.recording, ...match.versions]; // the closest one first
  const [compared, setCompared] = useState(match.track_id);
  const version = versions.find((one) => one.track_id === compared) ?? match.recording;
  const id = `evidence-${match.rank}`;
  const by = match.artist ?? "Unknown artist";
  return (
    <li class={open ? "open" : ""}>
      <h3>
        <button type="button" class="ranked" aria-expanded={open} aria-controls={id} onClick={toggle}>
          <span class="rank figures" aria-hidden="true">{match.rank}</span>
          <span class="ranked-name">
            <span class="title">{trackTitle(match)}</span>
            <span class="soft">{versions.length === 1 ? by : `${by} · ${plural(versions.length, "version")}`}</span>
          </span>
          <Probability value={match.probability} />
          <span class="ranked-more" aria-hidden="true"><Icon name="compare" /></span>
        </button>
      </h3>
      <div id={id} hidden={!open} class="ranked-body">
        {open && (
          <>
            {versions.length > 1 && <Versions versions={versions} compared={compared} compare={setCompared} />}
            {version === match.recording && (
              <Facts shift={match.key_shift} ratio={match.tempo_ratio} query={match.query_span} reference={match.reference_span} />
            )}
            <Evidence
              key={version.track_id}
              recording={recording}
              trackId={version.track_id}
              withFacts={version !== match.recording}
              title={[trackTitle(version), version.artist].filter(Boolean).join(", ")}
            />
          </>
        )}
      </div>
    </li>
  );
}
