// A button that plays a track of the catalog.
import { useEffect, useRef, useState } from "preact/hooks";
import { asProblem } from "../api/http";
import { track as trackOf, trackAudio } from "../api/service";
import { RecordingPlayer } from "../audio/recording";
import { Icon } from "./icon";

interface Props {
  track: { track_id: string; title: string | null; has_audio?: boolean };
  /** Words on the button; without them it is a round one. */
  words?: string;
}

export function TrackPlay({ track, words }: Props) {
  const [playing, setPlaying] = useState(false);
  const [failure, setFailure] = useState("");
  const player = useRef<RecordingPlayer | null>(null);
  const url = useRef("");
  useEffect(() => () => {
    player.current?.close();
    if (url.current.startsWith("blob:")) URL.revokeObjectURL(url.current);
  }, []);
  const toggle = async () => {
    if (playing) return player.current?.pause();
    try {
      if (player.current === null) {
        const { has_audio = (await trackOf(track.track_id)).has_audio } = track;
        if (!has_audio) throw new Error("The studio recording was moved or deleted, or this server may not play it.");
        url.current = await trackAudio(track.track_id);
        player.current = new RecordingPlayer(url.current, (state) => setPlaying(state.playing), (problem) => setFailure(problem.message));
      }
      await player.current.play();
    } catch (error) {
      setFailure(asProblem(error).message);
    }
  };
  const icon = <Icon name={playing ? "pause" : "play"} />;
  return (
    <>
      {words === undefined ? (
        <button
          type="button"
          class="round quiet"
          disabled={track.has_audio === false}
          aria-label={`${playing ? "Pause" : "Play"} ${track.title ?? "track"}`}
          onClick={() => void toggle()}
        >
          {icon}
        </button>
      ) : (
        <button type="button" onClick={() => void toggle()}>{icon} {words}</button>
      )}
      {failure && <span class="hint bad" role="status">{failure}</span>}
    </>
  );
}
