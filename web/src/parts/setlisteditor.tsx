// A set list to hear, correct and download.
import { useEffect, useMemo, useReducer, useRef, useState } from "preact/hooks";
import type { Health, Setlist } from "../api/types";
import { RecordingPlayer, type PlayState } from "../audio/recording";
import { keepDraft, type Keeping } from "../domain/drafts";
import { begin, change, type Action, type Edit, type History } from "../domain/editing";
import { songTitle } from "../domain/songwords";
import { clock } from "../domain/time";
import { PERHAPS, plural } from "../domain/words";
import { announce } from "./announcer";
import { ChooseAgain } from "./chooseagain";
import { focusIsLost } from "./focus";
import { Icon } from "./icon";
import { useObjectUrl } from "./objecturl";
import { ReportDownload } from "./reportdownload";
import { SongEditor } from "./songeditor";
import { SongList } from "./songlist";
import { Timeline } from "./timeline";

interface Props {
  job: string;
  /** What the service found; null when it no longer knows. */
  found: Setlist | null;
  /** What to begin with: that, or what a person made of it earlier. */
  first: Setlist;
  recording: File | null;
  health: Health | null;
  choose: (file: File) => void;
}

const ZOOMS = [1, 2, 4, 8, 16, 32];

export function SetlistEditor({ job, found, first, recording, health, choose }: Props) {
  const [history, act] = useReducer<History, Action>(change, begin(first));
  const [selected, setSelected] = useState<number | null>(null);
  const [zoom, setZoom] = useState(0);
  const url = useObjectUrl(recording);
  const [heard, setHeard] = useState<PlayState>({ at: 0, playing: false });
  const [unplayable, setUnplayable] = useState("");
  const [keeping, setKeeping] = useState<Keeping>({ kept: true, dropped: [] });
  const player = useRef<RecordingPlayer | null>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const root = useRef<HTMLDivElement>(null);
  const playButton = useRef<HTMLButtonElement>(null);
  const row = useRef<number | null>(null); // of the song to focus when an edit has been made
  const { now: setlist, past, future } = history;

  useEffect(() => {
    heading.current?.focus();
    announce(`Set list ready: ${summary(first)}`);
  }, []);
  useEffect(() => {
    if (setlist === first && past.length + future.length === 0) return;
    const { kept, dropped } = keepDraft(job, setlist);
    setKeeping((before) => ({ kept, dropped: [...before.dropped, ...dropped] }));
  }, [setlist]);
  useEffect(() => {
    if (url === null) return;
    setUnplayable("");
    const made = new RecordingPlayer(url, setHeard, (problem) => setUnplayable(problem.message));
    player.current = made;
    return () => made.close();
  }, [url]);

  useEffect(() => {
    // The button that made an edit may be gone, or have nothing left to do.
    const rows = root.current!.querySelectorAll<HTMLElement>(".song-name");
    const to = row.current === null ? undefined : rows[Math.min(row.current, rows.length - 1)];
    if (to !== undefined) to.focus();
    else if (row.current !== null || focusIsLost()) heading.current?.focus({ preventScroll: true });
    row.current = null;
  }, [setlist]);
  useEffect(() => {
    if (url !== null && focusIsLost()) playButton.current?.focus({ preventScroll: true });
  }, [url]);

  const edit = (made: Edit) => {
    act(made);
    if (made.kind === "name" || made.kind === "wrong" || made.kind === "remove") row.current = made.song;
    if (made.kind === "remove") setSelected(null);
    if (made.kind === "add") {
      row.current = setlist.songs.filter((song) => song.start < made.start).length;
      setSelected(row.current);
    }
    if (made.kind !== "move") announce(said(made, setlist));
  };
  const restart = () => {
    if (found !== null) edit({ kind: "restart", songs: found.songs });
    setSelected(null);
    heading.current?.focus();
  };
  const step = (kind: "undo" | "redo") => {
    if ((kind === "undo" ? past : future).length === 0) return;
    act({ kind });
    announce(kind === "undo" ? "Undone" : "Redone");
  };
  useEffect(() => {
    // On the document: a click beside everything leaves no element that would hear these.
    const key = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.target instanceof HTMLInputElement) return;
      if (!root.current!.checkVisibility() || document.querySelector("dialog[open]")) return;
      const letter = event.key.toLowerCase();
      if (letter === "z") step(event.shiftKey ? "redo" : "undo");
      else if (letter === "y") step("redo");
      else return;
      event.preventDefault();
    };
    document.addEventListener("keydown", key);
    return () => document.removeEventListener("keydown", key);
  }, [history]);
  const differs = useMemo(
    () => found !== null && JSON.stringify(setlist.songs) !== JSON.stringify(found.songs),
    [setlist, found],
  );
  const current = setlist.songs.findIndex((song) => song.start <= heard.at && heard.at < song.end);
  const playing = heard.playing && current >= 0 ? current : null;
  const valid = selected !== null && selected < setlist.songs.length ? selected : null;
  return (
    <div class="setlist" ref={root}>
      <header class="setlist-head">
        <div>
          <h2 ref={heading} tabIndex={-1}>{setlist.recording}</h2>
          <p class="soft">{summary(setlist)}</p>
        </div>
        <ReportDownload setlist={setlist} formats={health?.report_formats ?? []} />
      </header>
      <Kept {...keeping} />
      <section class="card" aria-label="Timeline">
        <div class="toolbar">
          <button
            ref={playButton}
            type="button"
            class="primary round"
            disabled={url === null}
            aria-label={heard.playing ? "Pause the recording" : "Play the recording"}
            onClick={() => (heard.playing ? player.current?.pause() : void player.current?.play())}
          >
            <Icon name={heard.playing ? "pause" : "play"} />
          </button>
          <span class="clock figures">{clock(heard.at)} <span class="soft">/ {clock(setlist.duration)}</span></span>
          <span class="spring" />
          <button type="button" disabled={past.length === 0} onClick={() => step("undo")}><Icon name="undo" /> <span class="word">Undo</span></button>
          <button type="button" disabled={future.length === 0} onClick={() => step("redo")}><Icon name="redo" /> <span class="word">Redo</span></button>
          <span class="pair-buttons">
            <button type="button" aria-label="Show more of the timeline" disabled={zoom === 0} onClick={() => setZoom(zoom - 1)}><Icon name="minus" /></button>
            <button type="button" aria-label="Enlarge the timeline" disabled={zoom === ZOOMS.length - 1} onClick={() => setZoom(zoom + 1)}><Icon name="add" /></button>
          </span>
        </div>
        <Timeline
          setlist={setlist}
          selected={valid}
          zoom={ZOOMS[zoom]!}
          at={url === null ? null : heard.at}
          select={setSelected}
          move={(song, edge, to, merge) => edit({ kind: "move", song, edge, to, merge })}
          seek={(to) => player.current?.seek(to)}
        />
        <Legend />
        {unplayable && <p class="hint bad" role="status">{unplayable}</p>}
      </section>
      {setlist.files.length > 0 && <FileStarts files={setlist.files} />}
      {recording === null && setlist.files.length === 0 && <ChooseAgain expected={setlist.duration} chosen={choose} />}
      {setlist.songs.length === 0 && <p class="empty">No songs were found in this recording.</p>}
      <SongList
        setlist={setlist}
        selected={valid}
        playing={playing}
        canPlay={url !== null}
        toggle={(song) => setSelected(song === selected ? null : song)}
        play={(song) => {
          if (playing === song) player.current?.pause();
          else void player.current?.play(setlist.songs[song]!.start);
        }}
        add={(start, end) => edit({ kind: "add", start, end })}
        editor={valid !== null && <SongEditor key={valid} setlist={setlist} index={valid} edit={edit} />}
      />
      {differs && (
        <button type="button" class="quiet" onClick={restart}><Icon name="undo" /> Start again from what was found</button>
      )}
    </div>
  );
}

