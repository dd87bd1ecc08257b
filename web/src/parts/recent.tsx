// Earlier concerts: those that are being heard, and the set lists of this visitor on the server.
import { useEffect, useState } from "preact/hooks";
import { jobs } from "../api/service";
import { ownSetlists } from "../api/setlists";
import type { JobSummary, SetlistSummary } from "../api/types";
import { allUnsaved } from "../domain/unsaved";
import { plural } from "../domain/words";

/** Lists that are shown at first. */
const SHOWN = 12;

interface Row {
  id: string;
  name: string;
  about: string;
}

export function Recent({ open }: { open: (id: string) => void }) {
  const [rows, setRows] = useState<readonly Row[]>([]);
  const [all, setAll] = useState(false);
  useEffect(() => {
    Promise.all([jobs().catch(() => []), ownSetlists().catch(() => [])]).then(([working, own]) => setRows(rowsOf(working, own)));
  }, []);
  if (rows.length === 0) return null;
  const shown = all ? rows : rows.slice(0, SHOWN);
  return (
    <section aria-labelledby="recent">
      <h2 id="recent" class="section-title">Your set lists</h2>
      <ul class="recent">
        {shown.map(({ id, name, about }) => (
          <li key={id}>
            <button type="button" class="recent-name" onClick={() => open(id)}>
              <span class="title">{name}</span>
              <span class="soft">{about}</span>
            </button>
          </li>
        ))}
      </ul>
      {shown.length < rows.length && (
        <button type="button" class="quiet" onClick={() => setAll(true)}>Show all {rows.length}</button>
      )}
    </section>
  );
}

function rowsOf(working: readonly JobSummary[], own: readonly SetlistSummary[]): Row[] {
  const unsaved = allUnsaved();
  const isUnsaved = (id: string) => unsaved.some((one) => one.id === id);
  return [
    ...working
      .filter((job) => job.state !== "cancelled" && !own.some(({ id }) => id === job.id))
      .map((job) => ({ id: job.id, name: job.recording, about: stateOf(job) })),
    ...own.map((one) => ({
      id: one.id,
      name: one.name,
      about: [
        one.artist, one.venue, one.date ?? day(one.created), plural(one.n_songs, "song"),
        isUnsaved(one.id) ? "corrections not saved" : one.corrected && "corrected",
      ].filter(Boolean).join(" · "),
    })),
    ...unsaved
      .filter(({ id }) => !own.some((one) => one.id === id) && !working.some((job) => job.id === id))
      .map(({ id, setlist }) => ({ id, name: setlist.title || setlist.recording, about: "Corrections not saved, kept in this browser" })),
  ];
}

function day(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 10);
}

function stateOf(job: JobSummary): string {
  if (job.state === "running") return `${Math.floor(job.progress * 100)} % done`;
  return { queued: "Waiting", done: "Done", failed: "Failed", cancelled: "Cancelled" }[job.state];
}
