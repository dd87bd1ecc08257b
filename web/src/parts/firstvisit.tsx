// The first visit: a catalog without a song, and how to fill it.
import { useEffect, useState } from "preact/hooks";
import type { Health } from "../api/types";
import { plural } from "../domain/words";
import { AddTracks } from "./addtracks";

/** Nothing unless the catalog was empty when the page was opened; then it stays, and says what was added. */
export function FirstVisit({ health, added }: { health: Health | null; added: () => void }) {
  const empty = health?.n_tracks === 0;
  const [first, setFirst] = useState(empty);
  useEffect(() => {
    if (empty) setFirst(true);
  }, [empty]);
  if (!first || health === null) return null;
  return (
    <section class="first" aria-labelledby="first">
      <h2 id="first" class="section-title">First, the songs to compare with</h2>
      {empty ? (
        <p class="soft">
          The catalog is empty. Add the studio recordings that live ones are to be recognised by, or begin with the
          demo's: 14 recordings, free to use, that come with samesong.
        </p>
      ) : (
        <p class="soft">The catalog has {plural(health.n_tracks, "recording")}: add more, or go on with a live one below.</p>
      )}
      <AddTracks health={health} added={added} />
    </section>
  );
}
