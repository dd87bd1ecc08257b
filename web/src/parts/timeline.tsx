// A set list as a timeline: songs to select, and the edges of the selected one to move.
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Setlist, Song } from "../api/types";
import { range, type Edge } from "../domain/editing";
import { clock, spoken } from "../domain/time";
import { Waveform, type Peaks } from "./waveform";
import { guess, interludeTitle, songKind, songSureness, songTitle, trackTitle } from "../domain/songwords";

interface Props {
  setlist: Setlist;
  selected: number | null;
  zoom: number;
  /** Where the recording plays; null when it is not at hand. */
  at: number | null;
  peaks: Peaks | null;
  select: (song: number) => void;
  move: (song: number, edge: Edge, to: number, merge: boolean) => void;
  seek: (to: number) => void;
}

interface Drag {
  edge: Edge;
  to: number;
}

const MARKS = [5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600]; // seconds between marks
const MARK_WIDTH = 72; // pixels
const ROOM = 0.15; // of what is seen, beside an edge

export function Timeline({ setlist, selected, zoom, at, peaks, select, move, seek }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const track = useRef<HTMLDivElement>(null);
  const shown = useWidth(scroller);
  const width = shown * zoom;
  const [drag, setDrag] = useState<Drag | null>(null);
  const { duration, songs } = setlist;
  const percent = (seconds: number) => `${(seconds / duration) * 100}%`;
  const song = selected === null ? undefined : songs[selected];

  useEffect(() => {
    if (song === undefined || scroller.current === null || zoom === 1) return;
    const seen = scroller.current.clientWidth;
    const [start, end] = [(song.start * width) / duration, (song.end * width) / duration];
    let left = (start + end - seen) / 2;
    if (end - start > seen * (1 - 2 * ROOM)) {
      // Not all of it can be seen: show the edge that is nearer to what is heard.
      const atEnd = at !== null && Math.abs(song.end - at) < Math.abs(song.start - at);
      left = atEnd ? end - seen * (1 - ROOM) : start - seen * ROOM;
    }
    scroller.current.scrollTo({ left });
  }, [selected, zoom, width > 0]);

  const timeAt = (clientX: number) => {
    const box = track.current!.getBoundingClientRect();
    return Math.min(duration, Math.max(0, ((clientX - box.left) / box.width) * duration));
  };
  const choose = (event: KeyboardEvent, i: number) => {
    const to = { ArrowRight: i + 1, ArrowLeft: i - 1, Home: 0, End: songs.length - 1 }[event.key];
    if (to === undefined || songs[to] === undefined) return;
    event.preventDefault();
    select(to);
    track.current?.querySelectorAll<HTMLElement>("[role=option]")[to]?.focus();
  };
  const step = MARKS.find((seconds) => (seconds / duration) * width >= MARK_WIDTH) ?? 3600;
  const last = duration - ((0.75 * MARK_WIDTH) / Math.max(width, 1)) * duration; // with room for 1:00:00
  const marks = width > 0 ? Array.from({ length: Math.floor(last / step) + 1 }, (_, i) => i * step) : [];
  return (
    // Without a song to go to, the keyboard scrolls the timeline itself.
    <div class="timeline" ref={scroller} role="group" aria-label="Timeline" tabIndex={songs.length > 0 ? undefined : 0}>
      <div class="timeline-track" ref={track} style={{ width: `${zoom * 100}%` }}>
        <div class="marks" aria-hidden="true" onPointerDown={(event) => seek(timeAt(event.clientX))}>
          {marks.map((mark) => (
            <span key={mark} class="figures" style={{ left: percent(mark) }}>{clock(mark)}</span>
          ))}
        </div>
        <div
          class="blocks"
          role="listbox"
          aria-label="Songs on the timeline"
          aria-orientation="horizontal"
          onPointerDown={(event) => event.target === event.currentTarget && seek(timeAt(event.clientX))}
        >
          {setlist.interludes.map((one) => (
            <span
              key={`interlude-${one.start}`}
              class="interlude-mark"
              aria-hidden="true"
              title={interludeTitle(one)}
              style={{ left: percent(one.start), width: percent(one.end - one.start) }}
            />
          ))}
          {songs.map((one, i) => {
            const shown = drag && i === selected ? { ...one, [drag.edge]: drag.to } : one;
            return (
              <div
                key={i}
                role="option"
                class={`block ${songKind(one)}`}
                tabIndex={i === (selected ?? 0) ? 0 : -1}
                aria-selected={i === selected}
                aria-label={`${i + 1}. ${songTitle(one)}, ${songSureness(one)}, from ${spoken(one.start)} to ${spoken(one.end)}`}
                style={{ left: percent(shown.start), width: percent(shown.end - shown.start) }}
                onClick={() => select(i)}
                onKeyDown={(event) => {
                  if (event.key === "Enter" || event.key === " ") {
                    event.preventDefault();
                    select(i);
                  } else choose(event, i);
                }}
              >
                <span class="block-number figures" aria-hidden="true">{i + 1}</span>
                <span class="block-title" aria-hidden="true">
                  {blockTitle(one).split(" ").map((word, j) => [<span key={j}>{word}</span>, " "])}
                </span>
              </div>
            );
          })}
        </div>
        {selected !== null && song !== undefined &&
          (["start", "end"] as const).map((edge) => (
            <Handle
              key={edge}
              edge={edge}
              title={songTitle(song)}
              value={drag?.edge === edge ? drag.to : song[edge]}
              range={range(setlist, selected, edge)}
              left={percent(drag?.edge === edge ? drag.to : song[edge])}
              timeAt={timeAt}
              dragged={(to) => setDrag({ edge, to })}
              dropped={() => {
                if (drag !== null) move(selected, drag.edge, drag.to, false);
                setDrag(null);
              }}
              moved={(to) => move(selected, edge, to, true)}
            />
          ))}
        {peaks !== null && (
          <Waveform peaks={peaks} duration={duration} width={width} seen={shown} scroller={scroller} seek={(x) => seek(timeAt(x))} />
        )}
        {at !== null && <div class="now" style={{ left: percent(Math.min(at, duration)) }} aria-hidden="true" />}
      </div>
    </div>
  );
}

