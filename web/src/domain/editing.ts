// Correcting a set list: each edit gives a new list, and every list before it is kept for undo.
import type { Candidate, Setlist, Song, SongTrack } from "../api/types";
import { songTitle } from "./songwords";
import { clock } from "./time";

export interface History {
  readonly past: readonly Setlist[];
  readonly now: Setlist;
  readonly future: readonly Setlist[];
  /** The edit that gave the present list. */
  readonly last?: Edit | undefined;
}

export type Edge = "start" | "end";

export type Edit =
  /** `merge`: one undo takes back this move and those of the same edge just before it. */
  | { kind: "move"; song: number; edge: Edge; to: number; merge?: boolean }
  | { kind: "name"; song: number; track: SongTrack }
  /** Other words for a song that was named by hand. */
  | { kind: "rename"; song: number; track: SongTrack }
  /** It is not the song that it was named, or none of those that it may be. */
  | { kind: "wrong"; song: number }
  | { kind: "remove"; song: number }
  | { kind: "split"; song: number; at: number }
  /** With the next song; the longer of the two gives its name. */
  | { kind: "join"; song: number }
  | { kind: "note"; song: number; notes: string | null }
  /** The part of the concert that begins with a song and goes on until another one begins. */
  | { kind: "section"; song: number; section: string | null }
  | { kind: "about"; about: Partial<About> }
  | { kind: "add"; start: number; end: number }
  /** All edits at once are taken back. */
  | { kind: "restart"; songs: readonly Song[] };

/** What a person tells of a concert. */
export type About = Pick<Setlist, "title" | "artist" | "venue" | "date" | "notes">;

export type Action = Edit | { kind: "undo" } | { kind: "redo" };

/** No song is shorter, in seconds. */
export const SHORTEST = 1;

export function begin(setlist: Setlist): History {
  return { past: [], now: setlist, future: [] };
}

export function change(history: History, action: Action): History {
  const { past, now, future } = history;
  switch (action.kind) {
    case "undo": {
      const before = past[past.length - 1];
      return before === undefined ? history : { past: past.slice(0, -1), now: before, future: [now, ...future] };
    }
    case "redo": {
      const after = future[0];
      return after === undefined ? history : { past: [...past, now], now: after, future: future.slice(1) };
    }
    default: {
      const songs = edited(now, action);
      if (songs === now.songs && action.kind !== "about") return history;
      const kept = merges(action, history.last) ? past : [...past, now];
      const about = action.kind === "about" ? action.about : {};
      return { past: kept, now: { ...now, ...about, songs }, future: [], last: action };
    }
  }
}

/** The times between which an edge may move: up to its neighbours, and never past its own song. */
export function range(setlist: Setlist, song: number, edge: Edge): readonly [number, number] {
  const { start, end } = setlist.songs[song]!;
  const before = setlist.songs[song - 1]?.end ?? 0;
  const after = setlist.songs[song + 1]?.start ?? setlist.duration;
  return edge === "start" ? [before, end - SHORTEST] : [start + SHORTEST, after];
}

/** Where a song may be split: no part is shorter than `SHORTEST`. Null where it is too short. */
export function splitRange({ start, end }: Song): readonly [number, number] | null {
  return end - start >= 2 * SHORTEST ? [start + SHORTEST, end - SHORTEST] : null;
}

/** The gaps of at least `SHORTEST` seconds between songs, where one may be missing. */
export function gaps(setlist: Setlist): { start: number; end: number }[] {
  const edges = [0, ...setlist.songs.flatMap((song) => [song.start, song.end]), setlist.duration];
  const found = [];
  for (let i = 0; i < edges.length; i += 2) {
    const [start, end] = [edges[i]!, edges[i + 1]!];
    if (end - start >= SHORTEST) found.push({ start, end });
  }
  return found;
}

type Naming = Pick<Song, "verdict" | "track" | "probability" | "key_shift" | "tempo_ratio">;

const UNNAMED: Naming = { verdict: "none", track: null, probability: null, key_shift: null, tempo_ratio: null };

/** A person is not measured: there is no probability, and nothing heard that gives a key or a tempo. */
function named(track: SongTrack): Naming {
  return { ...UNNAMED, verdict: "match", track };
}

/** What a song may still be when a person has said what it is not. */
function others({ track, candidates }: Song): readonly Candidate[] {
  if (track === null) return [];
  return candidates.filter((one) => one.track.track_id !== track.track_id);
}

