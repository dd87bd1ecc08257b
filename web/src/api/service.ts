// The requests that the page makes.
import { fieldsOf, type Known } from "../domain/known";
import { megabytes } from "../domain/words";
import { ask, askJson, send, token, upload, type UploadOptions } from "./http";
import { Problem } from "./problem";
import type {
  AddedTrack, Answer, CatalogTrack, ChangedWorks, Comparison, Demo, Health, Job, Jobs, JobSummary, Setlist, SortColumn, TrackPage, Work, WorkPage,
} from "./types";

export function health(): Promise<Health> {
  return askJson("v1/health");
}

/** Start to identify a recording; the server keeps the answer. */
export function identify(audio: File, known: Known, options?: UploadOptions): Promise<Answer> {
  return upload("v1/answers?top=10", { audio }, { ...options, fields: fieldsOf(known) });
}

export function answer(id: string, signal?: AbortSignal): Promise<Answer> {
  return askJson(`v1/answers/${encodeURIComponent(id)}`, signal ? { signal } : {});
}

export async function removeAnswer(id: string): Promise<void> {
  await ask(`v1/answers/${encodeURIComponent(id)}`, { method: "DELETE" });
}

/** Compare the recording of an answer with a track. */
export function compareAnswer(id: string, trackId: string, signal?: AbortSignal): Promise<Comparison> {
  const path = `v1/answers/${encodeURIComponent(id)}/comparison?track_id=${encodeURIComponent(trackId)}`;
  return askJson(path, signal ? { signal } : {});
}

export function compare(query: File, reference: File, options?: UploadOptions): Promise<Comparison> {
  return upload("v1/compare", { query, reference }, options);
}

/** Find the songs of a concert: of one file, or of several in order. */
export function findSetlist(
  audio: readonly File[], known: Known, talk: boolean, options?: UploadOptions,
): Promise<Job> {
  return upload(`v1/setlist?talk=${talk}`, { audio }, { ...options, fields: fieldsOf(known) });
}

export function job(id: string, signal?: AbortSignal): Promise<Job> {
  return askJson(`v1/jobs/${encodeURIComponent(id)}`, signal ? { signal } : {});
}

export async function jobs(): Promise<readonly JobSummary[]> {
  return (await askJson<Jobs>("v1/jobs")).jobs;
}

export function cancelJob(id: string): Promise<Job> {
  return askJson(`v1/jobs/${encodeURIComponent(id)}`, { method: "DELETE" });
}

