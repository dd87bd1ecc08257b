// The name of a song of a set list, and how certain it is.
import type { Candidate, Interlude, Setlist, Song, SongTrack } from "../api/types";
import { clock } from "./time";
import { certainty, percent, PERHAPS, plural } from "./words";

export function trackTitle(track: Pick<SongTrack, "title">): string {
  return track.title ?? "Untitled track";
}

export function songTitle(song: Song): string {
  return song.track === null ? "Unknown song" : trackTitle(song.track);
}

const INTERLUDES: Record<Interlude["kind"], string> = { talk: "Talk", applause: "Applause", tuning: "Tuning" };

export function interludeTitle({ kind }: Interlude): string {
  return INTERLUDES[kind];
}

/** Probability of a candidate that is worth a look, at least. */
const LEAST = 0.01;

/** What a song without a name may be, to choose from. */
export function offered({ candidates }: Pick<Song, "candidates">): readonly Candidate[] {
  return candidates.filter(({ probability }) => probability >= LEAST);
}

/** What a song without a name may be; the service says whether it is anything. */
export function guess(song: Song): Candidate | null {
  return song.verdict === "probable" ? (song.candidates[0] ?? null) : null;
}

function named({ track, probability }: Candidate): string {
  return `${trackTitle(track)}, ${percent(probability)}`;
}

export function songBy(song: Song): string {
  const perhaps = guess(song);
  if (perhaps !== null) return `${PERHAPS} ${named(perhaps)}`;
  if (song.track === null) {
    // A part of a song that was split, for example: no name, and a likely one is offered.
    return (song.candidates[0]?.probability ?? 0) >= 0.5 ? "Not named" : "No song of the catalog recognised";
  }
  return song.track.artist ?? (song.track.track_id === "" ? "Not in the catalog" : "Unknown artist");
}

/** The look of a song in the timeline and in the list. */
export function songKind(song: Song): "high" | "medium" | "low" | "probable" | "unknown" | "named" {
  if (song.track === null) return guess(song) === null ? "unknown" : "probable";
  return song.probability === null ? "named" : certainty(song.probability);
}

export function songSureness(song: Song): string {
  const perhaps = guess(song);
  if (perhaps !== null) return `${PERHAPS.toLowerCase()} ${named(perhaps)}`;
  if (song.track === null) return "unknown";
  return song.probability === null ? "named by hand" : percent(song.probability);
}

/** A set list in a line. */
export function summary({ songs, duration, artist, venue, date }: Setlist): string {
  const unknown = songs.filter((song) => song.track === null).length;
  const music = songs.reduce((sum, song) => sum + song.end - song.start, 0);
  return [
    artist, venue, date,
    plural(songs.length, "song") + (unknown === 0 ? "" : songs.length === 1 ? ", unknown" : `, ${unknown} of them unknown`),
    `${clock(music)} of music in ${clock(duration)}`,
  ].filter(Boolean).join(" · ");
}