/** What a song is or may be, as candidates. */
function candidatesOf({ track, probability, candidates }: Song): readonly Candidate[] {
  if (track === null || candidates.some((one) => one.track.track_id === track.track_id)) return candidates;
  return probability === null ? candidates : [{ track, probability }, ...candidates];
}

function merges(edit: Edit, last: Edit | undefined): boolean {
  return (
    edit.kind === "move" && edit.merge === true && last?.kind === "move" && last.merge === true &&
    edit.song === last.song && edit.edge === last.edge
  );
}

function edited({ songs, ...setlist }: Setlist, edit: Edit): readonly Song[] {
  switch (edit.kind) {
    case "move": {
      const [low, high] = range({ ...setlist, songs }, edit.song, edit.edge);
      const to = Math.round(Math.min(high, Math.max(low, edit.to)) * 100) / 100;
      if (to === songs[edit.song]![edit.edge]) return songs;
      return songs.map((song, i) => (i === edit.song ? { ...song, [edit.edge]: to } : song));
    }
    case "name":
    case "rename":
      return songs.map((song, i) => (i === edit.song ? { ...song, ...named(edit.track) } : song));
    case "wrong":
      return songs.map((song, i) => (i === edit.song ? { ...song, ...UNNAMED, candidates: others(song) } : song));
    case "note":
      return songs.map((song, i) => (i === edit.song ? { ...song, notes: edit.notes } : song));
    case "section": {
      const before = songs[edit.song]!.section;
      const next = songs.findIndex((song, i) => i > edit.song && song.section !== before);
      const end = next < 0 ? songs.length : next;
      return songs.map((song, i) => (edit.song <= i && i < end ? { ...song, section: edit.section } : song));
    }
    case "split": {
      const whole = songs[edit.song]!;
      const within = splitRange(whole);
      if (within === null) return songs;
      const at = Math.round(Math.min(within[1], Math.max(within[0], edit.at)) * 100) / 100;
      const second: Song = { ...whole, ...UNNAMED, start: at, notes: null, candidates: candidatesOf(whole) };
      return songs.flatMap((song, i) => (i === edit.song ? [{ ...whole, end: at }, second] : [song]));
    }
    case "join": {
      const [first, second] = [songs[edit.song]!, songs[edit.song + 1]];
      if (second === undefined) return songs;
      const named = [first, second].filter((song) => song.track !== null);
      const longer = second.end - second.start > first.end - first.start ? second : first;
      const notes = [first.notes, second.notes].filter(Boolean).join("; ") || null;
      const whole: Song = { ...(named.length === 1 ? named[0]! : longer), start: first.start, end: second.end, notes, section: first.section };
      return songs.flatMap((song, i) => (i === edit.song ? [whole] : i === edit.song + 1 ? [] : [song]));
    }
    case "about":
      return songs;
    case "remove":
      return songs.filter((_, i) => i !== edit.song);
    case "add": {
      const before = songs.findLast((song) => song.start < edit.start);
      const section = before?.section ?? songs[0]?.section ?? null; // of the set that it was played in
      const song: Song = { start: edit.start, end: edit.end, candidates: [], section, notes: null, ...UNNAMED };
      return [...songs, song].sort((a, b) => a.start - b.start);
    }
    case "restart":
      return edit.songs;
  }
}

/** An edit in words, for those who do not see it; none for one that they made with a slider. */
export function said(edit: Edit, { songs }: Setlist): string {
  switch (edit.kind) {
    case "name":
    case "rename": return `Named ${edit.track.title ?? "a track"}`;
    case "wrong": {
      const song = songs[edit.song]!;
      return song.track === null ? "None of these; the song is unknown" : `${songTitle(song)} marked as wrong; the song is unknown now`;
    }
    case "remove": return `${songTitle(songs[edit.song]!)} removed from the list`;
    case "add": return "Song added; say which track it is";
    case "split": return `${songTitle(songs[edit.song]!)} split at ${clock(edit.at)}; the second part is unknown`;
    case "join": return "Two songs joined";
    case "note":
    case "about": return "Noted";
    case "section": return edit.section === null ? "No set named from here on" : `${edit.section} from here on`;
    case "move": return "";
    case "restart": return "Back to the original list; Undo restores the corrections";
  }
}
