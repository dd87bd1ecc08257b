// Corrections that the server does not have yet: they survive a closed window in this browser.
import type { Setlist } from "../api/types";
import { isOpen, TAB } from "./tab";

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

/** The corrections of one window: two of them may correct one list, and neither may lose or show the other's. */
interface Kept extends Unsaved {
  tab: string;
}

export interface Keeping {
  kept: boolean;
  /** The concerts whose corrections made room. */
  dropped: readonly string[];
}

/** The corrections of a list to go on with: this window's own, or else those that a closed one left. */
export async function takeUnsaved(id: string): Promise<Unsaved | null> {
  const ofList = all().filter((one) => one.id === id);
  const mine = ofList.find(isMine);
  if (mine !== undefined) return mine;
  for (const { tab } of ofList) {
    if (await isOpen(tab)) continue;
    const isTaken = (one: Kept) => one.id === id && one.tab === tab;
    const taken = all().find(isTaken);
    if (taken === undefined) continue; // another window was faster
    store(all().map((one) => (isTaken(one) ? { ...one, tab: TAB } : one)));
    return taken;
  }
  return null;
}

/** Keep a corrected list; the oldest ones go only where there is no room for all. */
export function keepUnsaved(one: Unsaved): Keeping {
  const kept: Kept[] = [{ ...one, tab: TAB }, ...others(one.id)];
  const dropped: string[] = [];
  while (kept.length > KEPT || !store(kept)) {
    if (kept.length === 1) return { kept: false, dropped: [] };
    dropped.push(kept.pop()!.setlist.recording);
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

/** Forget this window's corrections of a list. */
export function removeUnsaved(id: string): void {
  if (others(id).length < all().length) store(others(id));
}

/** Each list with corrections that are not saved, the one corrected last first. */
export function allUnsaved(): Unsaved[] {
  return all().filter(({ id }, i, kept) => kept.findIndex((one) => one.id === id) === i);
}

function isMine(one: Kept): boolean {
  return one.tab === TAB;
}

/** All that are kept, but this window's corrections of a list. */
function others(id: string): Kept[] {
  return all().filter((one) => one.id !== id || !isMine(one));
}

function all(): Kept[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(kept) ? (kept as Kept[]).filter(({ setlist }) => setlist.schema === SCHEMA) : [];
  } catch {
    return [];
  }
}

/** Whether there was room; storage may also be forbidden. */
function store(kept: readonly Kept[]): boolean {
  try {
    localStorage.setItem(KEY, JSON.stringify(kept));
    return true;
  } catch {
    return false;
  }
}
