// Corrections that the server does not have yet: they survive a closed window in this browser.
import type { Setlist } from "../api/types";

const KEY = "samesong-unsaved";
const KEPT = 100; // of some 10 KB each; browsers hold 5 MB and more
const SCHEMA: Setlist["schema"] = 3; // lists of others could be neither shown nor sent

export interface Unsaved {
  /** Of the set list on the server. */
  id: string;
  /** The version that was corrected; null when the server has none. */
  etag: string | null;
  setlist: Setlist;
}

export interface Keeping {
  kept: boolean;
  /** The concerts whose corrections made room. */
  dropped: readonly string[];
}

export function unsaved(id: string): Unsaved | null {
  return allUnsaved().find((one) => one.id === id) ?? null;
}

/** Keep a corrected list; the oldest ones go only where there is no room for all. */
export function keepUnsaved(one: Unsaved): Keeping {
  const all = [one, ...allUnsaved().filter(({ id }) => id !== one.id)];
  const dropped: string[] = [];
  while (all.length > KEPT || !store(all)) {
    if (all.length === 1) return { kept: false, dropped: [] };
    dropped.push(all.pop()!.setlist.recording);
  }
  return { kept: true, dropped };
}

/** Whether a list is already what another one is, in whatever order its keys are. */
export function isSame(one: Setlist, other: Setlist): boolean {
  return sorted(one) === sorted(other);
}

function sorted(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    inner !== null && typeof inner === "object" && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

export function removeUnsaved(id: string): void {
  const all = allUnsaved();
  const others = all.filter((one) => one.id !== id);
  if (others.length < all.length) store(others);
}

/** All that are kept, the one corrected last first. */
export function allUnsaved(): Unsaved[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(kept) ? (kept as Unsaved[]).filter(({ setlist }) => setlist.schema === SCHEMA) : [];
  } catch {
    return [];
  }
}

/** Whether there was room; storage may also be forbidden. */
function store(all: readonly Unsaved[]): boolean {
  try {
    localStorage.setItem(KEY, JSON.stringify(all));
    return true;
  } catch {
    return false;
  }
}
