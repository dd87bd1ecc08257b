// The songs of a concert that were found so far, while the rest is still being heard.
import type { Setlist } from "../api/types";
import { songBy, songTitle } from "../domain/songwords";
import { clock } from "../domain/time";
import { plural } from "../domain/words";

export function SoFar({ setlist }: { setlist: Setlist }) {
  const heard = setlist.end ?? setlist.duration;
  return (
    <section class="so-far" aria-labelledby="so-far">
      <h2 id="so-far" class="section-title">So far</h2>
      <p class="hint">{plural(setlist.songs.length, "song")} in the first {clock(heard)}; names and times may still change.</p>
      <ol class="songs" aria-label="Songs so far">
        {setlist.songs.map((song, i) => (
          <li key={i} class="song so-far-song">
            <span class="song-number figures" aria-hidden="true">{i + 1}</span>
            <span class="figures soft">{clock(song.start)}</span>
            <span class="song-title">
              <span class="title">{songTitle(song)}</span>
              <span class="soft">{songBy(song)}</span>
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
