// A set list as a list: each song, and the longer stretches between songs.
import type { ComponentChildren } from "preact";
import type { Setlist, Song, SongTrack } from "../api/types";
import { gaps } from "../domain/editing";
import { interludeTitle, offered, songBy, songKind, songTitle, trackTitle } from "../domain/songwords";
import { between, clock, spoken } from "../domain/time";
import { PERHAPS, percent } from "../domain/words";
import { Probability } from "./probability";
import { Icon } from "./icon";

interface Props {
  setlist: Setlist;
  selected: number | null;
  playing: number | null;
  canPlay: boolean;
  toggle: (song: number) => void;
  play: (song: number) => void;
  add: (start: number, end: number) => void;
  name: (song: number, track: SongTrack) => void;
  editor: ComponentChildren;
}

/** Candidates that are one click away. */
const OFFERED = 3;

/** Seconds between songs that may hide one more. */
const NOTABLE = 45;

export function SongList({ setlist, selected, playing, canPlay, toggle, play, add, name, editor }: Props) {
  const rows = [
    ...setlist.songs.map((song, index) => ({ at: song.start, song, index })),
    ...setlist.interludes.map((interlude) => ({ at: interlude.start, interlude })),
    ...gaps(setlist).filter((gap) => gap.end - gap.start >= NOTABLE).map((gap) => ({ at: gap.start, gap })),
  ].sort((a, b) => a.at - b.at);
  return (
    <ol class="songs" aria-label="Songs">
      {rows.map((row) =>
        "interlude" in row ? (
          <li class="gap interlude" key={`interlude-${row.at}`}>
            <span class="figures">{clock(row.interlude.start)} – {clock(row.interlude.end)}</span>
            <span>{interludeTitle(row.interlude)}</span>
          </li>
        ) : "gap" in row ? (
          <li class="gap" key={`gap-${row.at}`}>
            <span class="figures">{clock(row.gap.start)}</span>
            <span>No song for {clock(between(row.gap.start, row.gap.end))}</span>
            <button type="button" class="quiet" onClick={() => add(row.gap.start, row.gap.end)}>
              <Icon name="add" /> Add a song<span class="unseen"> at {clock(row.gap.start)}</span>
            </button>
          </li>
        ) : (
          <li key={`song-${row.index}`} class={`song ${songKind(row.song)}${row.index === selected ? " selected" : ""}`}>
            <div class="song-row">
              <button
                type="button"
                class="round quiet"
                disabled={!canPlay}
                aria-label={`${playing === row.index ? "Pause" : "Play"} ${songTitle(row.song)} at ${clock(row.song.start)}`}
                onClick={() => play(row.index)}
              >
                <Icon name={playing === row.index ? "pause" : "play"} />
              </button>
              <button
                type="button"
                class="song-name"
                aria-expanded={row.index === selected}
                onClick={() => toggle(row.index)}
              >
                <span class="song-number figures">{row.index + 1}<span class="unseen">. </span></span>
                <span class="song-times figures">
                  {clock(row.song.start)} – {clock(row.song.end)}
                  <span class="unseen">, {spoken(between(row.song.start, row.song.end))} long</span>
                </span>
                <span class="song-title">
                  <span class="title">{songTitle(row.song)}</span>
                  <span class="soft">{[songBy(row.song), row.song.section].filter(Boolean).join(" · ")}</span>
                  {row.song.notes && <span class="soft song-notes">{row.song.notes}</span>}
                </span>
                <span class="song-length figures" aria-hidden="true">{clock(between(row.song.start, row.song.end))}</span>
                <Sureness song={row.song} />
              </button>
            </div>
            {row.index !== selected && row.song.track === null && (
              <Offers song={row.song} number={row.index + 1} chosen={(track) => name(row.index, track)} />
            )}
            {row.index === selected && editor}
          </li>
        ),
      )}
    </ol>
  );
}

/** What an unknown song may be, each to be chosen with one click. */
function Offers({ song, number, chosen }: { song: Song; number: number; chosen: (track: SongTrack) => void }) {
  const candidates = offered(song);
  if (candidates.length === 0) return null;
  return (
    <ul class="offers" aria-label={`Song ${number} may be`}>
      {candidates.slice(0, OFFERED).map(({ track, probability }) => (
        <li key={track.track_id}>
          <button type="button" aria-label={`Song ${number} is ${trackTitle(track)}`} onClick={() => chosen(track)}>
            <span class="offer-title">{trackTitle(track)}</span> <span class="soft figures">{percent(probability)}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

function Sureness({ song }: { song: Song }) {
  const kind = songKind(song);
  if (kind === "unknown") return <span class="tag">Unknown</span>;
  if (kind === "probable") return <span class="tag">{PERHAPS}</span>;
  if (song.probability === null) return <span class="tag named"><Icon name="check" /> By hand</span>;
  return <Probability value={song.probability} />;
}
