// A set list to hear, correct and download.
import { useEffect, useLayoutEffect, useMemo, useReducer, useRef, useState } from "preact/hooks";
import { Saving, type SaveState } from "../api/saving";
import type { Health, KeptSetlist, Setlist } from "../api/types";
import { begin, change, said, type Action, type Edit, type History } from "../domain/editing";
import { summary } from "../domain/songwords";
import { clock } from "../domain/time";
import { plural } from "../domain/words";
import { AboutConcert } from "./aboutconcert";
import { announce } from "./announcer";
import { ChooseAgain } from "./chooseagain";
import { focusIsLost } from "./focus";
import { Icon } from "./icon";
import { useParts, usePlaying } from "./playing";
import { ReportDownload } from "./reportdownload";
import { SaveStatus } from "./savestate";
import { SetlistActions } from "./setlistactions";
import { SongEditor } from "./songeditor";
import { SongList } from "./songlist";
import { TimelineCard } from "./timelinecard";
import { usePeaks } from "./waveform";

interface Props {
  id: string;
  /** As the server keeps it; null when it does not. */
  kept: KeptSetlist | null;
  /** What was found; null when nobody knows any more. */
  found: Setlist | null;
  /** What to begin with. */
  first: Setlist;
  /** The version on the server that this was made of. */
  etag: string | null;
  /** Whether what to begin with has not been saved. */
  dirty: boolean;
  /** The recording, where this window has it. */
  files: readonly File[] | null;
  health: Health | null;
  choose: (files: readonly File[]) => void;
  /** Keep a list as a new one and show it. */
  copy: (setlist: Setlist) => void;
  /** Show the list as the server has it. */
  reload: () => void;
  deleted: () => void;
}

export function SetlistEditor(props: Props) {
  const { id, kept, found, first, etag, dirty, files, health, choose, copy, reload, deleted } = props;
  const [history, act] = useReducer<History, Action>(change, begin(first));
  const [selected, setSelected] = useState<number | null>(null);
  const [saved, setSaved] = useState<SaveState>({ kind: "idle" });
  const saving = useMemo(() => new Saving(id, etag, setSaved), []);
  const { now: setlist, past, future } = history;
  const { heard, unplayable, player, ready } = usePlaying(useParts(first, kept, files));
  const peaks = usePeaks(kept === null ? null : id);
  const heading = useRef<HTMLHeadingElement>(null);
  const root = useRef<HTMLDivElement>(null);
  const playButton = useRef<HTMLButtonElement>(null);
  const row = useRef<number | null>(null); // of the song to focus when an edit has been made

  useEffect(() => {
    heading.current?.focus();
    announce(`Set list ready: ${summary(first)}`);
    if (dirty) saving.save(first);
  }, []);
  const seen = useRef(first);
  useLayoutEffect(() => {
    // As soon as it is shown: the window may be closed at once.
    if (seen.current !== setlist) saving.save(setlist);
    seen.current = setlist;
  }, [setlist]);
  useEffect(() => {
    // The button that made an edit may be gone, or have nothing left to do.
    const rows = root.current!.querySelectorAll<HTMLElement>(".song-name");
    const to = row.current === null ? undefined : rows[Math.min(row.current, rows.length - 1)];
    // What was clicked to say that a song is wrong stays where it is.
    if (to !== undefined) to.focus({ preventScroll: history.last?.kind === "wrong" });
    else if (row.current !== null || focusIsLost()) heading.current?.focus({ preventScroll: true });
    row.current = null;
  }, [setlist]);
  useEffect(() => {
    if (files !== null && focusIsLost()) playButton.current?.focus({ preventScroll: true });
  }, [files]);

  const edit = (made: Edit) => {
    act(made);
    if (FOCUSING.has(made.kind) && "song" in made) row.current = made.song;
    if (made.kind === "remove") setSelected(null);
    if (made.kind === "split") {
      row.current = made.song + 1;
      setSelected(row.current);
    }
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
  useLayoutEffect(() => {
    // On the document: a click beside everything leaves no element that would hear these.
    const key = (event: KeyboardEvent) => {
      const typing = event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement;
      if (!(event.ctrlKey || event.metaKey) || typing) return;
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
          <h2 ref={heading} tabIndex={-1}>{setlist.title || setlist.recording}</h2>
          <p class="soft">{summary(setlist)}</p>
        </div>
        <ReportDownload setlist={setlist} formats={health?.report_formats ?? []} />
      </header>
      <SaveStatus state={saved} again={() => saving.save(setlist)} copy={() => copy(setlist)} theirs={reload} />
      <TimelineCard
        setlist={setlist}
        selected={valid}
        peaks={peaks}
        heard={heard}
        ready={ready}
        unplayable={unplayable}
        player={player}
        playButton={playButton}
        undo={past.length === 0 ? null : () => step("undo")}
        redo={future.length === 0 ? null : () => step("redo")}
        select={setSelected}
        edit={edit}
      />
      {!ready && <ChooseAgain setlist={setlist} chosen={choose} />}
      <AboutConcert setlist={setlist} changed={(about) => edit({ kind: "about", about })} />
      {setlist.files.length > 0 && <FileStarts files={setlist.files} />}
      {setlist.songs.length === 0 && <p class="empty">No songs were found in this recording.</p>}
      <SongList
        setlist={setlist}
        selected={valid}
        playing={playing}
        canPlay={ready}
        toggle={(song) => setSelected(song === selected ? null : song)}
        play={(song) => {
          if (playing === song) player.current?.pause();
          else void player.current?.play(setlist.songs[song]!.start);
        }}
        add={(start, end) => edit({ kind: "add", start, end })}
        name={(song, track) => edit({ kind: "name", song, track })}
        editor={valid !== null && (
          <SongEditor key={valid} setlist={setlist} index={valid} at={ready ? heard.at : null} kept={kept} edit={edit} />
        )}
      />
      {differs && (
        <button type="button" class="quiet" onClick={restart}><Icon name="undo" /> Start again from what was found</button>
      )}
      {kept !== null && (
        <SetlistActions kept={kept} copy={() => copy(setlist)} deleted={deleted} audioDeleted={reload} />
      )}
    </div>
  );
}

/** Edits after which the row of their song has the focus. */
const FOCUSING = new Set<Edit["kind"]>(["name", "wrong", "remove", "join"]);

/** Where the files of a concert begin. */
function FileStarts({ files }: Pick<Setlist, "files">) {
  return (
    <details class="known">
      <summary>
        <span class="title">{plural(files.length, "file")}</span>
        <span class="soft">Where each begins</span>
      </summary>
      <ol class="file-starts" aria-label="Files of the concert">
        {files.map(({ path, start }) => (
          <li key={start}><span class="figures">{clock(start)}</span> {path}</li>
        ))}
      </ol>
    </details>
  );
}
