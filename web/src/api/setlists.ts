// The requests about set lists that the server keeps.
import { ask, askJson, token } from "./http";
import type { Comparison, KeptSetlist, Setlist, SetlistSummaries, SetlistSummary, Waveform } from "./types";

/** A set list of the server, and the version of it that this is. */
export interface Versioned {
  kept: KeptSetlist;
  etag: string;
}

function path(id: string, more = ""): string {
  return `v1/setlists/${encodeURIComponent(id)}${more}`;
}

function sending(method: string, setlist: Setlist, headers: Record<string, string> = {}): RequestInit {
  return { method, headers: { "Content-Type": "application/json", ...headers }, body: JSON.stringify(setlist) };
}

export async function keptSetlist(id: string, signal?: AbortSignal): Promise<Versioned> {
  const response = await ask(path(id), signal ? { signal } : {});
  return { kept: (await response.json()) as KeptSetlist, etag: response.headers.get("ETag") ?? "" };
}

/** Replace a list that is still of a version; gives the new one. */
export async function correctSetlist(id: string, setlist: Setlist, etag: string): Promise<string> {
  const response = await ask(path(id), sending("PUT", setlist, { "If-Match": etag }));
  return response.headers.get("ETag") ?? "";
}

/** Keep a list as one of one's own; with the audio of another one that is of the same recording. */
export function copySetlist(setlist: Setlist, of: string | null): Promise<SetlistSummary> {
  const query = of === null ? "" : `?of=${encodeURIComponent(of)}`;
  return askJson(`v1/setlists${query}`, sending("POST", setlist));
}

export async function ownSetlists(): Promise<readonly SetlistSummary[]> {
  return (await askJson<SetlistSummaries>("v1/setlists")).setlists;
}

export async function removeSetlist(id: string): Promise<void> {
  await ask(path(id), { method: "DELETE" });
}

export async function removeAudio(id: string): Promise<void> {
  await ask(path(id, "/audio"), { method: "DELETE" });
}

export function waveform(id: string): Promise<Waveform> {
  return askJson(path(id, "/waveform"));
}

/** An address that an audio element can play a file of the recording from; free it when it begins with blob:. */
export async function setlistAudio(id: string, file: number): Promise<string> {
  const audio = path(id, `/audio/${file}`);
  if (token() === null) return audio;
  return URL.createObjectURL(await (await ask(audio)).blob());
}

/** Compare a part of a file of the recording, in its own seconds, with a track of the catalog. */
export function compareSong(
  id: string, file: number, trackId: string, [start, end]: readonly [number, number], signal?: AbortSignal,
): Promise<Comparison> {
  const query = new URLSearchParams({ track_id: trackId, start: String(start), end: String(end) });
  return askJson(path(id, `/audio/${file}/compare?${query}`), { method: "POST", ...(signal ? { signal } : {}) });
}
