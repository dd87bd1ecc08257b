// The name of a song of a set list, and how certain it is.
import type { Song } from "../api/types";
import { byHand } from "./editing";
import { certainty, percent } from "./words";

export function songTitle(song: Song): string {
  return song.track === null ? "Unknown song" : (song.track.title ?? "Untitled track");
}

export function songBy(song: Song): string {
  if (song.track === null) return "No track recognised";
  return song.track.artist ?? (song.track.track_id === "" ? "Not in the catalog" : "Unknown artist");
}

/** The look of a song in the timeline and in the list. */
export function songKind(song: Song): "high" | "medium" | "low" | "unknown" | "named" {
  if (song.track === null) return "unknown";
  return byHand(song) ? "named" : certainty(song.confidence);
}

export function songSureness(song: Song): string {
  if (song.track === null) return "unknown";
  return byHand(song) ? "named by hand" : percent(song.confidence);
}
