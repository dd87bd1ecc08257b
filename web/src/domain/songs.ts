// Songs of the catalog and their recordings.
import type { CatalogTrack, Work } from "../api/types";
import { fileName } from "./words";

export function idsOf(tracks: readonly CatalogTrack[]): string[] {
  return tracks.map(({ track_id }) => track_id);
}

export function workTitle(work: Work): string {
  return work.title ?? work.tracks[0]?.path ?? work.work_id;
}

/** Why a recording belongs to a work, as the service says. */
export function whyIn(work: Work, track: CatalogTrack): string {
  const other = work.tracks.find((one) => one.track_id === track.twin_of);
  const twin = track.twin_of === null ? "" : `the same recording as ${other ? fileName(other.path) : track.twin_of}`;
  return [track.work_reason, twin].filter(Boolean).join("; ");
}

/** The last day on which a recording was added. */
export function addedOn(tracks: readonly CatalogTrack[]): string {
  return tracks.map(({ added }) => added).sort().at(-1)?.slice(0, 10) ?? "";
}
