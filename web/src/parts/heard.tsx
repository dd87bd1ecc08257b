// What a song was recognised by: the recording beside the version of it that is closest, or another one.
import { useState } from "preact/hooks";
import type { Match } from "../api/types";
import { fileName } from "../domain/words";
import { Evidence } from "./evidence";
import { Versions } from "./versions";

interface Props {
  /** The answer. */
  id: string;
  match: Match;
  query: string;
  recording: File | null;
  under: "h3" | "h4";
}

export function Heard({ id, match, query, recording, under }: Props) {
  const versions = [match.recording, ...match.versions]; // the closest one first
  const [compared, setCompared] = useState(match.track_id);
  const version = versions.find((one) => one.track_id === compared) ?? match.recording;
  return (
    <>
      <Evidence
        key={version.track_id}
        id={id}
        recording={recording}
        trackId={version.track_id}
        names={[query, fileName(version.path)]}
        under={under}
      />
      {versions.length > 1 && <Versions versions={versions} compared={compared} compare={setCompared} />}
    </>
  );
}
