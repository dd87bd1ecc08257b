// The songs that recordings are compared with: search, add, remove; join, split and name.
import { useEffect, useRef, useState } from "preact/hooks";
import { asProblem, wasCancelled } from "../api/http";
import type { Problem } from "../api/problem";
import { joinWorks, nameWork, regroupWorks, removeTrack, splitWork, works } from "../api/service";
import type { CatalogTrack, Health, Work, WorkPage } from "../api/types";
import { plural } from "../domain/words";
import { AddTracks } from "../parts/addtracks";
import { announce } from "../parts/announcer";
import { Dialog } from "../parts/dialog";
import { Icon } from "../parts/icon";
import { Joining } from "../parts/joining";
import { Notice } from "../parts/notice";
import { WorkRow, workTitle, type WorkActions } from "../parts/workrow";

const PAGE = 50;
const PAUSE = 200; // milliseconds without a key before the service is asked

interface Props {
  health: Health | null;
  changed: () => void;
}

export function Catalog({ health, changed }: Props) {
  const [words, setWords] = useState("");
  const [offset, setOffset] = useState(0);
  const [version, setVersion] = useState(0);
  const [page, setPage] = useState<WorkPage | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [open, setOpen] = useState<string | null>(null);
  const [chosen, setChosen] = useState<readonly Work[]>([]);
  const [leaving, setLeaving] = useState<CatalogTrack | null>(null);
  const results = useRef<HTMLHeadingElement>(null);
  const gone = useRef(false);

  useEffect(() => {
    const stop = new AbortController();
    const timer = setTimeout(() => {
      works(words, PAGE, offset, stop.signal).then(
        (found) => {
          setProblem(null);
          setPage(found);
          if (words) announce(`${plural(found.total, "song")} found`);
        },
        (error: unknown) => {
          if (!wasCancelled(error)) setProblem(asProblem(error));
        },
      );
    }, words ? PAUSE : 0);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [words, offset, version]);

  useEffect(() => {
    // The button that asked for the removal is going, too.
    if (leaving === null && gone.current) results.current?.focus();
    gone.current = false;
  }, [leaving]);

  const reload = () => {
    setVersion((known) => known + 1);
    changed();
  };
  const turn = (to: number) => {
    setOffset(to);
    results.current?.focus();
  };
  const regroup = (change: Promise<{ works: readonly Work[] }>, said: string) => {
    change.then(
      ({ works: now }) => {
        announce(said);
        setChosen([]);
        setOpen(now[0]?.work_id ?? null);
        results.current?.focus();
        reload();
      },
      (error: unknown) => setProblem(asProblem(error)),
    );
  };
  const act: WorkActions = {
    rename: (work, title) =>
      regroup(nameWork(work.work_id, title).then((now) => ({ works: [now] })), "Title of the song changed"),
    split: (work, track) => regroup(splitWork([track.track_id]), `Split off from ${workTitle(work)}`),
    regroup: (work) => regroup(regroupWorks(ids(work)), `${workTitle(work)} grouped again`),
    remove: setLeaving,
  };
  const choose = (work: Work) =>
    setChosen((before) => {
      const others = before.filter((one) => one.work_id !== work.work_id);
      return others.length < before.length ? others : [...before, work];
    });
  return (
    <>
      <header class="view-head">
        <h1 tabIndex={-1}>The catalog</h1>
        <p class="lead">
          The songs that live recordings are compared with. Recordings of one song count as one: join those that belong
          together, and split off what is another song.
        </p>
      </header>
      <AddTracks health={health} added={reload} />
      {problem && <Notice problem={problem} retry={reload} />}
      <section aria-labelledby="songs">
        <div class="catalog-head">
          <h2 id="songs" class="section-title" ref={results} tabIndex={-1}>{heading(page, words)}</h2>
          <label class="filter">
            <span class="unseen">Search the catalog</span>
            <Icon name="search" />
            <input
              type="search"
              placeholder="Title, artist, ISRC …"
              value={words}
              onInput={(event) => {
                setWords(event.currentTarget.value);
                setOffset(0);
              }}
            />
          </label>
        </div>
        <Joining
          chosen={chosen}
          join={() => regroup(joinWorks(chosen.flatMap(ids)), `${plural(chosen.length, "song")} joined into one`)}
          clear={() => setChosen([])}
        />
        {page?.total === 0 && (
          <p class="empty">{words ? "No song has all of these words." : "No songs yet. Add studio recordings above."}</p>
        )}
        <ul class="works">
          {(page?.works ?? []).map((work) => (
            <WorkRow
              key={work.work_id}
              work={work}
              open={open === work.work_id}
              toggle={() => setOpen(open === work.work_id ? null : work.work_id)}
              chosen={chosen.some((one) => one.work_id === work.work_id)}
              choose={() => choose(work)}
              act={act}
            />
          ))}
        </ul>
        {page !== null && page.total > PAGE && (
          <nav class="actions pages" aria-label="Pages of the catalog">
            <button type="button" disabled={offset === 0} onClick={() => turn(Math.max(0, offset - PAGE))}>Previous</button>
            <span class="figures">{offset + 1} to {Math.min(page.total, offset + PAGE)} of {page.total.toLocaleString("en")}</span>
            <button type="button" disabled={offset + PAGE >= page.total} onClick={() => turn(offset + PAGE)}>Next</button>
          </nav>
        )}
      </section>
      {leaving && (
        <Removal
          track={leaving}
          close={() => setLeaving(null)}
          removed={() => {
            announce(`${leaving.title ?? "Track"} removed`);
            gone.current = true;
            setLeaving(null);
            setChosen([]);
            reload();
          }}
        />
      )}
    </>
  );
}

function ids(work: Work): string[] {
  return work.tracks.map((track) => track.track_id);
}

function heading(page: WorkPage | null, words: string): string {
  if (page === null) return "Songs";
  const more = page.n_tracks > page.total ? ` in ${plural(page.n_tracks, "recording")}` : "";
  return `${plural(page.total, "song")}${more}${words ? " found" : ""}`;
}

interface RemovalProps {
  track: CatalogTrack;
  close: () => void;
  removed: () => void;
}

function Removal({ track, close, removed }: RemovalProps) {
  const [failure, setFailure] = useState("");
  const remove = () => removeTrack(track.track_id).then(removed, (error: unknown) => setFailure(asProblem(error).message));
  return (
    <Dialog title="Remove this recording?" close={close}>
      <p>
        <strong>{track.title ?? track.path}</strong>{track.artist && ` by ${track.artist}`} will no longer be
        recognised. A recording that was added on this page is deleted; files in your own folders stay.
      </p>
      {failure && <p class="hint bad" role="alert">{failure}</p>}
      <div class="actions">
        <button type="button" onClick={close}>Keep it</button>
        <button type="button" class="danger" onClick={() => void remove()}><Icon name="remove" /> Remove</button>
      </div>
    </Dialog>
  );
}
