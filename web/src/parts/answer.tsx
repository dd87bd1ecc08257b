// The answer to "which song is this?": the verdict in words, what it was heard by, and the other songs.
import { useEffect, useRef, useState } from "preact/hooks";
import type { KnownSongs, Match, Ranking } from "../api/types";
import { wasSearched } from "../domain/known";
import { trackTitle } from "../domain/songwords";
import { percent, PERHAPS, plural } from "../domain/words";
import { announce } from "./announcer";
import { Heard } from "./heard";
import { Probability } from "./probability";
import { Ranked } from "./ranked";
import { Warnings } from "./warnings";

interface Props {
  id: string;
  ranking: Ranking;
  /** What was known of the recording. */
  known: KnownSongs;
  recording: File | null;
  /** Minimum probability for naming a song. */
  threshold: number | undefined;
}

const KINDS = { match: "found", probable: "probable", none: "none" } as const;

export function AnswerCard({ id, ranking, known, recording, threshold }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  const [open, setOpen] = useState<string | null>(null);
  const { matches, verdict } = ranking;
  const among = wasSearched(known);
  const best = verdict === "none" ? undefined : matches[0];
  const others = best === undefined ? matches : matches.slice(1);
  const sentence = inWords(ranking);
  useEffect(() => {
    heading.current?.focus();
    announce(best === undefined ? sentence : `${sentence}, ${percent(best.probability)}`);
  }, [ranking]);
  return (
    <div class="answer">
      <section class={`verdict ${KINDS[verdict]}`} aria-labelledby="verdict">
        <div class="verdict-head">
          <div>
            <h2 id="verdict" ref={heading} tabIndex={-1}>{sentence}</h2>
            {best !== undefined && <p class="byline">{best.artist ?? "Unknown artist"}</p>}
            {verdict !== "match" && <Doubt best={best} recording={ranking.query} threshold={threshold} />}
            {among && <p class="eyebrow">Searched: only {among}</p>}
          </div>
          {best !== undefined && <Probability value={best.probability} />}
        </div>
        <Warnings warnings={ranking.warnings} />
        {best !== undefined && <Heard key={best.work_id} id={id} match={best} query={ranking.query} recording={recording} under="h3" />}
      </section>
      <section aria-labelledby="ranking">
        <h2 id="ranking" class="section-title">{headingOf(others, best)}</h2>
        <ol class="ranking">
          {others.map((match) => (
            <Ranked
              key={match.work_id}
              id={id}
              match={match}
              query={ranking.query}
              recording={recording}
              open={open === match.work_id}
              toggle={() => setOpen(open === match.work_id ? null : match.work_id)}
            />
          ))}
        </ol>
        <p class="hint">Answered in {ranking.seconds.toFixed(1)} s.</p>
      </section>
    </div>
  );
}

/** The verdict: one of three sentences, as the command line says them. */
function inWords({ matches, verdict }: Ranking): string {
  const best = matches[0];
  if (verdict === "none" || best === undefined) return "None of these";
  return `${verdict === "match" ? "This is" : PERHAPS} ${trackTitle(best)}`;
}

function headingOf(others: readonly Match[], best: Match | undefined): string {
  if (others.length === 0) return best === undefined ? "No song came close" : "No other song came close";
  return best === undefined ? plural(others.length, "closest song") : plural(others.length, "next closest song");
}

interface DoubtProps {
  /** The song that it perhaps is. */
  best: Match | undefined;
  recording: string;
  threshold: number | undefined;
}

/** Why no song is named. */
function Doubt({ best, recording, threshold }: DoubtProps) {
  const needed = threshold === undefined ? "" : `: naming a song needs ${percent(threshold)}`;
  if (best !== undefined) {
    return <p class="doubt">No other song comes near it, but this one is not sure{needed}. Compare the two before you rely on it.</p>;
  }
  return (
    <p class="doubt">
      No song in the catalog is convincingly the same as {recording}{needed}. The song may be missing from the catalog,
      or the recording too short or too noisy.
    </p>
  );
}
