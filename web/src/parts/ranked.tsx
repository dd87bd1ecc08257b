// One of the songs that a recording was compared with; open, it shows both side by side.
import type { Match } from "../api/types";
import { trackTitle } from "../domain/songwords";
import { plural } from "../domain/words";
import { Heard } from "./heard";
import { Icon } from "./icon";
import { Probability } from "./probability";

interface Props {
  /** The answer. */
  id: string;
  match: Match;
  query: string;
  recording: File | null;
  open: boolean;
  toggle: () => void;
}

export function Ranked({ id, match, query, recording, open, toggle }: Props) {
  const body = `evidence-${match.rank}`;
  const by = match.artist ?? "Unknown artist";
  const many = 1 + match.versions.length;
  return (
    <li class={open ? "open" : ""}>
      <h3>
        <button type="button" class="ranked" aria-expanded={open} aria-controls={body} onClick={toggle}>
          <span class="rank figures" aria-hidden="true">{match.rank}</span>
          <span class="ranked-name">
            <span class="title">{trackTitle(match)}</span>
            <span class="soft">{many === 1 ? by : `${by} · ${plural(many, "version")}`}</span>
          </span>
          <Probability value={match.probability} />
          <span class="ranked-more" aria-hidden="true"><Icon name="compare" /></span>
        </button>
      </h3>
      <div id={body} hidden={!open} class="ranked-body">
        {open && <Heard id={id} match={match} query={query} recording={recording} under="h4" />}
      </div>
    </li>
  );
}
