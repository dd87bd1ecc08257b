// The answer to "which song is this?": the best match or "none of these", and the ranking below it.
import { useEffect, useRef, useState } from "preact/hooks";
import type { Match, Ranking } from "../api/types";
import { percent, plural } from "../domain/words";
import { announce } from "./announcer";
import { Confidence } from "./confidence";
import { Evidence } from "./evidence";
import { Facts } from "./facts";
import { Icon } from "./icon";

interface Props {
  ranking: Ranking;
  recording: File;
  /** Minimum probability for naming a song. */
  threshold: number | undefined;
  again: () => void;
}

export function Answer({ ranking, recording, threshold, again }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  const [open, setOpen] = useState<string | null>(null);
  const best = ranking.matches[0];
  useEffect(() => {
    setOpen(ranking.accepted && best ? best.track_id : null);
    heading.current?.focus();
    announce(ranking.accepted && best ? `Found: ${name(best)}, ${percent(best.score)}` : "None of these");
  }, [ranking]);
  return (
    <div class="answer">
      <section class={`verdict ${ranking.accepted ? "found" : "none"}`} aria-labelledby="verdict">
        <p class="eyebrow">{recording.name}</p>
        <h2 id="verdict" ref={heading} tabIndex={-1}>
          {ranking.accepted && best ? (best.title ?? "Untitled track") : "None of these"}
        </h2>
        {ranking.accepted && best ? (
          <>
            <p class="byline">{best.artist ?? "Unknown artist"}</p>
            <div class="verdict-facts">
              <Confidence value={best.score} />
              <Facts shift={best.key_shift} ratio={best.tempo_ratio} query={best.query_span} reference={best.reference_span} />
            </div>
          </>
        ) : (
          <p>
            No track in the catalog is convincingly the same song{threshold && best &&
              `: the closest one reaches ${percent(best.score)}, and an answer needs ${percent(threshold)}`}. The song
            may be missing from the catalog, or the recording too short or too noisy.
          </p>
        )}
        <div class="actions">
          <button type="button" onClick={again}>Identify another recording</button>
          <span class="soft">Answered in {ranking.seconds.toFixed(1)} s</span>
        </div>
      </section>
      <section aria-labelledby="ranking">
        <h2 id="ranking" class="section-title">
          {ranking.matches.length === 0 ? "No track came close" : plural(ranking.matches.length, "closest track")}
        </h2>
        <ol class="ranking">
          {ranking.matches.map((match) => (
            <Ranked
              key={match.track_id}
              match={match}
              recording={recording}
              open={open === match.track_id}
              toggle={() => setOpen(open === match.track_id ? null : match.track_id)}
            />
          ))}
        </ol>
      </section>
    </div>
  );
}

interface RankedProps {
  match: Match;
  recording: File;
  open: boolean;
  toggle: () => void;
}

function Ranked({ match, recording, open, toggle }: RankedProps) {
  const id = `evidence-${match.rank}`;
  return (
    <li class={open ? "open" : ""}>
      <h3>
        <button type="button" class="ranked" aria-expanded={open} aria-controls={id} onClick={toggle}>
          <span class="rank figures" aria-hidden="true">{match.rank}</span>
          <span class="ranked-name">
            <span class="title">{match.title ?? "Untitled track"}</span>
            <span class="soft">{match.artist ?? "Unknown artist"}</span>
          </span>
          <Confidence value={match.score} />
          <span class="ranked-more" aria-hidden="true"><Icon name="compare" /></span>
        </button>
      </h3>
      <div id={id} hidden={!open} class="ranked-body">
        {open && (
          <>
            <Facts shift={match.key_shift} ratio={match.tempo_ratio} query={match.query_span} reference={match.reference_span} />
            <Evidence recording={recording} trackId={match.track_id} title={name(match)} />
          </>
        )}
      </div>
    </li>
  );
}

function name(match: Match): string {
  return [match.title ?? "Untitled track", match.artist].filter(Boolean).join(", ");
}
