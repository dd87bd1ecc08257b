// Which song is this? A file or the microphone in, a ranking out.
import { useEffect, useState } from "preact/hooks";
import { checkSize, identify } from "../api/service";
import type { Problem } from "../api/problem";
import type { Answered } from "../api/listening";
import type { Health } from "../api/types";
import { NOTHING_KNOWN, type Known } from "../domain/known";
import { clock } from "../domain/time";
import { Answer } from "../parts/answer";
import { DemoLive } from "../parts/demolive";
import { Dropzone } from "../parts/dropzone";
import { FirstVisit } from "../parts/firstvisit";
import { focusHeading } from "../parts/focus";
import { Icon } from "../parts/icon";
import { KnownFields } from "../parts/knownfields";
import { Live } from "../parts/live";
import { Notice } from "../parts/notice";
import { Progress } from "../parts/progress";
import { useWork } from "../parts/work";

interface Props {
  health: Health | null;
  /** The catalog was changed. */
  changed: () => void;
}

export function Identify({ health, changed }: Props) {
  const empty = health?.n_tracks === 0;
  const [first, setFirst] = useState(empty); // until the view is left, or a recording is sent
  useEffect(() => {
    if (empty) setFirst(true);
  }, [empty]);
  const { work, start, reset, finish } = useWork<Answered>();
  const [recording, setRecording] = useState<File | null>(null);
  const [known, setKnown] = useState<Known>(NOTHING_KNOWN);
  const [live, setLive] = useState(false);
  const [liveProblem, setLiveProblem] = useState<Problem | null>(null);

  const run = (file: File) => {
    setLive(false);
    setLiveProblem(null);
    setRecording(file);
    start(async (options) => {
      checkSize(file, health?.limits);
      return identify(file, known, options);
    });
  };
  const listenAgain = () => {
    setLiveProblem(null);
    setLive(true);
  };
  const again = () => {
    setLive(false);
    setLiveProblem(null);
    setRecording(null);
    reset();
    focusHeading();
  };
  const problem = liveProblem ?? (work.state === "failed" ? work.problem : null);
  const busy = work.state === "sending" || work.state === "waiting";
  return (
    <>
      <header class="view-head">
        <h1 tabIndex={-1}>Which song is this?</h1>
        <p class="lead">
          Give it a live recording of one song, or let it listen. It is compared with every song in the catalog,
          in any key and at any tempo.
        </p>
      </header>
      {problem && (
        <Notice problem={problem} retry={() => (recording ? run(recording) : listenAgain())} dismiss={again}>
          {liveProblem && recording && <p>What was recorded so far is kept; try again to identify it.</p>}
        </Notice>
      )}
      {problem?.code === "unknown-songs" && <KnownFields known={known} changed={setKnown} />}
      {live && !problem && (
        <Live
          known={known}
          cancel={again}
          done={(ranking, file) => {
            setLive(false);
            setRecording(file);
            if (ranking === null) run(file);
            else finish(ranking);
          }}
          failed={(failure, file) => {
            setLive(false);
            setRecording(file);
            setLiveProblem(failure);
          }}
        />
      )}
      {busy && recording && (
        <Progress
          label={work.state === "sending" ? `Sending ${recording.name}` : "Comparing with the catalog"}
          share={work.state === "sending" ? work.share : null}
          cancel={again}
        />
      )}
      {work.state === "done" && recording && !live && (
        <Answer key={work.answer.query} ranking={work.answer} recording={recording} known={known} threshold={health?.threshold} again={again} />
      )}
      {work.state === "idle" && !live && !problem && (
        <>
          {first && health && <FirstVisit health={health} added={changed} />}
          {!empty && (
            <>
              <Dropzone
                label="Drop a recording here"
                touchLabel="Or a recording that you have"
                hint={health && `Up to ${clock(health.limits.seconds)} of audio: wav, flac, mp3, ogg, opus and more.`}
                chosen={(files) => files[0] && run(files[0])}
              >
                <button type="button" onClick={() => setLive(true)}>
                  <Icon name="microphone" /> Use the microphone
                </button>
              </Dropzone>
              <DemoLive n={health?.n_tracks ?? 0} chosen={run} />
              <KnownFields known={known} changed={setKnown} />
            </>
          )}
        </>
      )}
    </>
  );
}
