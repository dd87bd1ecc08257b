// What was played when? A concert in, a set list out.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { follow } from "../api/following";
import { asProblem, wasCancelled } from "../api/http";
import { Problem } from "../api/problem";
import { cancelJob, checkSizes, findSetlist } from "../api/service";
import type { Health, Job } from "../api/types";
import { draft } from "../domain/drafts";
import { NOTHING_KNOWN, type Known } from "../domain/known";
import { byName } from "../domain/order";
import { roughly, spoken } from "../domain/time";
import { plural } from "../domain/words";
import { ConcertFiles } from "../parts/concertfiles";
import { Dropzone } from "../parts/dropzone";
import { focusHeading, focusIsLost, useLostFocus } from "../parts/focus";
import { KnownFields } from "../parts/knownfields";
import { Notice } from "../parts/notice";
import { Progress } from "../parts/progress";
import { Recent } from "../parts/recent";
import { SetlistEditor } from "../parts/setlisteditor";
import { Warnings } from "../parts/warnings";
import { useWork } from "../parts/work";

interface Props {
  health: Health | null;
  /** The job that the page's address names. */
  id: string | null;
  open: (id: string | null) => void;
}

export function SetlistView({ health, id, open }: Props) {
  const { work, start, reset } = useWork<Job>();
  const [files, setFiles] = useState<Record<string, File>>({});
  const [chosen, setChosen] = useState<readonly File[]>([]);
  const [sending, setSending] = useState<readonly File[]>([]);
  const [talk, setTalk] = useState(false);
  const [known, setKnown] = useState<Known>(NOTHING_KNOWN);

  const send = (concert: readonly File[]) => {
    setSending(concert);
    start(async (options) => {
      checkSizes(concert, health?.limits);
      const job = await findSetlist(concert, known, talk, options);
      const [only, ...others] = concert;
      if (only !== undefined && others.length === 0) setFiles((known) => ({ ...known, [job.id]: only }));
      setChosen([]);
      open(job.id);
      return job;
    });
  };
  const take = (concert: readonly File[]) => {
    if (concert.length === 1) send(concert);
    else setChosen(byName(concert));
  };
  const over = () => {
    reset();
    setSending([]);
    setChosen([]);
    open(null);
    if (id === null) focusHeading();
  };
  const first = useRef(true);
  useEffect(() => {
    if (!first.current && focusIsLost()) focusHeading();
    first.current = false;
  }, [id]);
  return (
    <>
      <header class={id === null ? "view-head" : "view-head slim"}>
        <h1 tabIndex={-1}>{id === null ? "What was played, and when?" : "Set list"}</h1>
        {id === null ? (
          <p class="lead">
            Drop the recording of a whole concert. samesong finds every song with its times, and names those in the
            catalog. Correct any mistakes, then download the list as a report.
          </p>
        ) : (
          <button type="button" class="quiet" onClick={over}>New recording</button>
        )}
      </header>
      {id !== null ? (
        <JobView
          key={id}
          id={id}
          health={health}
          recording={files[id] ?? null}
          choose={(file) => setFiles((known) => ({ ...known, [id]: file }))}
          over={over}
        />
      ) : work.state === "failed" ? (
        <>
          <Notice problem={work.problem} retry={() => send(sending)} dismiss={over} />
          {work.problem.code === "unknown-songs" && <KnownFields known={known} changed={setKnown} />}
        </>
      ) : work.state === "sending" || work.state === "waiting" ? (
        <Progress label={`Sending ${sending.length === 1 ? sending[0]!.name : plural(sending.length, "file")}`} share={work.state === "sending" ? work.share : null} cancel={over} />
      ) : (
        <>
          {chosen.length > 0 ? (
            <ConcertFiles files={chosen} changed={setChosen} send={() => send(chosen)} cancel={over} />
          ) : (
            <Dropzone
              many
              label="Drop a concert here"
              hint={health && `One file or several, up to ${spoken(health.limits.concert_seconds)} of audio, from the mixing desk or the audience.`}
              button="Choose a file or several"
              disabled={health?.n_tracks === 0}
              chosen={take}
            />
          )}
          <label class="check">
            <input type="checkbox" checked={talk} onChange={(event) => setTalk(event.currentTarget.checked)} />
            List talk, applause and tuning as well
          </label>
          <KnownFields known={known} changed={setKnown} />
          <Recent open={open} />
        </>
      )}
    </>
  );
}

interface JobProps {
  id: string;
  health: Health | null;
  recording: File | null;
  choose: (file: File) => void;
  over: () => void;
}

function JobView({ id, health, recording, choose, over }: JobProps) {
  const [job, setJob] = useState<Job | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    const stop = new AbortController();
    setProblem(null);
    follow(id, setJob, stop.signal).catch((error: unknown) => {
      if (!wasCancelled(error)) setProblem(asProblem(error));
    });
    return () => stop.abort();
  }, [id, attempt]);
  const cancel = () => cancelJob(id).then(setJob, (error: unknown) => setProblem(asProblem(error)));

  const corrected = useMemo(() => draft(id), [id]);
  if (problem !== null && corrected === null) {
    return <Notice problem={problem} retry={() => setAttempt(attempt + 1)} dismiss={over} />;
  }
  if (problem !== null || job?.state === "done") {
    const found = job?.result ?? null;
    const first = corrected ?? found;
    return first && (
      <>
        <Warnings warnings={job?.warnings ?? []} />
        <SetlistEditor job={id} found={found} first={first} recording={recording} health={health} choose={choose} />
      </>
    );
  }
  if (job?.state === "failed") return <Notice problem={Problem.from(job.problem, 500)} dismiss={over} />;
  if (job?.state === "cancelled") {
    return <Cancelled recording={job.recording} over={over} />;
  }
  const waiting = job === null || job.state === "queued";
  return (
    <>
      <Warnings warnings={job?.warnings ?? []} />
      <Progress
        label={waiting ? "Waiting in the queue" : `Finding the songs of ${job.recording}`}
        share={waiting ? null : job.progress}
        detail={job?.seconds_left == null ? undefined : `about ${roughly(job.seconds_left)} left`}
        cancel={() => void cancel()}
      />
    </>
  );
}

function Cancelled({ recording, over }: { recording: string; over: () => void }) {
  const text = useLostFocus<HTMLParagraphElement>();
  return (
    <div class="empty">
      <p ref={text} tabIndex={-1}>The work on {recording} was cancelled; nothing was kept.</p>
      <button type="button" onClick={over}>Start over</button>
    </div>
  );
}
