// Correcting a set list: each edit gives a new list, and every list before it is kept for undo.
import type { Candidate, Setlist, Song, SongTrack } from "../api/types";

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
  | { kind: "add"; start: number; end: number }
  /** All edits at once are taken back. */
  | { kind: "restart"; songs: readonly Song[] };

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
      if (songs === now.songs) return history;
      const kept = merges(action, history.last) ? past : [...past, now];
      return { past: kept, now: { ...now, songs }, future: [], last: action };
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
    case "remove":
      return songs.filter((_, i) => i !== edit.song);
    case "add": {
      const before = songs.findLast((song) => song.start < edit.start);
      const section = before?.section ?? songs[0]?.section ?? null; // of the set that it was played in
      const song: Song = { start: edit.start, end: edit.end, candidates: [], section, ...UNNAMED };
      return [...songs, song].sort((a, b) => a.start - b.start);
    }
    case "restart":
      return edit.songs;
  }
}
