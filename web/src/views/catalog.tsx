// The songs that recordings are compared with: search, sort, add, edit, remove; join, split and name.
import { useEffect, useRef, useState } from "preact/hooks";
import { asProblem, wasCancelled } from "../api/http";
import type { Problem } from "../api/problem";
import { joinWorks, nameWork, regroupWorks, splitWork, works } from "../api/service";
import type { CatalogTrack, Health, SortColumn, Work, WorkPage } from "../api/types";
import { idsOf, workTitle } from "../domain/songs";
import { plural } from "../domain/words";
import { AddTracks } from "../parts/addtracks";
import { announce } from "../parts/announcer";
import { EditTracks } from "../parts/edittracks";
import { Icon } from "../parts/icon";
import { Notice } from "../parts/notice";
import { Removal } from "../parts/removal";
import { Selection } from "../parts/selection";
import { SongTable, type Order } from "../parts/songtable";
import type { WorkActions } from "../parts/workrow";

const PAGE = 50;
const PAUSE = 200; // milliseconds without a key before the service is asked

interface Props {
  health: Health | null;
  changed: () => void;
}

export function Catalog({ health, changed }: Props) {
  const [words, setWords] = useState("");
  const [order, setOrder] = useState<Order>({ column: "title", descending: false });
  const [offset, setOffset] = useState(0);
  const [version, setVersion] = useState(0);
  const [page, setPage] = useState<WorkPage | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [open, setOpen] = useState<string | null>(null);
  const [chosen, setChosen] = useState<readonly CatalogTrack[]>([]);
  const [leaving, setLeaving] = useState<readonly CatalogTrack[]>([]);
  const [editing, setEditing] = useState<readonly CatalogTrack[]>([]);
  const results = useRef<HTMLHeadingElement>(null);
  const gone = useRef(false);

  useEffect(() => {
    const stop = new AbortController();
    const timer = setTimeout(() => {
      works(words, order, PAGE, offset, stop.signal).then(
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
  }, [words, order, offset, version]);

  useEffect(() => {
    // The button that asked for the removal is going, too.
    if (leaving.length === 0 && gone.current) results.current?.focus();
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
  const sort = (column: SortColumn, descending = order.column === column && !order.descending) => {
    setOrder({ column, descending });
    setOffset(0);
    announce(`Sorted, ${descending ? "last" : "first"} to ${descending ? "first" : "last"}`);
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
    regroup: (work) => regroup(regroupWorks(idsOf(work.tracks)), `${workTitle(work)} grouped again`),
    edit: setEditing,
    remove: setLeaving,
  };
  const choose = (tracks: readonly CatalogTrack[], on: boolean) =>
    setChosen((before) => {
      const ids = new Set(idsOf(tracks));
      const others = before.filter(({ track_id }) => !ids.has(track_id));
      return on ? [...others, ...tracks] : others;
    });
  const nWorks = new Set(chosen.map(({ work_id }) => work_id)).size;
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
        <Selection
          chosen={chosen}
          nWorks={nWorks}
          edit={() => setEditing(chosen)}
          join={() => regroup(joinWorks(idsOf(chosen)), `${plural(nWorks, "song")} joined into one`)}
          remove={() => setLeaving(chosen)}
          clear={() => {
            setChosen([]);
            results.current?.focus();
          }}
        />
        {page?.total === 0 && words && <p class="empty">No song has all of these words.</p>}
        {page !== null && page.works.length > 0 && (
          <SongTable
            works={page.works}
            order={order}
            sort={sort}
            open={open}
            toggle={(id) => setOpen(open === id ? null : id)}
            chosen={chosen}
            choose={choose}
            act={act}
          />
        )}
        {page !== null && page.total > PAGE && (
          <nav class="actions pages" aria-label="Pages of the catalog">
            <button type="button" disabled={offset === 0} onClick={() => turn(Math.max(0, offset - PAGE))}>Previous</button>
            <span class="figures">{offset + 1} to {Math.min(page.total, offset + PAGE)} of {page.total.toLocaleString("en")}</span>
            <button type="button" disabled={offset + PAGE >= page.total} onClick={() => turn(offset + PAGE)}>Next</button>
          </nav>
        )}
      </section>
      {leaving.length > 0 && (
        <Removal
          tracks={leaving}
          close={() => setLeaving([])}
          removed={() => {
            announce(`${plural(leaving.length, "recording")} removed`);
            gone.current = true;
            choose(leaving, false);
            setLeaving([]);
            reload();
          }}
        />
      )}
      {editing.length > 0 && (
        <EditTracks
          tracks={editing}
          close={() => setEditing([])}
          edited={() => {
            announce(`${plural(editing.length, "recording")} edited`);
            setEditing([]);
            setChosen([]);
            reload();
          }}
        />
      )}
    </>
  );
}

function heading(page: WorkPage | null, words: string): string {
  if (page === null) return "Songs";
  const more = page.n_tracks > page.total ? ` in ${plural(page.n_tracks, "recording")}` : "";
  return `${plural(page.total, "song")}${more}${words ? " found" : ""}`;
}
