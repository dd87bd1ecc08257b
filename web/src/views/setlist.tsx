// What was played when? A concert in, a set list out.
import type { ComponentChildren } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { follow } from "../api/following";
import { asProblem, wasCancelled } from "../api/http";
import { Problem } from "../api/problem";
import { cancelJob, checkSizes, findSetlist } from "../api/service";
import { copySetlist, keptSetlist, type Versioned } from "../api/setlists";
import type { Health, Job, Setlist } from "../api/types";
import { NOTHING_KNOWN, type Known } from "../domain/known";
import { byName } from "../domain/order";
import { roughly, spoken } from "../domain/time";
import { isSame, removeUnsaved, takeUnsaved, type Unsaved } from "../domain/unsaved";
import { plural } from "../domain/words";
import { announce } from "../parts/announcer";
import { ConcertFiles } from "../parts/concertfiles";
import { DemoConcert } from "../parts/demolive";
import { Dropzone } from "../parts/dropzone";
import { FirstVisit } from "../parts/firstvisit";
import { focusHeading, focusIsLost, useLostFocus } from "../parts/focus";
import { KnownFields } from "../parts/knownfields";
import { Notice } from "../parts/notice";
import { Progress } from "../parts/progress";
import { Recent } from "../parts/recent";
import { SetlistEditor } from "../parts/setlisteditor";
import { SoFar } from "../parts/sofar";
import { Warnings } from "../parts/warnings";
import { useWork } from "../parts/work";

const NONE = '"none"'; // of no version, so that both are kept

interface Props {
  health: Health | null;
  /** The catalog was changed. */
  changed: () => void;
  /** The set list that the page's address names. */
  id: string | null;
  open: (id: string | null) => void;
}

export function SetlistView({ health, changed, id, open }: Props) {
  const { work, start, reset } = useWork<Job>();
  const [files, setFiles] = useState<Record<string, readonly File[]>>({});
  const [chosen, setChosen] = useState<readonly File[]>([]);
  const [sending, setSending] = useState<readonly File[]>([]);
  const [talk, setTalk] = useState(false);
  const [known, setKnown] = useState<Known>(NOTHING_KNOWN);

  const send = (concert: readonly File[]) => {
    setSending(concert);
    if (id !== null) open(null);
    start(async (options) => {
      checkSizes(concert, health?.limits);
      const job = await findSetlist(concert, known, talk, options);
      setFiles((known) => ({ ...known, [job.id]: concert }));
      setChosen([]);
      open(job.id);
      return job;
    });
  };
  const take = (concert: readonly File[]) => {
    if (concert.length === 1) return send(concert);
    reset();
    if (id !== null) open(null);
    setChosen(byName(concert));
  };
  const over = () => {
    reset();
    setSending([]);
    setChosen([]);
    open(null);
    if (id === null) focusHeading();
  };
  const empty = health?.n_tracks === 0;
  const form = (
    <>
      <FirstVisit health={health} added={changed} />
      {chosen.length > 0 ? (
        <ConcertFiles files={chosen} changed={setChosen} send={() => send(chosen)} cancel={over} />
      ) : !empty && (
        <Dropzone
          many
          label="Drop a concert here"
          touchLabel="Choose a concert"
          hint={health && `One file or several, up to ${spoken(health.limits.concert_seconds)} of audio, from the mixing desk or the audience.`}
          button="Choose a file or several"
          chosen={take}
        />
      )}
      {!empty && (
        <>
          <label class="check">
            <input type="checkbox" checked={talk} onChange={(event) => setTalk(event.currentTarget.checked)} />
            List talk, applause and tuning as well
          </label>
          <KnownFields known={known} changed={setKnown} />
          {/* It comes later than the rest: below, it moves nothing that is about to be clicked. */}
          {chosen.length === 0 && <DemoConcert n={health?.n_tracks ?? 0} chosen={send} />}
        </>
      )}
      <Recent open={open} />
    </>
  );
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
            Give it the recording of a whole concert. samesong finds every song with its times, and names those in the
            catalog. Correct any mistakes, then download the list as a report.
          </p>
        ) : (
          <button type="button" class="quiet" onClick={over}>New recording</button>
        )}
      </header>
      {id !== null ? (
        <ListView
          key={id}
          id={id}
          health={health}
          files={files[id] ?? null}
          choose={(chosen) => setFiles((known) => ({ ...known, [id]: chosen }))}
          open={open}
          over={over}
          form={form}
        />
      ) : work.state === "sending" || work.state === "waiting" ? (
        <Progress label={`Sending ${sending.length === 1 ? sending[0]!.name : plural(sending.length, "file")}`} share={work.state === "sending" ? work.share : null} cancel={over} />
      ) : (
        <>
          {work.state === "failed" && <Notice problem={work.problem} retry={() => send(sending)} dismiss={over} />}
          {form}
        </>
      )}
    </>
  );
}

interface ListProps {
  id: string;
  health: Health | null;
  files: readonly File[] | null;
  choose: (files: readonly File[]) => void;
  open: (id: string | null) => void;
  over: () => void;
  /** Begins with another concert. */
  form: ComponentChildren;
}