function blockTitle(song: Song): string {
  const perhaps = guess(song);
  if (perhaps !== null) return `${trackTitle(perhaps.track)}?`;
  return song.track === null ? "Unknown" : songTitle(song);
}

interface HandleProps {
  edge: Edge;
  title: string;
  value: number;
  range: readonly [number, number];
  left: string;
  timeAt: (clientX: number) => number;
  dragged: (to: number) => void;
  dropped: () => void;
  moved: (to: number) => void;
}

const KEYS: Record<string, number> = {
  ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10,
};

function Handle({ edge, title, value, range: [low, high], left, timeAt, dragged, dropped, moved }: HandleProps) {
  const within = (to: number) => Math.min(high, Math.max(low, to));
  return (
    <div
      class={`handle ${edge}`}
      role="slider"
      tabIndex={0}
      aria-label={`${edge === "start" ? "Start" : "End"} of ${title}`}
      aria-valuemin={Math.round(low)}
      aria-valuemax={Math.round(high)}
      aria-valuenow={Math.round(value)}
      aria-valuetext={spoken(value)}
      style={{ left }}
      onPointerDown={(event) => {
        event.preventDefault();
        event.currentTarget.focus();
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) dragged(within(timeAt(event.clientX)));
      }}
      onLostPointerCapture={dropped}
      onKeyDown={(event) => {
        const by = KEYS[event.key];
        if (by !== undefined) moved(within(value + (event.shiftKey ? by / 10 : by)));
        else if (event.key === "Home") moved(low);
        else if (event.key === "End") moved(high);
        else return;
        event.preventDefault();
      }}
    >
      <span class="handle-time figures" aria-hidden="true">{clock(value)}</span>
    </div>
  );
}

function useWidth(element: { current: HTMLElement | null }): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const observer = new ResizeObserver(([entry]) => setWidth(entry?.contentRect.width ?? 0));
    observer.observe(element.current!);
    return () => observer.disconnect();
  }, []);
  return width;
}
