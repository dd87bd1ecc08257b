// The songs of a page of the catalog as a table: sorted by its headings, each song with its recordings.
import type { CatalogTrack, SortColumn, Work } from "../api/types";
import { Tick } from "./tick";
import { WorkRow, type WorkActions } from "./workrow";

export interface Order {
  column: SortColumn;
  descending: boolean;
}

const COLUMNS: readonly (readonly [SortColumn, string])[] = [
  ["title", "Song"], ["artist", "Artist"], ["isrc", "ISRC"], ["duration", "Length"], ["added", "Added"],
];

/** How many there are can be sorted by, but has no column of its own. */
const ORDERS: readonly (readonly [SortColumn, string])[] = [...COLUMNS, ["recordings", "Recordings"]];

interface Props {
  works: readonly Work[];
  order: Order;
  sort: (column: SortColumn, descending?: boolean) => void;
  /** The song whose recordings are shown. */
  open: string | null;
  toggle: (id: string) => void;
  chosen: readonly CatalogTrack[];
  choose: (tracks: readonly CatalogTrack[], on: boolean) => void;
  act: WorkActions;
}

export function SongTable({ works, order, sort, open, toggle, chosen, choose, act }: Props) {
  const all = works.flatMap(({ tracks }) => tracks);
  const ids = new Set(chosen.map(({ track_id }) => track_id));
  return (
    <>
      <label class="sort">
        Sort by{" "}
        <select
          value={`${order.column} ${order.descending}`}
          onChange={(event) => {
            const [column, descending] = event.currentTarget.value.split(" ");
            sort(column as SortColumn, descending === "true");
          }}
        >
          {ORDERS.flatMap(([column, name]) => [false, true].map((descending) => (
            <option key={`${column} ${descending}`} value={`${column} ${descending}`}>
              {name}{descending ? ", last first" : ""}
            </option>
          )))}
        </select>
      </label>
      <table class="works" aria-labelledby="songs">
        <thead>
          <tr>
            <th class="tick-cell"><Tick tracks={all} chosen={ids} choose={choose} label="Choose all songs of this page" /></th>
            {COLUMNS.map(([column, name]) => (
              <th
                key={column}
                scope="col"
                class={`${column}-cell`}
                aria-sort={order.column !== column ? undefined : order.descending ? "descending" : "ascending"}
              >
                <button type="button" onClick={() => sort(column)}>
                  {name}
                  <span class="sorted" aria-hidden="true">{order.column !== column ? "" : order.descending ? "▼" : "▲"}</span>
                </button>
              </th>
            ))}
          </tr>
        </thead>
        {works.map((work) => (
          <WorkRow
            key={work.work_id}
            work={work}
            open={open === work.work_id}
            toggle={() => toggle(work.work_id)}
            chosen={ids}
            choose={choose}
            act={act}
          />
        ))}
      </table>
    </>
  );
}