/** A set list that the server keeps, or the work that makes it. */
function ListView({ id, health, files, choose, open, over, form }: ListProps) {
  // null where the server could not keep it, and undefined until that is known.
  const [loaded, setLoaded] = useState<Versioned | null | undefined>(undefined);
  // Corrections that this browser keeps; undefined until that is known.
  const [corrections, setCorrections] = useState<Unsaved | null | undefined>(undefined);
  const [job, setJob] = useState<Job | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    const stop = new AbortController();
    setProblem(null);
    void takeUnsaved(id).then((taken) => stop.signal.aborted || setCorrections(taken));
    load(id, setJob, stop.signal).then(setLoaded, (error: unknown) => {
      if (!wasCancelled(error)) setProblem(asProblem(error));
    });
    return () => stop.abort();
  }, [id, attempt]);
  const shown = loaded ?? null;
  const reload = () => {
    removeUnsaved(id);
    setLoaded(undefined);
    setCorrections(undefined);
    setAttempt(attempt + 1);
  };
  const copy = async (setlist: Setlist) => {
    try {
      const made = await copySetlist(setlist, shown === null ? null : id).catch((error: unknown) => {
        // Somebody deleted the original, and its audio with it.
        if (error instanceof Problem && error.code === "deleted") return copySetlist(setlist, null);
        throw error;
      });
      removeUnsaved(id);
      announce("Kept as a list of your own");
      open(made.id);
    } catch (error) {
      announce(asProblem(error).message, "assertive");
      setProblem(asProblem(error));
    }
  };
  const own = useMemo(() => {
    if (corrections == null) return null;
    // They may have been saved just before the window was closed.
    return shown !== null && isSame(corrections.setlist, shown.kept.setlist) ? null : corrections;
  }, [corrections, shown]);
  const found = shown?.kept.found ?? job?.result ?? null;
  const first = own?.setlist ?? shown?.kept.setlist ?? job?.result ?? null;
  if (first !== null && corrections !== undefined && (loaded !== undefined || problem !== null)) {
    return (
      <>
        {problem !== null && shown === null && job === null && <Notice problem={problem} dismiss={over} />}
        {problem !== null && shown !== null && <Notice problem={problem} />}
        <Warnings warnings={shown?.kept.warnings ?? job?.warnings ?? []} />
        <SetlistEditor
          key={attempt}
          id={id}
          kept={shown?.kept ?? null}
          found={found}
          first={first}
          etag={corrected(own, shown)}
          dirty={own !== null}
          files={files}
          health={health}
          choose={choose}
          copy={(setlist) => void copy(setlist)}
          reload={reload}
          deleted={over}
        />
      </>
    );
  }
  if (problem !== null) return <Notice problem={problem} retry={() => setAttempt(attempt + 1)} dismiss={over} />;
  if (job === null || corrections === undefined) return <Progress label="Opening the set list" share={null} />;
  if (job.state === "failed") {
    return (
      <>
        <JobFailed job={job} over={over} />
        {form}
      </>
    );
  }
  if (job.state === "cancelled") return <Cancelled recording={job.recording} over={over} />;
  const cancel = () => cancelJob(id).then(setJob, (error: unknown) => setProblem(asProblem(error)));
  const waiting = job.state === "queued";
  return (
    <>
      <Warnings warnings={job.warnings} />
      <Progress
        label={waiting ? "Waiting in the queue" : `Finding the songs of ${job.recording}`}
        share={waiting || job.state === "done" ? null : job.progress}
        detail={job.seconds_left === null ? undefined : `about ${roughly(job.seconds_left)} left`}
        cancel={() => void cancel()}
      />
      {job.so_far !== null && <SoFar setlist={job.so_far} />}
    </>
  );
}

/** The version of the server's that corrections are of; null when it has none. */
function corrected(own: Unsaved | null, shown: Versioned | null): string | null {
  if (own === null || shown === null) return (own ?? shown)?.etag ?? null;
  if (own.etag !== null) return own.etag;
  // Made while the server's version was out of reach: of what was found, unless somebody corrected that.
  return isSame(shown.kept.found, shown.kept.setlist) ? shown.etag : NONE;
}

/** The list that the server keeps, once the work on it is done; null when it could not keep it. */
async function load(id: string, seen: (job: Job) => void, signal: AbortSignal): Promise<Versioned | null> {
  const kept = await keptIfAny(id, signal);
  if (kept !== null) return kept;
  let ended: Job;
  try {
    ended = await follow(id, seen, signal);
  } catch (error) {
    // It may have ended, and been forgotten, just now.
    if (error instanceof Problem && error.code === "no-job") return await keptSetlist(id, signal);
    throw error;
  }
  return ended.state === "done" ? await keptIfAny(id, signal) : null;
}

async function keptIfAny(id: string, signal: AbortSignal): Promise<Versioned | null> {
  try {
    return await keptSetlist(id, signal);
  } catch (error) {
    if (error instanceof Problem && error.code === "no-setlist") return null;
    throw error;
  }
}

function JobFailed({ job, over }: { job: Job; over: () => void }) {
  const problem = useMemo(() => Problem.from(job.problem, 500), [job]);
  return <Notice problem={problem} dismiss={over} />;
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
