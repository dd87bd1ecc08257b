// Why a track was named: the recording of an answer compared with it, to see and to hear.
import { useEffect, useState } from "preact/hooks";
import { answerAudio, compareAnswer, trackOrNoAudio } from "../api/service";
import type { Comparison } from "../api/types";
import { Notice } from "./notice";
import { PairView } from "./pairview";
import { Progress } from "./progress";
import { useWork } from "./work";

interface Props {
  /** The answer. */
  id: string;
  /** Its recording, where the visitor has it. */
  recording: File | null;
  trackId: string;
  names: readonly [string, string];
  under: "h3" | "h4";
}

interface Pair {
  comparison: Comparison;
  query: string;
  reference: string | null;
}

export function Evidence({ id, recording, trackId, names, under }: Props) {
  const { work, start } = useWork<Pair>();
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    start(async ({ signal }) => {
      const [comparison, query, reference] = await Promise.all([
        compareAnswer(id, trackId, signal),
        recording === null ? answerAudio(id) : URL.createObjectURL(recording),
        trackOrNoAudio(trackId),
      ]);
      return { comparison, query, reference };
    });
  }, [id, recording, trackId, attempt]);
  const pair = work.state === "done" ? work.answer : null;
  useEffect(() => () => {
    for (const url of [pair?.query, pair?.reference]) if (url?.startsWith("blob:")) URL.revokeObjectURL(url);
  }, [pair]);

  if (work.state === "failed") return <Notice problem={work.problem} retry={() => setAttempt(attempt + 1)} />;
  if (pair === null) {
    return <div class="pair-coming"><Progress label="Aligning the two recordings" share={null} /></div>;
  }
  return (
    <PairView
      comparison={pair.comparison}
      names={names}
      queryUrl={pair.query}
      referenceUrl={pair.reference}
      under={under}
    />
  );
}