/** Where the files of a concert begin; no browser plays them as one. */
function FileStarts({ files }: Pick<Setlist, "files">) {
  return (
    <details class="known">
      <summary>
        <span class="title">{plural(files.length, "file")}</span>
        <span class="soft">This page cannot play a concert of several files</span>
      </summary>
      <ol class="file-starts" aria-label="Files of the concert">
        {files.map(({ path, start }) => (
          <li key={start}><span class="figures">{clock(start)}</span> {path}</li>
        ))}
      </ol>
    </details>
  );
}

/** Warns when the browser cannot keep the corrections. */
function Kept({ kept, dropped }: Keeping) {
  return (
    <p class="hint bad" role="status">
      {[
        kept ? "" : "This browser has no room for these corrections: download the list before you leave.",
        dropped.length > 0 ? `To make room, the oldest corrections were deleted: ${dropped.join(", ")}.` : "",
      ].filter(Boolean).join(" ")}
    </p>
  );
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

function summary({ songs, duration }: Setlist): string {
  const unknown = songs.filter((song) => song.track === null).length;
  const music = songs.reduce((sum, song) => sum + song.end - song.start, 0);
  return [
    plural(songs.length, "song"),
    unknown > 0 ? `${unknown} unknown` : "",
    `${clock(music)} of music in ${clock(duration)}`,
  ].filter(Boolean).join(" · ");
}

function said(edit: Edit, { songs }: Setlist): string {
  switch (edit.kind) {
    case "name":
    case "rename": return `Named ${edit.track.title ?? "a track"}`;
    case "wrong": {
      const song = songs[edit.song]!;
      return song.track === null ? "None of these; the song is unknown" : `${songTitle(song)} marked as wrong; the song is unknown now`;
    }
    case "remove": return `${songTitle(songs[edit.song]!)} removed from the list`;
    case "add": return "Song added; say which track it is";
    case "move": return "";
    case "restart": return "Back to the original list; Undo restores the corrections";
  }
}