export async function report(setlist: Setlist, format: string): Promise<{ name: string; content: Blob }> {
  const response = await ask(`v1/report?format=${encodeURIComponent(format)}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(setlist),
  });
  const disposition = response.headers.get("Content-Disposition") ?? "";
  return { name: fileName(disposition) ?? `setlist.${format}`, content: await response.blob() };
}

export function tracks(words: string, limit: number, offset = 0, signal?: AbortSignal): Promise<TrackPage> {
  const query = new URLSearchParams({ q: words, limit: String(limit), offset: String(offset) });
  return askJson(`v1/tracks?${query}`, signal ? { signal } : {});
}

export function works(
  words: string, order: { column: SortColumn; descending: boolean }, limit: number, offset = 0, signal?: AbortSignal,
): Promise<WorkPage> {
  const query = new URLSearchParams({
    q: words, sort: order.column, descending: String(order.descending), limit: String(limit), offset: String(offset),
  });
  return askJson(`v1/works?${query}`, signal ? { signal } : {});
}

/** Make one work of the works of some recordings. */
export function joinWorks(trackIds: readonly string[]): Promise<ChangedWorks> {
  return askJson("v1/works/join", json("POST", { track_ids: trackIds }));
}

/** Make a work of their own of some recordings of a work. */
export function splitWork(trackIds: readonly string[]): Promise<ChangedWorks> {
  return askJson("v1/works/split", json("POST", { track_ids: trackIds }));
}

/** Let tags and ears decide again on the works of some recordings. */
export function regroupWorks(trackIds: readonly string[]): Promise<ChangedWorks> {
  return askJson("v1/works/regroup", json("POST", { track_ids: trackIds }));
}

export function nameWork(id: string, title: string | null): Promise<Work> {
  return askJson(`v1/works/${encodeURIComponent(id)}`, json("PATCH", { title }));
}

export function track(id: string): Promise<CatalogTrack> {
  return askJson(`v1/tracks/${encodeURIComponent(id)}`);
}

/** The recordings that come with samesong. */
export function demo(): Promise<Demo> {
  return askJson("v1/demo");
}

export async function addDemo(name: string, signal?: AbortSignal): Promise<{ track: AddedTrack; isNew: boolean }> {
  const path = `v1/demo/${encodeURIComponent(name)}`;
  const response = await ask(path, { method: "POST", ...(signal ? { signal } : {}) });
  return { track: (await response.json()) as AddedTrack, isNew: response.status === 201 };
}

/** A recording of the demo as a file. */
export async function demoFile(name: string): Promise<File> {
  const response = await ask(`v1/demo/${encodeURIComponent(name)}/audio`);
  return new File([await response.blob()], name, { type: "audio/ogg" });
}

/** Add a recording; one that is there already is not added again. */
export async function addTrack(audio: File, options?: UploadOptions): Promise<{ track: AddedTrack; isNew: boolean }> {
  const { status, answer } = await send<AddedTrack>("v1/tracks", { audio }, options);
  return { track: answer, isNew: status === 201 };
}

/** Fields of recordings that people may set; an empty one is emptied. */
export type TrackFields = Partial<Record<"title" | "artist" | "album" | "isrc" | "iswc" | "work_code", string>>;

/** Set fields of recordings, of all of them or of none. */
export async function editTracks(ids: readonly string[], fields: TrackFields): Promise<void> {
  await ask("v1/tracks", json("PATCH", { track_ids: ids, ...fields }));
}

/** Remove recordings, all of them or none. */
export async function removeTracks(ids: readonly string[]): Promise<void> {
  await ask("v1/tracks/remove", json("POST", { track_ids: ids }));
}

/** An address that an audio element can play a track from; free it when it begins with blob:. */
export function trackAudio(id: string): Promise<string> {
  return playable(`v1/tracks/${encodeURIComponent(id)}/audio`);
}

/** The same of the recording of an answer. */
export function answerAudio(id: string): Promise<string> {
  return playable(`v1/answers/${encodeURIComponent(id)}/audio`);
}

async function playable(path: string): Promise<string> {
  if (token() === null) return path;
  return URL.createObjectURL(await (await ask(path)).blob());
}

/** The same, or null where the recording cannot be played. */
export async function trackOrNoAudio(id: string): Promise<string | null> {
  try {
    return (await track(id)).has_audio ? await trackAudio(id) : null;
  } catch (error) {
    if (error instanceof Problem && error.code === "no-audio") return null;
    throw error;
  }
}

/** Refuse what the service would refuse, before sending gigabytes. */
export function checkSize(file: File, limits: Health["limits"] | undefined): void {
  if (limits !== undefined && file.size > limits.upload_bytes) {
    throw new Problem(
      "too-large",
      `${file.name} has ${megabytes(file.size)}; this server accepts at most ${megabytes(limits.upload_bytes)}. Send a compressed or shorter recording.`,
    );
  }
  if (file.size === 0) {
    throw new Problem("empty-file", `${file.name} has 0 bytes. Copy it again from where it came, or choose another recording.`);
  }
}

/** Refuse files of one concert that the service would refuse together. */
export function checkSizes(files: readonly File[], limits: Health["limits"] | undefined): void {
  for (const file of files) checkSize(file, limits);
  const bytes = files.reduce((sum, file) => sum + file.size, 0);
  if (limits !== undefined && bytes > limits.upload_bytes) {
    throw new Problem(
      "too-large",
      `The ${files.length} files have ${megabytes(bytes)}; this server accepts at most ${megabytes(limits.upload_bytes)} for a concert. Send compressed or fewer files.`,
    );
  }
}

function json(method: string, content: unknown): RequestInit {
  return { method, headers: { "Content-Type": "application/json" }, body: JSON.stringify(content) };
}

function fileName(disposition: string): string | null {
  const encoded = /filename\*=UTF-8''([^;]+)/i.exec(disposition)?.[1];
  if (encoded !== undefined) return decodeURIComponent(encoded);
  return /filename="?([^";]+)"?/i.exec(disposition)?.[1] ?? null;
}
