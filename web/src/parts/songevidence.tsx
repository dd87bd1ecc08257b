// A song of a concert beside the studio recording that it is named after: aligned, to hear and to see.
import { useEffect, useState } from "preact/hooks";
import { trackOrNoAudio } from "../api/service";
import { compareSong, setlistAudio } from "../api/setlists";
import type { Comparison, KeptFile, KeptSetlist, Song, SongTrack } from "../api/types";
import type { Span } from "../domain/mapping";
import { songTitle, trackTitle } from "../domain/songwords";
import { Notice } from "./notice";
import { PairView, type PairWords } from "./pairview";
import { Progress } from "./progress";
import { useWork } from "./work";

interface Props {
  kept: KeptSetlist;
  song: Song;
  track: SongTrack;
}

interface Answer {
  comparison: Comparison;
  query: string;
  reference: string | null;
  part: Span;
}

const WORDS: PairWords = { short: ["Concert", "Studio"], long: ["the concert", "the studio recording"] };

export function SongEvidence({ kept, song, track }: Props) {
  const { work, start } = useWork<Answer>();
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    start(async ({ signal }) => {
      const { file, part } = partOf(kept.files, song);
      const [comparison, query, reference] = await Promise.all([
        compareSong(kept.id, file, track.track_id, part, signal),
        setlistAudio(kept.id, file),
        trackOrNoAudio(track.track_id),
      ]);
      return { comparison, query, reference, part };
    });
  }, [kept.id, song.start, song.end, track.track_id, attempt]);
  const made = work.state === "done" ? work.answer : null;
  useEffect(() => () => {
    for (const url of [made?.query, made?.reference]) if (url?.startsWith("blob:")) URL.revokeObjectURL(url);
  }, [made]);

  if (work.state === "failed") return <Notice problem={work.problem} retry={() => setAttempt(attempt + 1)} />;
  if (made === null) return <Progress label={`Aligning ${songTitle(song)} with the studio recording`} share={null} />;
  return (
    <div class="song-evidence">
      <PairView
        comparison={made.comparison}
        names={["In the concert", [trackTitle(track), track.artist].filter(Boolean).join(", ")]}
        queryUrl={made.query}
        queryPart={made.part}
        referenceUrl={made.reference}
        words={WORDS}
        under="h3"
      />
    </div>
  );
}

/** The file that has most of a song, and where in it that is. */
function partOf(files: readonly KeptFile[], { start, end }: Pick<Song, "start" | "end">): { file: number; part: Span } {
  const parts = files.map((one) => [Math.max(0, start - one.start), Math.min(end, one.end) - one.start] as const);
  const lengths = parts.map(([from, to]) => to - from);
  const file = lengths.indexOf(Math.max(...lengths));
  return { file, part: parts[file]! };
}
