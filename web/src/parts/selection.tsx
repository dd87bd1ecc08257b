// The recordings that were chosen, also from other searches, and what can be done with all of them.
import type { CatalogTrack } from "../api/types";
import { trackTitle } from "../domain/songwords";
import { plural } from "../domain/words";
import { Icon } from "./icon";

interface Props {
  chosen: readonly CatalogTrack[];
  /** Songs that they are recordings of. */
  nWorks: number;
  edit: () => void;
  join: () => void;
  remove: () => void;
  clear: () => void;
}

/** Titles that are written out. */
const NAMED = 2;

export function Selection({ chosen, nWorks, edit, join, remove, clear }: Props) {
  if (chosen.length === 0) return null;
  const titles = [...new Set(chosen.map(trackTitle))];
  const more = titles.length - NAMED;
  const names = more > 0 ? `${titles.slice(0, NAMED).join(", ")} and ${plural(more, "other")}` : titles.join(" and ");
  return (
    <section class="selection" aria-label="Chosen recordings">
      <p>
        <strong>{plural(chosen.length, "recording")}</strong>
        <span class="soft"> of {plural(nWorks, "song")}: {names}</span>
      </p>
      <div class="actions">
        <button type="button" onClick={edit}><Icon name="edit" /> Edit</button>
        <button type="button" disabled={nWorks < 2} onClick={join}><Icon name="add" /> Join into one song</button>
        <button type="button" class="danger" onClick={remove}><Icon name="remove" /> Remove</button>
        <button type="button" class="quiet" onClick={clear}>Clear</button>
      </div>
    </section>
  );
}
