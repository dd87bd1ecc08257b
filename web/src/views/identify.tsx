// Which song is this? A file or the microphone in, an answer with an address of its own out.
import { useEffect, useRef, useState } from "preact/hooks";
import type { Problem } from "../api/problem";
import { checkSize, identify } from "../api/service";
import type { Answer, Health } from "../api/types";
import { NOTHING_KNOWN, type Known } from "../domain/known";
import { clock } from "../domain/time";
import { AnswerView } from "../parts/answerview";
import { DemoLive } from "../parts/demolive";
import { Dropzone } from "../parts/dropzone";
import { FirstVisit } from "../parts/firstvisit";
import { focusHeading, focusIsLost } from "../parts/focus";
import { KnownFields } from "../parts/knownfields";
import { Live } from "../parts/live";
import { Notice } from "../parts/notice";
import { Progress } from "../parts/progress";
import { RecordButton } from "../parts/recordbutton";
import { useTouch } from "../parts/media";
import { useWork } from "../parts/work";

interface Props {
  health: Health | null;
  /** The catalog was changed. */
  changed: () => void;
  /** The answer that the page's address names. */
  id: string | null;
  open: (id: string | null) => void;
}

export function Identify({ health, changed, id, open }: Props) {
  const { work, start, reset } = useWork<Answer>();
  const [recording, setRecording] = useState<File | null>(null);
  const [files, setFiles] = useState<Record<string, File>>({});
  const [known, setKnown] = useState<Known>(NOTHING_KNOWN);
  const [live, setLive] = useState(false);
  const [liveProblem, setLiveProblem] = useState<Problem | null>(null);
  const touch = useTouch();
  const empty = health?.n_tracks === 0;
  const shown = useRef(false);
  useEffect(() => {
    if (shown.current && id === null && focusIsLost()) focusHeading();
    shown.current = true;
  }, [id]);

  const run = (file: File) => {
    setLive(false);
    setLiveProblem(null);
    setRecording(file);
    if (id !== null) open(null);
    start(async (options) => {
      checkSize(file, health?.limits);
      const begun = await identify(file, known, options);
      setFiles((kept) => ({ ...kept, [begun.id]: file }));
      reset();
      open(begun.id);
      return begun;
    });
  };
  const listen = () => {
    setLiveProblem(null);
    reset();
    if (id !== null) open(null);
    setLive(true);
  };
  const again = () => {
    setLive(false);
    setLiveProblem(null);
    setRecording(null);
    reset();
    open(null);
    focusHeading();
  };
  const record = <RecordButton primary={touch} listen={listen} recorded={run} />;
  const form = (
    <>
      <FirstVisit health={health} added={changed} />
      {!empty && (
        <>
          <Dropzone
            icon={touch ? "microphone" : "upload"}
            label="Drop a recording here"
            touchLabel="Let it listen, or choose a recording"
            hint={health && `Up to ${clock(health.limits.seconds)} of audio: wav, flac, mp3, ogg, opus and more.`}
            chosen={(chosen) => chosen[0] && run(chosen[0])}
            before={touch && record}
          >
            {!touch && record}
          </Dropzone>
          <KnownFields known={known} changed={setKnown} />
          {/* It comes later than the rest: below, it moves nothing that is about to be clicked. */}
          <DemoLive n={health?.n_tracks ?? 0} chosen={run} />
        </>
      )}
    </>
  );
  if (id !== null) {
    const own = files[id];
    return (
      <AnswerView
        key={id}
        id={id}
        recording={own ?? null}
        threshold={health?.threshold}
        again={again}
        repeat={own === undefined ? undefined : () => run(own)}
        form={form}
      />
    );
  }
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
        <Notice problem={problem} retry={() => (recording ? run(recording) : listen())} dismiss={again}>
          {liveProblem && recording && <p>What was recorded so far is kept; try again to identify it.</p>}
        </Notice>
      )}
      {live && !problem && (
        <Live
          known={known}
          cancel={again}
          done={run}
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
      {!busy && !live && form}
    </>
  );
}
