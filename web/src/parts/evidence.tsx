// Why a track was named: the recording compared with it, to see and to hear.
import { useEffect, useState } from "preact/hooks";
import { compareWithTrack, trackOrNoAudio } from "../api/service";
import type { Comparison } from "../api/types";
import { Facts } from "./facts";
import { Notice } from "./notice";
import { useObjectUrl } from "./objecturl";
import { PairView } from "./pairview";
import { Progress } from "./progress";
import { useWork } from "./work";

interface Props {
  recording: File;
  trackId: string;
  title: string;
  /** Also say key, tempo and spans, for a version of which the answer did not. */
  withFacts: boolean;
}

export function Evidence({ recording, trackId, title, withFacts }: Props) {
  const { work, start } = useWork<{ comparison: Comparison; audio: string | null }>();
  const [attempt, setAttempt] = useState(0);
  const url = useObjectUrl(recording);
  useEffect(() => {
    start(async (options) => {
      const [comparison, audio] = await Promise.all([
        compareWithTrack(recording, trackId, options),
        trackOrNoAudio(trackId),
      ]);
      return { comparison, audio };
    });
  }, [recording, trackId, attempt]);
  const audio = work.state === "done" ? work.answer.audio : null;
  useEffect(() => () => {
    if (audio?.startsWith("blob:")) URL.revokeObjectURL(audio);
  }, [audio]);

  if (work.state === "failed") return <Notice problem={work.problem} retry={() => setAttempt(attempt + 1)} />;
  if (work.state !== "done" || url === null) return <Progress label="Aligning the two recordings" share={null} />;
  const { comparison } = work.answer;
  return (
    <>
      {withFacts && (
        <Facts
          shift={comparison.key_shift}
          ratio={comparison.tempo_ratio}
          query={comparison.query_span}
          reference={comparison.reference_span}
        />
      )}
      <PairView
        comparison={comparison}
        names={[recording.name, title]}
        queryUrl={url}
        referenceUrl={work.answer.audio}
        under="h4"
      />
    </>
  );
}
