// The timeline of a set list, with what plays it, enlarges it, and takes edits back.
import { useState } from "preact/hooks";
import type { Setlist } from "../api/types";
import type { ConcertPlayer } from "../audio/concert";
import type { PlayState } from "../audio/recording";
import type { Edit } from "../domain/editing";
import { clock } from "../domain/time";
import { PERHAPS } from "../domain/words";
import { Icon } from "./icon";
import { Timeline } from "./timeline";
import type { Peaks } from "./waveform";

interface Props {
  setlist: Setlist;
  selected: number | null;
  peaks: Peaks | null;
  heard: PlayState;
  /** Whether the recording is at hand. */
  ready: boolean;
  unplayable: string;
  player: { current: ConcertPlayer | null };
  playButton: { current: HTMLButtonElement | null };
  /** Null when there is nothing to take back. */
  undo: (() => void) | null;
  redo: (() => void) | null;
  select: (song: number) => void;
  edit: (edit: Edit) => void;
}

const ZOOMS = [1, 2, 4, 8, 16, 32];
const PHONE = 640; // pixels
const TITLE = 88; // pixels that a title needs

export function TimelineCard({ setlist, selected, peaks, heard, ready, unplayable, player, playButton, undo, redo, select, edit }: Props) {
  const [zoom, setZoom] = useState(() => firstZoom(setlist));
  return (
    <section class="card" aria-label="Timeline">
      <div class="toolbar">
        <button
          ref={playButton}
          type="button"
          class="primary round"
          disabled={!ready}
          aria-label={heard.playing ? "Pause the recording" : "Play the recording"}
          onClick={() => (heard.playing ? player.current?.pause() : void player.current?.play())}
        >
          <Icon name={heard.playing ? "pause" : "play"} />
        </button>
        <span class="clock figures">{clock(heard.at)} <span class="soft">/ {clock(setlist.duration)}</span></span>
        <span class="spring" />
        <button type="button" disabled={undo === null} onClick={() => undo?.()}><Icon name="undo" /> <span class="word">Undo</span></button>
        <button type="button" disabled={redo === null} onClick={() => redo?.()}><Icon name="redo" /> <span class="word">Redo</span></button>
        <span class="pair-buttons">
          <button type="button" aria-label="Show more of the timeline" disabled={zoom === 0} onClick={() => setZoom(zoom - 1)}><Icon name="minus" /></button>
          <button type="button" aria-label="Enlarge the timeline" disabled={zoom === ZOOMS.length - 1} onClick={() => setZoom(zoom + 1)}><Icon name="add" /></button>
        </span>
      </div>
      <Timeline
        setlist={setlist}
        selected={selected}
        zoom={ZOOMS[zoom]!}
        at={ready ? heard.at : null}
        peaks={peaks}
        select={select}
        move={(song, edge, to, merge) => edit({ kind: "move", song, edge, to, merge })}
        seek={(to) => player.current?.seek(to)}
      />
      <Legend />
      {unplayable && <p class="hint bad" role="status">{unplayable}</p>}
    </section>
  );
}

/** So large that titles can be read on a phone; elsewhere all of it is seen at first. */
function firstZoom({ songs, duration }: Setlist): number {
  if (window.innerWidth > PHONE || songs.length === 0) return 0;
  const lengths = songs.map((song) => song.end - song.start).sort((a, b) => a - b);
  const typical = (lengths[lengths.length >> 1]! / duration) * window.innerWidth;
  const enough = ZOOMS.findIndex((zoom) => typical * zoom >= TITLE);
  return enough < 0 ? ZOOMS.length - 1 : enough;
}

function Legend() {
  return (
    <ul class="legend" aria-label="Legend">
      <li><span class="swatch high" /> Sure</li>
      <li><span class="swatch medium" /> Likely</li>
      <li><span class="swatch low" /> Doubtful</li>
      <li><span class="swatch named" /> By hand</li>
      <li><span class="swatch probable" /> {PERHAPS}</li>
      <li><span class="swatch unknown" /> Unknown song</li>
    </ul>
  );
}
