// The answer to "which song is this?": the verdict in words, and the songs that it was weighed against.
import { useEffect, useRef, useState } from "preact/hooks";
import type { Answered } from "../api/listening";
import type { Match } from "../api/types";
import { searched, type Known } from "../domain/known";
import { trackTitle } from "../domain/songwords";
import { percent, PERHAPS, plural } from "../domain/words";
import { announce } from "./announcer";
import { Probability } from "./probability";
import { Facts } from "./facts";
import { Ranked } from "./ranked";
import { Warnings } from "./warnings";

interface Props {
  ranking: Answered;
  recording: File;
  /** What was known of it. */
  known: Known;
  /** Minimum probability for naming a song. */
  threshold: number | undefined;
  again: () => void;
}

const KINDS = { match: "found", probable: "probable", none: "none" } as const;

export function Answer({ ranking, recording, known, threshold, again }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  const [open, setOpen] = useState<string | null>(null);
  const { matches, verdict } = ranking;
  const among = searched(known);
  const first = matches[0];
  const best = verdict === "none" ? undefined : first;
  const sentence = best === undefined ? "None of these" : `${verdict === "match" ? "" : `${PERHAPS} `}${trackTitle(best)}`;
  useEffect(() => {
    setOpen(best?.work_id ?? null);
    heading.current?.focus();
    announce(best === undefined ? sentence : `${verdict === "match" ? "Found: " : ""}${sentence}, ${percent(best.probability)}`);
  }, [ranking]);
  return (
    <div class="answer">
      <section class={`verdict ${KINDS[verdict]}`} aria-labelledby="verdict">
        <p class="eyebrow">{[recording.name, among && `searched: only ${among}`].filter(Boolean).join(" · ")}</p>
        <h2 id="verdict" ref={heading} tabIndex={-1}>{sentence}</h2>
        {best !== undefined && <p class="byline">{best.artist ?? "Unknown artist"}</p>}
        {verdict !== "match" && <Doubt best={best} closest={first} threshold={threshold} />}
        {best !== undefined && (
          <div class="verdict-facts">
            <Probability value={best.probability} />
            <Facts shift={best.key_shift} ratio={best.tempo_ratio} query={best.query_span} reference={best.reference_span} />
          </div>
        )}
        <Warnings warnings={ranking.warnings ?? []} />
        <div class="actions">
          <button type="button" onClick={again}>Identify another recording</button>
          <span class="soft">Answered in {ranking.seconds.toFixed(1)} s</span>
        </div>
      </section>
      <section aria-labelledby="ranking">
        <h2 id="ranking" class="section-title">
          {matches.length === 0 ? "No song came close" : plural(matches.length, "closest song")}
        </h2>
        <ol class="ranking">
          {matches.map((match) => (
            <Ranked
              key={match.work_id}
              match={match}
              recording={recording}
              open={open === match.work_id}
              toggle={() => setOpen(open === match.work_id ? null : match.work_id)}
            />
          ))}
        </ol>
      </section>
    </div>
  );
}

interface DoubtProps {
  /** The song that it perhaps is. */
  best: Match | undefined;
  closest: Match | undefined;
  threshold: number | undefined;
}

/** Why no song is named. */
function Doubt({ best, closest, threshold }: DoubtProps) {
  const needed = threshold === undefined ? "" : `, and naming a song needs ${percent(threshold)}`;
  if (best !== undefined) {
    return (
      <p class="doubt">
        No other song comes near it, but its probability is {percent(best.probability)}{needed}. Compare the two below before
        you rely on it.
      </p>
    );
  }
  return (
    <p class="doubt">
      No song in the catalog is convincingly the same
      {closest !== undefined && `: the closest one reaches ${percent(closest.probability)}${needed}`}. The song may be missing
      from the catalog, or the recording too short or too noisy.
    </p>
  );
}
