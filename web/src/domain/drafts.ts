// Corrections survive a closed window and a stopped server: corrected set lists are kept in the browser.
import type { Setlist } from "../api/types";

const KEY = "samesong-corrections";
const KEPT = 100; // of some 10 KB each; browsers hold 5 MB and more
const SCHEMA: Setlist["schema"] = 3; // lists of others could be neither shown nor sent

export interface Draft {
  job: string;
  setlist: Setlist;
}

export interface Keeping {
  kept: boolean;
  /** The recordings whose corrections made room. */
  dropped: readonly string[];
}

export function draft(job: string): Setlist | null {
  return drafts().find((one) => one.job === job)?.setlist ?? null;
}

/** Keep a corrected list; the oldest ones go only where there is no room for all. */
export function keepDraft(job: string, setlist: Setlist): Keeping {
  const all = [{ job, setlist }, ...drafts().filter((one) => one.job !== job)];
  const dropped: string[] = [];
  while (all.length > KEPT || !store(all)) {
    if (all.length === 1) return { kept: false, dropped: [] };
    dropped.push(all.pop()!.setlist.recording);
  }
  return { kept: true, dropped };
}

export function removeDraft(job: string): void {
  store(drafts().filter((one) => one.job !== job));
}

/** All that are kept, the one corrected last first. */
export function drafts(): Draft[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(kept) ? (kept as Draft[]).filter(({ setlist }) => setlist.schema === SCHEMA) : [];
  } catch {
    return [];
  }
}

/** Whether there was room; storage may also be forbidden. */
function store(all: readonly Draft[]): boolean {
  try {
    localStorage.setItem(KEY, JSON.stringify(all));
    return true;
  } catch {
    return false;
  }
}
